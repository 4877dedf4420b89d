"""What the three Truevolt drivers share, and where they differ: protocol table 3.2, operating guide p. 246, 281."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import LinkTimeout, OutOfRange, Overload
from calbench.instruments.reading import Reading
from calbench_drivers.keysight.k34461a import K34461A
from calbench_drivers.keysight.k34465a import K34465A
from calbench_drivers.keysight.k34470a import K34470A

NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')


def _function(message: str) -> str | None:
    """Give the function that `CONF` selects as `FUNC?` names it (table 3.2)."""
    name = message.partition(" ")[0].removeprefix("CONF:")
    return f'"{name.removesuffix(":DC")}"' if message.startswith("CONF:") else None


exchange = asked_after("FUNC?", _function)
FAMILY = pytest.mark.parametrize("driver", [K34461A, K34465A, K34470A])
BETTER = pytest.mark.parametrize("driver", [K34465A, K34470A])


@pytest.mark.parametrize(
    ("driver", "model"),
    [(K34461A, "34460A"), (K34461A, "34461A"), (K34465A, "34465A"), (K34470A, "34470A")],
)
def test_each_model_has_one_driver(driver, model):
    with exchange("> *IDN?", f"< Keysight Technologies,{model},MY1,A.02.17") as link:
        assert driver(link).identify().model == model
    assert [one for one in (K34461A, K34465A, K34470A) if model in one.MODELS] == [driver]


@FAMILY
@pytest.mark.parametrize(
    ("method", "on_range", "conf", "unit"),
    [
        ("measure_dc_voltage", 1000, "CONF:VOLT:DC 1000", "V"),
        ("measure_ac_voltage", 750, "CONF:VOLT:AC 750", "V"),
        ("measure_dc_current", "1e-4", "CONF:CURR:DC 0.0001", "A"),
        ("measure_ac_current", 3, "CONF:CURR:AC 3", "A"),
        ("measure_resistance_2w", 100, "CONF:RES 100", "Ohm"),
        ("measure_resistance_4w", "1e8", "CONF:FRES 100000000", "Ohm"),
        ("measure_capacitance", "1e-9", "CONF:CAP 1E-9", "F"),
    ],
)
def test_each_function_has_its_header(driver, method, on_range, conf, unit):
    with exchange(f"> {conf}", *NO_ERROR, "> READ?", "< +9.99612345E-01") as link:
        reading = getattr(driver(link), method)(on_range)
    assert reading == Reading(Decimal("0.999612345"), unit, "+9.99612345E-01")


@FAMILY
def test_frequency_has_no_range(driver):
    with exchange("> CONF:FREQ", *NO_ERROR, "> READ?", "< +5.00000010E+01") as link:
        assert str(driver(link).measure_frequency()) == "50.0000010 Hz"


@FAMILY
def test_what_does_not_integrate_gets_no_integration_time(driver):
    with exchange(
        "> CONF:CURR:DC 1", "> CURR:DC:NPLC 10", "> CURR:DC:ZERO:AUTO OFF", *NO_ERROR, "> READ?", "< +1.0E+00",
        "> CONF:CURR:AC 1", *NO_ERROR, "> READ?", "< +1.0E+00",
        "> CONF:CURR:DC 1", "> CURR:DC:NPLC 10", "> CURR:DC:ZERO:AUTO OFF", *NO_ERROR, "> READ?", "< +1.0E+00",
    ) as link:  # fmt: skip
        meter = driver(link)
        meter.configure(nplc=10, autozero=False)
        meter.measure_dc_current(1)
        meter.measure_ac_current(1)
        meter.measure_dc_current(1)


@FAMILY
@pytest.mark.parametrize("reply", ["+9.90000000E+37", "-9.90000000E+37", "+9.91000000E+37"])
def test_overload_is_no_reading(driver, reply):
    # operating guide p. 281: 9.9E37 also for a capacitance that cannot be measured
    with (
        exchange("> CONF:CAP 1E-9", *NO_ERROR, "> READ?", f"< {reply}") as link,
        pytest.raises(Overload, match="exchange: after `READ\\?`"),
    ):
        driver(link).measure_capacitance("1e-9")


@FAMILY
def test_alternating_quantities_may_take_20_s(driver):
    asked: list[float | None] = []
    with exchange("> CONF:VOLT:AC 10", *NO_ERROR, "> READ?", "! timeout") as link:
        scripted = link.query

        def query(message: str, *, timeout: float | None = None) -> str:
            asked.append(timeout)
            return scripted(message, timeout=timeout)

        link.query = query  # type: ignore[method-assign] # to see the timeout
        with pytest.raises(LinkTimeout):
            driver(link).measure_ac_voltage(10)
    assert asked == [None, None, 20.0]  # errors, function, reading


def test_a_34460a_has_no_10_a_terminals():
    with (
        exchange("> *IDN?", "< Keysight Technologies,34460A,MY1,A.02.17") as link,
        pytest.raises(OutOfRange, match="34460A has no 10 A"),
    ):
        K34461A(link).measure_dc_current(10)


def test_a_34461a_has_them():
    with exchange(
        "> *IDN?", "< Keysight Technologies,34461A,MY1,A.02.17", "> CONF:CURR:AC 10", *NO_ERROR, "> READ?",
        "< +9.0E+00",
    ) as link:  # fmt: skip
        assert K34461A(link).measure_ac_current(10).value == 9


@BETTER
@pytest.mark.parametrize(
    ("method", "on_range", "conf"),
    [
        ("measure_dc_current", "1e-6", "CONF:CURR:DC 1E-6"),
        ("measure_dc_current", 10, "CONF:CURR:DC 10"),
        ("measure_resistance_2w", "1e9", "CONF:RES 1000000000"),
    ],
)
def test_ranges_that_only_the_better_two_have(driver, method, on_range, conf):
    with exchange(f"> {conf}", *NO_ERROR, "> READ?", "< +1.0E-07") as link:
        getattr(driver(link), method)(on_range)
    if on_range != 10:
        with exchange() as link, pytest.raises(OutOfRange):
            getattr(K34461A(link), method)(on_range)


@FAMILY
@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_ac_voltage", 1000, "100 mV, 1 V, 10 V, 100 V, 750 V"),
        ("measure_ac_current", "1e-5", "100 uA, 1 mA, 10 mA, 100 mA, 1 A, 3 A, 10 A"),
        ("measure_capacitance", "1e-3", "1 nF, 10 nF, 100 nF, 1 uF, 10 uF, 100 uF"),
        ("measure_resistance_4w", 10, "100 Ohm, 1 kOhm, 10 kOhm"),
    ],
)
def test_a_range_must_be_one_of_the_meter(driver, method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(driver(link), method)(on_range)


@BETTER
def test_four_wires_do_not_know_autozero_off(driver):
    with exchange() as link:
        meter = driver(link)
        meter.configure(autozero=False, nplc="0.06")
        with pytest.raises(OutOfRange, match="four-wire"):
            meter.measure_resistance_4w(100)


def test_only_the_34470a_has_7_5_digits():
    with exchange() as link:
        K34470A(link).configure(digits=7.5, nplc=10)
        with pytest.raises(OutOfRange, match=r"7.5 digits need 10 PLC or more, not 1"):
            K34470A(link).configure(digits=7.5, nplc=1)
        with pytest.raises(OutOfRange, match=r"4.5, 5.5 and 6.5"):
            K34465A(link).configure(digits=7.5)
