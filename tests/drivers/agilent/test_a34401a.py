"""Exchanges of the 34401A: protocol tables 3.2 (user's guide chapter 4, p. 118), 1.3 and 1.4."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import asked_after

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench_drivers.agilent.a34401a import A34401A

NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')


def _function(message: str) -> str | None:
    """Give the function that `CONF` selects as `FUNC?` names it (table 3.2)."""
    name = message.partition(" ")[0].removeprefix("CONF:")
    return f'"{name.removesuffix(":DC")}"' if message.startswith("CONF:") else None


exchange = asked_after("FUNC?", _function)


def test_identity_of_the_table_has_no_serial_number():
    text = "HEWLETT-PACKARD,34401A,0,11-5-2"
    with exchange("> *IDN?", f"< {text}") as link:
        assert A34401A(link).identify() == Identity("HEWLETT-PACKARD", "34401A", "", "11-5-2", text)


@pytest.mark.parametrize("on_range", [0.1, "0.1", Decimal("0.100"), "1E-1"])
def test_reading_in_the_form_of_the_table(on_range):
    with exchange("> CONF:VOLT:DC 0.1", *NO_ERROR, "> READ?", "< +1.00349000E-04") as link:
        reading = A34401A(link).measure_dc_voltage(on_range)

    assert reading == Reading(Decimal("0.000100349000"), "V", "+1.00349000E-04")


def test_rs232_replies_may_end_in_cr():
    with exchange(
        "> CONF:VOLT:DC 10", "> SYST:ERR?", '< +0,"No error"\r', "> READ?", "< +1.00349000E-04\r"
    ) as link:
        assert A34401A(link).measure_dc_voltage(10).text == "+1.00349000E-04"


@pytest.mark.parametrize(
    ("method", "conf", "on_range", "unit"),
    [
        ("measure_dc_voltage", "CONF:VOLT:DC 1000", 1000, "V"),
        ("measure_resistance_2w", "CONF:RES 100", 100, "Ohm"),
        ("measure_resistance_4w", "CONF:FRES 100000000", 1e8, "Ohm"),
        ("measure_resistance_4w", "CONF:FRES 10000", "1E4", "Ohm"),
    ],
)
def test_each_function_has_its_header(method, conf, on_range, unit):
    with exchange(f"> {conf}", *NO_ERROR, "> READ?", "< +9.99612345E+01") as link:
        assert str(getattr(A34401A(link), method)(on_range)) == f"99.9612345 {unit}"


def test_the_same_range_again_is_only_read():
    with exchange(
        "> CONF:VOLT:DC 10", *NO_ERROR, "> READ?", "< +1.00000000E+00", "> READ?", "< +2.00000000E+00",
        "> CONF:VOLT:DC 1", *NO_ERROR, "> READ?", "< +3.00000000E-01",
    ) as link:  # fmt: skip
        meter = A34401A(link)
        assert [meter.measure_dc_voltage(r).value for r in (10, "10", 1)] == [1, 2, Decimal("0.3")]


def test_settings_are_sent_again_after_every_conf():
    with exchange(
        "> CONF:VOLT:DC 10", "> VOLT:DC:NPLC 100", "> ZERO:AUTO ON", *NO_ERROR, "> READ?", "< +1.00000000E+00",
        "> CONF:RES 1000", "> RES:NPLC 100", "> ZERO:AUTO ON", *NO_ERROR, "> READ?", "< +1.00000000E+03",
        "> CONF:FRES 1000", "> FRES:NPLC 100", *NO_ERROR, "> READ?", "< +1.00000000E+03",
    ) as link:  # fmt: skip
        meter = A34401A(link)
        meter.configure(nplc=100, autozero=True, digits=6.5)
        meter.measure_dc_voltage(10)
        meter.measure_resistance_2w(1000)
        meter.measure_resistance_4w(1000)


def test_configuring_makes_the_next_measurement_send_conf_and_none_stays():
    with exchange(
        "> CONF:VOLT:DC 10", "> VOLT:DC:NPLC 0.02", *NO_ERROR, "> READ?", "< +1.00000000E+00",
        "> CONF:VOLT:DC 10", "> VOLT:DC:NPLC 0.02", "> ZERO:AUTO OFF", *NO_ERROR, "> READ?", "< +1.00000000E+00",
    ) as link:  # fmt: skip
        meter = A34401A(link)
        meter.configure(nplc=0.02)
        meter.measure_dc_voltage(10)
        meter.configure(autozero=False)
        meter.measure_dc_voltage(10)


@pytest.mark.parametrize(("nplc", "seconds"), [(None, 3.2), (0.02, 2.0024), (10, 3.2), (100, 14.0)])
def test_waits_for_a_reading_3_times_2_nplc_over_50_hz_plus_2_s(nplc, seconds):
    # formula: protocol table 3.1, "Timing"; 100 PLC with autozero is 4 s at 50 Hz, so 14 s
    asked: list[float | None] = []
    settings = [f"> VOLT:DC:NPLC {nplc}"] if nplc else []
    with exchange("> CONF:VOLT:DC 10", *settings, *NO_ERROR, "> READ?", "< +1.00000000E+00") as link:
        scripted = link.query

        def query(message: str, *, timeout: float | None = None) -> str:
            asked.extend([timeout] if message == "READ?" else [])
            return scripted(message, timeout=timeout)

        link.query = query  # type: ignore[method-assign] # a line that fails
        meter = A34401A(link)
        meter.configure(nplc=nplc)
        meter.measure_dc_voltage(10)
    assert asked == [pytest.approx(seconds)]


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"nplc": 50}, "0.02, 0.2, 1, 10, 100"),
        ({"nplc": 0}, "0.02, 0.2, 1, 10, 100"),
        ({"digits": 7.5}, "4.5, 5.5 and 6.5"),
        ({"nplc": 1, "digits": 6.5}, "6.5 digits need 10 PLC or more, not 1"),
        ({"nplc": "0.02", "digits": "5.5"}, "5.5 digits need 0.2 PLC or more, not 0.02"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        A34401A(link).configure(**settings)


@pytest.mark.parametrize(
    "settings", [{"digits": 6.5}, {"nplc": 10, "digits": 6.5}, {"nplc": 1, "digits": 5.5}, {}]
)
def test_settings_that_are_there(settings):
    with exchange() as link:
        A34401A(link).configure(**settings)


def test_four_wires_do_not_know_autozero_off():
    with exchange() as link:
        meter = A34401A(link)
        meter.configure(autozero=False)
        with pytest.raises(OutOfRange, match="four-wire"):
            meter.measure_resistance_4w(100)


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_dc_voltage", 5, "100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_dc_voltage", "10.001", "100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_resistance_4w", 10, "100 Ohm, 1 kOhm, 10 kOhm, 100 kOhm, 1 MOhm, 10 MOhm, 100 MOhm"),
        ("measure_resistance_2w", "1e9", "100 Ohm, 1 kOhm, 10 kOhm, 100 kOhm, 1 MOhm, 10 MOhm, 100 MOhm"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(A34401A(link), method)(on_range)


@pytest.mark.parametrize("reply", ["+9.90000000E+37", "-9.90000000E+37", "+9.91E37"])
def test_overload_is_no_reading(reply):
    with exchange("> CONF:VOLT:DC 1", *NO_ERROR, "> READ?", f"< {reply}") as link, pytest.raises(Overload):
        A34401A(link).measure_dc_voltage(1)


def test_after_an_overload_the_range_is_still_set():
    with exchange(
        "> CONF:VOLT:DC 1", *NO_ERROR, "> READ?", "< +9.90000000E+37", "> READ?", "< +1.00000000E-01"
    ) as link:
        meter = A34401A(link)
        with pytest.raises(Overload):
            meter.measure_dc_voltage(1)
        assert meter.measure_dc_voltage(1).value == Decimal("0.1")


def test_after_a_timeout_it_configures_again():
    once = ("> CONF:VOLT:DC 1", *NO_ERROR, "> READ?")
    with exchange(*once, "! timeout", *NO_ERROR, *once, "< +1.00000000E-01") as link:
        meter = A34401A(link)
        with pytest.raises(LinkTimeout):
            meter.measure_dc_voltage(1)
        assert meter.measure_dc_voltage(1).value == Decimal("0.1")


@pytest.mark.parametrize("reply", ["+1.0034900E-04", "+1.00349000E-4", "1.00349000E-04", "+10.0349000E-04"])
def test_a_reading_that_lost_a_character_is_none_format_of_table_32(reply):
    with (
        exchange("> CONF:VOLT:DC 10", *NO_ERROR, "> READ?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply, match="exchange: after `READ\\?`: Expected a reading like"),
    ):
        A34401A(link).measure_dc_voltage(10)


@pytest.mark.parametrize("reply", ["", "VOLT", "+1.0E+00,+2.0E+00", "1.0 V", "1,0"])
def test_garbage_is_named(reply):
    with (
        exchange("> CONF:VOLT:DC 1", *NO_ERROR, "> READ?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        A34401A(link).measure_dc_voltage(1)
    assert repr(reply) in str(caught.value)


def test_an_error_after_settings_is_named_and_the_range_before_it_is_no_longer_taken_for_set():
    on_10 = ("> CONF:VOLT:DC 10", *NO_ERROR, "> READ?", "< +1.00000000E+00")
    refused = ("> CONF:VOLT:DC 1", "> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)
    with exchange(*on_10, *refused, *on_10) as link:
        meter = A34401A(link)
        meter.measure_dc_voltage(10)
        with pytest.raises(DeviceError, match="after 'CONF:VOLT:DC 1' it reported -222, Data out of range"):
            meter.measure_dc_voltage(1)
        meter.measure_dc_voltage(10)


def test_error_550_of_an_rs232_line_makes_it_remote():
    refused = ("> SYST:ERR?", '< +550,"Command not allowed in local"', *NO_ERROR)
    with exchange(
        "> CONF:VOLT:DC 1",
        *refused,
        "> SYST:REM",
        "> CONF:VOLT:DC 1",
        *NO_ERROR,
        "> READ?",
        "< +1.00000000E-01",
    ) as link:
        assert A34401A(link).measure_dc_voltage(1).value == Decimal("0.1")


def test_a_meter_that_is_asked_for_a_reading_in_local_is_made_remote_and_asked_again():
    refused = ("> READ?", "! timeout", "> SYST:ERR?", '< +550,"Command not allowed in local"', *NO_ERROR)
    remote = (
        "> SYST:REM",
        "> SYST:ERR?",
        '< +0,"No  error"',
    )  # two blanks: no question for the function follows
    with exchange("> CONF:VOLT:DC 1", *NO_ERROR, *refused, *remote, "> READ?", "< +1.00000000E-01") as link:
        assert A34401A(link).measure_dc_voltage(1).value == Decimal("0.1")


def test_another_error_of_a_reading_that_does_not_come_is_told():
    refused = ("> READ?", "! timeout", "> SYST:ERR?", '< -213,"Init ignored"', *NO_ERROR)
    with (
        exchange("> CONF:VOLT:DC 1", *NO_ERROR, *refused) as link,
        pytest.raises(LinkTimeout, match=r"no reply within .* It reported -213, Init ignored"),
    ):
        A34401A(link).measure_dc_voltage(1)


def test_errors_are_drained_oldest_first():
    queue = ("> SYST:ERR?", '< -113,"Undefined header"', "> SYST:ERR?", '< -410,"Query INTERRUPTED"')
    with exchange(*queue, *NO_ERROR) as link:
        assert A34401A(link).read_errors() == ["-113, Undefined header", "-410, Query INTERRUPTED"]
