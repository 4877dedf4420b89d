"""Exchanges of the 6100A, 6100B and 6105A: protocol table 5.1 (6105A manual p. 136-150), ranges of p. 147."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Applied, Identity, Reading, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.fluke.f6105a import F6105A

NO_ERROR = ("> SYST:ERR?", '< 0,"No error"')  # table 1.3
OFF = ("> OUTP:STAT OFF", "> OUTP:STAT?", "< 0")
UNITS = ("> UNIT:MHAR:VOLT ABS", "> UNIT:MHAR:CURR ABS", *NO_ERROR)
RESET = (*OFF, "> *RST", "> *OPC?", "< 1", *UNITS)
THREE_FITTED = ("> PHAS1:FITT?", "< 1", "> PHAS2:FITT?", "< 1", "> PHAS3:FITT?", "< 1")
ONE_FITTED = ("> PHAS1:FITT?", "< 1", "> PHAS2:FITT?", "< 0", "> PHAS3:FITT?", "< 0")
ON = ("> OUTP:STAT?", "< 0", "> OUTP:STAT ON", *NO_ERROR, "> OUTP:STAT?", "< 1", "~ 5")
STILL_ON = ("> OUTP:STAT?", "< 1", "> OUTP:STAT?", "< 1", "~ 5")
PREPARED = (
    *RESET, *ONE_FITTED, *OFF, "> PHAS1:VOLT:STAT ON", "> PHAS1:CURR:STAT ON",
    "> PHAS1:VOLT:RANG 230,230", "> PHAS1:VOLT:MHAR:STAT ON",
    "> PHAS1:CURR:RANG 5,5", "> PHAS1:CURR:MHAR:STAT ON", *NO_ERROR,
)  # fmt: skip
SET_60 = ("> FREQ 50", "> PHAS1:VOLT:MHAR:HARM1 230,0", "> PHAS1:CURR:MHAR:HARM1 5,-60", *NO_ERROR)
IS_50_HZ = ("> FREQ?", "< 5.0E1")
IS_230_V = ("> PHAS1:VOLT:MHAR:HARM1?", "< 2.3E2,0.0E0")
IS_5_A = ("> PHAS1:CURR:MHAR:HARM1?", "< 5.0E0,-6.0E1")
WATT = "> PHAS1:POW:WATT?"
LOADED = (
    *PREPARED,
    *SET_60,
    *ON,
    *IS_50_HZ,
    *IS_230_V,
    *IS_5_A,
    WATT,
    "< 5.75E2",
)  # 230 V 5 A cos 60 = 575 W


def test_identity_has_four_fields_488_2():
    with exchange("> *IDN?", "< FLUKE,6105A,12345,3.20") as link:
        assert F6105A(link).identify() == Identity(
            "FLUKE", "6105A", "12345", "3.20", "FLUKE,6105A,12345,3.20"
        )


def test_one_phase_from_reset_to_its_own_watts():
    with exchange(*LOADED) as link:
        assert F6105A(link).apply_power(230, "5", 60, 50.0, 1) == Applied(Decimal(575), "W", "5.75E2")


def test_three_phases_turn_by_120_degrees_and_their_watts_add_up():
    states = [f"> PHAS{n}:{channel}:STAT ON" for n in (1, 2, 3) for channel in ("VOLT", "CURR")]
    ranges = [
        line.format(n)
        for n in (1, 2, 3)
        for line in (
            "> PHAS{}:VOLT:RANG 63.5,63.5",
            "> PHAS{}:VOLT:MHAR:STAT ON",
            "> PHAS{}:CURR:RANG 1,1",
            "> PHAS{}:CURR:MHAR:STAT ON",
        )
    ]
    with exchange(
        *RESET, *THREE_FITTED, *OFF, *states, *ranges, *NO_ERROR,
        "> FREQ 60",
        "> PHAS1:VOLT:MHAR:HARM1 63.5,0", "> PHAS1:CURR:MHAR:HARM1 1,30",
        "> PHAS2:VOLT:MHAR:HARM1 63.5,-120", "> PHAS2:CURR:MHAR:HARM1 1,30",
        "> PHAS3:VOLT:MHAR:HARM1 63.5,120", "> PHAS3:CURR:MHAR:HARM1 1,30",
        *NO_ERROR, *ON, "> FREQ?", "< 6.0E1",
        "> PHAS1:VOLT:MHAR:HARM1?", "< 6.35E1,0.0E0", "> PHAS1:CURR:MHAR:HARM1?", "< 1.0E0,3.0E1",
        "> PHAS1:POW:WATT?", "< 5.50E1",
        "> PHAS2:VOLT:MHAR:HARM1?", '< "6.35E1,2.4E2"', "> PHAS2:CURR:MHAR:HARM1?", "< 1.0E0,3.0E1",
        "> PHAS2:POW:WATT?", "< 5.49E1",
        "> PHAS3:VOLT:MHAR:HARM1?", "< 6.35E1,1.2E2", "> PHAS3:CURR:MHAR:HARM1?", "< 1.0E0,3.0E1",
        "> PHAS3:POW:WATT?", "< 5.50E1",
    ) as link:  # fmt: skip  # 63.5 V 1 A cos 30 = 54.99 W a phase
        applied = F6105A(link).apply_power("63.5", 1, -30, 60, 3)
    assert applied == Applied(Decimal("164.9"), "W", "5.50E1; 5.49E1; 5.50E1")


def one_loaded(loaded: int, watts: tuple[str, ...] = ()) -> Iterator[str]:
    """Table 5.1: every phase has a voltage and a current channel of its own; 230 V 5 A cos 60 is 575 W."""
    for n in (1, 2, 3):
        yield from (f"> PHAS{n}:VOLT:STAT ON", f"> PHAS{n}:CURR:STAT {'ON' if n == loaded else 'OFF'}")
    for n in (1, 2, 3):
        yield from (f"> PHAS{n}:VOLT:RANG 230,230", f"> PHAS{n}:VOLT:MHAR:STAT ON")
        if n == loaded:
            yield from (f"> PHAS{n}:CURR:RANG 5,5", f"> PHAS{n}:CURR:MHAR:STAT ON")
    yield from (*NO_ERROR, "> FREQ 50")
    for n, lead in ((1, 0), (2, -120), (3, 120)):
        yield f"> PHAS{n}:VOLT:MHAR:HARM1 230,{lead}"
        if n == loaded:
            yield f"> PHAS{n}:CURR:MHAR:HARM1 5,-60"
    yield from (*NO_ERROR, *ON, *IS_50_HZ)
    for n, reply in ((1, "0.0E0"), (2, "-1.2E2"), (3, "1.2E2"))[: len(watts) or 3]:
        yield from (f"> PHAS{n}:VOLT:MHAR:HARM1?", f"< 2.3E2,{reply}")
        if n == loaded:
            yield from (f"> PHAS{n}:CURR:MHAR:HARM1?", "< 5.0E0,-6.0E1")
        there = "5.75E2" if n == loaded else "0.0E0"
        yield from (f"> PHAS{n}:POW:WATT?", f"< {watts[n - 1] if watts else there}")


def test_one_phase_is_loaded_and_the_current_channels_of_the_others_are_off():
    with exchange(*RESET, *THREE_FITTED, *OFF, *one_loaded(2), *OFF, *one_loaded(3)) as link:
        source = F6105A(link)
        assert source.apply_power(230, 5, 60, 50, 3, "b") == Applied(
            Decimal(575), "W", "0.0E0; 5.75E2; 0.0E0"
        )
        assert source.apply_power(230, 5, 60, 50, 3, "c").value == 575


def test_power_in_a_phase_that_is_not_to_be_loaded_is_refused():
    lines = one_loaded(2, ("5.75E2",))
    with (
        exchange(*RESET, *THREE_FITTED, *OFF, *lines) as link,
        pytest.raises(UnexpectedReply, match="230 V, 0 A"),
    ):
        F6105A(link).apply_power(230, 5, 60, 50, 3, "b")


def test_the_output_stays_on_while_ranges_hold():
    with exchange(
        *LOADED,
        "> PHAS1:VOLT:RANG?", "< 2.5E1,3.6E2", "> PHAS1:CURR:RANG?", "< 5.0E-1,5.0E0",  # 5 A range, p. 147
        "> FREQ 50", "> PHAS1:VOLT:MHAR:HARM1 230,0", "> PHAS1:CURR:MHAR:HARM1 2,0", *NO_ERROR,
        *STILL_ON, *IS_50_HZ, *IS_230_V, "> PHAS1:CURR:MHAR:HARM1?", "< 2.0E0,0.0E0", WATT, "< 4.6E2",
    ) as link:  # fmt: skip
        source = F6105A(link)
        source.apply_power(230, 5, 60, 50, 1)
        assert source.apply_power(230, 2, 0, 50, 1).value == 460


def test_the_output_goes_off_where_a_range_changes():
    with exchange(
        *LOADED,
        "> PHAS1:VOLT:RANG?", "< 2.5E1,3.6E2", "> PHAS1:CURR:RANG?", "< 5.0E-1,5.0E0",
        *OFF, "> PHAS1:VOLT:STAT ON", "> PHAS1:CURR:STAT ON",
        "> PHAS1:VOLT:RANG 230,230", "> PHAS1:VOLT:MHAR:STAT ON",
        "> PHAS1:CURR:RANG 0.1,0.1", "> PHAS1:CURR:MHAR:STAT ON", *NO_ERROR,
        "> FREQ 50", "> PHAS1:VOLT:MHAR:HARM1 230,0", "> PHAS1:CURR:MHAR:HARM1 0.1,0", *NO_ERROR,
        *ON, *IS_50_HZ, *IS_230_V, "> PHAS1:CURR:MHAR:HARM1?", "< 1.0E-1,0.0E0", WATT, "< 2.3E1",
    ) as link:  # fmt: skip
        source = F6105A(link)
        source.apply_power(230, 5, 60, 50, 1)
        assert source.apply_power(230, "0.1", 0, 50, 1).value == 23


def test_without_current_its_channel_is_off():
    with exchange(
        *RESET, *ONE_FITTED, *OFF, "> PHAS1:VOLT:STAT ON", "> PHAS1:CURR:STAT OFF",
        "> PHAS1:VOLT:RANG 230,230", "> PHAS1:VOLT:MHAR:STAT ON", *NO_ERROR,
        "> FREQ 50", "> PHAS1:VOLT:MHAR:HARM1 230,0", *NO_ERROR, *ON, *IS_50_HZ, *IS_230_V, WATT, "< 0.0E0",
    ) as link:  # fmt: skip
        assert F6105A(link).apply_power(230, 0, 0, 50, 1) == Applied(Decimal(0), "W", "0.0E0")


def test_a_phase_that_is_not_fitted_is_out_of_range():
    with exchange(*RESET, *ONE_FITTED) as link, pytest.raises(OutOfRange, match="phase 2, 3 is not fitted"):
        F6105A(link).apply_power(230, 5, 0, 50, 3)


def test_an_error_stops_before_the_output_is_switched_on():
    error = ("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)
    with (
        exchange(*PREPARED, *SET_60[:-2], *error) as link,
        pytest.raises(DeviceError, match="-222, Data out of range"),
    ):
        F6105A(link).apply_power(230, 5, 60, 50, 1)


def test_an_output_that_does_not_come_on_is_given_up():
    polls = [line for _ in range(60) for line in ("> OUTP:STAT?", "< 0", "~ 0.5")]
    start = ("> OUTP:STAT?", "< 0", "> OUTP:STAT ON", *NO_ERROR)
    with (
        exchange(*PREPARED, *SET_60, *start, *polls, "> OUTP:STAT?", "< 0", *NO_ERROR) as link,
        pytest.raises(DeviceError, match=r"not on 30 s after .* errors: none"),
    ):
        F6105A(link).apply_power(230, 5, 60, 50, 1)


@pytest.mark.parametrize(
    "lines",
    [
        ("> FREQ?", "< 6.0E1"),
        (*IS_50_HZ, "> PHAS1:VOLT:MHAR:HARM1?", "< 2.2E2,0.0E0"),
        (*IS_50_HZ, "> PHAS1:VOLT:MHAR:HARM1?", "< 2.3E2"),
        (*IS_50_HZ, *IS_230_V, "> PHAS1:CURR:MHAR:HARM1?", "< 5.0E0,6.0E1"),
        (*IS_50_HZ, *IS_230_V, *IS_5_A, WATT, "< 1.15E3"),
        (*IS_50_HZ, *IS_230_V, *IS_5_A, WATT, "< -5.75E2"),
        (*IS_50_HZ, *IS_230_V, *IS_5_A, WATT, "< 575 W"),
    ],
)
def test_another_state_than_asked_for_is_refused(lines):
    with exchange(*PREPARED, *SET_60, *ON, *lines) as link, pytest.raises(UnexpectedReply):
        F6105A(link).apply_power(230, 5, 60, 50, 1)


def test_phase_power_is_a_reading_and_special_values_are_not():
    with exchange(WATT, "< 2.43E4") as link:  # the form of table 5.1
        assert F6105A(link).read_phase_power(1) == Reading(Decimal(24300), "W", "2.43E4")
    with exchange(WATT, "< 9.91E37") as link, pytest.raises(Overload):
        F6105A(link).read_phase_power(1)
    with exchange() as link, pytest.raises(OutOfRange, match="1, 2 and 3"):
        F6105A(link).read_phase_power(4)


@pytest.mark.parametrize(
    ("load", "there"),
    [
        ((230, 5, 0, 50, 2), "There are 1 and 3"),
        ((230, 5, 0, 50, 1, "b"), "There are abc, a"),
        ((230, 5, 0, 50, 3, "ab"), "There are abc, a, b, c"),
        ((1009, 5, 0, 50, 1), "1 V to 1008 V from 16 Hz to 850 Hz"),
        ((0, 5, 0, 50, 1), "1 V to 1008 V"),
        ((230, 22, 0, 50, 1), "0.05 A to 21 A"),
        ((230, "0.04", 0, 50, 1), "0.05 A to 21 A"),
        ((230, -1, 0, 50, 1), "0.05 A to 21 A"),
        ((230, 5, 181, 50, 1), "-180 to 180 degrees"),
        ((230, 5, 0, 15, 1), "from 16 Hz to 850 Hz"),
        ((230, 5, "0.1234567890123456", 50, 1), "15 digits"),
    ],
)
def test_what_it_does_not_have_is_refused_before_anything_is_sent(load, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        F6105A(link).apply_power(*load)


def test_standby_is_read_back():
    with exchange(*OFF) as link:
        F6105A(link).standby()
    with exchange(*OFF[:-1], "< 1") as link, pytest.raises(DeviceError, match="still on"):
        F6105A(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< 0", Safe.VERIFIED),
        ("< 1", Safe.FAILED),
        ("! timeout", Safe.SENT_UNVERIFIED),
        ("! lost", Safe.SENT_UNVERIFIED),
        ("< OFF?", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_outp_stat(line, safe):
    with exchange("! clear", "> OUTP:STAT OFF", "> OUTP:STAT?", line) as link:
        assert F6105A(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert F6105A(link).make_safe() is Safe.FAILED
