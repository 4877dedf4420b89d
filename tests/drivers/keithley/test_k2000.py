"""Exchanges of the Keithley 2000: protocol table 3.5, user's manual 2000-900-01 rev. J, p. 5-41."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Reading
from calbench_drivers.keithley.k2000 import K2000

BASIS = ("> *RST", "> :INIT:CONT OFF", "> :FORM:ELEM READ")
NO_ERROR = ("> :SYST:ERR?", '< 0,"No error"')


def _function(message: str) -> str | None:
    """Give the function that a message selects as the query names it."""
    return '"{}"'.format(message.split("'")[1]) if message.startswith(":SENS:FUNC '") else None


exchange = asked_after(":SENS:FUNC?", _function)


def test_identity():
    with exchange("> *IDN?", "< KEITHLEY INSTRUMENTS INC.,MODEL 2000,1234567,A08  /A02") as link:
        found = K2000(link).identify()
    assert (found.maker, found.serial) == ("KEITHLEY INSTRUMENTS INC.", "1234567")
    assert found.model in K2000.MODELS


@pytest.mark.parametrize(
    ("method", "on_range", "function", "unit"),
    [
        ("measure_dc_voltage", "0.1", "VOLT:DC", "V"),
        ("measure_ac_voltage", "750", "VOLT:AC", "V"),
        ("measure_dc_current", "0.01", "CURR:DC", "A"),
        ("measure_ac_current", "3", "CURR:AC", "A"),
        ("measure_resistance_2w", "100", "RES", "Ohm"),
        ("measure_resistance_4w", "100000000", "FRES", "Ohm"),
    ],
)
def test_each_function_has_its_command(method, on_range, function, unit):
    with exchange(
        *BASIS, f"> :SENS:FUNC '{function}'", f"> :SENS:{function}:RANG {on_range}", *NO_ERROR, "> :READ?",
        "< +1.2345678E+00",
    ) as link:  # fmt: skip
        reading = getattr(K2000(link), method)(on_range)
    assert reading == Reading(Decimal("1.2345678"), unit, "+1.2345678E+00")


def test_frequency_has_no_range():
    with exchange(*BASIS, "> :SENS:FUNC 'FREQ'", *NO_ERROR, "> :READ?", "< +5.000001E+01") as link:
        assert str(K2000(link).measure_frequency()) == "50.00001 Hz"


def test_it_is_reset_once_and_settings_follow_the_range():
    with exchange(
        *BASIS, "> :SYST:AZER:STAT ON", "> :SENS:FUNC 'VOLT:DC'", "> :SENS:VOLT:DC:RANG 10",
        "> :SENS:VOLT:DC:NPLC 10", *NO_ERROR, "> :READ?", "< 1.0", "> :READ?", "< 1.0",
        "> :SENS:VOLT:DC:RANG 1", "> :SENS:VOLT:DC:NPLC 10", *NO_ERROR, "> :READ?", "< 1.0",
        "> :SENS:FUNC 'CURR:AC'", "> :SENS:CURR:AC:RANG 1", "> :SENS:CURR:AC:NPLC 10", *NO_ERROR, "> :READ?", "< 1.0",
    ) as link:  # fmt: skip
        meter = K2000(link)
        meter.configure(nplc=10, autozero=True, digits=6.5)
        for on_range in (10, 10, 1):
            meter.measure_dc_voltage(on_range)
        meter.measure_ac_current(1)


@pytest.mark.parametrize("reply", ["+9.9E37", "-9.9E37", "+9.91E37"])
def test_overflow_of_the_table_is_no_reading(reply):
    once = (*BASIS, "> :SENS:FUNC 'RES'", "> :SENS:RES:RANG 100", *NO_ERROR)
    with exchange(*once, "> :READ?", f"< {reply}", "> :READ?", "< 10") as link:
        meter = K2000(link)
        with pytest.raises(Overload, match="exchange: after `:READ\\?`"):
            meter.measure_resistance_2w(100)
        assert meter.measure_resistance_2w(100).value == 10


def test_after_a_timeout_it_is_reset_again():
    once = (*BASIS, "> :SENS:FUNC 'RES'", "> :SENS:RES:RANG 100", *NO_ERROR, "> :READ?")
    with exchange(*once, "! timeout", *once, "< 10") as link:
        meter = K2000(link)
        with pytest.raises(LinkTimeout):
            meter.measure_resistance_2w(100)
        meter.measure_resistance_2w(100)


def test_an_error_after_settings_is_named_and_nothing_is_measured():
    queue = ("> :SYST:ERR?", '< -113,"Undefined header"', *NO_ERROR)
    with (
        exchange(*BASIS, "> :SENS:FUNC 'FREQ'", *queue) as link,
        pytest.raises(DeviceError, match=r"exchange: after .*FREQ.*-113, Undefined header"),
    ):
        K2000(link).measure_frequency()


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"nplc": "0.001"}, "0.01 to 10"),
        ({"nplc": 100}, "0.01 to 10"),
        ({"nplc": 1, "digits": 7.5}, "4.5, 5.5 and 6.5"),
        ({"nplc": "0.1", "digits": 6.5}, "6.5 digits need 1 PLC or more, not 0.1"),
        ({"digits": 6.5}, "Configure nplc with them"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        K2000(link).configure(**settings)


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_ac_voltage", 1000, "100 mV, 1 V, 10 V, 100 V, 750 V"),
        ("measure_dc_current", 10, "10 mA, 100 mA, 1 A, 3 A"),
        ("measure_resistance_2w", 10, "100 Ohm, 1 kOhm, .* 100 MOhm"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(K2000(link), method)(on_range)


@pytest.mark.parametrize("reply", ["", "+1.0E+00VDC,+12.3SECS", "NONE"])
def test_garbage_is_named(reply):
    # units and other elements come only when :FORM:ELEM asks for them
    with (
        exchange(*BASIS, "> :SENS:FUNC 'FREQ'", *NO_ERROR, "> :READ?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        K2000(link).measure_frequency()
    assert "exchange: after `:READ?`" in str(caught.value)
    assert repr(reply) in str(caught.value)
