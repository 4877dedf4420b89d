"""Exchanges of the 3458A: protocol table 3.1 (user's guide 03458-90014, chapter 6)."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import in_one_message

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench_drivers.keysight.k3458a import K3458A

NO_ERROR = ("> ERRSTR?", '< 0,"NO ERROR"\r')
exchange = in_one_message("ERRSTR?", ";")
BASIS = (
    "> PRESET NORM", "> END ALWAYS", "> OFORMAT ASCII", "> TARM HOLD", "> TRIG AUTO", "> NRDGS 1,AUTO",
)  # fmt: skip


@pytest.mark.parametrize(("text", "maker"), [("HP3458A", "HP"), ("Keysight 3458A", "Keysight")])
def test_both_identities_of_the_table_are_the_same_model(text, maker):
    with exchange("> TARM HOLD", "> END ALWAYS", "> ID?", f"< {text}\r") as link:
        found = K3458A(link).identify()
    assert found == Identity(maker, "3458A", "", "", text)
    assert found.model in K3458A.MODELS


def test_another_instrument_is_not_taken_for_a_3458a():
    with exchange("> TARM HOLD", "> END ALWAYS", "> ID?", "< HP3457A") as link:
        assert K3458A(link).identify().model not in K3458A.MODELS


@pytest.mark.parametrize("sent", ["", "HP34\x0758A", "Âvôø+ßE\x86"])
def test_no_identity_at_all(sent):
    with (
        exchange("> TARM HOLD", "> END ALWAYS", "> ID?", f"< {sent}") as link,
        pytest.raises(UnexpectedReply, match=r"exchange: `ID\?` gave"),
    ):
        K3458A(link).identify()


def test_the_measurement_sequence_of_the_table():
    with exchange(
        *BASIS, "> DCV 10", "> NPLC 100", "> AZERO ON", *NO_ERROR, "> TARM SGL", "<  9.99999812E+00\r",
        "> TARM SGL", "<  9.99999811E+00\r",
    ) as link:  # fmt: skip
        meter = K3458A(link)
        meter.configure(nplc=100, autozero=True)
        assert meter.measure_dc_voltage(10) == Reading(Decimal("9.99999812"), "V", "9.99999812E+00")
        assert meter.measure_dc_voltage("10").value == Decimal("9.99999811")


@pytest.mark.parametrize(
    ("method", "on_range", "sent", "unit"),
    [
        ("measure_dc_voltage", "0.1", ("DCV 0.1", "NPLC 10", "AZERO ON"), "V"),
        ("measure_ac_voltage", "0.01", ("ACV 0.01", "NPLC 10"), "V"),
        ("measure_dc_current", "1e-7", ("DCI 1E-7", "NPLC 10", "AZERO ON"), "A"),
        ("measure_ac_current", 1, ("ACI 1", "NPLC 10"), "A"),
        ("measure_resistance_2w", "1e9", ("OHM 1000000000", "NPLC 10", "AZERO ON"), "Ohm"),
        ("measure_resistance_4w", 10, ("OHMF 10", "NPLC 10", "AZERO ON"), "Ohm"),
    ],
)
def test_each_function_has_its_command(method, on_range, sent, unit):
    settings = [f"> {command}" for command in sent]
    with exchange(*BASIS, *settings, *NO_ERROR, "> TARM SGL", "< -1.5E-08") as link:
        assert getattr(K3458A(link), method)(on_range) == Reading(Decimal("-1.5E-8"), unit, "-1.5E-08")


def test_frequency_has_no_range():
    with exchange(*BASIS, "> FREQ", *NO_ERROR, "> TARM SGL", "< 5.000001E+01") as link:
        assert K3458A(link).measure_frequency() == Reading(Decimal("50.00001"), "Hz", "5.000001E+01")


def test_another_range_is_not_another_preset():
    with exchange(
        *BASIS, "> DCV 10", "> NPLC 10", "> NDIG 8", "> AZERO OFF", *NO_ERROR, "> TARM SGL", "< 1.0E+00",
        "> DCV 1", "> NPLC 10", "> NDIG 8", "> AZERO OFF", *NO_ERROR, "> TARM SGL", "< 1.0E+00",
    ) as link:  # fmt: skip
        meter = K3458A(link)
        meter.configure(digits=8.5, autozero=False)
        meter.measure_dc_voltage(10)
        meter.measure_dc_voltage(1)


@pytest.mark.parametrize("reply", ["1.0E+38", " 1.000000000E+38", "-1.0E+38"])
def test_overload_of_the_table_is_no_reading_and_the_settings_stay(reply):
    once = (*BASIS, "> DCV 1", "> NPLC 10", "> AZERO ON", *NO_ERROR)
    with exchange(*once, "> TARM SGL", f"< {reply}", "> TARM SGL", "< 1.0E-01") as link:
        meter = K3458A(link)
        with pytest.raises(Overload, match="exchange: after `TARM SGL`"):
            meter.measure_dc_voltage(1)
        assert meter.measure_dc_voltage(1).value == Decimal("0.1")


def test_after_a_timeout_everything_is_sent_again():
    once = (*BASIS, "> DCV 1", "> NPLC 10", "> AZERO ON", *NO_ERROR, "> TARM SGL")
    with exchange(*once, "! timeout", *once, "< 1.0E-01") as link:
        meter = K3458A(link)
        with pytest.raises(LinkTimeout):
            meter.measure_dc_voltage(1)
        meter.measure_dc_voltage(1)


def test_error_bits_are_named_before_anything_is_measured():
    queue = ("> ERRSTR?", '< 106,"PARAMETER OUT OF RANGE"', *NO_ERROR)
    with (
        exchange(*BASIS, "> OHM 10", "> NPLC 10", "> AZERO ON", *queue) as link,
        pytest.raises(
            DeviceError, match=r"exchange: after 'PRESET NORM.*OHM 10.*106, PARAMETER OUT OF RANGE"
        ),
    ):
        K3458A(link).measure_resistance_2w(10)


@pytest.mark.parametrize(("nplc", "seconds"), [(None, 3.2), (100, 14.0), (1000, 122.0)])
def test_waits_3_times_2_nplc_over_50_hz_plus_2_s(nplc, seconds):
    # table 3.1, "Timing"; 100 PLC with autozero is 4 s at 50 Hz
    asked: list[float | None] = []
    with exchange(
        *BASIS, "> DCV 1", f"> NPLC {nplc or 10}", "> AZERO ON", *NO_ERROR, "> TARM SGL", "< 1.0E-01"
    ) as link:
        scripted = link.query

        def query(message: str, *, timeout: float | None = None) -> str:
            asked.extend([timeout] if message == "TARM SGL" else [])
            return scripted(message, timeout=timeout)

        link.query = query  # type: ignore[method-assign] # to see the timeout
        meter = K3458A(link)
        meter.configure(nplc=nplc)
        meter.measure_dc_voltage(1)
    assert asked == [pytest.approx(seconds)]


@pytest.mark.parametrize("nplc", [0, "0.000005", "0.5", 1, 2, 10, 20, 1000])
def test_integration_times_of_the_table(nplc):
    with exchange() as link:
        K3458A(link).configure(nplc=nplc)


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"nplc": "1.5"}, "in steps of 1"),
        ({"nplc": 15}, "in steps of 10"),
        ({"nplc": 1010}, "10 to 1000"),
        ({"nplc": -1}, "0 to 1"),
        ({"digits": 9}, "4.5, 5.5, 6.5, 7.5 and 8.5"),
        ({"nplc": 1, "digits": 8.5}, "8.5 digits need 10 PLC or more, not 1"),
    ],
)
def test_settings_that_are_not_there(settings, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        K3458A(link).configure(**settings)


@pytest.mark.parametrize("method", ["measure_dc_current", "measure_resistance_4w"])
def test_what_always_has_autozero(method):
    with exchange() as link:
        meter = K3458A(link)
        meter.configure(autozero=False)
        with pytest.raises(OutOfRange, match="always has autozero"):
            getattr(meter, method)(1)


@pytest.mark.parametrize(
    ("method", "on_range", "there"),
    [
        ("measure_dc_voltage", 5, "100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_ac_voltage", 700, "10 mV, 100 mV, 1 V, 10 V, 100 V, 1000 V"),
        ("measure_dc_current", 2, "100 nA, 1 uA, 10 uA, 100 uA, 1 mA, 10 mA, 100 mA, 1 A"),
        ("measure_ac_current", "1e-5", "100 uA, 1 mA, 10 mA, 100 mA, 1 A"),
        ("measure_resistance_4w", 1, "10 Ohm, 100 Ohm, 1 kOhm, .* 100 MOhm, 1 GOhm"),
    ],
)
def test_a_range_must_be_one_of_the_meter(method, on_range, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(K3458A(link), method)(on_range)


@pytest.mark.parametrize("reply", ["", "HP3458A", "1.0,2.0", "1.0 V"])
def test_garbage_is_named(reply):
    with (
        exchange(*BASIS, "> FREQ", *NO_ERROR, "> TARM SGL", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        K3458A(link).measure_frequency()
    assert "exchange: after `TARM SGL`" in str(caught.value)
    assert repr(reply) in str(caught.value)
