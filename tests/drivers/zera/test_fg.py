"""Exchanges of ZERA power sources: protocol table 5.2, both dialects (public software of the maker, 2025-02-07)."""

from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, LinkTimeout, OutOfRange, UnexpectedReply
from calbench.instruments.reading import Applied, Identity, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.zera.fg import FG

MOVING_TEST = ("> AAV", "< MT793V05.52", "< AAVACK")
FG301 = ("> AAV", "! timeout", "> TS", "< TSFG301   V299")
THREE = (  # the phase blocks of table 5.2, clockwise as section 16 says: S 120, T 240
    "> SFR50.00", "< SOKFR",
    "> SUPAER230.000000.00S230.000120.00T230.000240.00", "< SOKUP",
    "> SIPAAR005.000000.00S005.000120.00T005.000240.00", "< SOKIP",
    "> SUIEEEPPPAAA", "< SOKUI",
)  # fmt: skip


def test_identity_of_a_moving_test_system_and_of_an_fg30x():
    with exchange(*MOVING_TEST) as link:
        assert FG(link).identify() == Identity("ZERA", "MT793", "", "05.52", "MT793V05.52")
    with exchange(*FG301) as link:
        assert FG(link).identify() == Identity("ZERA", "FG301", "", "299", "TSFG301   V299")
    with exchange("> AAV", "< AAVNAK", *FG301[2:]) as link:
        assert FG(link).identify().model == "FG301"


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (("> AAV", "< MT793", "< AAVACK"), UnexpectedReply),
        (("> AAV", "< MT793V05.52", "< MT793V05.52"), UnexpectedReply),
        (("> AAV", "! timeout", "> TS", "< TS"), UnexpectedReply),
        (("> AAV", "! timeout", "> TS", "! timeout"), LinkTimeout),
    ],
)
def test_another_identity_is_refused(lines, error):
    with exchange(*lines) as link, pytest.raises(error):
        FG(link).identify()


def test_three_phases_of_a_moving_test_system_are_acknowledged_and_calculated():
    with exchange(*MOVING_TEST, *THREE, *THREE) as link:
        source = FG(link)
        applied = source.apply_power(230, "5", 0, 50.0, 3)
        assert source.apply_power(230, 5, 0, 50, 3) == applied  # it is asked who it is only once
    assert applied == Applied(Decimal(3450), "W", "SOKFR; SOKUP; SOKIP; SOKUI")


@pytest.mark.parametrize(
    ("lag", "angles", "watts"),
    [(60, ("060.00", "180.00", "300.00"), "1725"), (-30, ("330.00", "090.00", "210.00"), "2987.7876430548")],
)
def test_a_current_that_lags_has_a_larger_angle(lag, angles, watts):
    first, second, third = angles
    current = f"> SIPAAR005.000{first}S005.000{second}T005.000{third}"
    with exchange(*MOVING_TEST, *THREE[:4], current, *THREE[5:]) as link:
        assert FG(link).apply_power(230, 5, lag, 50, 3).value == Decimal(watts)  # 3 x 1150 W x cos


def test_one_phase_leaves_the_others_off():
    with exchange(
        *MOVING_TEST,
        "> SFR60.05", "< SOKFR",
        "> SUPAER057.735000.00S000.000000.00T000.000000.00", "< SOKUP",
        "> SIPAAR000.050270.00S000.000000.00T000.000000.00", "< SOKIP",
        "> SUIEAAPAAAAA", "< SOKUI",
    ) as link:  # fmt: skip
        assert FG(link).apply_power("57.735", "0.05", -90, "60.05", 1).value == 0


def test_without_current_its_switches_stay_off():
    with exchange(
        *MOVING_TEST, *THREE[:4],
        "> SIPAAR000.000000.00S000.000000.00T000.000000.00", "< SOKIP", "> SUIEEEAAAAAA", "< SOKUI",
    ) as link:  # fmt: skip
        assert FG(link).apply_power(230, 0, 0, 50, 3).value == 0


MEASURES = (  # FG30x: the same without S, and `MP` in the form of table 5.2
    "> FR50.00", "< OKFR",
    "> UPAER230.000000.00S230.000120.00T230.000240.00", "< OKUP",
    "> IPAAR005.000000.00S005.000120.00T005.000240.00", "< OKIP",
    "> UIEEEPPPAAA", "< OKUI",
)  # fmt: skip


def test_an_fg30x_is_awaited_until_it_measures_the_power():
    with exchange(
        *FG301, *MEASURES, "> MP", "< MPR400.0;S235.0;T900.0;", "~ 1", "> MP", "< MPR1149.0;S1150.5;T1151.0;"
    ) as link:
        assert FG(link).apply_power(230, 5, 0, 50, 3) == Applied(
            Decimal("3450.5"), "W", "MPR1149.0;S1150.5;T1151.0;"
        )


@pytest.mark.parametrize(
    ("loaded", "current", "switches"),
    [
        ("a", "R005.000060.00S000.000000.00T000.000000.00", "PAA"),
        ("b", "R000.000000.00S005.000180.00T000.000000.00", "APA"),
        ("c", "R000.000000.00S000.000000.00T005.000300.00", "AAP"),
    ],
)
def test_one_phase_is_loaded_and_all_have_voltage(loaded, current, switches):
    """Table 5.2: a phase block is RMS and angle; `SUI` switches three voltages with E, three currents with P."""
    lines = (f"> SIPAA{current}", "< SOKIP", f"> SUIEEE{switches}AAA", "< SOKUI")
    with exchange(*MOVING_TEST, *THREE[:4], *lines) as link:
        assert FG(link).apply_power(230, 5, 60, 50, 3, loaded).value == 575  # 230 V 5 A cos 60 of one phase


