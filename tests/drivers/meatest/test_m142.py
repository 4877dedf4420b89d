"""Exchanges of the M-142: protocol table 2.3 (M525 manual p. 87), SCPI core of table 1."""

from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Applied, Identity, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.meatest.m142 import M142

NO_ERROR = ("> SYST:ERR?", '< 0,"No error"')  # table 1.3
OFF = ("> OUTP OFF", "> OUTP?", "< 0")
ON = ("> OUTP?", "< 0", "> OUTP ON", *NO_ERROR, "> *OPC?", "< 1", "> OUTP?", "< 1")
IS_DC = ("> FUNC?", "< DC")
SET_2V5 = (*OFF, "> FUNC DC", "> VOLT 2.5", *NO_ERROR)  # the value of the manual's example


def test_identity_has_four_fields_488_2():
    with exchange("> *IDN?", "< MEATEST,M-142,412345,5.4") as link:
        assert M142(link).identify() == Identity(
            "MEATEST", "M-142", "412345", "5.4", "MEATEST,M-142,412345,5.4"
        )


@pytest.mark.parametrize("value", [2.5, "2.50", Decimal("2.5")])
def test_voltage_is_set_with_the_output_off_then_switched_on_and_read_back(value):
    with exchange(*SET_2V5, *ON, "> VOLT?", "< 2.500000E+00", *IS_DC) as link:
        assert M142(link).apply_dc_voltage(value) == Applied(Decimal("2.5"), "V", "2.500000E+00")


@pytest.mark.parametrize(
    ("method", "arguments", "sent", "checks", "unit"),
    [
        (
            "apply_ac_voltage",
            (230, 50),
            ("> FUNC SIN", "> FREQ 50", "> VOLT 230"),
            ("> VOLT?", "< 2.300000E+02", "> FUNC?", "< SIN", "> FREQ?", "< 5.000000E+01"),
            "V",
        ),
        (
            "apply_dc_current",
            ("-0.1",),
            ("> FUNC DC", "> CURR -0.1"),
            ("> CURR?", "< -1.00000E-01", *IS_DC),
            "A",
        ),
        (
            "apply_ac_current",
            (30, 1000),
            ("> FUNC SIN", "> FREQ 1000", "> CURR 30"),
            ("> CURR?", "< 3.0E+01", "> FUNC?", "< SIN", "> FREQ?", "< 1.0E+03"),
            "A",
        ),
        ("apply_resistance_2w", (100,), ("> RES 100",), ("> RES?", "< 1.000123E+02"), "Ohm"),
        ("apply_capacitance", ("1E-6",), ("> CAP 0.000001",), ("> CAP?", "< 1.00321E-06"), "F"),
    ],
)
def test_each_function(method, arguments, sent, checks, unit):
    with exchange(*OFF, *sent, *NO_ERROR, *ON, *checks) as link:
        got = getattr(M142(link), method)(*arguments)
    text = checks[1][2:]
    assert got == Applied(Decimal(text), unit, text)


def test_the_same_function_stays_on():
    with exchange(
        *SET_2V5, *ON, "> VOLT?", "< 2.5", *IS_DC,
        "> FUNC DC", "> VOLT 3", *NO_ERROR, "> OUTP?", "< ON", "> *OPC?", "< 1", "> OUTP?", "< ON",
        "> VOLT?", "< 3.0", *IS_DC,
    ) as link:  # fmt: skip
        calibrator = M142(link)
        calibrator.apply_dc_voltage("2.5")
        assert calibrator.apply_dc_voltage(3).value == 3


def test_opc_is_polled_and_given_up_after_30_s_with_the_state():
    polls = [line for _ in range(120) for line in ("> *OPC?", "< 0", "~ 0.25")]
    with (
        exchange(
            *SET_2V5, "> OUTP?", "< 0", "> OUTP ON", *NO_ERROR, *polls, "> *OPC?", "< 0", "> OUTP?", "< 1",
            *NO_ERROR,
        ) as link,
        pytest.raises(DeviceError, match=r"not ready 30 s .* The output is ON; errors: none"),
    ):  # fmt: skip
        M142(link).apply_dc_voltage("2.5")


def test_an_error_stops_before_the_output_is_switched_on():
    with (
        exchange(*SET_2V5[:-2], "> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR) as link,
        pytest.raises(DeviceError, match=r"after 'FUNC DC; VOLT 2.5' .*-222, Data out of range"),
    ):
        M142(link).apply_dc_voltage("2.5")


@pytest.mark.parametrize("reply", ["2.6", "-2.5", "2.5 V", "", "ERR"])
def test_another_setting_or_garbage_is_named(reply):
    with (
        exchange(*SET_2V5, *ON, "> VOLT?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        M142(link).apply_dc_voltage("2.5")
    assert repr(reply) in str(caught.value)


def test_special_values_are_overload():
    with exchange(*SET_2V5, *ON, "> VOLT?", "< 9.9E37") as link, pytest.raises(Overload):
        M142(link).apply_dc_voltage("2.5")


@pytest.mark.parametrize(("shape", "hertz"), [("DC", None), ("SIN", "60"), ("SIN", "0")])
def test_another_shape_or_frequency_is_refused(shape, hertz):
    asked = ("> FREQ?", f"< {hertz}") if hertz else ()
    with (
        exchange(
            *OFF, "> FUNC SIN", "> FREQ 50", "> VOLT 10", *NO_ERROR, *ON, "> VOLT?", "< 10",
            "> FUNC?", f"< {shape}", *asked,
        ) as link,
        pytest.raises(UnexpectedReply, match="was set"),
    ):  # fmt: skip
        M142(link).apply_ac_voltage(10, 50)


@pytest.mark.parametrize(
    ("method", "arguments", "there"),
    [
        ("apply_dc_voltage", ("1000.1",), "-1000 V to 1000 V"),
        ("apply_dc_voltage", ("0.1234567890123456",), "15 digits"),
        ("apply_ac_voltage", (10, 19), "20 Hz to 50000 Hz"),
        ("apply_ac_voltage", (1001, 50), "0.0001 V to 1000 V"),
        ("apply_dc_current", (31,), "-30 A to 30 A"),
        ("apply_ac_current", (1, 10_001), "20 Hz to 10000 Hz"),
        ("apply_resistance_2w", ("5.1E7",), "0 Ohm to 50000000 Ohm"),
        ("apply_resistance_2w", (-1,), "0 Ohm to 50000000 Ohm"),
        ("apply_capacitance", ("6E-10",), "0.0000000007 F to 0.0001 F"),
    ],
)
def test_beyond_the_bands_is_refused_before_anything_is_sent(method, arguments, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(M142(link), method)(*arguments)


def test_standby_is_read_back():
    with exchange(*OFF) as link:
        M142(link).standby()
    with exchange(*OFF[:-1], "< 1") as link, pytest.raises(DeviceError, match="still on"):
        M142(link).standby()


def test_an_output_that_cannot_be_switched_off_stops_the_setting():
    with exchange(*OFF[:-1], "< 1") as link, pytest.raises(DeviceError, match="still on"):
        M142(link).apply_dc_voltage(1)


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< 0", Safe.VERIFIED),
        ("< OFF", Safe.VERIFIED),
        ("< 1", Safe.FAILED),
        ("< ON", Safe.FAILED),
        ("! timeout", Safe.SENT_UNVERIFIED),
        ("< STBY", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_outp(line, safe):
    with exchange("! clear", "> OUTP OFF", "> OUTP?", line) as link:
        assert M142(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert M142(link).make_safe() is Safe.FAILED
