"""Exchanges of the PACE5000: protocol table 9.1 (K0472 rev. A p. 45, 115, 131), and 0: the echoed header."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import (
    ConnectionLost,
    DeviceError,
    InstrumentError,
    OutOfRange,
    Overload,
    UnexpectedReply,
)
from calbench.instruments.reading import Applied, Identity, Reading, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.druck.pace5000 import Pace5000

NO_ERROR = ("> :SYST:ERR?", '< :SYST:ERR 0,"No error"')
IN_PASCALS = ("> :UNIT:PRES?", "< :UNIT:PRES PA")
RANGE = ("> :SOUR:PRES:RANG?", '< :SOUR:PRES:RANG "7.00barg"')
SUPPLY = ("> :SOUR:PRES:COMP1?", "< :SOUR:PRES:COMP1 800000.0")
SET = ("> :SOUR:PRES 500000", *NO_ERROR, "> :SOUR:PRES?", "< :SOUR:PRES:LEV:IMM:AMPL 500000.0000000")
ON = ("> :OUTP:STAT 1", *NO_ERROR, "> :OUTP:STAT?", "< :OUTP:STAT 1")
DWELL = ("> :SOUR:PRES:INL:TIME?", "< :SOUR:PRES:INL:TIME 2")
CONTROLLED = (*RANGE, *IN_PASCALS, *SUPPLY, *SET, *ON, *DWELL)


def inside(pressure: str, flag: int) -> tuple[str, str]:
    return "> :SENS:PRES:INL?", f"< :SENS:PRES:INL {pressure}, {flag}"


def test_identity_is_the_one_of_the_table():
    text = "GE Druck,Pace5000 User Interface,58784,01.05.04"
    with exchange("> *IDN?", f"< *IDN {text}") as link:
        found = Pace5000(link).identify()
    assert found == Identity("GE Druck", "Pace5000 User Interface", "58784", "01.05.04", text)
    assert found.model in Pace5000.MODELS


def test_a_reply_without_its_header_is_refused():
    with (
        exchange("> *IDN?", "< GE Druck,Pace5000 User Interface,58784,01.05.04") as link,
        pytest.raises(UnexpectedReply, match=r"`\*IDN\?` gave 'GE Druck.*begins with `\*IDN `"),
    ):
        Pace5000(link).identify()


@pytest.mark.parametrize(
    ("unit", "sent", "pascals"),
    [
        ("MPA", "1.2340000", "1234000.0"),  # table 9.1, row :SENS:PRES?
        ("MBAR", "1000.5", "100050"),
        ("KPA", "-90.5", "-90500"),
        ("BAR", "6.9999999", "699999.99"),
        ("PA", "0.0000000", "0"),
    ],
)
def test_reading_is_converted_and_the_unit_left_alone(unit, sent, pascals):
    with exchange("> :UNIT:PRES?", f"< :UNIT:PRES {unit}", "> :SENS:PRES?", f"< :SENS:PRES {sent}") as link:
        reading = Pace5000(link).read_pressure()
    assert reading == Reading(Decimal(pascals), "Pa", f":SENS:PRES {sent}")


def test_a_unit_that_does_not_convert_exactly_is_refused():
    with (
        exchange("> :UNIT:PRES?", "< :UNIT:PRES PSI") as link,
        pytest.raises(DeviceError, match=r"'PSI'. Set one"),
    ):
        Pace5000(link).read_pressure()


@pytest.mark.parametrize("sent", ["9.9E37", "-9.9E37", "9.91E37"])
def test_special_values_are_overload(sent):
    with (
        exchange(*IN_PASCALS, "> :SENS:PRES?", f"< :SENS:PRES {sent}") as link,
        pytest.raises(Overload, match=r"exchange: `:SENS:PRES[?]`"),
    ):
        Pace5000(link).read_pressure()


@pytest.mark.parametrize(
    "reply", [":SENS:PRES", ":SENS:PRES1 1.0", ":SENS:PRES:INL 1.0", "1.0", "", ":SENS:PRES x"]
)
def test_another_header_or_no_number_is_named(reply):
    with (
        exchange(*IN_PASCALS, "> :SENS:PRES?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        Pace5000(link).read_pressure()
    assert "exchange: `:SENS:PRES?`" in str(caught.value)


@pytest.mark.parametrize("value", [500_000, 500_000.0, "5.00000E5"])
def test_pressure_is_set_controlled_and_awaited_for_the_dwell(value):
    polls = (
        *inside("400000.0", 0),
        "~ 0.5",
        *inside("499990.0", 1),
        "~ 0.5",
        *inside("499940.0", 0),
        "~ 0.5",
    )
    held = [line for _ in range(4) for line in (*inside("500001.0", 1), "~ 0.5")]
    with exchange(*CONTROLLED, *polls, *held, *inside("500000.5", 1)) as link:
        applied = Pace5000(link).apply_pressure(value)
    assert applied == Applied(Decimal("500000.5"), "Pa", ":SENS:PRES:INL 500000.5, 1")


def test_another_unit_is_changed_and_read_back():
    unit = ("> :UNIT:PRES?", "< :UNIT:PRES MPA", "> :UNIT:PRES PA", *NO_ERROR, *IN_PASCALS)
    held = [line for _ in range(4) for line in (*inside("500000.0", 1), "~ 0.5")]
    with exchange(*RANGE, *unit, *SUPPLY, *SET, *ON, *DWELL, *held, *inside("500000.0", 1)) as link:
        assert Pace5000(link).apply_pressure("5e5").value == 500_000


@pytest.mark.parametrize(
    ("value", "selected", "there"),
    [
        ("700000.1", "7.00barg", "-100000 Pa to 700000 Pa"),
        ("-100001", "7.00barg", "-100000 Pa to 700000 Pa"),
        ("-2501", "25.00mbarg", "-2500 Pa to 2500 Pa"),
        ("-1", "2.00bara", "0 Pa to 200000 Pa"),
        ("1e30", "2.00bara", "0 Pa to 200000 Pa"),
        ("0.00001", "2.00bara", "finer than the 0.0001 Pa"),
        ("1e-400", "2.00bara", "finer than the 0.0001 Pa"),
    ],
)
def test_what_the_selected_range_does_not_hold_is_refused_before_anything_is_set(value, selected, there):
    with (
        exchange("> :SOUR:PRES:RANG?", f'< :SOUR:PRES:RANG "{selected}"') as link,
        pytest.raises(OutOfRange, match=there),
    ):
        Pace5000(link).apply_pressure(value)


def test_too_little_supply_is_told_before_controlling():
    low = ("> :SOUR:PRES:COMP1?", "< :SOUR:PRES:COMP1 490000.0")
    with (
        exchange(*RANGE, *IN_PASCALS, *low) as link,
        pytest.raises(DeviceError, match=r"supply has 490000.0 Pa"),
    ):
        Pace5000(link).apply_pressure(500_000)


def test_an_error_of_the_controller_stops_before_it_controls():
    errors = ("> :SYST:ERR?", '< :SYST:ERR -222,"Data out of range"', *NO_ERROR)
    with (
        exchange(*RANGE, *IN_PASCALS, *SUPPLY, "> :SOUR:PRES 500000", *errors) as link,
        pytest.raises(DeviceError, match=r"':SOUR:PRES 500000'.*-222, Data out of range"),
    ):
        Pace5000(link).apply_pressure(500_000)


def test_another_set_point_than_asked_is_refused_before_it_controls():
    other = ("> :SOUR:PRES 500000", *NO_ERROR, "> :SOUR:PRES?", "< :SOUR:PRES:LEV:IMM:AMPL 400000.0")
    with (
        exchange(*RANGE, *IN_PASCALS, *SUPPLY, *other) as link,
        pytest.raises(UnexpectedReply, match=r"400000.0"),
    ):
        Pace5000(link).apply_pressure(500_000)


def test_a_controller_that_stays_off_is_named():
    off = ("> :OUTP:STAT 1", *NO_ERROR, "> :OUTP:STAT?", "< :OUTP:STAT 0")
    with (
        exchange(*RANGE, *IN_PASCALS, *SUPPLY, *SET, *off) as link,
        pytest.raises(DeviceError, match="left the controller off"),
    ):
        Pace5000(link).apply_pressure(500_000)


def test_gives_up_after_ten_minutes_and_the_dwell_with_the_errors():
    polls = [line for _ in range(1204) for line in (*inside("400000.0", 0), "~ 0.5")]
    with (
        exchange(*CONTROLLED, *polls, *inside("400000.0", 0), *NO_ERROR) as link,
        pytest.raises(DeviceError, match=r"not within limits of 500000 Pa.*still controlling; errors: none"),
    ):
        Pace5000(link).apply_pressure(500_000)


SLEW = (
    "> :SOUR:PRES:SLEW:MODE LIN", *NO_ERROR, "> :SOUR:PRES:SLEW:MODE?", "< :SOUR:PRES:SLEW:MODE LIN",
    "> :SOUR:PRES:SLEW 10000", *NO_ERROR, "> :SOUR:PRES:SLEW?",
)  # fmt: skip


def test_slew_is_linear_and_read_back():
    with exchange(*IN_PASCALS, *SLEW, "< :SOUR:PRES:SLEW 10000.0000000") as link:
        Pace5000(link).set_slew(10_000)


def test_a_slow_ramp_has_the_time_it_needs():
    # 7 bar and 1 bar below, at 10 kPa/s: 80 s more than the 600 s + 2 s
    polls = [line for _ in range(2 * 682) for line in (*inside("1.0", 0), "~ 0.5")]
    last = (*inside("1.0", 0), *NO_ERROR)
    with exchange(*IN_PASCALS, *SLEW, "< :SOUR:PRES:SLEW 10000.0", *CONTROLLED, *polls, *last) as link:
        controller = Pace5000(link)
        controller.set_slew(10_000)
        with pytest.raises(DeviceError, match="680 s after"):
            controller.apply_pressure(500_000)


def test_another_slew_than_asked_is_refused():
    with (
        exchange(*IN_PASCALS, *SLEW, "< :SOUR:PRES:SLEW 9000.0") as link,
        pytest.raises(UnexpectedReply, match="9000"),
    ):
        Pace5000(link).set_slew(10_000)


@pytest.mark.parametrize("rate", [0, -1, "1e9", "0.00001"])
def test_a_rate_that_there_is_not_is_refused_before_anything_is_sent(rate):
    with exchange() as link, pytest.raises(OutOfRange, match="Pa"):
        Pace5000(link).set_slew(rate)


def test_vent_waits_until_it_is_completed():
    asked = "> :SOUR:PRES:LEV:IMM:AMPL:VENT?"
    with exchange(
        "> :SOUR:PRES:LEV:IMM:AMPL:VENT 1", *NO_ERROR,
        asked, "< :SOUR:PRES:LEV:IMM:AMPL:VENT 1", "~ 0.5",
        asked, "< :SOUR:PRES:LEV:IMM:AMPL:VENT 2",
    ) as link:  # fmt: skip
        Pace5000(link).vent()


def test_vent_that_does_not_end_is_named():
    polls = [
        line
        for _ in range(600)
        for line in ("> :SOUR:PRES:LEV:IMM:AMPL:VENT?", "< :SOUR:PRES:LEV:IMM:AMPL:VENT 0", "~ 0.5")
    ]
    with (
        exchange("> :SOUR:PRES:LEV:IMM:AMPL:VENT 1", *NO_ERROR, *polls, *polls[:2]) as link,
        pytest.raises(DeviceError, match="not vented within 300 s"),
    ):
        Pace5000(link).vent()


def test_standby_is_read_back_and_does_not_vent():
    with exchange("> :OUTP:STAT 0", "> :OUTP:STAT?", "< :OUTP:STAT 0") as link:
        Pace5000(link).standby()
    with (
        exchange("> :OUTP:STAT 0", "> :OUTP:STAT?", "< :OUTP:STAT 1") as link,
        pytest.raises(DeviceError, match="still controlling"),
    ):
        Pace5000(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< :OUTP:STAT 0", Safe.VERIFIED),
        ("< :OUTP:STAT 1", Safe.FAILED),
        ("< 0", Safe.SENT_UNVERIFIED),
        ("< :SENS:PRES 0", Safe.SENT_UNVERIFIED),
        ("! timeout", Safe.SENT_UNVERIFIED),
        ("! lost", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_the_state_under_its_header(line, safe):
    with exchange("! clear", "> :OUTP:STAT 0", "> :OUTP:STAT?", line) as link:
        assert Pace5000(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert Pace5000(link).make_safe() is Safe.FAILED


def test_errors_are_drained_oldest_first():
    queue = (
        '< :SYST:ERR -113,"Undefined header"',
        '< :SYST:ERR 211,"Unit mismatch"',
        '< :SYST:ERR 0,"No error"',
    )
    with exchange(*[line for reply in queue for line in ("> :SYST:ERR?", reply)]) as link:
        assert Pace5000(link).read_errors() == ["-113, Undefined header", "211, Unit mismatch"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30) | st.text(max_size=15).map(":SENS:PRES {}".format))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange(*IN_PASCALS, "> :SENS:PRES?", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert Pace5000(link).read_pressure().unit == "Pa"
