"""Exchanges of metrology wells: protocol table 10, second row (9190A operator's manual p. 63)."""

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
from calbench_drivers.fluke.f9142 import F9142

NO_ERROR = ("> SYST:ERR?", '< 0,"No error"')
IDENTITY = ("> *IDN?", "< FLUKE,9142,B12345,1.50")
IN_CELSIUS = ("> UNIT:TEMP?", "< C")
SET = ("> SOUR:SPO 100", *NO_ERROR, "> SOUR:SPO?", "< 100.000")
ON = ("> OUTP:STAT 1", *NO_ERROR, "> OUTP:STAT?", "< 1")
STARTED = (*IDENTITY, *IN_CELSIUS, *SET, *ON)


def at(celsius: str) -> tuple[str, str]:
    return "> SOUR:SENS:DATA?", f"< {celsius}"


def stable(flag: int, celsius: str) -> tuple[str, ...]:
    return "> SOUR:STAB:TEST?", f"< {flag}", *at(celsius)


AND_STILL = stable(1, "100.02")


def test_a_well_that_calls_itself_stable_once_is_not():
    # one bit of `0` is enough for a `1`, and the line has no check
    polls = (*stable(1, "99.2"), "~ 5", *stable(0, "99.3"), "~ 5", *AND_STILL, "~ 5", *stable(1, "100.012"))
    with exchange(*STARTED, *at("99.1"), *polls) as link:
        assert F9142(link).apply_temperature(100).value == Decimal("100.012")


def test_identity():
    with exchange(*IDENTITY) as link:
        found = F9142(link).identify()
    assert found == Identity("FLUKE", "9142", "B12345", "1.50", "FLUKE,9142,B12345,1.50")


@pytest.mark.parametrize("value", [100, "1.00E2"])
def test_temperature_is_set_read_back_and_awaited(value):
    # the first `1` is of the set-point before: the block is still at 25 degC
    polls = (*stable(1, "25.1"), "~ 5", *stable(0, "99.9"), "~ 5", *AND_STILL, "~ 5", *stable(1, "100.012"))
    with exchange(*STARTED, *at("25.0"), *polls) as link:
        assert F9142(link).apply_temperature(value) == Applied(Decimal("100.012"), "degC", "100.012")


@pytest.mark.parametrize("sent", ["100.01C", "100.01 C"])
def test_a_unit_behind_the_control_sensor_is_read(sent):
    with exchange(*STARTED, *at(sent), *stable(1, sent), "~ 5", *stable(1, sent)) as link:
        assert F9142(link).apply_temperature(100) == Applied(Decimal("100.01"), "degC", sent)


@pytest.mark.parametrize("sent", ["212.0F", "", "C", "100,0", "1 2"])
def test_another_form_of_the_control_sensor_is_named(sent):
    with exchange(*STARTED, *at(sent)) as link, pytest.raises(UnexpectedReply) as caught:
        F9142(link).apply_temperature(100)
    assert "exchange: `SOUR:SENS:DATA?`" in str(caught.value)


def test_fahrenheit_is_changed_and_read_back():
    unit = ("> UNIT:TEMP?", "< F", "> UNIT:TEMP C", *NO_ERROR)
    with exchange(*unit, *IN_CELSIUS, "> READ?", "< 25.001", *NO_ERROR) as link:
        assert F9142(link).read_temperature().value == Decimal("25.001")
    with exchange(*unit, "> UNIT:TEMP?", "< F") as link, pytest.raises(UnexpectedReply, match="'F', not C"):
        F9142(link).read_temperature()


@pytest.mark.parametrize("value", [150.5, "-25.01", "1e999", "50.001", "1e-999"])
def test_what_the_model_does_not_have_is_refused_before_it_is_set(value):
    with (
        exchange(*IDENTITY) as link,
        pytest.raises(OutOfRange, match=r"A 9142 has -25 degC to 150 degC in steps of 0.01"),
    ):
        F9142(link).apply_temperature(value)


@pytest.mark.parametrize(
    ("model", "there"), [("9144", "50 degC to 660"), ("9190A", "-95 degC"), ("4180", "4180 is unknown")]
)
def test_the_range_is_the_one_of_the_model(model, there):
    with exchange("> *IDN?", f"< FLUKE,{model},1,1.0") as link, pytest.raises(OutOfRange, match=there):
        F9142(link).apply_temperature(1000)


def test_an_error_of_the_well_stops_before_it_controls():
    errors = ("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)
    with (
        exchange(*IDENTITY, *IN_CELSIUS, "> SOUR:SPO 100", *errors) as link,
        pytest.raises(DeviceError, match=r"'SOUR:SPO 100'.*-222, Data out of range"),
    ):
        F9142(link).apply_temperature(100)


def test_another_set_point_than_asked_is_refused_before_it_controls():
    with (
        exchange(*IDENTITY, *IN_CELSIUS, *SET[:-1], "< 99.5") as link,
        pytest.raises(UnexpectedReply, match=r"99.5"),
    ):
        F9142(link).apply_temperature(100)


def test_a_well_that_stays_off_is_named():
    with exchange(*STARTED[:-1], "< 0") as link, pytest.raises(DeviceError, match="cut-out"):
        F9142(link).apply_temperature(100)


def test_gives_up_after_two_hours_with_reading_and_errors():
    polls = (*stable(0, "60.0"), "~ 5") * 1440 + stable(0, "61.5")
    with (
        exchange(*STARTED, *at("25.0"), *polls, *NO_ERROR) as link,
        pytest.raises(DeviceError, match=r"not stable 7200 s after.*'61.5'.*still controlling; errors: none"),
    ):
        F9142(link).apply_temperature(100)


def test_reference_probe():
    with exchange(*IN_CELSIUS, "> READ?", "< 25.0013", *NO_ERROR) as link:
        assert F9142(link).read_temperature() == Reading(Decimal("25.0013"), "degC", "25.0013")


def test_a_well_without_reference_is_told_even_if_it_sends_a_number():
    errors = ("> SYST:ERR?", '< -241,"Hardware missing"', *NO_ERROR)
    with (
        exchange(*IN_CELSIUS, "> READ?", "< 0.0", *errors) as link,
        pytest.raises(DeviceError, match="Hardware missing"),
    ):
        F9142(link).read_temperature()


@pytest.mark.parametrize("sent", ["9.9E37", "-9.9E37", "9.91E37"])
def test_special_values_are_overload(sent):
    with (
        exchange(*IN_CELSIUS, "> READ?", f"< {sent}", *NO_ERROR) as link,
        pytest.raises(Overload, match="exchange: `READ"),
    ):
        F9142(link).read_temperature()


def test_standby_is_read_back():
    with exchange("> OUTP:STAT 0", "> OUTP:STAT?", "< 0") as link:
        F9142(link).standby()
    with (
        exchange("> OUTP:STAT 0", "> OUTP:STAT?", "< 1") as link,
        pytest.raises(DeviceError, match="still controlling"),
    ):
        F9142(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< 0", Safe.VERIFIED),
        ("< 1", Safe.FAILED),
        ("< OFF", Safe.SENT_UNVERIFIED),
        ("! timeout", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_the_state(line, safe):
    with exchange("! clear", "> OUTP:STAT 0", "> OUTP:STAT?", line) as link:
        assert F9142(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert F9142(link).make_safe() is Safe.FAILED


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with (
        exchange(*IN_CELSIUS, "> READ?", f"< {reply}", *NO_ERROR) as link,
        contextlib.suppress(InstrumentError),
    ):
        assert F9142(link).read_temperature().unit == "degC"
