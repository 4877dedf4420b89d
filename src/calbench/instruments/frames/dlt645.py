"""Frames of DL/T 645-2007 and -1997 (electricity meters; DL/T 645-2007, clause 5; protocols.md 6.1, 6.2)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.errors import UnexpectedReply, UsageError
from calbench.instruments.frames import bcd
from calbench.instruments.frames.layout import Search
from calbench.instruments.frames.sixtyeight import START, SixtyEight, close

_OFFSET = 0x33
_HEAD = 10  # 68, six of the address, 68, control, length
_REPLY, _ERROR, _MORE, _FUNCTION = 0x80, 0x40, 0x20, 0x1F
ANY = "AAAAAAAAAAAA"
"""The address that any single meter on the line answers."""
WAKE_UP = b"\xfe\xfe\xfe\xfe"

FORM = Search(SixtyEight("DL/T 645", length_at=9, second_start_at=7, most_data=200))


@dataclass(frozen=True)
class Frame:
    """One frame, without what the line adds.

    Attributes:
        address: Twelve digits, most significant first, as on the name plate; `ANY` asks any meter.
        control: The control byte.
        data: The data, without the offset of 33H.
    """

    address: str
    control: int
    data: bytes = b""

    @property
    def function(self) -> int:
        """The function code: 11 read, 12 read on, 13 read the address, and so on."""
        return self.control & _FUNCTION

    @property
    def is_reply(self) -> bool:
        """Whether it comes from a meter."""
        return bool(self.control & _REPLY)

    @property
    def is_error(self) -> bool:
        """Whether the meter refused."""
        return bool(self.control & _ERROR)

    @property
    def goes_on(self) -> bool:
        """Whether more data follows, to be asked for."""
        return bool(self.control & _MORE)

    def encoded(self) -> bytes:
        """Give the bytes for the line, without wake-up bytes.

        Raises:
            UsageError: The address is not twelve digits or `ANY`.
        """
        moved = bytes((byte + _OFFSET) & 0xFF for byte in self.data)
        head = bytes([START, *address_bytes(self.address), START, self.control, len(moved)])
        return close(head + moved)


def address_bytes(address: str) -> bytes:
    """Give the six bytes of an address, lowest pair of digits first.

    Raises:
        UsageError: It is neither twelve digits or fewer, nor `ANY`.
    """
    if address == ANY:
        return b"\xaa" * 6
    try:
        return bcd.packed(address, 6)
    except UsageError as error:
        raise UsageError(
            f"{address!r} is no address of a DL/T 645 meter. Write its twelve digits, as on the name plate."
        ) from error


def decode(frame: bytes) -> Frame:
    """Read a frame that `FORM` has found.

    Raises:
        UnexpectedReply: The address holds something else than digits.
    """
    data = bytes((byte - _OFFSET) & 0xFF for byte in frame[_HEAD:-2])
    raw = frame[1:7]
    if any(byte >> 4 > 9 or byte & 15 > 9 for byte in raw):  # noqa: PLR2004 - digits
        raise UnexpectedReply(f"The frame {frame.hex(' ').upper()} comes from an address that has no digits.")
    return Frame(bcd.digits(raw), frame[8], data)
