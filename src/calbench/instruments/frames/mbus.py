"""Frames of the M-Bus (EN 13757-2, clause 5; protocols.md 8.2)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.instruments.frames.checksums import total
from calbench.instruments.frames.layout import NO_FRAME, Search

ACK = b"\xe5"
START, SHORT, STOP = 0x68, 0x10, 0x16
_LEAST = 3  # control, address, control information
_AROUND = 6  # 68 L L 68 before, sum and 16 behind


class _Long:
    """68 L L 68, control, address, control information, data, sum, 16."""

    name = "M-Bus"
    longest = 0xFF + _AROUND

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        head = data[at : at + 4]
        if head != bytes([START, *head[1:2] * 2, START])[: len(head)]:
            return NO_FRAME
        if len(head) < 4:  # noqa: PLR2004 - 68 L L 68
            return None
        return head[1] + _AROUND if head[1] >= _LEAST else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        if frame[-1] != STOP:
            return f"the frame ends with {frame[-1]:02X}, not with 16"
        right = total(frame[4:-2])
        return (
            "" if frame[-2] == right else f"its checksum is {frame[-2]:02X}, but its bytes give {right:02X}"
        )


class _Ack:
    """The single byte E5."""

    name = "M-Bus acknowledgement"
    longest = 1

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        return 1 if data[at] == ACK[0] else NO_FRAME

    def flaw(self, frame: bytes) -> str:  # noqa: ARG002 - one byte has no flaw
        """Say what is wrong with a frame; see `Layout`."""
        return ""


LONG = Search(_Long())
ACKNOWLEDGED = Search(_Ack())


@dataclass(frozen=True)
class Frame:
    """A long frame: control, address, control information and data."""

    control: int
    address: int
    information: int
    data: bytes = b""

    def encoded(self) -> bytes:
        """Give the bytes for the line."""
        body = bytes([self.control, self.address, self.information]) + self.data
        return bytes([START, len(body), len(body), START]) + body + bytes([total(body), STOP])


def short(control: int, address: int) -> bytes:
    """Give a short frame: 10, control, address, sum, 16."""
    return bytes([SHORT, control, address, total(bytes([control, address])), STOP])


def decode(frame: bytes) -> Frame:
    """Read a frame that `LONG` has found."""
    return Frame(frame[4], frame[5], frame[6], frame[7:-2])
