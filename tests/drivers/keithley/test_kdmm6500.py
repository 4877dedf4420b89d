"""Exchanges of the DMM6500: protocol table 3.5 (commands of an independent program)."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Reading
from calbench_drivers.keithley.kdmm6500 import KDMM6500

LANGUAGE = ("> *LANG?", "< SCPI")
NO_ERROR = ("> :SYST:ERR?", '< 0,"No error;0;0 0"')


def _function(message: str) -> str | None:
    """Give the function that a message selects as the query names it."""
    return message.split('"')[1] if message.startswith(':SENS:FUNC "') else None


exchange = asked_after(":SENS:FUNC?", _function)


def ranged(function: str, header: str, on_range: str) -> tuple[str, str]:
    return f'> :SENS:FUNC "{function}"', f"> :SENS:{header}:RANG:AUTO 0;:SENS:{header}:RANG {on_range}"


def test_identity():
    with exchange("> *IDN?", "< KEITHLEY INSTRUMENTS,MODEL DMM6500,04412345,1.7.12b") as link:
        found = KDMM6500(link).identify()
    assert found.serial == "04412345"
    assert found.model in KDMM6500.MODELS


@pytest.mark.parametrize(
    ("method", "on_range", "function", "header", "unit"),
    [
        ("measure_dc_voltage", "0.1", "VOLT:DC", "VOLT", "V"),
        ("measure_ac_voltage", "750", "VOLT:AC", "VOLT:AC", "V"),
        ("measure_dc_current", "1E-5", "CURR:DC", "CURR", "A"),
        ("measure_ac_current", "3", "CURR:AC", "CURR:AC", "A"),
        ("measure_resistance_2w", "10", "RES", "RES", "Ohm"),
        ("measure_resistance_4w", "1", "FRES", "FRES", "Ohm"),
        ("measure_capacitance", "1E-9", "CAP", "CAP", "F"),
    ],
)
def test_each_function_has_its_command(method, on_range, function, header, unit):
    with exchange(
        *LANGUAGE, "> *RST", *ranged(function, header, on_range), *NO_ERROR, "> :READ?", "< 1.234567E-02"
    ) as link:
        reading = getattr(KDMM6500(link), method)(on_range)
    assert reading == Reading(Decimal("0.01234567"), unit, "1.234567E-02")


def test_frequency_has_no_range():
    with exchange(
        *LANGUAGE, "> *RST", '> :SENS:FUNC "FREQ:VOLT"', *NO_ERROR, "> :READ?", "< 5.0000001E+01"
    ) as link:
        assert str(KDMM6500(link).measure_frequency()) == "50.000001 Hz"


@pytest.mark.parametrize("language", ["TSP", "SCPI2000", "SCPI34401", ""])
def test_another_language_is_refused_before_anything_is_set(language):
    with (
        exchange("> *LANG?", f"< {language}") as link,
        pytest.raises(DeviceError, match=f"exchange: .*'{language}'.*speaks SCPI"),
    ):
        KDMM6500(link).measure_dc_voltage(10)


def test_it_is_reset_once_and_settings_follow_the_range():
    with exchange(
        *LANGUAGE, "> *RST", *ranged("VOLT:DC", "VOLT", "10"), "> :SENS:VOLT:NPLC 10", "> :SENS:VOLT:AZER ON",
        *NO_ERROR, "> :READ?", "< 1.0", "> :READ?", "< 1.0",
        ranged("VOLT:DC", "VOLT", "1")[1], "> :SENS:VOLT:NPLC 10", "> :SENS:VOLT:AZER ON", *NO_ERROR,
        "> :READ?", "< 1.0",
        *ranged("CURR:AC", "CURR:AC", "1"), *NO_ERROR, "> :READ?", "< 1.0",
    ) as link:  # fmt: skip
        meter = KDMM6500(link)
        meter.configure(nplc=10, autozero=True, digits=6.5)
        for on_range in (10, 10, 1):
            meter.measure_dc_voltage(on_range)
        meter.measure_ac_current(1)


@pytest.mark.parametrize("reply", ["9.9E+37", "-9.9E+37", "9.91E+37"])
def test_overflow_is_no_reading(reply):
    once = (*LANGUAGE, "> *RST", *ranged("RES", "RES", "100"), *NO_ERROR)
    with exchange(*once, "> :READ?", f"< {reply}", "> :READ?", "< 10") as link:
        meter = KDMM6500(link)
        with pytest.raises(Overload, match="exchange: after `:READ\\?`"):
            meter.measure_resistance_2w(100)
        assert meter.measure_resistance_2w(100).value == 10


def test_after_a_timeout_language_and_settings_are_unknown():
    once = (*LANGUAGE, "> *RST", *ranged("RES", "RES", "100"), *NO_ERROR, "> :READ?")
    with exchange(*once, "! timeout", *once, "< 10") as link:
        meter = KDMM6500(link)
        with pytest.raises(LinkTimeout):
            meter.measure_resistance_2w(100)
        meter.measure_resistance_2w(100)


def test_ten_amperes_are_on_the_rear_only():
    with (
        exchange(*LANGUAGE, "> ROUT:TERM?", "< FRON") as link,
        pytest.raises(OutOfRange, match="rear terminals only"),
    ):
        KDMM6500(link).measure_dc_current(10)
    with exchange(
        *LANGUAGE, "> ROUT:TERM?", "< REAR", "> *RST", *ranged("CURR:AC", "CURR:AC", "10"), *NO_ERROR,
        "> :READ?", "< 9.5",
    ) as link:  # fmt: skip
        assert KDMM6500(link).measure_ac_current(10).value == Decimal("9.5")


def test_terminals_that_are_neither():
    with (
        exchange(*LANGUAGE, "> ROUT:TERM?", "< SIDE") as link,
        pytest.raises(UnexpectedReply, match=r"exchange: after `ROUT:TERM\?`.*'SIDE'"),
    ):
        KDMM6500(link).measure_dc_current(10)


def test_an_error_after_settings_is_named_and_nothing_is_measured():
    queue = ("> :SYST:ERR?", '< -113,"Undefined header;1;2026/01/01 00:00:00"', *NO_ERROR)
    with (
        exchange(*LANGUAGE, "> *RST", '> :SENS:FUNC "FREQ:VOLT"', *queue) as link,
        pytest.raises(DeviceError, match=r"exchange: after .*FREQ:VOLT.*-113, Undefined header"),
    ):
        KDMM6500(link).measure_frequency()


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"nplc": "0.0001"}, "0.0005 to 12"),
        ({"nplc": 15}, "0.0005 to 12"),
        ({"digits": 7.5}, "3.5, 4.5, 5.5 and 6.5"),
        ({"nplc": "0.1", "digits": 6.5}, "6.5 digits need 1 PLC or more, not 0.1"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        KDMM6500(link).configure(**settings)


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_dc_voltage", 2, "100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_ac_current", "1e-4", "1 mA, 10 mA, 100 mA, 1 A, 3 A, 10 A"),
        ("measure_resistance_2w", 1, "10 Ohm, 100 Ohm, .* 100 MOhm"),
        ("measure_capacitance", 1, "1 nF, .* 100 uF, 1 mF"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(KDMM6500(link), method)(on_range)
