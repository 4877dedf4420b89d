"""Exchanges of ZERA MT reference meters: protocol table 5.2 (public software of the maker, 2025-02-07)."""

from decimal import Decimal

import pytest

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply, UsageError
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.zera.mt import MT

ATI = ("> ATI01", "< ATIACK")
# the first value of table 5.2, and more of the same simulated meter: 20 V, 0.1 A on three phases
VALUES = (
    "0;1.9996199E+01", "1;1.9995480E+01", "2;2.0000074E+01", "3;9.9997595E-02", "12;9.9965084E-01",
    "15;1.9988739E+00", "18;2.4177787E-05", "23;2.0000954E+00", "24;5.9982424E+00", "25;-2.9249751E-04",
    "26;5.9991698E+00", "27;123", "28;50.01", "30;1.3959724E-01",
)  # fmt: skip
AME = ("> AME", *[f"< {line}" for line in VALUES], "< AMEACK")
AST = ("> AST", "< UB=420", "< IB=100", "< M=2WA", "< PLL=U1", "< UEB=--", "< ASTACK")


def test_identity_is_type_and_version():
    with exchange("> AAV", "< MT793V05.52", "< AAVACK") as link:
        assert MT(link).identify() == Identity("ZERA", "MT793", "", "05.52", "MT793V05.52")


@pytest.mark.parametrize("lines", [(), ("MT793",), ("MT793V05.52", "MT793V05.52"), ("",)])
def test_another_identity_is_refused(lines):
    with (
        exchange("> AAV", *[f"< {line}" for line in lines], "< AAVACK") as link,
        pytest.raises(UnexpectedReply, match="`AAV`"),
    ):
        MT(link).identify()


def test_powers_and_frequency_are_the_sums_of_ame():
    with exchange(*ATI, *AME, *AME, *AME, *AME) as link:
        meter = MT(link)
        assert meter.read_active_power() == Reading(Decimal("5.9982424"), "W", "24;5.9982424E+00")
        assert meter.read_reactive_power() == Reading(Decimal("-0.00029249751"), "var", "25;-2.9249751E-04")
        assert meter.read_apparent_power() == Reading(Decimal("5.9991698"), "VA", "26;5.9991698E+00")
        assert meter.measure_frequency() == Reading(Decimal("50.01"), "Hz", "28;50.01")


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("U1", "19.996199", "V"),
        ("U3", "20.000074", "V"),
        ("I1", "0.099997595", "A"),
        ("PF1", "0.99965084", "1"),
        ("P1", "1.9988739", "W"),
        ("Q1", "0.000024177787", "var"),
        ("S3", "2.0000954", "VA"),
    ],
)
def test_quantities_of_a_phase(name, value, unit):
    with exchange(*ATI, *AME) as link:
        reading = MT(link).read_quantity(name)
    assert (reading.value, reading.unit) == (Decimal(value), unit)


def test_an_unknown_quantity_is_refused_before_anything_is_sent():
    with exchange() as link, pytest.raises(OutOfRange, match="U1, U2, U3, I1"):
        MT(link).read_quantity("P4")


@pytest.mark.parametrize("placeholder", ["--.--", "oo.oo", "---", "9.9E37"])
def test_placeholders_are_no_values(placeholder):
    with exchange(*ATI, "> AME", f"< 24;{placeholder}", "< AMEACK") as link, pytest.raises(Overload):
        MT(link).read_active_power()


@pytest.mark.parametrize("line", ["24;", "24", "24;5,99", "25;1.0", "24;1;2", ""])
def test_garbage_in_ame_is_refused(line):
    with exchange(*ATI, "> AME", f"< {line}", "< AMEACK") as link, pytest.raises(UnexpectedReply):
        MT(link).read_active_power()


def test_nak_is_an_error_of_the_device():
    with exchange("> ATI01", "< ATINAK") as link, pytest.raises(DeviceError, match=r"'ATINAK' .*`ATI01`"):
        MT(link).read_active_power()


def test_a_reply_without_end_is_given_up_and_the_line_cleared_before_the_next():
    with exchange("> AAV", *["< 1;2"] * 201, "! clear", "> AAV", "< MT786V01", "< AAVACK") as link:
        meter = MT(link)
        with pytest.raises(UnexpectedReply, match="within 200 lines"):
            meter.identify()
        assert meter.identify().model == "MT786"


def test_after_a_timeout_the_line_is_cleared():
    with exchange(
        "> AAV", "< MT793V05.52", "! timeout", "! clear", "> AAV", "< MT793V05.52", "< AAVACK"
    ) as link:
        meter = MT(link)
        with pytest.raises(LinkTimeout):
            meter.identify()
        assert meter.identify().firmware == "05.52"


def test_settings_and_mode():
    with exchange(*AST, "> AMT4WA", "< AMTACK", "> AST", "< M=4WA", "< ASTACK") as link:
        meter = MT(link)
        assert meter.read_settings() == {"UB": "420", "IB": "100", "M": "2WA", "PLL": "U1", "UEB": "--"}
        meter.select_mode("4WA")


def test_a_mode_that_is_not_taken_is_refused():
    with (
        exchange("> AMT4WA", "< AMTACK", *AST) as link,
        pytest.raises(UnexpectedReply, match="M=2WA where 4WA"),
    ):
        MT(link).select_mode("4WA")
    with exchange() as link, pytest.raises(OutOfRange, match="4WA"):
        MT(link).select_mode("4WA\rAEE")


