"""Exchanges of the 6270A: protocol table 9.2 (commands seen in public programs; forms of replies assumed)."""

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
from calbench_drivers.fluke.f6270a import F6270A

NO_ERROR = ("> SYST:ERR?", '< 0,"No error"')
IN_KPA = ("> UNIT:PRES?", "< KPA")
SET = ("> SOUR:PRES:LEV:IMM:AMPL 500", *NO_ERROR, "> SOUR:PRES:LEV:IMM:AMPL?", "< 500.0")
ON = ("> OUTP:PRES:MODE CONT", *NO_ERROR, "> OUTP:PRES:MODE?", "< CONT")
BUSY = ("> STAT:OPER:COND?", "< 2", "~ 0.5")
READY = ("> STAT:OPER:COND?", "< 16")  # table 9.2: 16 when ready
SLEW = (*IN_KPA, "> SOUR:PRES:SLEW 10", *NO_ERROR, "> SOUR:PRES:SLEW?")


def test_identity():
    text = "FLUKE,6270A,4567001,1.20"
    with exchange("> *IDN?", f"< {text}") as link:
        assert F6270A(link).identify() == Identity("FLUKE", "6270A", "4567001", "1.20", text)


@pytest.mark.parametrize(
    ("unit", "sent", "pascals"),
    [
        ("KPA", "100.0012", "100001.2"),
        ("kPa", "-1.5E+00", "-1500"),
        ("MPA", "1.5", "1500000"),
        ("PA", "7", "7"),
    ],
)
def test_reading_is_converted_and_the_unit_left_alone(unit, sent, pascals):
    with exchange("> UNIT:PRES?", f"< {unit}", "> MEAS:PRES?", f"< {sent}") as link:
        assert F6270A(link).read_pressure() == Reading(Decimal(pascals), "Pa", sent)


def test_a_unit_that_does_not_convert_exactly_is_refused():
    with exchange("> UNIT:PRES?", "< PSI") as link, pytest.raises(DeviceError, match=r"'PSI'. Set one"):
        F6270A(link).read_pressure()


@pytest.mark.parametrize("sent", ["9.9E37", "-9.9E37", "9.91E37"])
def test_special_values_are_overload(sent):
    with (
        exchange(*IN_KPA, "> MEAS:PRES?", f"< {sent}") as link,
        pytest.raises(Overload, match="exchange: `MEAS"),
    ):
        F6270A(link).read_pressure()


