"""Exchanges of CJ/T 188-2004: protocols.md 8.1; frames built from its description."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments.frames.cjt188 import Frame
from calbench.instruments.testing import exchange
from calbench_drivers.cjt188.meter import Meter

UNIT = "78330011223344"
WAKE = ">> FE FE FE FE "
ASK = WAKE + Frame(0xAA, UNIT, 0x01, b"\x1f\x90\x01").encoded().hex()
REST = "00 00 00 00 2C 00 00 12 01 01 26 20 00 00"


def answer(data, *, control=0x81, address=UNIT, kind=0x10):
    return "<< FE FE " + Frame(kind, address, control, bytes.fromhex(data)).encoded().hex()


def test_the_kind_is_told_by_the_address_request_and_used_from_then_on():
    with exchange(
        WAKE + Frame(0xAA, "AA" * 7, 0x03, b"\x0a\x81\x01").encoded().hex(),
        answer("0A 81 01", control=0x83),
        WAKE + Frame(0x10, "AA" * 7, 0x01, b"\x1f\x90\x02").encoded().hex(),
        answer(f"1F 90 02 45 23 01 00 2C {REST}"),
    ) as link:
        meter = Meter(link)
        identity = meter.identify()
        assert (identity.model, identity.serial) == ("cold water", UNIT)
        assert str(meter.read_volume()) == "123.45 m^3"


@pytest.mark.parametrize("order", ["1F 90", "90 1F"])
def test_the_identifier_may_come_in_either_order(order):
    with exchange(ASK, answer(f"{order} 01 45 23 01 00 35 {REST}"), unit=UNIT) as link:
        assert Meter(link).read_volume().value == Decimal("0.12345")


def test_heat_in_joules():
    with exchange(ASK, answer(f"1F 90 01 00 01 00 00 05 {REST}", kind=0x20), unit=UNIT) as link:
        assert Meter(link).read_heat().value == 3_600_000


@pytest.mark.parametrize(
    ("reply", "error", "why"),
    [
        (answer("1F 90 01", control=0xC1), DeviceError, "refused"),
        (answer(f"1F 90 02 45 23 01 00 2C {REST}"), UnexpectedReply, "another request"),
        (answer(f"20 90 01 45 23 01 00 2C {REST}"), UnexpectedReply, "another request"),
        (answer(f"1F 90 01 45 23 01 00 2C {REST}", address="1"), UnexpectedReply, "of meter 00000000000001"),
        (answer(f"1F 90 01 45 23 01 00 05 {REST}"), OutOfRange, "cold water meter has no register in m"),
        (answer(f"1F 90 01 45 23 01 00 77 {REST}"), UnexpectedReply, "none of the units 2C, 35"),
        (answer("1F 90 01 45 23"), UnexpectedReply, "45 23 came"),
        (answer(f"1F 90 01 4A 23 01 00 2C {REST}"), UnexpectedReply, "should be decimal digits"),
        (answer("1F 90 01", control=0x01), UnexpectedReply, "add 'echo'"),
    ],
)
def test_what_is_no_volume(reply, error, why):
    with exchange(ASK, reply, unit=UNIT) as link, pytest.raises(error, match=why):
        Meter(link).read_volume()


@given(data=st.binary(max_size=30))
def test_no_data_but_a_reading_or_an_error_of_calbench(data):
    with exchange(ASK, answer(f"1F 90 01 {data.hex()}"), unit=UNIT) as link:
        try:
            Meter(link).read_volume()
        except InstrumentError:
            return
