"""Exchanges of the Truevolt family: protocol table 3.2, Truevolt operating and service guide p. 208, 223."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Reading
from calbench_drivers.keysight.k34461a import K34461A

NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')


def _function(message: str) -> str | None:
    """Give the function that `CONF` selects as `FUNC?` names it (table 3.2)."""
    name = message.partition(" ")[0].removeprefix("CONF:")
    return f'"{name.removesuffix(":DC")}"' if message.startswith("CONF:") else None


exchange = asked_after("FUNC?", _function)


@pytest.mark.parametrize(
    ("text", "identity"),
    [  # both forms of protocol table 3.2, row id (the second was seen of a 34465A)
        (
            "Keysight Technologies,34461A,MY53201234,A.02.17-02.40-02.17-00.52-04-01",
            ["Keysight Technologies", "34461A", "MY53201234", "A.02.17-02.40-02.17-00.52-04-01"],
        ),
        ("Keysight, 34461A, 1000, A.02.16-02.40", ["Keysight", "34461A", "1000", "A.02.16-02.40"]),
    ],
)
def test_identity_of_the_table(text, identity):
    with exchange("> *IDN?", f"< {text}") as link:
        found = K34461A(link).identify()

    assert [found.maker, found.model, found.serial, found.firmware, found.text] == [*identity, text]
    assert found.model in K34461A.MODELS


@pytest.mark.parametrize("on_range", [10, "10", "10.0", 10.0, Decimal("1E1")])
def test_reading_in_the_form_of_the_table(on_range):
    with exchange("> CONF:VOLT:DC 10", *NO_ERROR, "> READ?", "< +9.99612345E+00") as link:
        reading = K34461A(link).measure_dc_voltage(on_range)

    assert reading == Reading(Decimal("9.99612345"), "V", "+9.99612345E+00")


def test_autozero_belongs_to_the_function_guide_p223_and_is_sent_after_conf():
    with exchange(
        "> CONF:VOLT:DC 1", "> VOLT:DC:NPLC 100", "> VOLT:DC:ZERO:AUTO ON", *NO_ERROR,
        "> READ?", "< +1.04530000E-01", "> READ?", "< +1.04570000E-01",
        "> CONF:RES 100", "> RES:NPLC 100", "> RES:ZERO:AUTO ON", *NO_ERROR, "> READ?", "< +1.04530000E+01",
        "> CONF:FRES 100", "> FRES:NPLC 100", *NO_ERROR, "> READ?", "< +1.04570000E+01",
    ) as link:  # fmt: skip
        meter = K34461A(link)
        meter.configure(nplc=100, autozero=True, digits="6.5")
        assert [meter.measure_dc_voltage("1").text for _ in range(2)] == [
            "+1.04530000E-01",
            "+1.04570000E-01",
        ]
        assert str(meter.measure_resistance_2w(100)) == "10.4530000 Ohm"
        assert str(meter.measure_resistance_4w(100)) == "10.4570000 Ohm"


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_dc_voltage", "0.01", "100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_resistance_4w", "1e9", "100 Ohm, 1 kOhm, 10 kOhm, 100 kOhm, 1 MOhm, 10 MOhm, 100 MOhm"),
        ("measure_resistance_2w", 101, "100 Ohm, 1 kOhm, 10 kOhm, 100 kOhm, 1 MOhm, 10 MOhm, 100 MOhm"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(K34461A(link), method)(on_range)


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"nplc": 5}, "0.02, 0.2, 1, 10, 100"),
        ({"digits": 8.5}, "6.5"),
        ({"nplc": 1, "digits": 6.5}, "10 PLC"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        K34461A(link).configure(**settings)


def test_four_wires_do_not_know_autozero_off():
    with exchange() as link:
        meter = K34461A(link)
        meter.configure(autozero=False)
        with pytest.raises(OutOfRange, match="four-wire"):
            meter.measure_resistance_4w(100)


@pytest.mark.parametrize("reply", ["+9.90000000E+37", "-9.90000000E+37"])
def test_overload_is_no_reading(reply):
    with exchange("> CONF:FRES 100", *NO_ERROR, "> READ?", f"< {reply}") as link, pytest.raises(Overload):
        K34461A(link).measure_resistance_4w(100)


@pytest.mark.parametrize("reply", ["", "+0,", "#15HELLO", "nan"])
def test_garbage_is_named(reply):
    with (
        exchange("> CONF:RES 100", *NO_ERROR, "> READ?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        K34461A(link).measure_resistance_2w(100)
    assert repr(reply) in str(caught.value)


def test_an_error_after_settings_is_named_and_nothing_is_measured():
    queue = ("> SYST:ERR?", '< -113,"Undefined header"', *NO_ERROR)
    with (
        exchange("> CONF:VOLT:DC 1", *queue) as link,
        pytest.raises(DeviceError, match=r"CONF:VOLT:DC 1.*-113, Undefined header"),
    ):
        K34461A(link).measure_dc_voltage(1)


def test_after_a_lost_line_it_configures_again():
    once = ("> CONF:VOLT:DC 1", *NO_ERROR, "> READ?")
    with exchange(*once, "! lost", *once, "< +1.0E-01") as link:
        meter = K34461A(link)
        with pytest.raises(ConnectionLost):
            meter.measure_dc_voltage(1)
        assert meter.measure_dc_voltage(1).value == Decimal("0.1")


def test_errors_are_drained_oldest_first():
    with exchange("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR) as link:
        assert K34461A(link).read_errors() == ["-222, Data out of range"]