@pytest.mark.parametrize("reply", ["", "100 kPa", "100,200", "OFF"])
def test_no_number_is_named(reply):
    with exchange(*IN_KPA, "> MEAS:PRES?", f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        F6270A(link).read_pressure()
    assert "exchange: `MEAS:PRES?`" in str(caught.value)
    assert repr(reply) in str(caught.value)


@pytest.mark.parametrize("value", [500_000, 500_000.0, "5.00000E5"])
def test_pressure_is_set_controlled_and_awaited(value):
    with exchange(*IN_KPA, *SET, *ON, *BUSY, *BUSY, *READY, "> MEAS:PRES?", "< 500.0003") as link:
        assert F6270A(link).apply_pressure(value) == Applied(Decimal("500000.3"), "Pa", "500.0003")


def test_another_unit_is_changed_and_read_back():
    unit = ("> UNIT:PRES?", "< PSI", "> UNIT:PRES KPA", *NO_ERROR, *IN_KPA)
    with exchange(*unit, *SET, *ON, *READY, "> MEAS:PRES?", "< 500.0003") as link:
        assert F6270A(link).apply_pressure(500_000).value == Decimal("500000.3")


@pytest.mark.parametrize(
    ("value", "there"),
    [
        (20_000_001, "-100000 Pa to 20000000 Pa"),
        ("-100000.1", "-100000 Pa"),
        ("0.00001", "finer"),
        ("1e-999", "finer"),
    ],
)
def test_what_no_module_has_is_refused_before_anything_is_sent(value, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        F6270A(link).apply_pressure(value)


def test_what_the_module_refuses_is_told_before_it_controls():
    errors = ("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)
    with (
        exchange(*IN_KPA, SET[0], *errors) as link,
        pytest.raises(DeviceError, match=r"'SOUR:PRES:LEV:IMM:AMPL 500'.*-222, Data out of range"),
    ):
        F6270A(link).apply_pressure(500_000)


def test_another_set_point_than_asked_is_refused_before_it_controls():
    with (
        exchange(*IN_KPA, *SET[:-1], "< 400.0") as link,
        pytest.raises(UnexpectedReply, match=r"'400.0', not the 500"),
    ):
        F6270A(link).apply_pressure(500_000)


def test_another_mode_than_asked_is_named():
    with (
        exchange(*IN_KPA, *SET, *ON[:-1], "< VENT") as link,
        pytest.raises(DeviceError, match="in mode 'VENT'"),
    ):
        F6270A(link).apply_pressure(500_000)


def test_gives_up_after_ten_minutes_with_state_and_errors():
    polls = BUSY * 1200 + BUSY[:2]
    with (
        exchange(*IN_KPA, *SET, *ON, *polls, *NO_ERROR) as link,
        pytest.raises(
            DeviceError, match=r"not ready 600 s after.*COND 2, wanted 16.*still controlling; errors: none"
        ),
    ):
        F6270A(link).apply_pressure(500_000)


def test_a_slow_ramp_has_the_time_it_needs():
    # 500 kPa at 10 kPa/s take 50 s
    now = ("> MEAS:PRES?", "< 0.0")
    polls = BUSY * 1300 + BUSY[:2]
    with exchange(*SLEW, "< 10.0", *IN_KPA, *now, *SET, *ON, *polls, *NO_ERROR) as link:
        controller = F6270A(link)
        controller.set_slew(10_000)
        with pytest.raises(DeviceError, match="not ready 650 s"):
            controller.apply_pressure(500_000)


def test_another_slew_than_asked_is_refused():
    with exchange(*SLEW, "< 9.0") as link, pytest.raises(UnexpectedReply, match=r"'9.0', not the 10"):
        F6270A(link).set_slew(10_000)


@pytest.mark.parametrize("rate", [0, -1, "1e9", "0.00001"])
def test_a_rate_that_there_is_not_is_refused_before_anything_is_sent(rate):
    with exchange() as link, pytest.raises(OutOfRange, match="Pa"):
        F6270A(link).set_slew(rate)


def test_vent_is_read_back():
    with exchange("> OUTP:PRES:MODE VENT", *NO_ERROR, "> OUTP:PRES:MODE?", "< VENT") as link:
        F6270A(link).vent()
    with (
        exchange("> OUTP:PRES:MODE VENT", *NO_ERROR, "> OUTP:PRES:MODE?", "< MEAS") as link,
        pytest.raises(DeviceError, match="'MEAS'"),
    ):
        F6270A(link).vent()


def test_standby_is_read_back_and_does_not_vent():
    with exchange("> OUTP:PRES:MODE MEAS", "> OUTP:PRES:MODE?", "< MEASURE") as link:
        F6270A(link).standby()
    with (
        exchange("> OUTP:PRES:MODE MEAS", "> OUTP:PRES:MODE?", "< CONT") as link,
        pytest.raises(DeviceError, match="'CONT'"),
    ):
        F6270A(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< MEAS", Safe.VERIFIED),
        ("< measure", Safe.VERIFIED),
        ("< CONT", Safe.FAILED),
        ("< CONTROL", Safe.FAILED),
        ("< VENT", Safe.SENT_UNVERIFIED),
        ("< 0", Safe.SENT_UNVERIFIED),
        ("! timeout", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_the_mode(line, safe):
    with exchange("! clear", "> OUTP:PRES:MODE MEAS", "> OUTP:PRES:MODE?", line) as link:
        assert F6270A(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert F6270A(link).make_safe() is Safe.FAILED


def test_errors_are_drained_oldest_first():
    with exchange("> SYST:ERR?", '< -113,"Undefined header"', *NO_ERROR) as link:
        assert F6270A(link).read_errors() == ["-113, Undefined header"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange(*IN_KPA, "> MEAS:PRES?", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert F6270A(link).read_pressure().unit == "Pa"
