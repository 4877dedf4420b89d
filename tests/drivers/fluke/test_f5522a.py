"""Exchanges of the 5520A and 5522A: protocol table 2.1 (5522A manual p. 175-178, 421; 5500A p. 189, 213)."""

import re
from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments.reading import Applied, Identity, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.fluke.f5522a import F5522A

IS_A_5522A = ("> *IDN?", "< FLUKE,5522A,7215002,2.4+1.3+2.0+*")
IS_A_5500A = ("> *IDN?", "< FLUKE,5500A,7215002,2.4+1.3+2.0+*")  # observed form, table 2.1
NO_ERROR = ("> ERR?", '< 0,"No Error"')
STANDBY = ("> ISR?", "< 4096")
SETTLED = ("> *OPC?", "< 1", "> ISR?", "< 4097")  # ISR bits 12 SETTLED and 0 OPER, 5500A manual p. 189
OPERATE = ("> OPER", *NO_ERROR)
APPLY_15V2 = ("> STBY", "> OUT 15.2 V, 0 HZ", *NO_ERROR, *STANDBY, *OPERATE)
IS_15V2 = ("> OUT?", "< 1.520000E+01,V,0E+00,0,0.00E+00")  # table 2.1, row OUT?


def test_identity_keeps_the_four_firmware_levels_together():
    text = "FLUKE,5522A,7215002,2.4+1.3+2.0+*"  # observed form, table 2.1
    with exchange("> *IDN?", f"< {text}") as link:
        assert F5522A(link).identify() == Identity("FLUKE", "5522A", "7215002", "2.4+1.3+2.0+*", text)


@pytest.mark.parametrize("value", [15.2, "15.2", Decimal("15.20")])
def test_voltage_is_set_operated_settled_and_read_back(value):
    with exchange(*APPLY_15V2, *SETTLED, *IS_15V2) as link:
        applied = F5522A(link).apply_dc_voltage(value)

    assert applied == Applied(Decimal("15.20000"), "V", "1.520000E+01,V,0E+00,0,0.00E+00")


def test_opc_that_answers_0_at_once_is_polled():
    waiting = ("> *OPC?", "< 0", "~ 0.25", "> *OPC?", "< 1", "> ISR?", "< 1", "~ 0.25")
    with exchange(*APPLY_15V2, *waiting, *SETTLED, *IS_15V2) as link:
        assert F5522A(link).apply_dc_voltage("15.2").value == Decimal("15.2")


def test_garbage_in_opc_is_named():
    with exchange(*APPLY_15V2, "> *OPC?", "< 2") as link, pytest.raises(UnexpectedReply, match="'2'"):
        F5522A(link).apply_dc_voltage("15.2")


def test_gives_up_settling_after_30_s_with_state_and_errors():
    polls = [line for _ in range(120) for line in ("> *OPC?", "< 1", "> ISR?", "< 4096", "~ 0.25")]
    end = ("> *OPC?", "< 1", "> ISR?", "< 4096", "> ISR?", "< 4096", "> ERR?", '< 101,"(DDE:RS) tripped"')
    words = r"not settled 30 s .* in standby; errors: 101, \(DDE:RS\) tripped"
    with (
        exchange(*APPLY_15V2, *polls, *end, *NO_ERROR) as link,
        pytest.raises(DeviceError, match=words),
    ):
        F5522A(link).apply_dc_voltage("15.2")


def test_a_value_below_33_v_stays_in_operate():
    second = (
        "> OUT 3 V, 0 HZ",
        *NO_ERROR,
        "> ISR?",
        "< 1",
        *SETTLED,
        "> OUT?",
        "< 3.000000E+00,V,0E+00,0,0.00E+00",
    )
    with exchange(*APPLY_15V2, *SETTLED, *IS_15V2, *second) as link:
        calibrator = F5522A(link)
        calibrator.apply_dc_voltage(15.2)
        assert calibrator.apply_dc_voltage(3).value == 3


