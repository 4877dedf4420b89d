"""Modbus (application protocol V1.1b3; serial line V1.02; TCP implementation guide V1.0b): frames, and a client.

The client asks one register bank of one device; the link says by its `framing` whether it is RTU or TCP, and by its
`unit` which device. `protocols.md` 5.6 has vectors.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from decimal import Decimal

from calbench.errors import DeviceError, Overload, UnexpectedReply, UsageError
from calbench.instruments.arrival import shown
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.checksums import crc_modbus
from calbench.instruments.frames.layout import NO_FRAME, Search
from calbench.instruments.link import Link

HOLDING, INPUT = 3, 4
"""Function codes: read holding registers, read input registers."""
_ERROR = 0x80
_MOST_REGISTERS, _LAST_UNIT = 125, 247
_MBAP = 7
_LEAST = 3  # bytes behind the length of a TCP frame: unit, function, and one more
_EXCEPTIONS = {
    1: "it does not know this function",
    2: "it has no such register",
    3: "the number of registers is not allowed",
    4: "it failed while it carried this out",
    5: "it takes long and says so",
    6: "it is busy",
    8: "its memory has a parity error",
    10: "the gateway has no path to it",
    11: "behind the gateway it does not answer",
}


@dataclass(frozen=True)
class _Rtu:
    """Unit, function, count and data or an exception, CRC."""

    unit: int
    function: int
    name: str = "Modbus RTU"
    longest: int = 256

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != self.unit:
            return NO_FRAME
        if at + 2 >= len(data):
            return None
        if data[at + 1] == self.function | _ERROR:
            return 5
        return (
            data[at + 2] + 5
            if data[at + 1] == self.function and data[at + 2] <= 2 * _MOST_REGISTERS
            else NO_FRAME
        )

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        right = crc_modbus(frame[:-2]).to_bytes(2, "little")
        if frame[-2:] == right:
            return ""
        return f"its CRC is {frame[-2:].hex(' ').upper()}, but its bytes give {right.hex(' ').upper()}"


@dataclass(frozen=True)
class _Tcp:
    """Transaction, protocol 0, length, unit, and then as RTU without CRC."""

    transaction: int
    unit: int
    name: str = "Modbus TCP"
    longest: int = 260

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        head = struct.pack(">HH", self.transaction, 0)
        if data[at : at + 4] != head[: len(data) - at]:
            return NO_FRAME
        if at + _MBAP > len(data):
            return None
        length = int.from_bytes(data[at + 4 : at + 6], "big")
        fits = _LEAST <= length <= self.longest - 6 and data[at + 6] == self.unit
        return 6 + length if fits else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        if frame[_MBAP] & _ERROR:
            return "" if len(frame) == _MBAP + 2 else "an exception has one byte, this one another number"
        counted = frame[_MBAP + 1]
        return (
            ""
            if len(frame) == _MBAP + 2 + counted
            else f"it counts {counted} data bytes, but its length says else"
        )


class Registers:
    """The registers of one Modbus device.

    Args:
        link: The line; its `framing` must be `rtu` or `tcp`.
        unit: The number of the device where the link names none.

    Raises:
        UsageError: The link is no Modbus line, or its unit is no number from 1 to 247.
    """

    def __init__(self, link: Link, unit: int) -> None:
        if link.framing not in ("rtu", "tcp"):
            raise UsageError(
                f"{link.resource}: this is no Modbus line. Write modbus: tcp://host:502 or rtu://COM3 in the station."
            )
        named = link.unit or str(unit)
        if not (named.isascii() and named.isdecimal() and 1 <= int(named) <= _LAST_UNIT):
            raise UsageError(
                f"{link.resource}: {named!r} is no Modbus unit. Write a number from 1 to {_LAST_UNIT}."
            )
        self._link = link
        self._unit = int(named)
        self._transaction = 0

    def read(self, function: int, first: int, count: int) -> bytes:
        """Read registers; gives two bytes for each, high byte first.

        Args:
            function: `HOLDING` or `INPUT`.
            first: The address of the first, from 0.
            count: How many, 1 to 125.

        Raises:
            DeviceError: The device answered with an exception.
            UnexpectedReply: The reply has another number of registers, or is no frame.
            LinkTimeout: It does not answer.
        """
        if not 1 <= count <= _MOST_REGISTERS:
            raise UsageError(f"One request reads 1 to {_MOST_REGISTERS} registers, not {count}.")
        what = f"function {function}, {count} registers from {first:04X}"
        body = self._exchange(struct.pack(">BHH", function, first, count), what)
        if body[0] & _ERROR:
            why = _EXCEPTIONS.get(body[1], "a code that the standard does not have")
            raise DeviceError(
                f"{self._link.resource}: {what}: the device answered exception {body[1]}: {why}."
            )
        if len(body) != 2 + 2 * count or body[0] != function:
            raise UnexpectedReply(
                f"{self._link.resource}: {what}: {shown(body)} came, which are not {count} registers."
            )
        return body[2:]

    def float32(self, function: int, first: int, *, low_word_first: bool = False, count: int = 2) -> Decimal:
        """Read two registers as a float of 32 bits (IEEE 754), as the shortest decimal that means the same.

        Args:
            function: `HOLDING` or `INPUT`.
            first: The address of the first, from 0.
            low_word_first: Whether the first register has the low word.
            count: How many registers are read; what is behind the first two is thrown away. A reply of Modbus RTU
                tells how many registers it has, but not which: values that are read with different numbers of
                registers cannot be taken for each other if a reply comes late.

        Raises:
            Overload: It is infinite or no number.
        """
        data = self.read(function, first, count)[:4]
        return float_of(data[2:] + data[:2] if low_word_first else data, self._link.resource)

    def _exchange(self, pdu: bytes, what: str) -> bytes:
        if self._link.framing == "rtu":
            request = bytes([self._unit]) + pdu
            request += crc_modbus(request).to_bytes(2, "little")
            return ask(self._link, request, Search(_Rtu(self._unit, pdu[0])), what)[1:-2]
        self._transaction = self._transaction % 0xFFFF + 1
        request = struct.pack(">HHHB", self._transaction, 0, len(pdu) + 1, self._unit) + pdu
        return ask(self._link, request, Search(_Tcp(self._transaction, self._unit)), what)[_MBAP:]


def float_of(data: bytes, where: str) -> Decimal:
    """Give the shortest decimal that a float of 32 bits (big-endian) stands for.

    Raises:
        Overload: It is infinite or no number.
    """
    (value,) = struct.unpack(">f", data)
    if not math.isfinite(value):
        raise Overload(f"{where}: the registers hold {data.hex(' ').upper()}, {value}, which is no reading.")
    texts = (
        f"{value:.{digits}g}" for digits in range(1, 10)
    )  # nine tell all of them apart (IEEE 754, 5.12.2)
    return Decimal(next(text for text in texts if _single(float(text)) == value))


def _single(value: float) -> float:
    """Give what is left of a number in 32 bits; infinite where it is too large."""
    try:
        return float(struct.unpack(">f", struct.pack(">f", value))[0])
    except OverflowError:
        return math.inf
