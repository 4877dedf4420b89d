"""Frames of Yaohua XK3190-A9 indicators, continuous and on command (protocols.md 7.3)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.instruments.frames.checksums import parity
from calbench.instruments.frames.layout import NO_FRAME, Search

STX, ETX = 0x02, 0x03
_NIBBLES = b"0123456789ABCDEF"
_RAW = bytes(0x30 + nibble for nibble in range(16))  # of the variant that adds 30H without letters


@dataclass(frozen=True)
class _Layout:
    """STX, a body of fixed length, the exclusive or of the body as two characters, ETX."""

    name: str
    body: int
    first: bytes

    @property
    def longest(self) -> int:
        """Bytes of a frame."""
        return self.body + 4

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != STX or (at + 1 < len(data) and data[at + 1] not in self.first):
            return NO_FRAME
        return self.longest

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        if frame[-1] != ETX:
            return f"the frame ends with {frame[-1]:02X}, not with 03"
        check = parity(frame[1:-3])
        rights = [bytes([table[check >> 4], table[check & 15]]) for table in (_NIBBLES, _RAW)]
        if frame[-3:-1] in rights:
            return ""
        return f"its check is {frame[-3:-1]!r}, but its bytes give {rights[0]!r}"


CONTINUOUS = Search(_Layout("XK3190 continuous", 8, b"+-"))


def reply(body: int) -> Search:
    """Give the format of a reply in command mode whose body (address, command, value) has so many bytes."""
    letters = bytes(range(ord("A"), ord("Z") + 1))
    return Search(_Layout("XK3190 reply", body, letters))


def command(address: str, letter: str) -> bytes:
    """Give a command: address A to Z, and A hand-shake, B gross, C tare, D net."""
    body = (address + letter).encode("ascii")
    check = parity(body)
    return bytes([STX]) + body + bytes([_NIBBLES[check >> 4], _NIBBLES[check & 15], ETX])
