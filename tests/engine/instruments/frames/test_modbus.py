"""Modbus registers on both framings. RTU vectors: protocols.md 5.6; TCP: the same bodies behind an MBAP header."""

from decimal import Decimal

import pytest

from calbench.errors import DeviceError, Overload, UnexpectedReply, UsageError
from calbench.instruments.frames.modbus import INPUT, Registers, float_of
from calbench.instruments.testing import exchange

ASK = ">> 01 04 00 00 00 02 71 CB"


def test_a_float_over_rtu():
    with exchange(ASK, "<< 01 04 04 43 66 33 34 1B 38", framing="rtu") as link:
        assert Registers(link, 1).float32(INPUT, 0) == Decimal(
            "230.20001"
        )  # 43 66 33 34; the table rounds it to 230.2


def test_a_float_over_tcp_with_a_new_transaction_each_time():
    with exchange(
        ">> 00 01 00 00 00 06 07 04 00 00 00 02", "<< 00 01 00 00 00 07 07 04 04 33 34 43 66",
        ">> 00 02 00 00 00 06 07 04 00 0A 00 01",
        "<< 00 01 00 00 00 05 07 04 02 00 00", "<< 00 02 00 00 00 05 07 04 02 01 F4",
        unit="7", framing="tcp",
    ) as link:  # fmt: skip
        registers = Registers(link, 1)
        assert registers.float32(INPUT, 0, low_word_first=True) == Decimal("230.20001")
        assert registers.read(INPUT, 10, 1) == b"\x01\xf4"


def test_an_exception_is_told_with_its_meaning():
    with (
        exchange(ASK, "<< 01 84 02 C2 C1", framing="rtu") as link,
        pytest.raises(DeviceError, match="no such register"),
    ):
        Registers(link, 1).float32(INPUT, 0)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("01 04 04 43 66 33 34 1B 39", "its CRC is 1B 39, but its bytes give 1B 38"),
        ("02 04 04 43 66 33 34 1B 38", "no frame begins"),
        ("01 03 04 43 66 33 34 1B 38", "no frame begins"),
        ("01 04 04 43 66 33 34 1B", "lacks 1 of its 9 bytes"),
        ("01 84 02 C2 C2", "its CRC"),
    ],
)
def test_anything_else_is_shown_with_the_request(reply, why):
    with (
        exchange(ASK, f"<< {reply}", framing="rtu") as link,
        pytest.raises(UnexpectedReply, match=why) as caught,
    ):
        Registers(link, 1).float32(INPUT, 0)

    assert reply in str(caught.value)
    assert "Asked: function 4, 2 registers from 0000 (01 04 00 00 00 02 71 CB)" in str(caught.value)


def test_another_number_of_registers_is_refused():
    reply = "<< 00 01 00 00 00 05 01 04 02 00 00"
    with (
        exchange(">> 00 01 00 00 00 06 01 04 00 00 00 02", reply, framing="tcp") as link,
        pytest.raises(UnexpectedReply, match="not 2 registers"),
    ):
        Registers(link, 1).read(INPUT, 0, 2)


@pytest.mark.parametrize("unit", ["0", "248", "x", "1.0"])
def test_a_unit_that_is_none_is_refused(unit):
    with exchange(unit=unit, framing="rtu") as link, pytest.raises(UsageError, match="from 1 to 247"):
        Registers(link, 1)


def test_a_line_that_is_no_modbus_line_is_refused():
    with exchange() as link, pytest.raises(UsageError, match="rtu://COM3"):
        Registers(link, 1)


@pytest.mark.parametrize("data", ["7F 80 00 00", "FF 80 00 00", "7F C0 00 00"])
def test_infinity_and_no_number_are_no_readings(data):  # IEEE 754, 3.4
    with pytest.raises(Overload):
        float_of(bytes.fromhex(data), "here")


@pytest.mark.parametrize(
    ("data", "text"),
    [("3F 80 00 00", "1"), ("3D CC CC CD", "0.1"), ("80 00 00 00", "-0"), ("7F 7F FF FF", "3.4028235E+38")],
)
def test_floats_are_the_shortest_decimals(data, text):  # IEEE 754 binary32: 1, 0.1, -0, the largest
    assert str(float_of(bytes.fromhex(data), "here")) == text
