"""Exchanges of the 8588A: protocol table 3.4 (command list of an independent program, 8558A manual p. 22)."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench_drivers.fluke.f8588a import F8588A

NO_ERROR = ("> SYST:ERR?", '< 0,"No error"\r')


def _function(message: str) -> str | None:
    """Give the function that a message selects as the query names it."""
    return message.removeprefix("FUNC ") if message.startswith('FUNC "') else None


exchange = asked_after("FUNC?", _function)


def test_identity():
    text = "FLUKE,8588A,479854321,1.20"
    with exchange("> *IDN?", f"< {text}\r") as link:
        found = F8588A(link).identify()
    assert found == Identity("FLUKE", "8588A", "479854321", "1.20", text)
    assert found.model in F8588A.MODELS


@pytest.mark.parametrize(
    ("method", "on_range", "function", "sent", "unit"),
    [
        ("measure_dc_voltage", 10, "VOLT:DC", "VOLT:DC:RANG 10", "V"),
        ("measure_ac_voltage", "0.01", "VOLT:AC", "VOLT:AC:RANG 0.01", "V"),
        ("measure_dc_current", "1e-5", "CURR:DC", "CURR:DC:RANG 1E-5", "A"),
        ("measure_ac_current", 30, "CURR:AC", "CURR:AC:RANG 30", "A"),
        ("measure_resistance_2w", "1e10", "RES", "RES:RANG 10000000000", "Ohm"),
        ("measure_resistance_4w", 1, "FRES", "FRES:RANG 1", "Ohm"),
        ("measure_capacitance", "1e-9", "CAP", "CAP:RANG 1E-9", "F"),
    ],
)
def test_each_function_has_its_command(method, on_range, function, sent, unit):
    with exchange(
        "> *RST", f'> FUNC "{function}"', f"> {sent}", *NO_ERROR, "> READ?", "< +9.99999812E+00\r"
    ) as link:
        reading = getattr(F8588A(link), method)(on_range)
    assert reading == Reading(Decimal("9.99999812"), unit, "+9.99999812E+00")


def test_frequency_has_no_range():
    with exchange("> *RST", '> FUNC "FREQ"', *NO_ERROR, "> READ?", "< +5.0000001E+01") as link:
        assert str(F8588A(link).measure_frequency()) == "50.000001 Hz"


def test_it_is_reset_once_and_settings_follow_the_range():
    with exchange(
        "> *RST", '> FUNC "VOLT:DC"', "> VOLT:DC:RANG 10", "> VOLT:DC:RES 0.0000001", "> VOLT:DC:NPLC 100",
        *NO_ERROR, "> READ?", "< +1.0E+00", "> READ?", "< +1.0E+00",
        "> VOLT:DC:RANG 1", "> VOLT:DC:RES 0.00000001", "> VOLT:DC:NPLC 100", *NO_ERROR, "> READ?", "< +1.0E+00",
        '> FUNC "VOLT:AC"', "> VOLT:AC:RANG 1", "> VOLT:AC:RES 0.00000001", *NO_ERROR, "> READ?", "< +1.0E+00",
    ) as link:  # fmt: skip
        meter = F8588A(link)
        meter.configure(nplc=100, digits=8.5)
        meter.measure_dc_voltage(10)
        meter.measure_dc_voltage(10)
        meter.measure_dc_voltage(1)
        meter.measure_ac_voltage(1)


@pytest.mark.parametrize("reply", ["+9.9E+37", "-9.9E+37", "+9.91E+37"])
def test_special_values_are_no_readings(reply):
    once = ("> *RST", '> FUNC "FRES"', "> FRES:RANG 100", *NO_ERROR)
    with exchange(*once, "> READ?", f"< {reply}", "> READ?", "< 1.0E+01") as link:
        meter = F8588A(link)
        with pytest.raises(Overload, match="exchange: after `READ\\?`"):
            meter.measure_resistance_4w(100)
        assert meter.measure_resistance_4w(100).value == 10


def test_after_a_lost_line_it_is_reset_again():
    once = ("> *RST", '> FUNC "RES"', "> RES:RANG 100", *NO_ERROR, "> READ?")
    with exchange(*once, "! lost", *once, "< 1.0E+01") as link:
        meter = F8588A(link)
        with pytest.raises(ConnectionLost):
            meter.measure_resistance_2w(100)
        meter.measure_resistance_2w(100)


def test_an_error_after_settings_is_named_and_nothing_is_measured():
    queue = ("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)
    with (
        exchange("> *RST", '> FUNC "CAP"', "> CAP:RANG 1E-1", *queue) as link,
        pytest.raises(DeviceError, match=r"exchange: after .*CAP:RANG 1E-1.*-222, Data out of range"),
    ):
        F8588A(link).measure_capacitance("0.1")


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"nplc": "0.005"}, "0.01 to 500"),
        ({"nplc": 501}, "0.01 to 500"),
        ({"autozero": True}, "no command for autozero"),
        ({"digits": 9.5}, "4.5, 5.5, 6.5, 7.5, 8.5"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        F8588A(link).configure(**settings)


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_dc_voltage", 2, "100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_ac_current", 3, "10 uA, .* 1 A, 10 A, 30 A"),
        ("measure_resistance_4w", 2, "1 Ohm, 10 Ohm, 100 Ohm, 1 kOhm, .* 1 GOhm, 10 GOhm"),
        ("measure_capacitance", 1, "1 nF, .* 100 mF"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(F8588A(link), method)(on_range)


@pytest.mark.parametrize("reply", ["", "FLUKE", "1.0,2.0"])
def test_garbage_is_named(reply):
    with (
        exchange("> *RST", '> FUNC "FREQ"', *NO_ERROR, "> READ?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        F8588A(link).measure_frequency()
    assert "exchange: after `READ?`" in str(caught.value)
    assert repr(reply) in str(caught.value)
