"""Exchanges on the M-Bus: protocols.md 8.2; the reply is the example of EN 13757-3."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import InstrumentError, OutOfRange, Overload, UnexpectedReply, UsageError
from calbench.instruments.frames.mbus import Frame
from calbench.instruments.testing import exchange
from calbench_drivers.mbus.meter import Meter

ASK, ASK_AGAIN = ">> 10 5B 02 5D 16", ">> 10 7B 02 7D 16"
EXAMPLE = (
    "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 "
    "03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16"
)
HEAD = "78 56 34 12 24 40 01 04 55 00 00 00"


def reply(data, *, control=0x08, address=2, information=0x72, head=HEAD):
    return "<< " + Frame(control, address, information, bytes.fromhex(head + data)).encoded().hex()


def test_identity_of_the_example():
    with exchange(">> 10 40 02 42 16", "<< E5", ASK, f"<< {EXAMPLE}", unit="2") as link:
        identity = Meter(link).identify()

    assert (identity.maker, identity.serial, identity.model) == ("PAD", "12345678", "medium 07")


def test_records_of_the_example():
    with exchange(ASK, f"<< {EXAMPLE}", unit="2") as link:
        found = Meter(link).read_records()

    assert [(one.quantity, one.value, one.unit, one.storage, one.function, one.tariff) for one in found] == [
        ("volume", Decimal("12.565"), "m^3", 0, 0, 0),
        ("volume flow", Decimal("0.113"), "m^3/h", 5, 1, 0),
        ("energy", Decimal(218370), "Wh", 0, 0, 2),
    ]


def test_the_volume_of_the_example_and_the_frame_count_bit():
    with exchange(ASK, f"<< {EXAMPLE}", ASK_AGAIN, f"<< {EXAMPLE}", ASK, f"<< {EXAMPLE}", unit="2") as link:
        meter = Meter(link)
        assert [str(meter.read_volume()) for _ in range(3)] == ["12.565 m^3"] * 3


@pytest.mark.parametrize(
    ("data", "joules"),
    [
        ("04 06 01 00 00 00", "3600000"),  # EN 13757-3, table of primary VIFs: 06 is kWh
        ("04 0E 02 00 00 00", "2000000"),  # 0E is MJ
        ("0C 06 78 56 34 12", "44444440800000"),
        ("2F 2F 05 03 00 00 20 41", "36000"),  # fillers; a float 10.0 in Wh
        ("0B 03 01 00 F0", "-3600"),  # BCD with F in front is negative
    ],
)
def test_energies(data, joules):
    with exchange(ASK, reply(data), unit="2") as link:
        assert Meter(link).read_heat().value == Decimal(joules)


@pytest.mark.parametrize(
    ("answer", "error", "why"),
    [
        (reply("0C 13 DD DD DD DD"), Overload, "no valid volume"),
        (reply("05 13 00 00 C0 7F"), Overload, "no valid volume"),
        (reply("04 13 01 00 00 00", head=HEAD[:-8] + "02 00 00"), Overload, "status 02"),
        (reply("04 06 01 00 00 00"), OutOfRange, "sends no volume now, but energy"),
        (reply("44 13 01 00 00 00"), OutOfRange, "sends no volume now"),  # storage 1: a past value
        (reply("04 13 01 00"), UnexpectedReply, "cut off: it has 2 of its 4 bytes"),
        (reply("84"), UnexpectedReply, "before its value"),
        (reply("", head="78 56 34"), UnexpectedReply, "3 of its 12 bytes"),
        (reply("04 13 01 00 00 00", information=0x73), UnexpectedReply, "73 is not the variable one"),
        (reply("04 13 01 00 00 00", address=3), UnexpectedReply, "of meter 3"),
        (reply("04 13 01 00 00 00", control=0x53), UnexpectedReply, "none of a reply"),
        (f"<< {EXAMPLE[:-5]}19 16", UnexpectedReply, "its checksum is 19, but its bytes give 18"),
    ],
)
def test_what_is_no_volume(answer, error, why):
    with exchange(ASK, answer, unit="2") as link, pytest.raises(error, match=why):
        Meter(link).read_volume()


@pytest.mark.parametrize("unit", ["251", "a", "-1"])
def test_an_address_that_is_none(unit):
    with exchange(unit=unit) as link, pytest.raises(UsageError, match="0 to 250"):
        Meter(link)


@given(data=st.binary(max_size=60))
def test_no_data_but_a_reading_or_an_error_of_calbench(data):
    with exchange(ASK, reply(data.hex()), unit="2") as link:
        try:
            Meter(link).read_volume()
        except InstrumentError:
            return
