"""Current, alternating quantities and frequency of the 34401A: protocol table 3.2, user's guide p. 118."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import OutOfRange, Overload
from calbench.instruments.reading import Reading
from calbench_drivers.agilent.a34401a import A34401A

NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')


def _function(message: str) -> str | None:
    """Give the function that `CONF` selects as `FUNC?` names it (table 3.2)."""
    name = message.partition(" ")[0].removeprefix("CONF:")
    return f'"{name.removesuffix(":DC")}"' if message.startswith("CONF:") else None


exchange = asked_after("FUNC?", _function)


@pytest.mark.parametrize(
    ("method", "on_range", "conf", "unit"),
    [
        ("measure_ac_voltage", "0.1", "CONF:VOLT:AC 0.1", "V"),
        ("measure_ac_voltage", 750, "CONF:VOLT:AC 750", "V"),
        ("measure_dc_current", "0.01", "CONF:CURR:DC 0.01", "A"),
        ("measure_ac_current", 3, "CONF:CURR:AC 3", "A"),
    ],
)
def test_each_function_has_its_header(method, on_range, conf, unit):
    with exchange(f"> {conf}", *NO_ERROR, "> READ?", "< +1.00349000E-04") as link:
        reading = getattr(A34401A(link), method)(on_range)
    assert reading == Reading(Decimal("0.000100349000"), unit, "+1.00349000E-04")


def test_frequency_has_no_range():
    with exchange("> CONF:FREQ", *NO_ERROR, "> READ?", "< +5.00000010E+01") as link:
        assert str(A34401A(link).measure_frequency()) == "50.0000010 Hz"


def test_settings_of_current_are_sent_after_conf_and_not_for_alternating_current():
    with exchange(
        "> CONF:CURR:DC 1", "> CURR:DC:NPLC 100", "> ZERO:AUTO OFF", *NO_ERROR, "> READ?", "< +1.00000000E+00",
        "> CONF:CURR:AC 1", *NO_ERROR, "> READ?", "< +1.00000000E+00",
    ) as link:  # fmt: skip
        meter = A34401A(link)
        meter.configure(nplc=100, autozero=False)
        meter.measure_dc_current(1)
        meter.measure_ac_current(1)


def test_an_rs232_line_is_made_remote_for_these_too():
    refused = ("> SYST:ERR?", '< +550,"Command not allowed in local"', *NO_ERROR)
    with exchange(
        "> CONF:FREQ", *refused, "> SYST:REM", "> CONF:FREQ", *NO_ERROR, "> READ?", "< +5.00000000E+01"
    ) as link:
        assert A34401A(link).measure_frequency().value == 50


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_ac_voltage", 1000, "100 mV, 1 V, 10 V, 100 V, 750 V"),
        ("measure_dc_current", "0.001", "10 mA, 100 mA, 1 A, 3 A"),
        ("measure_ac_current", "0.1", "There are 1 A, 3 A"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(A34401A(link), method)(on_range)


def test_overload_is_no_reading():
    with (
        exchange("> CONF:CURR:AC 1", *NO_ERROR, "> READ?", "< +9.90000000E+37") as link,
        pytest.raises(Overload, match="exchange: after `READ\\?`"),
    ):
        A34401A(link).measure_ac_current(1)
