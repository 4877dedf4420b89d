"""Frames of CLOU standard meters and sources (CLT1.1; protocols.md 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.instruments.frames.checksums import parity
from calbench.instruments.frames.layout import NO_FRAME, Search

START = 0x81
_AROUND = 5  # 81, two addresses, length, check


class _Layout:
    """81, to, from, length of the whole frame, body, exclusive or of all behind 81."""

    name = "CLOU"
    longest = 0xFF

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != START:
            return NO_FRAME
        if at + 3 >= len(data):
            return None
        return data[at + 3] if data[at + 3] > _AROUND else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        right = parity(frame[1:-1])
        return "" if frame[-1] == right else f"its check is {frame[-1]:02X}, but its bytes give {right:02X}"


FORM = Search(_Layout())


@dataclass(frozen=True)
class Frame:
    """One frame: whom it is for, whom it comes from, and its body."""

    to: int
    sender: int
    body: bytes

    def encoded(self) -> bytes:
        """Give the bytes for the line."""
        checked = bytes([self.to, self.sender, len(self.body) + _AROUND]) + self.body
        return bytes([START]) + checked + bytes([parity(checked)])


def decode(frame: bytes) -> Frame:
    """Read a frame that `FORM` has found."""
    return Frame(frame[1], frame[2], frame[4:-1])
