"""Frames of DL/T 698.45 (object-oriented electricity meters; protocols.md 6.3)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.errors import UnexpectedReply, UsageError
from calbench.instruments.frames import bcd
from calbench.instruments.frames.checksums import crc_x25
from calbench.instruments.frames.layout import NO_FRAME, Search

START, STOP = 0x68, 0x16
REQUEST, REPLY = 0x43, 0xC3
_LENGTH_BITS, _MOST = 0x3FFF, 2048
_SINGLE, _WILDCARD = 0x00, 0x40
_FIXED = 4  # 68, two of the length, control
ANY = "AAAAAAAAAAAA"
"""The address that any single meter on the line answers."""


class _Layout:
    """68, length, control, address, check of the head, data, check, 16; the length leaves out 68 and 16."""

    name = "DL/T 698.45"
    longest = _MOST + 2

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != START:
            return NO_FRAME
        if at + _FIXED >= len(data):
            return None
        length = int.from_bytes(data[at + 1 : at + 3], "little") & _LENGTH_BITS
        return length + 2 if _least(data[at + _FIXED]) <= length <= _MOST else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        if frame[-1] != STOP:
            return f"the frame ends with {frame[-1]:02X}, not with 16"
        head = _head(frame)
        for what, upto in (("header", head), ("frame", len(frame) - 3)):
            right = crc_x25(frame[1:upto]).to_bytes(2, "little")
            if frame[upto : upto + 2] != right:
                found = frame[upto : upto + 2].hex().upper()
                return f"the check of its {what} is {found}, but its bytes give {right.hex().upper()}"
        return ""


FORM = Search(_Layout())


@dataclass(frozen=True)
class Frame:
    """One frame, without what the line adds.

    Attributes:
        address: Twelve digits, most significant first; `ANY` asks any meter.
        control: 43 of a request of the client, C3 of the reply.
        apdu: The application data.
        client: The address of the client.
    """

    address: str
    control: int
    apdu: bytes
    client: int = 0

    def encoded(self) -> bytes:
        """Give the bytes for the line.

        Raises:
            UsageError: The address is not twelve digits or `ANY`.
        """
        anyone = self.address == ANY
        if not anyone and not (self.address.isascii() and self.address.isdecimal()):
            raise UsageError(
                f"{self.address!r} is no address of a DL/T 698.45 meter. Write its twelve digits, as on the name plate."
            )
        raw = b"\xaa" * 6 if anyone else bcd.packed(self.address, 6)
        flag = (_WILDCARD if anyone else _SINGLE) | (len(raw) - 1)
        middle = bytes([self.control, flag, *raw, self.client])
        length = 2 + len(middle) + 2 + len(self.apdu) + 2
        head = length.to_bytes(2, "little") + middle
        checked = head + crc_x25(head).to_bytes(2, "little") + self.apdu
        return bytes([START]) + checked + crc_x25(checked).to_bytes(2, "little") + bytes([STOP])


def decode(frame: bytes) -> Frame:
    """Read a frame that `FORM` has found.

    Raises:
        UnexpectedReply: The address holds something else than digits.
    """
    flag = frame[_FIXED]
    raw = frame[_FIXED + 1 : _FIXED + 2 + (flag & 0x0F)]
    if any(byte >> 4 > 9 or byte & 15 > 9 for byte in raw):  # noqa: PLR2004 - digits
        raise UnexpectedReply(f"The frame {frame.hex(' ').upper()} comes from an address that has no digits.")
    head = _head(frame)
    return Frame(bcd.digits(raw), frame[3], frame[head + 2 : -3], frame[head - 1])


def _least(flag: int) -> int:
    """Give the least length of a frame whose address begins with this flag."""
    address = 1 + (flag & 0x0F) + 1
    return 2 + 1 + address + 1 + 2 + 2  # length, control, flag and address, client, two checks


def _head(frame: bytes) -> int:
    """Give where the check of the head stands."""
    return _FIXED + 1 + (frame[_FIXED] & 0x0F) + 1 + 1
