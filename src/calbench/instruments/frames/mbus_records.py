"""Data records of M-Bus replies with variable structure (EN 13757-3, clause 6; protocols.md 8.2)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from decimal import Decimal

from calbench.errors import UnexpectedReply
from calbench.instruments.frames import bcd

HEAD = 12
_EXTENDED = 0x80
_FILLER, _MAKER = 0x2F, (0x0F, 0x1F)
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 7: 8}
_BCDS = {9: 1, 10: 2, 11: 3, 12: 4, 14: 6}
_REAL, _TEXT, _LONGEST_TEXT = 5, 13, 0xBF
_MOST_EXTENSIONS = 10
_MINUS = 0x0F  # in place of the highest digit

# first and last value information, quantity, unit, power of ten at the first
_QUANTITIES = (
    (0x00, 0x07, "energy", "Wh", -3),
    (0x08, 0x0F, "energy", "J", 0),
    (0x10, 0x17, "volume", "m^3", -6),
    (0x18, 0x1F, "mass", "kg", -3),
    (0x28, 0x2F, "power", "W", -3),
    (0x38, 0x3F, "volume flow", "m^3/h", -6),
    (0x58, 0x5B, "flow temperature", "degC", -3),
    (0x5C, 0x5F, "return temperature", "degC", -3),
    (0x60, 0x63, "temperature difference", "K", -3),
)


@dataclass(frozen=True)
class Head:
    """Who sends: eight digits of identification, three letters of the maker, version, medium, access, status."""

    identification: str
    maker: str
    version: int
    medium: int
    access: int
    status: int


@dataclass(frozen=True)
class Record:
    """One value.

    Attributes:
        quantity: What it is, of those known here; else empty.
        unit: Its unit.
        value: The number in that unit; None if it holds none (text, or a value that the meter calls invalid).
        function: 0 instantaneous, 1 maximum, 2 minimum, 3 during an error.
        storage: 0 is now.
        tariff: 0 is the total.
        raw: The bytes of the record.
    """

    quantity: str
    unit: str
    value: Decimal | None
    function: int
    storage: int
    tariff: int
    raw: bytes

    @property
    def current(self) -> bool:
        """Whether it is the instantaneous value of all tariffs, now."""
        return self.function == self.storage == self.tariff == 0


def head(data: bytes) -> Head:
    """Read the twelve bytes in front.

    Raises:
        UnexpectedReply: There are fewer, or the identification has no digits.
    """
    if len(data) < HEAD:
        raise UnexpectedReply(f"the head of the data has {len(data)} of its {HEAD} bytes")
    code = int.from_bytes(data[4:6], "little")
    letters = "".join(chr((code >> shift & 31) + 64) for shift in (10, 5, 0))
    return Head(bcd.digits(data[:4]), letters, data[6], data[7], data[8], data[9])


def records(data: bytes) -> list[Record]:
    """Read the records behind the head, up to those of the maker.

    Raises:
        UnexpectedReply: A record is cut off or of a form that the standard does not have.
    """
    found: list[Record] = []
    rest = data
    while rest and rest[0] not in _MAKER:
        if rest[0] == _FILLER:
            rest = rest[1:]
            continue
        record, rest = _record(rest)
        found.append(record)
    return found


def _record(data: bytes) -> tuple[Record, bytes]:
    information, rest = _chain(data)
    value_information, rest = _chain(rest)
    form = information[0] & 0x0F
    storage, tariff = information[0] >> 6 & 1, 0
    for place, extension in enumerate(information[1:]):
        storage |= (extension & 0x0F) << (1 + 4 * place)
        tariff |= (extension >> 4 & 3) << (2 * place)
    length, rest = _length(form, rest)
    if len(rest) < length:
        raise UnexpectedReply(f"a record is cut off: it has {len(rest)} of its {length} bytes")
    quantity, unit, power = _meaning(value_information)
    number = _number(form, rest[:length])
    value = None if number is None else number.scaleb(power)
    raw = data[: len(data) - len(rest) + length]
    return Record(quantity, unit, value, information[0] >> 4 & 3, storage, tariff, raw), rest[length:]


def _chain(data: bytes) -> tuple[bytes, bytes]:
    """Take a byte with its extensions; each but the last has its top bit set."""
    for stop in range(1, min(len(data), _MOST_EXTENSIONS + 1) + 1):
        if not data[stop - 1] & _EXTENDED:
            return data[:stop], data[stop:]
    raise UnexpectedReply("a record ends, or goes on for more than ten extensions, before its value")


def _length(form: int, data: bytes) -> tuple[int, bytes]:
    if form in (0, 8):
        return 0, data
    if form == _TEXT:
        if not data or data[0] > _LONGEST_TEXT:
            raise UnexpectedReply("a record has a variable length of a kind that is not read here")
        return data[0], data[1:]
    length = 4 if form == _REAL else _INTEGERS.get(form) or _BCDS.get(form)
    if length is None:
        raise UnexpectedReply(f"a record has the data form {form:X}, which is none of a value")
    return length, data


def _number(form: int, raw: bytes) -> Decimal | None:
    if form in _INTEGERS:
        return Decimal(int.from_bytes(raw, "little", signed=True))
    if form == _REAL:
        (value,) = struct.unpack("<f", raw)
        return Decimal(repr(value)) if math.isfinite(value) else None
    if form not in _BCDS:
        return None
    negative = raw[-1] >> 4 == _MINUS
    data = raw[:-1] + bytes([raw[-1] & 0x0F]) if negative else raw
    if not data.hex().isdecimal():
        return None  # digits A to E say that the meter has no value (EN 13757-3, annex B)
    value = bcd.number(data, 0)
    return -value if negative else value


def _meaning(information: bytes) -> tuple[str, str, int]:
    code = information[0] & ~_EXTENDED
    if len(information) == 1:
        for first, last, quantity, unit, power in _QUANTITIES:
            if first <= code <= last:
                return quantity, unit, power + code - first
    return "", "", 0
