"""Exchanges of the E36312A: protocol table 4 (rows E36312A, E36300 family), errors and booleans of table 1."""

from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, Overload, UnexpectedReply, UsageError
from calbench.instruments.reading import Applied, Identity, Reading, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.keysight.e36312a import E36312A

NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')
SWITCHED_ON = ("> OUTP 1, (@1)", *NO_ERROR, "> *OPC?", "< 1", "> OUTP? (@1)", "< 1")
FIVE_VOLTS = (
    "> VOLT 5, (@1)", *NO_ERROR, "> VOLT? (@1)", "< +5.00000000E+00", "> OUTP? (@1)", "< 0", *SWITCHED_ON,
)  # fmt: skip


def test_identity_has_four_fields_488_2():
    text = "Keysight Technologies,E36312A,MY12345678,1.0.4-1.0.0-1.00"
    with exchange("> *IDN?", f"< {text}") as link:
        assert E36312A(link).identify() == Identity(
            "Keysight Technologies", "E36312A", "MY12345678", "1.0.4-1.0.0-1.00", text
        )


def test_voltage_is_set_read_back_switched_on_and_measured():
    with exchange(*FIVE_VOLTS, "> MEAS:VOLT? (@1)", "< +4.99961000E+00") as link:
        assert E36312A(link).apply_dc_voltage("5.0") == Applied(Decimal(5), "V", "+5.00000000E+00")


def test_an_output_that_is_on_stays_on():
    with exchange(
        "> VOLT 25, (@3)", *NO_ERROR, "> VOLT? (@3)", "< +2.50000000E+01", "> OUTP? (@3)", "< 1",
        "> *OPC?", "< 1", "> OUTP? (@3)", "< 1",
        "> MEAS:VOLT? (@3)", "< +1.2E+01", "~ 0.1", "> MEAS:VOLT? (@3)", "< +2.499E+01",
    ) as link:  # fmt: skip
        assert E36312A(link).apply_voltage(3, 25).value == 25


def test_a_voltage_that_does_not_come_is_an_error_and_says_that_the_output_is_on():
    polls = [line for _ in range(51) for line in ("> MEAS:VOLT? (@1)", "< +1.0E+00", "~ 0.1")]
    with (
        exchange(*FIVE_VOLTS, *polls, "> MEAS:VOLT? (@1)", "< +1.0E+00") as link,
        pytest.raises(DeviceError, match=r"measures 1.0 V where 5 V is set, after 5 s. The output is ON"),
    ):
        E36312A(link).apply_dc_voltage(5)


def test_an_output_that_stays_off_is_an_error():
    with (
        exchange(*FIVE_VOLTS[:-1], "< 0") as link,
        pytest.raises(DeviceError, match="output 1 stays off"),
    ):
        E36312A(link).apply_dc_voltage(5)


def test_an_error_of_the_supply_stops_before_switching_on():
    error = ("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)  # table 1.3
    with exchange("> VOLT 5, (@1)", *error) as link, pytest.raises(DeviceError, match="-222, Data out of"):
        E36312A(link).apply_dc_voltage(5)


@pytest.mark.parametrize("reply", ["+5.01E+00", "-5.0E+00", "+5.0E+00,+5.0E+00", "", "5 V"])
def test_another_setting_or_garbage_is_named(reply):
    with (
        exchange("> VOLT 5, (@1)", *NO_ERROR, "> VOLT? (@1)", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        E36312A(link).apply_dc_voltage(5)
    assert repr(reply) in str(caught.value)


def test_current_limit_is_set_and_read_back():
    with exchange("> CURR 0.5, (@2)", *NO_ERROR, "> CURR? (@2)", "< +5.00000000E-01") as link:
        assert E36312A(link).limit_current(2, 0.5) == Applied(Decimal("0.5"), "A", "+5.00000000E-01")


def test_measurements_are_readings_and_their_special_values_are_not():
    with exchange("> MEAS:VOLT? (@2)", "< +1.20010000E+01", "> MEAS:CURR? (@3)", "< -1.1E-05") as link:
        supply = E36312A(link)
        assert supply.read_voltage(2) == Reading(Decimal("12.001"), "V", "+1.20010000E+01")
        assert supply.read_current(3) == Reading(Decimal("-0.000011"), "A", "-1.1E-05")
    for special in ("9.9E37", "-9.9E37", "9.91E37"):  # table 1.4
        with exchange("> MEAS:VOLT? (@1)", f"< {special}") as link, pytest.raises(Overload):
            E36312A(link).read_voltage(1)


@pytest.mark.parametrize(
    ("method", "arguments", "there"),
    [
        ("apply_dc_voltage", ("6.001",), "output 1: no 6.001 V here. There is 0 V to 6 V"),
        ("apply_dc_voltage", (-1,), "0 V to 6 V"),
        ("apply_voltage", (2, "25.1"), "0 V to 25 V"),
        ("apply_voltage", (4, 1), "There are 1, 2 and 3"),
        ("limit_current", (1, "5.1"), "0 A to 5 A"),
        ("limit_current", (2, "1.1"), "0 A to 1 A"),
        ("read_voltage", (0,), "There are 1, 2 and 3"),
        ("read_current", (4,), "There are 1, 2 and 3"),
    ],
)
def test_what_it_does_not_have_is_refused_before_anything_is_sent(method, arguments, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(E36312A(link), method)(*arguments)


def test_what_is_no_number_is_refused():
    with exchange() as link, pytest.raises(UsageError):
        E36312A(link).apply_dc_voltage(float("nan"))


OFF = ("> OUTP 0, (@1,2,3)", "> OUTP? (@1)", "< 0", "> OUTP? (@2)", "< 0", "> OUTP? (@3)")


def test_standby_is_read_back_from_every_output():
    with exchange(*OFF, "< 0") as link:
        E36312A(link).standby()
    with exchange(*OFF, "< 1") as link, pytest.raises(DeviceError, match="output 3 is still on"):
        E36312A(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< 0", Safe.VERIFIED),
        ("< 1", Safe.FAILED),
        ("! timeout", Safe.SENT_UNVERIFIED),
        ("! lost", Safe.SENT_UNVERIFIED),
        ("< 0,0,0", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_outp_of_all_three(line, safe):
    with exchange("! clear", *OFF, line) as link:
        assert E36312A(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert E36312A(link).make_safe() is Safe.FAILED
