"""How the 3458A writes readings: ASCII, and four binary formats, most significant byte first (protocols.md, 3.1)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

OVERLOAD: Final = 1.0e38
SIZES: Final = {"ASCII": 16, "SINT": 2, "DINT": 4, "SREAL": 4, "DREAL": 8}
"""Bytes that a reading takes in memory."""
_SHORT, _LONG = 32767, 2147483647
_SHORT_SPAN, _LONG_SPAN = 1.2, 5.0  # of range, at the end of the integers' scale


def scale(form: str, top: float) -> float:
    """Give what `ISCALE?` says: the value of one count on a range with that nominal value; 1 without integers."""
    if form == "SINT":
        return _SHORT_SPAN * top / _SHORT
    return _LONG_SPAN * top / _LONG if form == "DINT" else 1.0


def text(value: float) -> str:
    """Write a number as the meter does: `SD.DDDDDDDDESDD`, a space for plus."""
    return f"{value: .8E}"


def encode(values: Sequence[float], form: str, top: float) -> bytes:
    """Write readings in a format; ASCII with commas between and CR LF behind the last."""
    if form == "ASCII":
        return ",".join(text(value) for value in values).encode() + b"\r\n"
    if form == "SREAL":
        return b"".join(struct.pack(">f", value) for value in values)
    if form == "DREAL":
        return b"".join(struct.pack(">d", value) for value in values)
    most, kind = (_SHORT, ">h") if form == "SINT" else (_LONG, ">i")
    unit = scale(form, top)
    return b"".join(struct.pack(kind, _count(value, unit, most)) for value in values)


def _count(value: float, unit: float, most: int) -> int:
    if abs(value) >= OVERLOAD:
        return most if value > 0 else -most - 1
    return max(-most - 1, min(most, round(value / unit)))
