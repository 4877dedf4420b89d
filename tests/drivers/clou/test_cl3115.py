"""Exchanges of the CL3115: protocols.md 5.3, places in the reply as two public programs for benches read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.frames.clou import Frame
from calbench.instruments.testing import exchange
from calbench_drivers.clou.cl3115 import CL3115

ASK_CONSTANT = ">> 81 30 05 09 A0 02 02 40 DC"  # the vector of protocols.md 5.3
LAST_ERROR = "A0 00 04 20 02 40 04"
STOP, START = "A3 00 08 10 00", "A3 00 08 10 01"
DONE = "30"


def asks(body):
    return ">> " + Frame(0x30, 0x05, bytes.fromhex(body)).encoded().hex()


def answer(body, *, to=0x05, sender=0x30):
    return "<< " + Frame(to, sender, bytes.fromhex(body) if isinstance(body, str) else body).encoded().hex()


ASK_ALL = asks("A0 02 3F FF FF 3F FF FF 0F")


def scaled(mantissa, power):
    return mantissa.to_bytes(4, "little", signed=True) + power.to_bytes(1, "little", signed=True)


def angle(degrees):
    return int(Decimal(degrees) * 10000).to_bytes(4, "little", signed=True)


def instantaneous(*, overload=0, power=-1_150_000):
    body = bytes.fromhex("50 02 3F FF")
    body += b"".join(scaled(volts, -4) for volts in (2_203_000, 2_202_000, 2_201_000))  # c, b, a
    body += b"".join(scaled(amperes, -6) for amperes in (5_003_000, 5_002_000, 5_001_000))
    body += (4_999_900).to_bytes(4, "little") + bytes([overload, 0xFF]) + bytes(6) + bytes(4)
    body += angle(60) + b"\x3f"
    body += b"".join(angle(one) for one in ("120.5", "240.25", "0", "60.5", "180.25", "-59.75")) + b"\xff"
    body += bytes(12 + 12 + 8) + b"\xff"
    body += b"".join(scaled(watts, -3) for watts in (1, 2, 3, power))
    body += b"".join(scaled(vars_, -2) for vars_ in (4, 5, 6, 190_525)) + b"\x0f"
    body += b"".join(scaled(voltamperes, 1) for voltamperes in (7, 8, 9, 330))
    assert len(body) == 0xAE  # total of protocols.md 5.3
    return answer(body)


def error(number, ten_thousandths):
    value = ten_thousandths.to_bytes(4, "little", signed=True)
    return answer(bytes.fromhex("50 00 04 20") + bytes([number]) + bytes.fromhex("02 40 04") + value)


def prepared(constant="40 06 00 00 00 00 00 00"):
    return [
        ASK_ALL, instantaneous(power=3_600_000),
        asks(STOP), answer(DONE),
        asks("A3 00 08 01 00 00"), answer(DONE),
        asks(f"A3 00 14 08 05 00 00 00 01 {constant}"), answer(DONE),
        asks(START), answer(DONE),
    ]  # fmt: skip


def test_the_constant_with_the_frame_of_the_table():
    with exchange(ASK_CONSTANT, answer("50 02 02 40 40 42 0F 00")) as link:
        assert CL3115(link).read_constant() == 1_000_000


def test_identity():
    text = b"CLT1.1 " + b"CL3115\0\0\0\0\0" + b"V1.02" + b"201507060012"
    with exchange(asks("C9"), answer(b"\x39" + text)) as link:
        found = CL3115(link).identify()
    assert (found.maker, found.model, found.serial, found.firmware) == (
        "CLOU",
        "CL3115",
        "201507060012",
        "V1.02",
    )
    assert found.text == "CLT1.1 CL3115 V1.02 201507060012"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (CL3115.read_active_power, "-1150.000 W"),
        (CL3115.read_reactive_power, "1905.25 var"),
        (CL3115.read_apparent_power, "3300 VA"),
        (CL3115.measure_frequency, "49.99900 Hz"),
        (lambda one: one.read_voltage(1), "220.1000 V"),
        (lambda one: one.read_voltage(3), "220.3000 V"),
        (lambda one: one.read_current(1), "5.001000 A"),
        (lambda one: one.read_current(2), "5.002000 A"),
        (lambda one: one.read_voltage_angle(3), "120.5000 deg"),
        (lambda one: one.read_current_angle(1), "-59.7500 deg"),
    ],
)
def test_quantities(read, value):
    with exchange(ASK_ALL, instantaneous()) as link:
        assert str(read(CL3115(link))) == value


def test_a_reading_carries_its_bytes():
    with exchange(ASK_ALL, instantaneous()) as link:
        assert CL3115(link).read_active_power().text == "D0 73 EE FF FD"


def off(*, volts=0, amperes=0):
    """Give the answer of a meter whose last phase has so many 1E-4 V and 1E-6 A, the others nothing."""
    body = bytearray(bytes.fromhex(instantaneous().split(" ", 1)[1]))
    head = body.index(bytes.fromhex("50 02 3F FF"))
    none = [scaled(0, -4)] * 2 + [scaled(volts, -4)] + [scaled(0, -6)] * 2 + [scaled(amperes, -6)]
    body[head + 4 : head + 34] = b"".join(none)
    return answer(bytes(body[head:-1]))


@pytest.mark.parametrize(
    ("volts", "amperes", "on"),
    [
        (0, 0, False),
        (9999, 999, False),
        (-9999, -999, False),
        (10_000, 0, True),
        (-10_000, 0, True),
        (0, 1000, True),
        (0, -1000, True),
        (2_200_000, 5_000_000, True),
    ],
)
def test_a_volt_or_a_milliampere_on_one_phase_is_on(volts, amperes, on):
    with exchange(ASK_ALL, off(volts=volts, amperes=amperes)) as link:
        assert CL3115(link).sees_output() is on


@pytest.mark.parametrize("power", [0x80, 0xF6, 0x01, 0x7F])  # 1E-128, 1E-10, 1E1, 1E127
def test_a_power_of_ten_that_no_meter_has_is_not_taken_for_nothing(power):
    body = bytearray(bytes.fromhex(off(volts=2_200_000).split(" ", 1)[1]))
    body[4 + 4 + 10 + 4] = power  # head of the frame, of the body, two phases of five bytes, the mantissa
    with exchange(ASK_ALL, answer(bytes(body[4:-1]))) as link, pytest.raises(UnexpectedReply, match="nobody"):
        CL3115(link).sees_output()


def test_an_overload_is_not_taken_for_nothing():
    with exchange(ASK_ALL, instantaneous(overload=0x01)) as link, pytest.raises(Overload):
        CL3115(link).sees_output()


def test_an_overload_is_no_reading():
    with (
        exchange(ASK_ALL, instantaneous(overload=0x20)) as link,
        pytest.raises(Overload, match="overload flags 20"),
    ):
        CL3115(link).read_active_power()


def test_a_phase_that_it_does_not_have():
    with exchange() as link, pytest.raises(OutOfRange, match="no phase 0"):
        CL3115(link).read_voltage(0)


@pytest.mark.parametrize("before", [0, 7, 255])
def test_an_energy_error_is_the_one_after_the_start(before):
    with exchange(
        *prepared(),
        asks(LAST_ERROR), error(before, 1), asks(LAST_ERROR), error(before, 1), "~ 1",
        asks(LAST_ERROR), error((before + 1) % 256, -1234),
        asks(STOP), answer(DONE),
    ) as link:  # fmt: skip
        assert str(CL3115(link).measure_energy_error(1600, 5)) == "-0.1234 %"


def test_no_pulses_end_in_an_error_and_the_calculation_is_stopped():
    polls = [asks(LAST_ERROR), error(0, 0), "~ 1"] * 67  # twice the 3.125 s of 5 pulses, and 60 s
    with (
        exchange(
            *prepared(), asks(LAST_ERROR), error(0, 0), *polls, asks(LAST_ERROR), error(0, 0),
            asks(STOP), answer("33"),
        ) as link,
        pytest.raises(DeviceError, match="no error was calculated in 66 s"),
    ):  # fmt: skip
        CL3115(link).measure_energy_error(1600, 5)


def test_without_power_nothing_is_started():
    with exchange(ASK_ALL, instantaneous(power=0)) as link, pytest.raises(DeviceError, match="within a day"):
        CL3115(link).measure_energy_error(1600, 5)


@pytest.mark.parametrize(
    ("constant", "pulses"), [("1600.5", 5), (0, 5), (2**63, 5), (1600, 0), (1600, 2**31)]
)
def test_counts_that_do_not_go_into_their_fields(constant, pulses):
    with exchange() as link, pytest.raises(OutOfRange, match="whole number"):
        CL3115(link).measure_energy_error(constant, pulses)


@pytest.mark.parametrize(
    ("reply", "raised", "why"),
    [
        (answer("33"), DeviceError, "read-constant: 33 came, which means an error"),
        (answer("35"), DeviceError, "busy"),
        (answer("36"), DeviceError, "inhibited"),
        (answer("50 02 02 40 40 42 0F"), UnexpectedReply, "50 02 02 40 40 42 0F came"),
        (answer("50 02 20 10 40 42 0F 00"), UnexpectedReply, "8 bytes that begin with 50 02 02 40"),
        (answer("50 02 02 40 40 42 0F 00", sender=0x01), UnexpectedReply, "from 01 to 05"),
        (answer("A0 02 02 40", to=0x30, sender=0x05), UnexpectedReply, "add 'echo'"),
        ("<< 81 05 30 0D 50 02 02 40 40 42 0F 00 00", UnexpectedReply, "its check is 00"),
    ],
)
def test_what_is_no_constant(reply, raised, why):
    script = [ASK_CONSTANT, reply, "! timeout"] if "check" in why else [ASK_CONSTANT, reply]
    with exchange(*script) as link, pytest.raises(raised, match=why):
        CL3115(link).read_constant()


@given(
    body=st.binary(min_size=1, max_size=40)
    | st.binary(min_size=170, max_size=170).map(b"\x50\x02\x3f\xff".__add__)
)
def test_no_data_but_a_reading_or_an_error_of_calbench(body):
    with exchange(ASK_ALL, answer(body)) as link:
        try:
            str(CL3115(link).read_active_power())
        except InstrumentError:
            return
