"""Exchanges of the 8508A: protocol table 3.3 (Datron 1281 dialect)."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import in_one_message

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench_drivers.fluke.f8508a import F8508A

BASIS = ("> *RST", "> *CLS", "> INPUT FRONT", "> TRG_SRCE EXT")
NO_ERROR = ("> *ESR?", "< 0")
exchange = in_one_message("*ESR?", ";")


def test_identity():
    text = "FLUKE,8508A,915312345,1.10"
    with exchange("> *IDN?", f"< {text}") as link:
        found = F8508A(link).identify()
    assert found == Identity("FLUKE", "8508A", "915312345", "1.10", text)
    assert found.model in F8508A.MODELS


@pytest.mark.parametrize(
    ("method", "on_range", "sent", "unit"),
    [
        ("measure_dc_voltage", 20, "DCV 20,FILT_OFF,RESL7,FAST_OFF,TWO_WR", "V"),
        ("measure_ac_voltage", 2, "ACV 2,FILT40HZ,RESL6,TWO_WR", "V"),
        ("measure_dc_current", "2e-4", "DCI 2E-4,FILT_OFF,RESL7,FAST_OFF", "A"),
        ("measure_ac_current", 20, "ACI 20,FILT40HZ,RESL6", "A"),
        ("measure_resistance_4w", 2, "OHMS 2,FILT_OFF,RESL7,FAST_OFF,FOUR_WR,LOI_OFF", "Ohm"),
        ("measure_resistance_2w", "2e9", "OHMS 2000000000,FILT_OFF,RESL7,FAST_OFF,TWO_WR,LOI_OFF", "Ohm"),
    ],
)
def test_each_function_has_its_command_and_x_triggers_and_reads(method, on_range, sent, unit):
    with exchange(*BASIS, f"> {sent}", *NO_ERROR, "> X?", "< +10.0000012E+00") as link:
        reading = getattr(F8508A(link), method)(on_range)
    assert reading == Reading(Decimal("10.0000012"), unit, "+10.0000012E+00")


def test_it_is_reset_once_and_digits_are_the_resolution():
    with exchange(
        *BASIS, "> DCV 20,FILT_OFF,RESL8,FAST_OFF,TWO_WR", *NO_ERROR, "> X?", "< 1.0", "> X?", "< 1.0",
        "> DCV 2,FILT_OFF,RESL8,FAST_OFF,TWO_WR", *NO_ERROR, "> X?", "< 1.0",
    ) as link:  # fmt: skip
        meter = F8508A(link)
        meter.configure(digits=8.5)
        meter.measure_dc_voltage(20)
        meter.measure_dc_voltage(20)
        meter.measure_dc_voltage(2)


@pytest.mark.parametrize("reply", ["200.0000E+33", "+200.0000E+33", "-200.0000E+33"])
def test_overload_of_the_table_is_no_reading(reply):
    once = (*BASIS, "> DCV 2,FILT_OFF,RESL7,FAST_OFF,TWO_WR", *NO_ERROR)
    with exchange(*once, "> X?", f"< {reply}", "> X?", "< 1.0") as link:
        meter = F8508A(link)
        with pytest.raises(Overload) as caught:
            meter.measure_dc_voltage(2)
        assert meter.measure_dc_voltage(2).value == 1
    assert "exchange: after `X?`" in str(caught.value)
    assert repr(reply) in str(caught.value)


@pytest.mark.parametrize(
    ("status", "words"),
    [("32", "command error"), ("16", "execution error"), ("8", "device error"), ("4", "query error")],
)
def test_error_bits_of_the_event_status_register_are_named(status, words):
    # ESR bits: protocol table 1.2
    with (
        exchange(*BASIS, "> ACI 2,FILT40HZ,RESL6", "> *ESR?", f"< {status}", *NO_ERROR) as link,
        pytest.raises(DeviceError, match=f"exchange: after .*ACI 2.*{words}"),
    ):
        F8508A(link).measure_ac_current(2)


def test_power_on_and_operation_complete_are_no_errors():
    with exchange("> *ESR?", "< 129") as link:
        assert F8508A(link).read_errors() == []


def test_after_a_timeout_it_is_reset_again():
    once = (*BASIS, "> DCV 2,FILT_OFF,RESL7,FAST_OFF,TWO_WR", *NO_ERROR, "> X?")
    with exchange(*once, "! timeout", *once, "< 1.0") as link:
        meter = F8508A(link)
        with pytest.raises(LinkTimeout):
            meter.measure_dc_voltage(2)
        meter.measure_dc_voltage(2)


def test_the_longest_reading_is_waited_for():
    # table 3.3: RESL8 readings take up to 25 s; 1024 PLC twice at 50 Hz are 41 s
    asked: list[float | None] = []
    with exchange(*BASIS, "> DCV 2,FILT_OFF,RESL8,FAST_OFF,TWO_WR", *NO_ERROR, "> X?", "< 1.0") as link:
        scripted = link.query

        def query(message: str, *, timeout: float | None = None) -> str:
            asked.append(timeout)
            return scripted(message, timeout=timeout)

        link.query = query  # type: ignore[method-assign] # to see the timeout
        meter = F8508A(link)
        meter.configure(digits="8.5")
        meter.measure_dc_voltage(2)
    assert asked[0] is None
    assert asked[1] is not None
    assert asked[1] > 41


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"digits": 4.5}, "5.5, 6.5, 7.5, 8.5"),
        ({"nplc": 10}, "Configure digits alone"),
        ({"autozero": False}, "Configure digits alone"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        F8508A(link).configure(**settings)


@pytest.mark.parametrize(
    ("method", "there"), [("measure_ac_voltage", "5.5, 6.5"), ("measure_dc_current", "5.5, 6.5, 7.5")]
)
def test_digits_are_not_clipped_for_functions_that_have_fewer(method, there):
    with exchange() as link:
        meter = F8508A(link)
        meter.configure(digits=8.5)
        with pytest.raises(OutOfRange, match=there):
            getattr(meter, method)(2)


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_dc_voltage", 10, "200 mV, 2 V, 20 V, 200 V, 1000 V"),
        ("measure_dc_current", 1, "200 uA, 2 mA, 20 mA, 200 mA, 2 A, 20 A"),
        ("measure_resistance_4w", 1, "2 Ohm, 20 Ohm, 200 Ohm, 2 kOhm, .* 200 MOhm, 2 GOhm"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(F8508A(link), method)(on_range)


@pytest.mark.parametrize("reply", ["", "DCV", "1.0 V"])
def test_garbage_is_named(reply):
    once = (*BASIS, "> ACV 2,FILT40HZ,RESL6,TWO_WR", *NO_ERROR)
    with exchange(*once, "> X?", f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        F8508A(link).measure_ac_voltage(2)
    assert "exchange: after `X?`" in str(caught.value)
    assert repr(reply) in str(caught.value)
