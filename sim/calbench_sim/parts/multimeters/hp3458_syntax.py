"""The 3458A's language: commands in a row with `;`, words or their numbers as parameters (protocols.md, 3.1)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from enum import IntFlag
from types import MappingProxyType
from typing import Final, NamedTuple

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,9})?", re.ASCII)
_ON_OFF = MappingProxyType({"OFF": 0, "ON": 1})
_ON_OFF_ONCE = MappingProxyType({**_ON_OFF, "ONCE": 2})
_FORMATS = MappingProxyType({"ASCII": 1, "SINT": 2, "DINT": 3, "SREAL": 4, "DREAL": 5})
_ARMS = MappingProxyType({"AUTO": 1, "EXT": 2, "SGL": 3, "HOLD": 4, "SYN": 5})
WORDS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "ARANGE": _ON_OFF_ONCE, "AZERO": _ON_OFF_ONCE, "BEEP": _ON_OFF_ONCE,
        "DEFEAT": _ON_OFF, "DISP": {"OFF": 0, "ON": 1, "MSG": 2, "CLR": 3},
        "END": {"OFF": 0, "ON": 1, "ALWAYS": 2}, "FIXEDZ": _ON_OFF,
        "FSOURCE": {"ACV": 2, "ACDCV": 3, "ACI": 7, "ACDCI": 8}, "INBUF": _ON_OFF, "LFILTER": _ON_OFF,
        "LOCK": _ON_OFF, "MEM": {"OFF": 0, "LIFO": 1, "FIFO": 2, "CONT": 3}, "MENU": {"SHORT": 0, "FULL": 1},
        "MATH": {"OFF": 0, "CONT": 1, "NULL": 9, "SCALE": 13}, "MMATH": {"OFF": 0}, "MFORMAT": _FORMATS,
        "OCOMP": _ON_OFF, "OFORMAT": _FORMATS, "QFORMAT": {"NUM": 0, "NORM": 1, "ALPHA": 2}, "RATIO": _ON_OFF,
        "SETACV": {"ANA": 1, "RNDM": 2, "SYNC": 3}, "SLOPE": {"NEG": 0, "POS": 1}, "TARM": _ARMS,
        "TBUFF": _ON_OFF, "TRIG": {**_ARMS, "LEVEL": 7, "LINE": 8}, "SSRC": {"EXT": 2, "LEVEL": 7},
        "NRDGS": {"AUTO": 1, "EXTSYN": 2, "SYN": 5, "TIMER": 6, "LEVEL": 7, "LINE": 8},
        "PRESET": {"FAST": 0, "NORM": 1, "DIG": 2},
    }
)  # fmt: skip
"""By command: the words that it takes, and the numbers that stand for them and that a query gives."""


class Fault(IntFlag):
    """Bits of the error register."""

    HARDWARE = 1
    CALIBRATION = 2
    TOO_FAST = 4
    SYNTAX = 8
    NOT_REMOTE = 16
    UNDEFINED = 32
    RANGE = 64
    MEMORY = 128
    OVERLOAD = 256
    OUT_OF_CAL = 512
    CAL_REQUIRED = 1024
    CONFLICT = 2048
    MATH = 4096
    SUBPROGRAM = 8192
    SYSTEM = 16384


class Refused(Exception):  # noqa: N818 - it is what the meter does
    """A handler's way to report an error: a bit of the error register."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.name)


class Command(NamedTuple):
    """One command: its header in capitals (with `?` if it is a query), and its parameters."""

    header: str
    parameters: tuple[str, ...]


def commands(line: str) -> list[Command]:
    """Read the commands of one message; quotes hide a `;`."""
    return [found for part in _split(line.replace("\r", ";"), ";") if (found := _command(part)) is not None]


def word(command: str, text: str) -> str:
    """Read a word of a command, or the number that stands for it.

    Raises:
        Refused: undefined parameter.
    """
    known = WORDS[command]
    upper = text.strip().upper()
    if upper in known:
        return upper
    if _NUMBER.fullmatch(upper):
        value = float(upper)
        for name, code in known.items():
            if code == value:
                return name
    raise Refused(Fault.UNDEFINED)


def number(text: str, low: float, high: float) -> float:
    """Read a number within limits.

    Raises:
        Refused: undefined parameter, or out of range.
    """
    if _NUMBER.fullmatch(text.strip().upper()) is None:
        raise Refused(Fault.UNDEFINED)
    value = float(text)
    if not low <= value <= high or not math.isfinite(value):
        raise Refused(Fault.RANGE)
    return value


def _command(text: str) -> Command | None:
    text = text.strip(" \t\0")
    if not text:
        return None
    found = re.match(r"([^\s,?]*\??)[\s,]*(.*)", text, re.DOTALL)
    header, rest = (found[1], found[2]) if found is not None else (text, "")
    return Command(header.upper(), tuple(part.strip() for part in _split(rest, ",")) if rest.strip() else ())


def _split(text: str, separator: str) -> list[str]:
    """Split outside of quotes; a quote that is not closed hides nothing."""
    parts, start, position = [], 0, 0
    while position < len(text):
        letter = text[position]
        if letter in "\"'":
            close = text.find(letter, position + 1)
            position = close if close >= 0 else position
        elif letter == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]
