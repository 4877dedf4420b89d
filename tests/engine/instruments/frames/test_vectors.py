"""Frames that others have printed or captured. Each vector stands in protocols.md, in the section that is named."""

import pytest

from calbench.instruments.frames import bcd, cjt188, clou, dlt645, dlt698, iec62056, mbus, toledo, xk3190
from calbench.instruments.frames.checksums import crc_modbus, crc_x25


def raw(text):
    return bytes.fromhex(text)


def only(form, data):
    found = form.find(data)
    assert found == (0, len(data)), form.complaint(data)
    return data


DLT645 = [  # 6.1 (A1, A2, A3, A5) and 6.2: bytes, address, control, data without the offset
    ("68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16", "000000000161", 0x11, "00 00 01 00"),
    (
        "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16",
        "000000000161",
        0x91,
        "00 00 01 00 26 00 00 00",
    ),
    ("68 61 01 00 00 00 00 68 11 04 33 33 35 33 15 16", "000000000161", 0x11, "00 00 02 00"),
    (
        "68 61 01 00 00 00 00 68 91 08 33 33 35 33 59 34 33 33 8C 16",
        "000000000161",
        0x91,
        "00 00 02 00 26 01 00 00",
    ),
    ("68 61 01 00 00 00 00 68 11 04 33 33 36 33 16 16", "000000000161", 0x11, "00 00 03 00"),
    (
        "68 61 01 00 00 00 00 68 91 08 33 33 36 33 59 33 34 33 8D 16",
        "000000000161",
        0x91,
        "00 00 03 00 26 00 01 00",
    ),
    ("68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16", "000000000161", 0x11, "00 01 01 02"),
    ("68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16", "000000000161", 0x91, "00 01 01 02 01 10"),
    ("68 54 07 13 00 80 13 68 01 02 43 C3 DA 16", "138000130754", 0x01, "10 90"),
    ("68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16", "138000130754", 0x81, "10 90 01 00 00 00"),
    ("68 03 00 00 00 00 00 68 01 02 44 E9 03 16", "000000000003", 0x01, "11 B6"),
    ("68 03 00 00 00 00 00 68 81 04 44 E9 33 34 EC 16", "000000000003", 0x81, "11 B6 00 01"),
]


@pytest.mark.parametrize(("text", "address", "control", "data"), DLT645)
def test_dlt645(text, address, control, data):
    frame = dlt645.Frame(address, control, raw(data))

    assert dlt645.decode(only(dlt645.FORM, raw(text))) == frame
    assert frame.encoded() == raw(text)


@pytest.mark.parametrize(
    ("data", "decimals", "value"),
    [
        ("26 00 00 00", 2, "0.26"),
        ("26 01 00 00", 2, "1.26"),
        ("26 00 01 00", 2, "100.26"),
        ("01 10", 1, "100.1"),
    ],
)
def test_values_of_the_captures(data, decimals, value):
    assert str(bcd.number(raw(data), decimals)) == value


def test_a_sign_is_the_top_bit_of_the_last_byte():
    assert str(bcd.number(raw("34 12 80"), 3, signed=True)) == "-1.234"  # 6.1: "e.g. 80H + BCD"


def test_cjt188_request():
    text = "68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16"  # 8.1
    frame = cjt188.Frame(0x10, "78330011223344", 0x01, raw("1F 90 00"))

    assert cjt188.decode(only(cjt188.FORM, raw(text))) == frame
    assert frame.encoded() == raw(text)


WILDCARD = "68 17 00 43 45 AA AA AA AA AA AA 00 5B 4F 05 01 00 40 01 02 00 00 ED 03 16"  # 6.3, field capture
ANSWER = (
    "68 21 00 C3 05 12 90 78 56 34 12 00 CC 8C 85 01 00 40 01 02 00 01 09 06 12 34 56 78 90 12 00 00 DB 07 16"
)


def test_dlt698():
    only(dlt698.FORM, raw(WILDCARD))
    reply = dlt698.decode(only(dlt698.FORM, raw(ANSWER)))

    assert dlt698.Frame(dlt698.ANY, dlt698.REQUEST, raw("05 01 00 40 01 02 00 00")).encoded() == raw(WILDCARD)
    assert reply == dlt698.Frame(
        "123456789012", dlt698.REPLY, raw("85 01 00 40 01 02 00 01 09 06 12 34 56 78 90 12 00 00")
    )
    assert reply.encoded() == raw(ANSWER)


def test_mbus():
    text = (  # 8.2, the example of EN 13757-3
        "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16"
    )
    frame = mbus.decode(only(mbus.LONG, raw(text)))

    assert (frame.control, frame.address, frame.information) == (0x08, 0x02, 0x72)
    assert frame.encoded() == raw(text)
    assert mbus.short(0x40, 1) == raw("10 40 01 41 16")


def test_clou():
    assert clou.Frame(0x30, 0x05, raw("A0 02 02 40")).encoded() == raw("81 30 05 09 A0 02 02 40 DC")  # 5.3
    assert clou.decode(only(clou.FORM, raw("81 30 05 09 A0 02 02 40 DC"))) == clou.Frame(
        0x30, 5, raw("A0 02 02 40")
    )


def test_iec62056():
    reply = raw("02 31 2E 38 2E 30 28 30 30 31 32 33 34 2E 35 36 37 2A 6B 57 68 29 03 5B")  # 6.4, all of them

    assert iec62056.command("R1", "1.8.0()") == raw("01 52 31 02 31 2E 38 2E 30 28 29 03 5A")
    assert iec62056.command("B0") == raw("01 42 30 03 71")
    assert iec62056.command("P0", "(00000000)")[2:] == raw("30 02 28 30 30 30 30 30 30 30 30 29 03 60")
    assert iec62056.content(only(iec62056.BLOCK, reply)) == "1.8.0(001234.567*kWh)"


@pytest.mark.parametrize(
    "text",
    [  # 7.2: 1234.5 kg gross, filled with spaces and with zeros
        "02 2B 30 20 20 31 32 33 34 35 20 20 20 20 20 30 0D 07",
        "02 2B 30 20 30 31 32 33 34 35 30 30 30 30 30 30 0D 27",
    ],
)
def test_toledo(text):
    only(toledo.form(), raw(text))
    only(toledo.form(checked=False), raw(text)[:-1])


def test_xk3190():
    only(xk3190.CONTINUOUS, raw("02 2B 30 31 32 33 34 35 31 31 42 03"))  # 7.3


def test_crc_x25_of_the_check_string():
    assert crc_x25(b"123456789") == 0x906E  # 6.3


def test_crc_modbus_of_the_vectors():
    for text in ("01 04 00 00 00 02 71 CB", "01 04 04 43 66 33 34 1B 38", "01 84 02 C2 C1"):  # 5.6
        data = raw(text)
        assert crc_modbus(data[:-2]).to_bytes(2, "little") == data[-2:]
