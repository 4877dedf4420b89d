"""Requests of the DLMS drivers against bytes on which two other codecs agree: protocols.md 6.5."""

from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, OutOfRange, UnexpectedReply, UsageError
from calbench.instruments.frames.dlms import HDLC, WRAPPER
from calbench.instruments.testing import exchange
from calbench_drivers.dlms import hdlc
from calbench_drivers.dlms.wrapper import Wrapper

SNRM = ">> 7E A0 07 03 21 93 0F 01 7E"
AARQ = (
    "7E A0 2B 03 21 10 FB AF E6 E6 00 60 1D A1 09 06 07 60 85 74 05 08 01 01 "
    "BE 10 04 0E 01 00 00 00 06 5F 1F 04 00 40 1E 5D FF FF 91 23 7E"
)
GET = "00 01 00 10 00 01 00 0D C0 01 C1 00 03 01 00 01 08 00 FF 02 00"


def test_the_printed_frames_are_found():
    for form, text in ((HDLC, AARQ), (HDLC, SNRM[3:]), (WRAPPER, GET)):
        data = bytes.fromhex(text)
        assert form.find(b"\x7e\x00" + data) == (2, 2 + len(data))


def test_a_serial_meter_is_asked_to_connect_with_the_printed_frame():
    with exchange(SNRM, "! timeout") as link, pytest.raises(LinkTimeout, match=r"Asked: 1\.0\.1\.8\.0\.255"):
        hdlc.HDLC(link).read_active_energy()


@pytest.mark.parametrize("reply", ["00 01 00 01 00 10 00 01 FF", "00 01 00 01 00 10 00 05 61 29 A1 09 06"])
def test_what_is_no_reply(reply):
    with repeating(reply) as link, pytest.raises(UnexpectedReply):
        Wrapper(link).read_active_energy()


def test_a_meter_that_refuses_the_association():
    with repeating("00 01 00 01 00 10 00 03 D8 01 01") as link, pytest.raises(DeviceError, match="refused"):
        Wrapper(link).read_active_energy()


@settings(max_examples=80, deadline=None)
@given(data=st.binary(min_size=1, max_size=80))
def test_no_bytes_but_an_error_of_calbench(data):
    wrapped = bytes([0, 1, 0, 1, 0, 16, 0, len(data)]) + data
    with repeating(wrapped.hex()) as link, pytest.raises(InstrumentError):
        Wrapper(link).read_active_energy()


def test_phases_and_addresses_that_are_none():
    with exchange() as link, pytest.raises(OutOfRange, match="no phase 4"):
        Wrapper(link).read_voltage(4)
    with exchange(unit="x") as link, pytest.raises(UsageError, match="unit: 1"):
        Wrapper(link)


class Deaf:
    """A link that takes whatever is sent, and has one reply to everything."""

    resource, unit, framing = "deaf", "", ""

    def __init__(self, reply):
        self.reply = bytes.fromhex(reply)

    def send(self, data):
        assert data

    def receive(self, form, *, timeout=None):
        found = form.find(self.reply)
        if found is None:
            raise UnexpectedReply(f"{form.complaint(self.reply)} ({timeout})")
        return self.reply[found.start : found.stop]


@contextmanager
def repeating(reply):
    yield Deaf(reply)
