"""Exchanges of the 5700A family: protocol tables 2.2 (5700A Series II manual p. 158-178) and 2.1."""

from decimal import Decimal

import pytest

from calbench.errors import ConnectionLost, DeviceError, OutOfRange, UnexpectedReply, UsageError
from calbench.instruments.reading import Applied, Identity, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.fluke.f5730a import F5730A

SETTLED_OPERATING = "< 4097"  # bits 12 and 0, table 2.1 (ISR) and 2.2
SENSED = "< 4101"  # and bit 2, external sense
OPERATING = "< 1"
STANDBY_SETTLED = "< 4096"
NO_FAULT = ("> FAULT?", "< 0")

FIRST_10_V = (
    "> STBY",
    "> OUT 10 V, 0 HZ",
    "> EXTSENSE OFF",
    *NO_FAULT,
    "> ISR?",
    STANDBY_SETTLED,
    "> OPER",
    *NO_FAULT,
    "> ISR?",
    SETTLED_OPERATING,
    "> OUT?",
    "< 1.000000E+01,V,0.00E+00",
)


def test_identity_has_four_fields_488_2():
    with exchange("> *IDN?", "< FLUKE,5730A,1234567,1.5+A") as link:
        assert F5730A(link).identify() == Identity(
            "FLUKE", "5730A", "1234567", "1.5+A", "FLUKE,5730A,1234567,1.5+A"
        )


@pytest.mark.parametrize("ten", [10, "10", "10.0", Decimal("1.0E1"), 10.0])
def test_first_voltage_goes_through_standby_then_operates_and_settles(ten):
    with exchange(*FIRST_10_V) as link:
        applied = F5730A(link).apply_dc_voltage(ten)

    assert applied == Applied(Decimal("10.00000"), "V", "1.000000E+01,V,0.00E+00")


def test_next_voltage_stays_in_operate_when_the_calibrator_does():
    with exchange(
        *FIRST_10_V,
        "> OUT 0.1 V, 0 HZ",
        "> EXTSENSE OFF",
        *NO_FAULT,
        "> ISR?",
        OPERATING,
        "> ISR?",
        SETTLED_OPERATING,
        "> OUT?",
        "< 1.000000E-01,V,0.00E+00",
    ) as link:
        calibrator = F5730A(link)
        calibrator.apply_dc_voltage(10)
        assert calibrator.apply_dc_voltage(0.1).value == Decimal("0.1")


def test_settling_is_polled_until_isr_bits_0_and_12_are_set():
    with exchange(
        "> STBY", "> OUT -1000 V, 0 HZ", "> EXTSENSE OFF", *NO_FAULT,
        "> ISR?", STANDBY_SETTLED, "> OPER", *NO_FAULT,  # above 33 V it drops to standby
        "> ISR?", STANDBY_SETTLED, "~ 0.25", "> ISR?", OPERATING, "~ 0.25", "> ISR?", SETTLED_OPERATING,
        "> OUT?", "< -1.000000E+03,V,0.00E+00",
    ) as link:  # fmt: skip
        assert F5730A(link).apply_dc_voltage("-1000").value == -1000


def test_gives_up_settling_after_30_s_and_says_that_the_output_is_on():
    polls = [line for _ in range(120) for line in ("> ISR?", OPERATING, "~ 0.25")]
    setting = ("> STBY", "> OUT 1 V, 0 HZ", "> EXTSENSE OFF", *NO_FAULT, "> ISR?", OPERATING)
    words = "not settled 30 s after 'OUT 1 V, 0 HZ' .*output is ON; faults: none"
    with (
        exchange(*setting, *polls, "> ISR?", OPERATING, *NO_FAULT) as link,
        pytest.raises(DeviceError, match=words),
    ):
        F5730A(link).apply_dc_voltage(1)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (0.1, "0.1"),
        ("0.1", "0.1"),
        (Decimal("0.1"), "0.1"),
        ("1.100000E3", "1100"),
        ("-0.0", "0"),
        (0, "0"),
        ("0.123456789012345", "0.123456789012345"),
        ("1E-7", "0.0000001"),
        (-19.0, "-19"),
    ],
)
def test_values_are_sent_exactly(value, sent):
    with exchange(
        "> STBY", f"> OUT {sent} V, 0 HZ", "> EXTSENSE OFF", *NO_FAULT, "> ISR?", SETTLED_OPERATING,
        "> ISR?", SETTLED_OPERATING, "> OUT?", f"< {Decimal(sent):E},V,0",
    ) as link:  # fmt: skip
        assert F5730A(link).apply_dc_voltage(value).value == Decimal(sent)


