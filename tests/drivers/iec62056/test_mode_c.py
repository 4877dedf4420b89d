"""Exchanges of IEC 62056-21 mode C: protocols.md 6.4; R1, its reply and B0 are its vectors."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, UnexpectedReply
from calbench.instruments.frames.checksums import parity
from calbench.instruments.testing import exchange
from calbench_drivers.iec62056.mode_c import ModeC

SIGN_ON = (">> 2F 3F 21 0D 0A", f"<< {b'/EMH5MT372E'.hex()} 0D 0A")
PROGRAM = (">> 06 30 30 31 0D 0A", "<< 01 50 30 02 28 30 30 30 30 30 30 30 30 29 03 60")
READ = ">> 01 52 31 02 31 2E 38 2E 30 28 29 03 5A"
BREAK = ">> 01 42 30 03 71"


def block(text):
    body = text.encode("latin-1") + b"\x03"
    return "<< 02 " + (body + bytes([parity(body)])).hex()


def test_the_register_of_the_vector():
    reply = "<< 02 31 2E 38 2E 30 28 30 30 31 32 33 34 2E 35 36 37 2A 6B 57 68 29 03 5B"
    with exchange(*SIGN_ON, *PROGRAM, READ, reply, BREAK) as link:
        reading = ModeC(link).read_active_energy()

    assert reading.value == Decimal("1234.567") * 3_600_000
    assert reading.text == "1.8.0(001234.567*kWh)"


def test_identity_and_read_out():
    data = block("0.0.0(00012345)\r\n1.8.0(001234.567*kWh)\r\n!\r\n")
    with exchange(*SIGN_ON, ">> 06 30 30 30 0D 0A", data) as link:
        identity = ModeC(link).identify()

    assert (identity.maker, identity.model, identity.serial) == ("EMH", "MT372E", "00012345")


def test_a_device_address_goes_into_the_request():
    with (
        exchange(">> 2F 3F 31 32 33 34 21 0D 0A", "! timeout", unit="1234") as link,
        pytest.raises(LinkTimeout, match="sign on 1234"),
    ):
        ModeC(link).identify()


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("(ER01)", DeviceError, "refused with"),
        ("1.8.0(ERROR)", DeviceError, "refused with"),
        ("1.8.1(001*kWh)", UnexpectedReply, "came"),
        ("1.8.0(001*kvarh)", UnexpectedReply, "no number with Wh, kWh, MWh"),
        ("1.8.0(--------*kWh)", UnexpectedReply, "no number with"),
        ("1.8.0(1,5*kWh)", UnexpectedReply, "no number with"),
        ("nothing", UnexpectedReply, "came"),
    ],
)
def test_what_is_no_energy(text, error, why):
    with exchange(*SIGN_ON, *PROGRAM, READ, block(text), BREAK) as link, pytest.raises(error, match=why):
        ModeC(link).read_active_energy()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((SIGN_ON[0], "<< 2F 45 4D 48 0D 0A"), "holds no baud rate"),
        ((SIGN_ON[0], "<< 2F 31 32 33 35 41 0D 0A"), "are not the three letters of a maker"),
        ((*SIGN_ON, *PROGRAM, READ, "<< 02 31 2E 38 2E 30 28 31 29 03 5B"), "its check is 5B"),
        ((*SIGN_ON, ">> 06 30 30 30 0D 0A", block("1.8.0(1*kWh)\r\n")), "not with '!'"),
    ],
)
def test_what_is_no_message(lines, why):
    with exchange(*lines) as link, pytest.raises(UnexpectedReply, match=why):
        ModeC(link).identify() if len(lines) in (2, 4) else ModeC(link).read_active_energy()


@given(data=st.text(st.characters(codec="latin-1", exclude_characters="\x03\x04"), max_size=30))
def test_no_block_but_a_reading_or_an_error_of_calbench(data):
    with exchange(*SIGN_ON, *PROGRAM, READ, block(data), BREAK) as link:
        try:
            ModeC(link).read_active_energy()
        except InstrumentError:
            return
