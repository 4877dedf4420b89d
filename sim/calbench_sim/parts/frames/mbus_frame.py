"""Frames of M-Bus (EN 13757-2): found in a stream, taken apart and put together."""

from __future__ import annotations

from typing import Final, NamedTuple

from calbench_sim.parts.frames.check_codes import sum8

ACKNOWLEDGE: Final = b"\xe5"
_SHORT, _LONG, _END = 0x10, 0x68, 0x16
_SHORT_LENGTH, _FRAMING = 5, 6  # bytes of a short frame; bytes of a long one beside its contents


class Frame(NamedTuple):
    """One frame: control and address fields; CI field and data behind it, empty for short frames."""

    control: int
    address: int
    data: bytes


def measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, as `frame_stream` asks it."""
    if data[0] == _SHORT:
        if len(data) < _SHORT_LENGTH:
            return None
        return _SHORT_LENGTH if data[4] == _END and data[3] == sum8(data[1:3]) else 0
    return _measure_long(data) if data[0] == _LONG else 0


def _measure_long(data: bytes) -> int | None:
    if len(data) < 4:
        return None
    if data[1] != data[2] or data[3] != _LONG or data[1] < 3:
        return 0
    length = data[1] + _FRAMING
    if len(data) < length:
        return None
    return length if data[length - 1] == _END and data[length - 2] == sum8(data[4 : length - 2]) else 0


def parse(frame: bytes) -> Frame:
    """Take a whole frame apart, whose checksum is right."""
    if frame[0] == _SHORT:
        return Frame(frame[1], frame[2], b"")
    return Frame(frame[4], frame[5], frame[6:-2])


def long_frame(control: int, address: int, data: bytes) -> bytes:
    """Put a long frame together; `data` begins with the CI field."""
    body = bytes([control, address]) + data
    return bytes([_LONG, len(body), len(body), _LONG]) + body + bytes([sum8(body), _END])
