"""What must not be published is replaced before it is written, and the header says so."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.instruments.cassettes import load_cassette
from calbench.instruments.cassettes.masking import Masking, same_resource

SERIAL = "MY49012345"


def identity(meter):
    meter.write("*IDN?")
    parts = [meter.read_bytes(14), meter.read_raw()]  # the serial number comes in two parts
    meter.write(f"DISP:TEXT 'unit {SERIAL}'")
    return [*parts, meter.query("VOLT?")]


def test_a_serial_number_is_in_no_line_and_the_header_says_so(record, replay):
    path = record(identity, mask_serials=True)
    assert SERIAL.encode() not in path.read_bytes()
    loaded = load_cassette(path)
    assert loaded.header.masked == ("serial numbers, by 0",)
    reads = [one.data for one in loaded.operations if one.op == "read"]
    assert reads == [b"EXAMPLE,TOY,0,1.0\n", b"+1.25000000E+00\n"]  # in one piece; the rest as it came
    assert record.came[1] == b"49012345,1.0\n"  # the program itself saw everything


def test_nothing_is_masked_unasked(record):
    path = record(identity)
    assert load_cassette(path).header.masked == ()
    assert path.read_text().count(SERIAL) == 2 - 1  # the reply came in two parts


def test_a_masked_cassette_replays_for_a_program_that_does_not_send_what_is_masked(record, replay):
    path = record(lambda meter: [meter.query("*IDN?"), meter.query("VOLT?")], mask_serials=True)
    seen = replay(lambda meter: [meter.query("*IDN?"), meter.query("VOLT?")], path)
    assert seen == ["EXAMPLE,TOY,0,1.0", "+1.25000000E+00"]


def test_patterns_are_replaced_the_same_by_the_same(record):
    def script(meter):
        for name in ("Smith", "Jones", "Smith"):
            meter.write(f"OPER '{name}'")
        return []

    path = record(script, masks=[r"OPER '(\w+)'", r"127\.0\.0\.1"])
    loaded = load_cassette(path)
    sent = [one.data for one in loaded.operations if one.op == "write"]
    assert sent == [b"OPER 'MASKED-2'\n", b"OPER 'MASKED-3'\n", b"OPER 'MASKED-2'\n"]
    assert loaded.operations[0].session.startswith("TCPIP0::MASKED-1::")
    assert [one.split()[2] for one in loaded.header.masked] == ["OPER", r"127\.0\.0\.1,"]


# MT-SICS reference manual, command I4: `I4 A "<serial number>"`
@pytest.mark.parametrize(
    ("query", "reply", "masked"),
    [
        (b"*IDN?\n", b"HEWLETT-PACKARD,34401A,US36000017,11-5-2\n", b"HEWLETT-PACKARD,34401A,0,11-5-2\n"),
        (b"*CLS;*idn?\n", b"FLUKE,5730A,123,1.0\n", b"FLUKE,5730A,0,1.0\n"),
        (b"*IDN?\n", b"EXAMPLE,TOY,0,1.0\n", b"EXAMPLE,TOY,0,1.0\n"),
        (b"I4\r\n", b'I4 A "B021002593"\r\n', b'I4 A "0"\r\n'),
        (b"READ?\n", b"1,2,3,4\n", b"1,2,3,4\n"),
    ],
)
def test_identity_replies_and_no_others(query, reply, masked):
    masking = Masking(serials=True)
    masking.sent("a", query)
    assert masking.received("a", reply) == masked


def test_a_short_serial_number_does_not_eat_readings():
    masking = Masking(serials=True)
    masking.sent("a", b"*IDN?")
    masking.received("a", b"EXAMPLE,TOY,123,1.0")
    assert masking.received("a", b"+1.23E+00,123") == b"+1.23E+00,123"
    masking.sent("b", b"*IDN?")
    masking.received("b", b"EXAMPLE,TOY,12345678,1.0")
    assert masking.received("b", b"0.12345678,12345678,12345678.5") == b"0.12345678,0,12345678.5"
    assert masking.received("b", b"No. SN-12345678.") == b"No. SN-0."


def test_a_usb_resource_holds_a_serial_number():
    masking = Masking(serials=True)
    name = "USB0::0x2A8D::0x0101::MY12345678::0::INSTR"
    assert masking.resource(name) == "USB0::0x2A8D::0x0101::0::0::INSTR"
    assert masking.text("at MY12345678") == "at 0"
    assert same_resource(masking.resource(name), name)
    assert not same_resource(masking.resource(name), name.replace("0x0101", "0x0102"))
    assert not same_resource("GPIB0::0::INSTR", "GPIB0::9::INSTR")


@pytest.mark.parametrize("pattern", ["(", "a*"])
def test_a_pattern_that_cannot_be_meant_is_refused(pattern):
    with pytest.raises(UsageError, match=r"regular expression|empty text"):
        Masking(patterns=[pattern])
