"""Exchanges of the 5520A and 5522A: protocol table 2.1 (5522A manual p. 175-178, 421; 5500A p. 189, 213)."""

from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments.reading import Applied, Identity, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.fluke.f5522a import F5522A

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
        ("apply_resistance_2w", "1.2e9", "0 Ohm to 1100 MOhm"),
        ("apply_resistance_2w", -1, "0 Ohm to 1100 MOhm"),
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