@pytest.mark.parametrize("value", ["0.1234567890123456", Decimal(1).scaleb(-23), 0.1 + 0.2])
def test_more_than_15_digits_are_refused_never_rounded(value):
    with exchange() as link, pytest.raises(OutOfRange, match="15 digits"):
        F5730A(link).apply_dc_voltage(value)


@pytest.mark.parametrize("value", ["1100.000001", -1101, Decimal("1E9")])
def test_voltage_beyond_1100_v_is_refused_before_anything_is_sent(value):
    with exchange() as link, pytest.raises(OutOfRange, match="-1100 V to 1100 V"):
        F5730A(link).apply_dc_voltage(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1k", True, ""])
def test_what_is_no_number_is_refused(value):
    with exchange() as link, pytest.raises(UsageError):
        F5730A(link).apply_dc_voltage(value)


def test_resistance_4w_has_the_characterised_value_of_out():
    with exchange(
        "> STBY", "> OUT 100 OHM", "> EXTSENSE ON", *NO_FAULT,
        "> ISR?", STANDBY_SETTLED, "> OPER", *NO_FAULT, "> ISR?", SENSED,
        "> OUT?", "< 1.000012345E+02,OHM,0.00E+00",
    ) as link:  # fmt: skip
        applied = F5730A(link).apply_resistance_4w("100")

    assert applied == Applied(Decimal("100.0012345"), "Ohm", "1.000012345E+02,OHM,0.00E+00")


def test_a_sense_that_was_not_switched_is_refused():
    # a lost `EXTSENSE ON` leaves 50 ppm of lead resistance in 100 Ohm, and no other trace
    with exchange(
        "> STBY", "> OUT 100 OHM", "> EXTSENSE ON", *NO_FAULT,
        "> ISR?", STANDBY_SETTLED, "> OPER", *NO_FAULT, "> ISR?", SETTLED_OPERATING,
    ) as link, pytest.raises(UnexpectedReply, match="EXTSENSE ON"):  # fmt: skip
        F5730A(link).apply_resistance_4w("100")


def test_resistance_2w_switches_sense_and_compensation_off_and_reads_megohms_p158():
    with exchange(
        "> STBY", "> OUT 19000000 OHM", "> EXTSENSE OFF", "> RCOMP OFF", *NO_FAULT,
        "> ISR?", STANDBY_SETTLED, "> OPER", *NO_FAULT, "> ISR?", SETTLED_OPERATING,
        "> OUT?", "< 1.90012E+01,MOHM,0",
    ) as link:  # fmt: skip
        assert F5730A(link).apply_resistance_2w(19e6).value == Decimal("19001200")


def test_a_change_of_function_goes_through_standby():
    with exchange(
        *FIRST_10_V,
        "> STBY", "> OUT 1.9 OHM", "> EXTSENSE ON", *NO_FAULT,
        "> ISR?", STANDBY_SETTLED, "> OPER", *NO_FAULT, "> ISR?", SENSED,
        "> OUT?", "< 1.899967E+00,OHM,0.00E+00",
    ) as link:  # fmt: skip
        calibrator = F5730A(link)
        calibrator.apply_dc_voltage(10)
        assert calibrator.apply_resistance_4w(1.9).value == Decimal("1.899967")


@pytest.mark.parametrize("method", ["apply_resistance_4w", "apply_resistance_2w"])
@pytest.mark.parametrize("value", [150, "1.8", -1, "1E9", 0.1])
def test_only_cardinal_values_and_the_error_lists_them(method, value):
    cardinals = (
        "0, 1, 1.9, 10, 19, 100, 190, 1000, 1900, 10000, 19000, 100000, 190000, 1000000, 1900000, 10000000"
    )
    with exchange() as link, pytest.raises(OutOfRange, match=f"{cardinals}, 19000000, 100000000"):
        getattr(F5730A(link), method)(value)


def test_faults_are_explained_p178():
    with exchange("> FAULT?", "< 725", "> EXPLAIN? 725", '< "ILLEGAL LIMIT SETTING"', *NO_FAULT) as link:
        assert F5730A(link).read_errors() == ["725, ILLEGAL LIMIT SETTING"]


def test_a_fault_after_setting_stops_before_operating():
    fault = ("> FAULT?", "< 725", "> EXPLAIN? 725", '< "ILLEGAL LIMIT SETTING"')
    words = "after 'OUT 1 V, 0 HZ' it reported 725, ILLEGAL LIMIT SETTING"
    with (
        exchange("> STBY", "> OUT 1 V, 0 HZ", "> EXTSENSE OFF", *fault, *NO_FAULT) as link,
        pytest.raises(DeviceError, match=words),
    ):
        F5730A(link).apply_dc_voltage(1)


def test_after_a_fault_the_next_setting_goes_through_standby_again():
    with exchange(
        *FIRST_10_V,
        "> OUT 20 V, 0 HZ", "> EXTSENSE OFF", "> FAULT?", "< 725", "> EXPLAIN? 725", '< "ILLEGAL"', *NO_FAULT,
        *FIRST_10_V,
    ) as link:  # fmt: skip
        calibrator = F5730A(link)
        calibrator.apply_dc_voltage(10)
        with pytest.raises(DeviceError):
            calibrator.apply_dc_voltage(20)
        calibrator.apply_dc_voltage(10)


def test_faults_without_end_are_given_up():
    faults = ("> FAULT?", "< 1", "> EXPLAIN? 1", '< "X"') * 17  # the queue holds 16 (5730A manual p. 6-50)
    with exchange(*faults) as link, pytest.raises(DeviceError, match="without end"):
        F5730A(link).read_errors()


@pytest.mark.parametrize(
    "reply",
    [
        "1.000000E+01,A,0.00E+00",
        "1.000000E+01,V,5.00E+01",
        "1.000000E+01,V",
        "1.000000E+01,V,0E+00,0,0.00E+00",
        "5.000000E+00,V,0.00E+00",
        "-1.000000E+01,V,0.00E+00",
        "#!garbage",
        "",
    ],
)
def test_another_setting_or_garbage_in_out_is_named(reply):
    with exchange(*FIRST_10_V[:-1], f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        F5730A(link).apply_dc_voltage(10)
    assert repr(reply) in str(caught.value)


def test_garbage_in_isr_is_named():
    with exchange("> STBY", "> ISR?", "< 40 97") as link, pytest.raises(UnexpectedReply, match="'40 97'"):
        F5730A(link).standby()


def test_standby_is_read_back():
    with exchange("> STBY", "> ISR?", STANDBY_SETTLED) as link:
        F5730A(link).standby()
    with exchange("> STBY", "> ISR?", SETTLED_OPERATING) as link, pytest.raises(DeviceError, match="STBY"):
        F5730A(link).standby()


@pytest.mark.parametrize(
    ("lines", "safe"),
    [
        (("< 4096",), Safe.VERIFIED),
        (("< 0",), Safe.VERIFIED),
        (("< 4097",), Safe.FAILED),
        (("< 1",), Safe.FAILED),
        (("! timeout",), Safe.SENT_UNVERIFIED),
        (("! lost",), Safe.SENT_UNVERIFIED),
        (("< FLUKE,5730A",), Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_isr_bit_0(lines, safe):
    with exchange("! clear", "> STBY", "> ISR?", *lines) as link:
        assert F5730A(link).make_safe() is safe


def test_make_safe_is_idempotent():
    once = ("! clear", "> STBY", "> ISR?", "< 4096")
    with exchange(*once, *once) as link:
        calibrator = F5730A(link)
        assert [calibrator.make_safe(), calibrator.make_safe()] == [Safe.VERIFIED, Safe.VERIFIED]


def gone(message: str = "") -> None:
    raise ConnectionLost("gone")


def test_make_safe_on_a_dead_line_has_failed():
    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert F5730A(link).make_safe() is Safe.FAILED


def test_make_safe_sends_standby_all_the_same_when_the_line_cannot_be_cleared():
    with exchange("> STBY", "> ISR?", "< 4096") as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        assert F5730A(link).make_safe() is Safe.SENT_UNVERIFIED


@pytest.mark.parametrize(
    ("method", "arguments", "sent", "terminals", "echo", "unit"),
    [  # three fields of OUT?, unit and CUR_POST: table 2.2
        ("apply_ac_voltage", ("10", 50), "OUT 10 V, 50 HZ", "EXTSENSE OFF", "1.0E+01,V,5.00E+01", "V"),
        ("apply_ac_voltage", (1, 1e6), "OUT 1 V, 1000000 HZ", "EXTSENSE OFF", "1.0E+00,V,1.00E+06", "V"),
        ("apply_ac_voltage", (1100, 442), "OUT 1100 V, 442 HZ", "EXTSENSE OFF", "1.1E+03,V,4.42E+02", "V"),
        ("apply_dc_current", ("-0.1",), "OUT -0.1 A, 0 HZ", "CUR_POST NORMAL", "-1.0E-01,A,0.00E+00", "A"),
        ("apply_ac_current", (2.2, 20), "OUT 2.2 A, 20 HZ", "CUR_POST NORMAL", "2.2E+00,A,2.00E+01", "A"),
    ],
)
def test_each_function_is_set_operated_settled_and_read_back(method, arguments, sent, terminals, echo, unit):
    with exchange(
        "> STBY", f"> {sent}", f"> {terminals}", *NO_FAULT, "> ISR?", STANDBY_SETTLED, "> OPER", *NO_FAULT,
        "> ISR?", SETTLED_OPERATING, "> OUT?", f"< {echo}",
    ) as link:  # fmt: skip
        got = getattr(F5730A(link), method)(*arguments)
    assert got == Applied(Decimal(echo.split(",", maxsplit=1)[0]), unit, echo)


@pytest.mark.parametrize(
    "echo",
    [
        "1.0E+01,V,6.00E+01",
        "1.0E+01,V,0.00E+00",
        "1.0E+01,A,5.00E+01",
        "1.1E+01,V,5.00E+01",
        "9.9E37,V,5.00E+01",
        "1E99999999999999999999,V,5.00E+01",
    ],
)
def test_another_alternating_voltage_than_asked_for_is_refused(echo):
    with (
        exchange(
            "> STBY", "> OUT 10 V, 50 HZ", "> EXTSENSE OFF", *NO_FAULT, "> ISR?", STANDBY_SETTLED, "> OPER",
            *NO_FAULT, "> ISR?", SETTLED_OPERATING, "> OUT?", f"< {echo}",
        ) as link,
        pytest.raises(UnexpectedReply, match="at 50 Hz was set"),
    ):  # fmt: skip
        F5730A(link).apply_ac_voltage(10, 50)


@pytest.mark.parametrize(
    ("method", "arguments", "there"),
    [
        ("apply_ac_voltage", (1, "9.9"), "0.00022 V to 22 V from 10 Hz to 1000000 Hz"),
        ("apply_ac_voltage", ("0.0001", 50), "0.00022 V to 22 V"),
        ("apply_ac_voltage", (-1, 50), "0.00022 V to 22 V"),
        ("apply_ac_voltage", (100, 220_001), "22 V to 220 V from 10 Hz to 1000000 Hz and 22000000 V Hz"),
        ("apply_ac_voltage", (300, 40), "250 V to 1100 V from 50 Hz to 1000 Hz"),
        ("apply_ac_voltage", (1000, 1001), "250 V to 1100 V from 50 Hz to 1000 Hz"),
        ("apply_ac_voltage", (1101, 50), "250 V to 1100 V"),
        ("apply_ac_voltage", (1, 0), "from 10 Hz"),
        ("apply_dc_current", ("2.21",), "-2.2 A to 2.2 A"),
        ("apply_ac_current", (1, 10), "0.22 A to 2.2 A from 20 Hz to 10000 Hz"),
        ("apply_ac_current", ("0.1", 10_001), "0.000009 A to 0.22 A from 10 Hz to 10000 Hz"),
        ("apply_ac_current", (3, 50), "0.22 A to 2.2 A"),
    ],
)
def test_beyond_the_bands_is_refused_before_anything_is_sent(method, arguments, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        getattr(F5730A(link), method)(*arguments)


def test_the_models_of_the_family():
    assert F5730A.MODELS == ("5700A", "5720A", "5730A")  # section 2.2
