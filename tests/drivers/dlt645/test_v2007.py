"""Exchanges of DL/T 645-2007: protocols.md 6.1. A1 and A5 are public captures; the others are built like them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, OutOfRange, UnexpectedReply
from calbench.instruments.frames.dlt645 import Frame
from calbench.instruments.testing import exchange
from calbench_drivers.dlt645.v2007 import V2007

WAKE = "FE FE FE FE "
ASK_A1 = ">> " + WAKE + "68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16"
A1 = "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16"
UNIT = "161"


def reply(identifier, data, *, control=0x91, address="000000000161", more=b""):
    content = bytes.fromhex(identifier)[::-1] + bytes.fromhex(data) + more
    return "<< " + Frame(address, control, content).encoded().hex()


def asking(identifier, control=0x11, address="000000000161", more=b""):
    frame = Frame(address, control, bytes.fromhex(identifier)[::-1] + more)
    return ">> " + WAKE + frame.encoded().hex()


def test_the_captured_energy_in_joules():
    with exchange(ASK_A1, f"<< {A1}", unit=UNIT) as link:
        reading = V2007(link).read_active_energy()

    assert (reading.value, reading.unit) == (Decimal("0.26") * 3_600_000, "J")
    assert reading.text == "26 00 00 00"


def test_wake_up_bytes_noise_and_chunks_before_the_reply():
    with exchange(ASK_A1, "<< FE FE 68 00", f"<< FE FE {A1[:20]}", f"<< {A1[20:]}", unit=UNIT) as link:
        assert V2007(link).read_active_energy().text == "26 00 00 00"


def test_the_captured_voltage():
    with exchange(
        ">> " + WAKE + "68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16",
        "<< 68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16",
        unit=UNIT,
    ) as link:
        assert str(V2007(link).read_voltage(1)) == "100.1 V"


@pytest.mark.parametrize(
    ("method", "arguments", "identifier", "data", "value"),
    [
        ("read_active_power", (), "02030000", "34 12 80", "-123.4 W"),  # XX.XXXX kW with a sign
        ("read_active_power", (), "02030000", "00 15 01", "1150.0 W"),
        ("read_reactive_power", (), "02040000", "01 00 00", "0.1 var"),
        ("read_apparent_power", (), "02050000", "00 15 01", "1150.0 VA"),
        ("measure_frequency", (), "02800002", "01 50", "50.01 Hz"),
        ("read_current", (2,), "02020200", "00 50 80", "-5.000 A"),
        ("read_combined_energy", (), "00000000", "26 00 00 80", "-936000.00 J"),
        ("read_constant", (), "04000409", "00 64 00", "6400 1/kWh"),
    ],
)
def test_formats_of_the_table(method, arguments, identifier, data, value):
    with exchange(asking(identifier), reply(identifier, data), unit=UNIT) as link:
        reading = getattr(V2007(link), method)(*arguments)

    assert (f"{reading.value.normalize():f} {reading.unit}") == _plain(value)


def _plain(text):
    number, unit = text.split()
    return f"{Decimal(number).normalize():f} {unit}"


def test_identity_is_the_meter_number():
    with exchange(asking("04000402"), reply("04000402", "61 01 00 00 00 00"), unit=UNIT) as link:
        assert V2007(link).identify().serial == "000000000161"


def test_a_meter_alone_is_asked_for_its_address():
    with exchange(
        ">> " + WAKE + "68 AA AA AA AA AA AA 68 13 00 DF 16",
        "<< " + Frame("000000000161", 0x93, bytes.fromhex("61 01 00 00 00 00")).encoded().hex(),
    ) as link:
        assert V2007(link).read_address() == "000000000161"


def test_data_that_goes_on_in_further_frames():
    with exchange(
        asking("00010000"),
        reply("00010000", "26 00", control=0xB1),
        asking("00010000", 0x12, more=b"\x01"),
        reply("00010000", "01 00", control=0x92, more=b"\x01"),
        unit=UNIT,
    ) as link:
        assert V2007(link).read_active_energy().value == Decimal("100.26") * 3_600_000


@pytest.mark.parametrize(
    ("answer", "error", "why"),
    [
        (
            "<< " + Frame("161", 0xD1, b"\x02").encoded().hex(),
            DeviceError,
            "no such data",
        ),
        ("<< " + Frame("161", 0xD1, b"\x06").encoded().hex(), DeviceError, "no such data and the password"),
        (reply("00010000", "26 00 00 00", address="000000000162"), UnexpectedReply, "of meter 000000000162"),
        (reply("00020000", "26 00 00 00"), UnexpectedReply, "is for 00020000"),
        (reply("00010000", "26 00 00 00", control=0x94), UnexpectedReply, "answers function 14, not 11"),
        (reply("00010000", "26 00 00"), UnexpectedReply, "26 00 00 came, which are not 4 bytes"),
        (reply("00010000", "FF FF FF FF"), UnexpectedReply, "should be decimal digits"),
        (f"<< {A1[:-5]}8B 16", UnexpectedReply, "its checksum is 8B, but its bytes give 8A"),
        (f"<< {A1[:-6]}", UnexpectedReply, "lacks 2 of its 20 bytes"),
        (f"<< {ASK_A1[15:]}", UnexpectedReply, "add 'echo' to the line setting"),
        ("! timeout", LinkTimeout, "Asked: read 00010000"),
    ],
)
def test_what_is_no_answer(answer, error, why):
    with exchange(ASK_A1, answer, unit=UNIT) as link, pytest.raises(error, match=why) as caught:
        V2007(link).read_active_energy()

    assert "exchange: " in str(caught.value)
    assert "00010000" in str(caught.value)


def test_a_meter_that_never_ends_is_given_up():
    lines = [asking("00010000"), reply("00010000", "", control=0xB1)]
    for number in range(1, 256):
        lines += [
            asking("00010000", 0x12, more=bytes([number])),
            reply("00010000", "", control=0xB2, more=bytes([number])),
        ]
    with exchange(*lines, unit=UNIT) as link, pytest.raises(UnexpectedReply, match="still more follows"):
        V2007(link).read_active_energy()


def test_a_phase_that_is_not_there_is_refused_before_anything_is_sent():
    with exchange(unit=UNIT) as link, pytest.raises(OutOfRange, match="no phase 4"):
        V2007(link).read_voltage(4)


@given(data=st.binary(min_size=1, max_size=40))
def test_no_bytes_but_a_reading_or_an_error_of_calbench(data):
    with exchange(ASK_A1, f"<< {data.hex()}", unit=UNIT) as link:
        try:
            V2007(link).read_active_energy()
        except InstrumentError:
            return


@given(content=st.binary(max_size=30), control=st.integers(0, 255))
def test_no_frame_but_a_reading_or_an_error_of_calbench(content, control):
    frame = Frame("161", control & 0xDF, content).encoded()
    with exchange(ASK_A1, f"<< {frame.hex()}", unit=UNIT) as link:
        try:
            V2007(link).read_active_energy()
        except InstrumentError:
            return


@pytest.mark.parametrize(
    ("output", "request_tail", "reply_tail"),
    # NN + 33H, and the sum: 68 + 61 + 01 + 68 + 1D + 01 + 33 = 183H; from the meter 9D stands for 1D
    [
        ("seconds", "1D 01 33 83 16", "9D 01 33 03 16"),
        ("demand", "1D 01 34 84 16", "9D 01 34 04 16"),
        ("tariff", "1D 01 35 85 16", "9D 01 35 05 16"),
    ],
)
def test_the_multifunction_terminal_is_set(output, request_tail, reply_tail):
    head = "68 61 01 00 00 00 00 68 "
    with exchange(f">> {WAKE}{head}{request_tail}", f"<< {head}{reply_tail}", unit=UNIT) as link:
        V2007(link).select_terminal_output(output)


def test_a_terminal_that_puts_out_something_else_is_told():
    head = "68 61 01 00 00 00 00 68 "
    with (
        exchange(f">> {WAKE}{head}1D 01 33 83 16", f"<< {head}9D 01 34 04 16", unit=UNIT) as link,
        pytest.raises(UnexpectedReply, match="terminal output seconds"),
    ):
        V2007(link).select_terminal_output("seconds")


def test_a_meter_without_the_function_refuses():
    head = "68 61 01 00 00 00 00 68 "
    with (  # DD: error; 01 + 33H: another error; 68+61+01+68+DD+01+34 = 244H
        exchange(f">> {WAKE}{head}1D 01 33 83 16", f"<< {head}DD 01 34 44 16", unit=UNIT) as link,
        pytest.raises(DeviceError, match="another error"),
    ):
        V2007(link).select_terminal_output("seconds")


def test_a_terminal_has_three_outputs():
    with exchange(unit=UNIT) as link, pytest.raises(OutOfRange, match="seconds, demand, tariff"):
        V2007(link).select_terminal_output("minutes")