def test_four_wire_resistance_is_zcomp_wire4():
    with exchange(
        "> STBY", "> OUT 100 OHM", "> ZCOMP WIRE4", *NO_ERROR, *STANDBY, *OPERATE, *SETTLED,
        "> OUT?", "< 1.0000000E+02,OHM,0E+00,0,0.00E+00",
    ) as link:  # fmt: skip
        applied = F5522A(link).apply_resistance_4w(100.0)

    assert applied == Applied(Decimal("100.00000"), "Ohm", "1.0000000E+02,OHM,0E+00,0,0.00E+00")


def test_two_wire_resistance_is_zcomp_none_and_continuous():
    with exchange(
        *IS_A_5522A,  # a 5500A ends at 330 MOhm
        "> STBY", "> OUT 1100000000 OHM", "> ZCOMP NONE", *NO_ERROR, *STANDBY, *OPERATE, *SETTLED,
        "> OUT?", "< 1.1000E+03,MOHM,0E+00,0,0.00E+00",
        "> OUT 123.45 OHM", "> ZCOMP NONE", *NO_ERROR, "> ISR?", "< 1", *SETTLED,
        "> OUT?", "< 1.234500E+02,OHM,0E+00,0,0.00E+00",
    ) as link:  # fmt: skip
        calibrator = F5522A(link)
        assert calibrator.apply_resistance_2w("1.1e9").value == 1_100_000_000
        assert calibrator.apply_resistance_2w(123.45).value == Decimal("123.45")


def test_from_two_wires_to_four_goes_through_standby():
    with exchange(
        "> STBY", "> OUT 10 OHM", "> ZCOMP NONE", *NO_ERROR, *STANDBY, *OPERATE, *SETTLED,
        "> OUT?", "< 1.0E+01,OHM,0E+00,0,0.00E+00",
        "> STBY", "> OUT 10 OHM", "> ZCOMP WIRE4", *NO_ERROR, *STANDBY, *OPERATE, *SETTLED,
        "> OUT?", "< 1.0E+01,OHM,0E+00,0,0.00E+00",
    ) as link:  # fmt: skip
        calibrator = F5522A(link)
        calibrator.apply_resistance_2w(10)
        calibrator.apply_resistance_4w(10)


def test_error_539_of_the_compensation_stops_before_operating():
    lines = (
        "> STBY",
        "> OUT 100000 OHM",
        "> ZCOMP WIRE4",
        "> ERR?",
        '< 539,"Can\'t change compensation now"',
    )
    with (
        exchange(*lines, *NO_ERROR) as link,
        pytest.raises(DeviceError, match=r"'OUT 100000 OHM'.*539, Can't change compensation now"),
    ):
        F5522A(link).apply_resistance_4w(100_000)


