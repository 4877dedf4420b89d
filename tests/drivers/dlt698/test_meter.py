"""Exchanges of DL/T 698.45: protocols.md 6.3; the address request is a capture, its reply built by another codec."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments.frames.dlt698 import Frame
from calbench.instruments.testing import exchange
from calbench_drivers.dlt698.meter import Meter

WAKE = ">> FE FE FE FE "
ASK = WAKE + "68 17 00 43 45 AA AA AA AA AA AA 00 5B 4F 05 01 00 40 01 02 00 00 ED 03 16"
ADDRESS = "<< 68 21 00 C3 05 12 90 78 56 34 12 00 CC 8C 85 01 00 40 01 02 00 01 09 06 12 34 56 78 90 12 00 00 DB 07 16"
UNIT = "123456789012"


def asking(oad):
    return WAKE + Frame(UNIT, 0x43, bytes.fromhex(f"05 01 01 {oad} 00")).encoded().hex()


def answer(apdu, *, control=0xC3, address=UNIT):
    return "<< " + Frame(address, control, bytes.fromhex(apdu)).encoded().hex()


def test_the_captured_address():
    with exchange(ASK, ADDRESS) as link:
        assert Meter(link).identify().serial == UNIT


@pytest.mark.parametrize(
    ("method", "arguments", "oad", "data", "value"),
    [
        (
            "read_active_energy",
            (),
            "00100200",
            "01 02 06 00 00 00 1A 06 00 00 00 00",
            Decimal("0.26") * 3_600_000,
        ),
        ("read_voltage", (2,), "20000200", "01 03 12 08 FC 12 08 FD 12 08 FE", Decimal("230.1")),
        ("read_current", (1,), "20010200", "01 01 05 FF FF FF FF", Decimal("-0.001")),
        ("read_active_power", (), "20040200", "01 01 05 00 00 2C EC", Decimal("1150.0")),
        ("measure_frequency", (), "200F0200", "12 13 89", Decimal("50.01")),
    ],
)
def test_values_and_their_scalers(method, arguments, oad, data, value):
    with exchange(asking(oad), answer(f"85 01 01 {oad} 01 {data} 00 00"), unit=UNIT) as link:
        assert getattr(Meter(link), method)(*arguments).value == value


@pytest.mark.parametrize(
    ("reply", "error", "why"),
    [
        (answer("85 01 01 00100200 00 06 00 00"), DeviceError, "data access result 6"),
        (answer("85 01 02 00100200 01 00 00 00"), UnexpectedReply, "another request"),
        (answer("85 01 01 00100200"), UnexpectedReply, "another request"),
        (answer("85 01 01 00200200 01 00 00 00"), UnexpectedReply, "another request"),
        (
            answer("85 01 01 00100200 01 00 00 00", address="123456789013"),
            UnexpectedReply,
            "of meter 123456789013",
        ),
        (answer("85 01 01 00100200 01 00 00 00", control=0x43), UnexpectedReply, "no reply"),
        (answer("85 01 01 00100200 01 01 01 06 00 00"), UnexpectedReply, "cut off: it has 2 of its 4 bytes"),
        (answer("85 01 01 00100200 01 63 00 00"), UnexpectedReply, "the tag 99"),
        (answer("85 01 01 00100200 01 09 01 00 00 00"), UnexpectedReply, "no number"),
        (
            "<< " + ADDRESS[3:-5] + "08 16",
            UnexpectedReply,
            "the check of its frame is DB08, but its bytes give DB07",
        ),
    ],
)
def test_what_is_no_answer(reply, error, why):
    with exchange(asking("00100200"), reply, unit=UNIT) as link, pytest.raises(error, match=why) as caught:
        Meter(link).read_active_energy()
    assert "exchange: " in str(caught.value)
    assert "00100200" in str(caught.value)


def test_a_phase_that_is_not_there():
    lines = asking("20000200"), answer("85 01 01 20000200 01 01 01 12 08 FC 00 00")
    with exchange(*lines, unit=UNIT) as link, pytest.raises(OutOfRange, match="has 1 values"):
        Meter(link).read_voltage(3)


@given(data=st.binary(max_size=30))
def test_no_data_but_a_reading_or_an_error_of_calbench(data):
    with exchange(asking("00100200"), answer(f"85 01 01 00100200 01 {data.hex()}"), unit=UNIT) as link:
        try:
            Meter(link).read_active_energy()
        except InstrumentError:
            return