RANGES = ("> AVI", "< 420", "< 250", "< 60", "< AVIACK", "> ACI", "< 100", "< 5", "< 0.2", "< ACIACK")
FIXED = ("> AAMMMA", "< AAMACK", "> AVR250", "< AVRACK", "> ACR5", "< ACRACK")


def test_ranges_are_fixed_and_read_back():
    is_set = ("> AST", "< UB=250", "< IB=5.0", "< ASTACK")
    with exchange(*RANGES, *FIXED, *is_set, *is_set, "> AAMAAA", "< AAMACK") as link:
        meter = MT(link)
        meter.fix_ranges(250, "5.0")
        meter.choose_ranges()
    with exchange(*RANGES, *FIXED, *AST) as link, pytest.raises(UnexpectedReply, match="UB=420 where 250"):
        MT(link).fix_ranges(250, 5)
    with exchange(*RANGES) as link, pytest.raises(OutOfRange, match=r"There are 100, 5, 0\.2 A"):
        MT(link).fix_ranges(250, 6)


START = ("> AEP500000;02;10;0", "< AEPACK", "> AEB0", "< AEBACK")  # 500 pulses per kWh are 500000E2 x 0.00001
POWERFUL = ("> AME", "< 24;1.2E+03", "< AMEACK")  # 10 pulses at 1200 W take 60 s
ARMED = ("> AES1", "< 11", "< --.--", "< 0.000000;0.000000", "< AESACK")
RUNNING = ("> AES1", "< 02", "< --.--", "< 50.000000;645.0", "< AESACK")
ABORT = ("> AEE", "< AEEACK")


@pytest.mark.parametrize(
    ("state", "error"), [("03", "1.23"), ("13", "-0.2")]
)  # both forms are in the program's tests
def test_energy_error_is_awaited(state, error):
    finished = ("> AES1", f"< {state}", f"< {error}", "< 0.000000;1290.1234", "< AESACK")
    with exchange(*ATI, *POWERFUL, *START, *ARMED, "~ 1", *RUNNING, "~ 1", *finished) as link:
        assert MT(link).measure_energy_error(500, 10) == Reading(
            Decimal(error), "%", f"{state}; {error}; 0.000000;1290.1234"
        )


@pytest.mark.parametrize(
    ("constant", "pulses", "sent"),
    [  # six digits and a power of ten each, table 5.2
        ("500", 10, "500000;02;10;0"),
        ("10000", 1, "100000;04;1;0"),
        ("0.5", 2, "50000;00;2;0"),
        ("1.23456", 123_456, "123456;00;123456;0"),
        (6400, 1_000_000, "640000;03;100000;1"),
    ],
)
def test_constant_and_pulses_go_out_exactly(constant, pulses, sent):
    finished = ("> AES1", "< 03", "< 0.00", "< 0;0", "< AESACK")
    with exchange(
        *ATI, "> AME", "< 24;9E+09", "< AMEACK", f"> AEP{sent}", "< AEPACK", "> AEB0", "< AEBACK", *finished
    ) as link:
        assert MT(link).measure_energy_error(constant, pulses).value == 0


@pytest.mark.parametrize(
    ("constant", "pulses"),
    [
        ("0.000001", 1),
        ("1234.567", 1),
        (0, 1),
        (-1, 1),
        (500, 0),
        (500, -1),
        (500, 1_234_567),
        (500, 10**11),
        ("1E12", 1),
    ],
)
def test_what_does_not_go_into_six_digits_is_refused_before_anything_is_sent(constant, pulses):
    with exchange() as link, pytest.raises(OutOfRange):
        MT(link).measure_energy_error(constant, pulses)


def test_what_is_no_number_is_refused():
    with exchange() as link, pytest.raises(UsageError):
        MT(link).measure_energy_error("many", 1)


@pytest.mark.parametrize("power", ["0.0000000E+00", "1.0E-04", "-1.0E-04"])
def test_without_power_no_measurement_is_started(power):
    with (
        exchange(*ATI, "> AME", f"< 24;{power}", "< AMEACK") as link,
        pytest.raises(DeviceError, match="do not come within a day"),
    ):
        MT(link).measure_energy_error(500, 10)


def test_a_measurement_without_pulses_is_aborted_after_twice_its_time_and_a_minute():
    polls = [line for _ in range(180) for line in (*RUNNING, "~ 1")]  # 2 x 60 s + 60 s
    with (
        exchange(*ATI, *POWERFUL, *START, *polls, *RUNNING, *ABORT) as link,
        pytest.raises(DeviceError, match="did not finish in 180 s"),
    ):
        MT(link).measure_energy_error(500, 10)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (("00", "oo.oo", "0.000000;0.000000"), DeviceError),
        (("03", "--.--", "0.000000;0.000000"), Overload),
        (("03", "1,23", "0;0"), UnexpectedReply),
        (("04", "1.23", "0;0"), UnexpectedReply),
        (("1.23",), UnexpectedReply),
        ((), UnexpectedReply),
    ],
)
def test_a_measurement_that_goes_wrong_is_aborted(lines, error):
    with (
        exchange(
            *ATI, *POWERFUL, *START, "> AES1", *[f"< {one}" for one in lines], "< AESACK", *ABORT
        ) as link,
        pytest.raises(error),
    ):
        MT(link).measure_energy_error(500, 10)


def test_the_line_is_cr_9600_8n2():
    assert (MT.LINE.write_end, MT.LINE.read_end, MT.LINE.serial) == ("\r", "\r", "9600 8N2")