@pytest.mark.parametrize(
    ("method", "value", "there"),
    [
        ("apply_dc_voltage", "1020.1", "-1020 V to 1020 V"),
        ("apply_dc_voltage", -1100, "-1020 V to 1020 V"),
        ("apply_dc_voltage", "1.2345678901234567", "15 digits"),
        ("apply_resistance_4w", 110_000, "below 110 kOhm"),
        ("apply_resistance_4w", "-0.1", "below 110 kOhm"),
        ("apply_resistance_2w", "1.2e9", "0 Ohm to 1100000000 Ohm"),
        ("apply_resistance_2w", -1, "0 Ohm to 1100000000 Ohm"),
    ],
)
def test_out_of_range_is_refused_before_anything_is_sent(method, value, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(F5522A(link), method)(value)


def test_errors_are_drained_oldest_first():
    queue = ("> ERR?", '< 1300,"(CME:R ) Bad syntax"', "> ERR?", '< 1,"(DDE:FR ) Error queue overflow"')
    with exchange(*queue, *NO_ERROR) as link:
        assert F5522A(link).read_errors() == [
            "1300, (CME:R ) Bad syntax",
            "1, (DDE:FR ) Error queue overflow",
        ]


@pytest.mark.parametrize(
    "reply",
    [
        "1.520000E+01,V,0.00E+00",  # the 5700A family's three fields
        "1.520000E+01,A,0E+00,0,0.00E+00",
        "1.520000E+01,V,0E+00,0,6.00E+01",
        "1.520000E+01,V,1E+00,A,0.00E+00",  # a second output, of power
        "9.9E37,V,0E+00,0,0.00E+00",
        "1E99999999999999999999,V,0E+00,0,0.00E+00",
        "1.420000E+01,V,0E+00,0,0.00E+00",
        "15.2 volts",
    ],
)
def test_another_setting_or_garbage_in_out_is_named(reply):
    with (
        exchange(*APPLY_15V2, *SETTLED, "> OUT?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        F5522A(link).apply_dc_voltage("15.2")
    assert repr(reply) in str(caught.value)


@pytest.mark.parametrize("reply", ["", "no error", "0"])
def test_garbage_in_err_is_named(reply):
    with exchange("> ERR?", f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        F5522A(link).read_errors()
    assert repr(reply) in str(caught.value)


def test_standby_is_read_back():
    with exchange("> STBY", *STANDBY) as link:
        F5522A(link).standby()
    with exchange("> STBY", "> ISR?", "< 129") as link, pytest.raises(DeviceError, match="still operating"):
        F5522A(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("< 4096", Safe.VERIFIED),
        ("< 128", Safe.VERIFIED),
        ("< 4225", Safe.FAILED),
        ("! timeout", Safe.SENT_UNVERIFIED),
        ("< ?", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_isr_bit_0(line, safe):
    with exchange("! clear", "> STBY", "> ISR?", line) as link:
        assert F5522A(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert F5522A(link).make_safe() is Safe.FAILED


def applied(driver_call, sent, echo, *before):
    """Run one setting of a fresh calibrator whose output is in standby."""
    zcomp = ("> ZCOMP NONE",) if sent.endswith(" F") else ()
    with exchange(
        *before, "> STBY", f"> {sent}", *zcomp, *NO_ERROR, *STANDBY, *OPERATE, *SETTLED, "> OUT?", f"< {echo}"
    ) as link:
        return driver_call(F5522A(link))


@pytest.mark.parametrize(
    ("method", "arguments", "sent", "echo", "unit"),
    [  # forms of OUT and OUT?: table 2.1
        ("apply_ac_voltage", ("10", 50), "OUT 10 V, 50 HZ", "1.000000E+01,V,0E+00,0,5.00E+01", "V"),
        ("apply_ac_voltage", (0.1, 1e3), "OUT 0.1 V, 1000 HZ", "1.00000E-01,V,0E+00,0,1.00E+03", "V"),
        ("apply_ac_voltage", (1, 12_345), "OUT 1 V, 12345 HZ", "1.0E+00,V,0E+00,0,1.23E+04", "V"),
        ("apply_dc_current", ("-0.01",), "OUT -0.01 A, 0 HZ", "-1.0000E-02,A,0E+00,0,0.00E+00", "A"),
        ("apply_ac_current", ("2", 45), "OUT 2 A, 45 HZ", "2.0000E+00,A,0E+00,0,4.50E+01", "A"),
        ("apply_capacitance", ("1E-6",), "OUT 0.000001 F", "1.0000E-06,F,0E+00,0,0.00E+00", "F"),
    ],
)
def test_each_function_is_set_operated_settled_and_read_back(method, arguments, sent, echo, unit):
    got = applied(lambda driver: getattr(driver, method)(*arguments), sent, echo)
    assert got == Applied(Decimal(echo.split(",", maxsplit=1)[0]), unit, echo)


@pytest.mark.parametrize(
    ("method", "arguments", "sent", "echo"),
    [  # the frequency or the unit of another setting
        ("apply_ac_voltage", (10, 50), "OUT 10 V, 50 HZ", "1.000000E+01,V,0E+00,0,6.00E+01"),
        ("apply_ac_voltage", (10, 50), "OUT 10 V, 50 HZ", "1.000000E+01,V,0E+00,0,0.00E+00"),
        ("apply_ac_current", (1, 50), "OUT 1 A, 50 HZ", "1.000000E+00,V,0E+00,0,5.00E+01"),
        ("apply_dc_current", (1,), "OUT 1 A, 0 HZ", "1.000000E+00,A,0E+00,0,5.00E+01"),
        ("apply_capacitance", ("1E-6",), "OUT 0.000001 F", "1.1000E-06,F,0E+00,0,0.00E+00"),
    ],
)
def test_another_setting_than_asked_for_is_refused(method, arguments, sent, echo):
    with pytest.raises(UnexpectedReply, match=re.escape(repr(echo))):
        applied(lambda driver: getattr(driver, method)(*arguments), sent, echo)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("apply_ac_voltage", (1021, 50)),
        ("apply_ac_voltage", ("0.0009", 50)),
        ("apply_ac_voltage", (-1, 50)),
        ("apply_ac_voltage", (1, 9)),
        ("apply_ac_voltage", (1, 500_001)),
        ("apply_ac_voltage", (10, 100_001)),
        ("apply_ac_voltage", (1000, 10_001)),
        ("apply_ac_voltage", (100, 40)),
        ("apply_ac_voltage", (1, 0)),
        ("apply_dc_current", ("20.51",)),
        ("apply_ac_current", (20, 5001)),
        ("apply_ac_current", ("0.00002", 50)),
        ("apply_capacitance", ("1.8E-10",)),
        ("apply_capacitance", ("0.12",)),
    ],
)
def test_what_no_model_has_is_refused_before_anything_is_sent(method, arguments):
    with exchange() as link, pytest.raises(OutOfRange, match="There is "):
        getattr(F5522A(link), method)(*arguments)


@pytest.mark.parametrize(
    ("method", "arguments", "there"),
    [
        ("apply_dc_current", (15,), "-11 A to 11 A"),
        ("apply_ac_voltage", (100, 50_000), "33 V to 330 V from 45 Hz to 20000 Hz"),
        ("apply_ac_current", (10, 4000), "2.2 A to 11 A from 45 Hz to 1000 Hz"),
        ("apply_capacitance", ("0.01",), "0.00000000033 F to 0.0011 F"),
        ("apply_resistance_2w", ("1E9",), "0 Ohm to 330000000 Ohm"),
    ],
)
def test_a_5500a_refuses_what_only_its_successors_have(method, arguments, there):
    with exchange(*IS_A_5500A) as link:
        calibrator = F5522A(link)
        for _ in range(2):  # it is asked only once
            with pytest.raises(OutOfRange, match=there):
                getattr(calibrator, method)(*arguments)


def test_a_5520a_has_the_smallest_capacitance():
    identity = ("> *IDN?", "< FLUKE,5520A,1,0")
    got = applied(
        lambda driver: driver.apply_capacitance("2E-10"),
        "OUT 0.0000000002 F",
        "2.000E-10,F,0E+00,0,0.00E+00",
        *identity,
    )
    assert got.value == Decimal("2E-10")


def test_from_direct_to_alternating_voltage_goes_through_standby():
    with exchange(
        *APPLY_15V2, *SETTLED, *IS_15V2,
        "> STBY", "> OUT 10 V, 50 HZ", *NO_ERROR, *STANDBY, *OPERATE, *SETTLED,
        "> OUT?", "< 1.000000E+01,V,0E+00,0,5.00E+01",
        "> OUT 20 V, 50 HZ", *NO_ERROR, "> ISR?", "< 1", *SETTLED, "> OUT?", "< 2.0E+01,V,0E+00,0,5.00E+01",
    ) as link:  # fmt: skip
        calibrator = F5522A(link)
        calibrator.apply_dc_voltage("15.2")
        calibrator.apply_ac_voltage(10, 50)
        calibrator.apply_ac_voltage(20, 50)