def test_an_fg30x_that_loads_another_phase_is_an_error():
    settings = (
        *MEASURES[:4],
        "> IPAAR000.000000.00S005.000120.00T000.000000.00",
        "< OKIP",
        "> UIEEEAPAAAA",
        "< OKUI",
    )
    polls = ["> MP", "< MPR1150.0;S0.0;T0.0;", "~ 1"] * 10
    with exchange(*FG301, *settings, "> MP", "< MPR0.1;S1149.5;T0.0;") as link:
        assert FG(link).apply_power(230, 5, 0, 50, 3, "b").value == Decimal("1149.6")
    with (
        exchange(*FG301, *settings, *polls, *polls[:2]) as link,
        pytest.raises(DeviceError, match=r"where 0 \+ 1150 \+ 0 W is set"),
    ):
        FG(link).apply_power(230, 5, 0, 50, 3, "b")


def test_an_fg30x_that_does_not_reach_the_power_is_an_error():
    polls = [line for _ in range(10) for line in ("> MP", "< MPR400.0;S235.0;T900.0;", "~ 1")]
    with (
        exchange(*FG301, *MEASURES, *polls, "> MP", "< MPR400.0;S235.0;T900.0;") as link,
        pytest.raises(
            DeviceError, match=r"where 1150 \+ 1150 \+ 1150 W is set, after 10 s\. The output is ON"
        ),
    ):
        FG(link).apply_power(230, 5, 0, 50, 3)


@pytest.mark.parametrize("reply", ["", "MPR400.0;S235.0", "MPR--.-;S--.-;T--.-;", "MQR1;S1;T1;", "OKMP"])
def test_garbage_in_mp_is_named(reply):
    with (
        exchange(*FG301, *MEASURES, "> MP", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        FG(link).apply_power(230, 5, 0, 50, 3)
    assert repr(reply) in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "error"),
    [("SFRNAK", DeviceError), ("OKFR", UnexpectedReply), ("SOKUP", UnexpectedReply), ("", UnexpectedReply)],
)
def test_a_setting_that_is_not_acknowledged_stops_before_switching_on(reply, error):
    with (
        exchange(*MOVING_TEST, "> SFR50.00", f"< {reply}") as link,
        pytest.raises(error, match=r"`SFR50\.00`"),
    ):
        FG(link).apply_power(230, 5, 0, 50, 3)


@pytest.mark.parametrize(
    ("load", "there"),
    [
        ((230, 5, 0, 50, 2), "There are 1 and 3"),
        ((501, 5, 0, 50, 3), "1 V to 500 V from 45 Hz to 65 Hz"),
        ((230, 121, 0, 50, 3), "0.001 A to 120 A"),
        ((230, -1, 0, 50, 3), "0.001 A to 120 A"),
        ((230, 5, 181, 50, 3), "-180 to 180 degrees"),
        ((230, 5, 0, 44, 3), "from 45 Hz to 65 Hz"),
        ((230, 5, 0, 0, 3), "from 45 Hz"),  # 00.00 would be line synchronous
        (("230.0001", 5, 0, 50, 3), "steps of 0.001"),
        ((230, "0.0501234", 0, 50, 3), "steps of 0.001"),
        ((230, 5, "0.001", 50, 3), "steps of 0.01"),
        ((230, 5, 0, "50.001", 3), "steps of 0.01"),
    ],
)
def test_what_it_does_not_have_is_refused_before_anything_is_sent(load, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        FG(link).apply_power(*load)


def test_standby_is_acknowledged():
    with exchange(*MOVING_TEST, "> SUIAAAAAAAAA", "< SOKUI") as link:
        FG(link).standby()
    with exchange(*FG301, "> UIAAAAAAAAA", "< NAK") as link, pytest.raises(DeviceError, match="refused"):
        FG(link).standby()


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("< SOKUI", Safe.ACKNOWLEDGED),
        ("< OKUI", Safe.SENT_UNVERIFIED),  # of the other dialect
        ("< SOKUP", Safe.SENT_UNVERIFIED),  # of another command
        ("! timeout", Safe.SENT_UNVERIFIED),
        ("< SUINAK", Safe.SENT_UNVERIFIED),
        ("< ?", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_is_never_verified_because_nothing_can_be_asked(line, known):
    with exchange(*MOVING_TEST, "! clear", "> SUIAAAAAAAAA", line) as link:
        source = FG(link)
        source.identify()
        assert source.make_safe() is known


def test_make_safe_speaks_both_dialects_while_it_is_not_known_who_is_there():
    with exchange("! clear", "> SUIAAAAAAAAA", "> UIAAAAAAAAA", "< OKUI") as link:
        assert FG(link).make_safe() is Safe.ACKNOWLEDGED


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert FG(link).make_safe() is Safe.FAILED


def test_the_line_is_cr_9600_8n2():
    assert (FG.LINE.write_end, FG.LINE.read_end, FG.LINE.serial) == ("\r", "\r", "9600 8N2")
