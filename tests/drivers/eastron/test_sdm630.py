"""Exchanges of an SDM630: protocols.md 5.6; the frame with 43 66 33 34 and the exception are its vectors."""

import struct
from decimal import Decimal

import pytest

from calbench.errors import DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.frames.checksums import crc_modbus
from calbench.instruments.testing import exchange
from calbench_drivers.eastron.sdm630 import SDM630


def framed(text):
    data = bytes.fromhex(text)
    return (data + crc_modbus(data).to_bytes(2, "little")).hex()


def test_the_voltage_of_the_vector():
    with exchange(">> 01 04 00 00 00 02 71 CB", "<< 01 04 04 43 66 33 34 1B 38", framing="rtu") as link:
        assert str(SDM630(link).read_voltage(1)) == "230.20001 V"


@pytest.mark.parametrize(
    ("method", "arguments", "register", "count", "number", "value"),
    [
        ("read_active_energy", (), "00 48", 8, 1.5, Decimal(5_400_000)),
        ("read_active_power", (), "00 34", 6, -1150.5, Decimal("-1150.5")),
        ("measure_frequency", (), "00 46", 4, 50.0, Decimal(50)),
        ("read_voltage", (3,), "00 04", 12, 229.75, Decimal("229.75")),
        ("read_current", (2,), "00 08", 16, 5.125, Decimal("5.125")),
    ],
)
def test_registers_of_the_table(method, arguments, register, count, number, value):
    with exchange(
        ">> " + framed(f"0C 04 {register} 00 {count:02X}"),
        "<< " + framed(f"0C 04 {2 * count:02X}" + struct.pack(">f", number).hex() + "11" * (2 * count - 4)),
        unit="12", framing="rtu",
    ) as link:  # fmt: skip
        assert getattr(SDM630(link), method)(*arguments).value == value


def test_identity_is_an_answer_with_a_frequency():
    with exchange(
        ">> " + framed("01 04 00 46 00 04"), "<< " + framed("01 04 08 42 48 00 00" + "11" * 4), framing="rtu"
    ) as link:
        identity = SDM630(link).identify()
    assert (identity.model, identity.serial, identity.text) == ("SDM630", "", "frequency register: 50 Hz")


def test_a_late_reply_to_the_question_for_the_frequency_is_no_power():
    frequency = framed("01 04 08 42 48 00 00" + "11" * 4)
    with (
        exchange(">> " + framed("01 04 00 34 00 06"), "<< " + frequency, framing="rtu") as link,
        pytest.raises(UnexpectedReply, match="which are not 6 registers"),
    ):
        SDM630(link).read_active_power()


def test_a_refusal_no_number_and_no_phase():
    with (
        exchange(">> 01 04 00 00 00 02 71 CB", "<< 01 84 02 C2 C1", framing="rtu") as link,
        pytest.raises(DeviceError),
    ):
        SDM630(link).read_voltage(1)
    nan = "<< " + framed("01 04 04 7F C0 00 00")
    with exchange(">> 01 04 00 00 00 02 71 CB", nan, framing="rtu") as link, pytest.raises(Overload):
        SDM630(link).read_voltage(1)
    with exchange(framing="rtu") as link, pytest.raises(OutOfRange, match="no phase 4"):
        SDM630(link).read_current(4)
