"""Frames of CJ/T 188-2004 (water, gas and heat meters; protocols.md 8.1)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.errors import UsageError
from calbench.instruments.frames import bcd
from calbench.instruments.frames.layout import Search
from calbench.instruments.frames.sixtyeight import START, SixtyEight, close

_HEAD = 11  # 68, type, seven of the address, control, length
_ANY_BYTE = 0xAA
ANY = "AA" * 7
"""The address that any single meter on the line answers."""

FORM = Search(SixtyEight("CJ/T 188", length_at=10, second_start_at=None, most_data=100))


@dataclass(frozen=True)
class Frame:
    """One frame, without what the line adds.

    Attributes:
        kind: The kind of meter: 10 cold water, 11 hot water, 20 heat, 30 gas …
        address: Fourteen digits, most significant first; `ANY` asks any meter.
        control: The control byte.
        data: Data identifier, serial number and data.
    """

    kind: int
    address: str
    control: int
    data: bytes = b""

    @property
    def is_reply(self) -> bool:
        """Whether it comes from a meter."""
        return bool(self.control & 0x80)

    @property
    def is_error(self) -> bool:
        """Whether the meter refused."""
        return bool(self.control & 0x40)

    def encoded(self) -> bytes:
        """Give the bytes for the line, without wake-up bytes.

        Raises:
            UsageError: The address is not up to fourteen digits or `ANY`.
        """
        if self.address == ANY:
            raw = bytes([_ANY_BYTE]) * 7
        else:
            try:
                raw = bcd.packed(self.address, 7)
            except UsageError as error:
                raise UsageError(
                    f"{self.address!r} is no address of a CJ/T 188 meter. Write its fourteen digits."
                ) from error
        return close(bytes([START, self.kind, *raw, self.control, len(self.data)]) + self.data)


def decode(frame: bytes) -> Frame:
    """Read a frame that `FORM` has found.

    Raises:
        UnexpectedReply: The address holds something else than digits.
    """
    return Frame(frame[1], bcd.digits(frame[2:9]), frame[9], frame[_HEAD:-2])
