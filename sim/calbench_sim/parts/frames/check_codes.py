"""Check codes of frames: sums, exclusive or, and the two 16-bit CRCs of meters."""

from __future__ import annotations

from functools import cache
from typing import Final

_MODBUS_POLYNOMIAL: Final = 0xA001  # x^16 + x^15 + x^2 + 1, lowest bit first
_X25_POLYNOMIAL: Final = 0x8408  # x^16 + x^12 + x^5 + 1, lowest bit first


def sum8(data: bytes) -> int:
    """Give the sum of all bytes, modulo 256."""
    return sum(data) & 0xFF


def xor8(data: bytes) -> int:
    """Give all bytes combined by exclusive or."""
    value = 0
    for byte in data:
        value ^= byte
    return value


def crc_modbus(data: bytes) -> bytes:
    """Give the CRC of a Modbus RTU frame as it is sent, low byte first."""
    return _crc(data, _MODBUS_POLYNOMIAL).to_bytes(2, "little")


def crc_x25(data: bytes) -> bytes:
    """Give the CRC of HDLC (ISO/IEC 13239) and DL/T 698.45 as it is sent, low byte first."""
    return (_crc(data, _X25_POLYNOMIAL) ^ 0xFFFF).to_bytes(2, "little")


def _crc(data: bytes, polynomial: int) -> int:
    table = _table(polynomial)
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    return value


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    """Give what each byte adds: hostile input has many checks computed."""
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ polynomial if value & 1 else value >> 1
        table.append(value)
    return tuple(table)
