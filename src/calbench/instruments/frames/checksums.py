"""The checksums of the protocols."""

from __future__ import annotations

from functools import reduce
from operator import xor

_MODBUS, _X25 = 0xA001, 0x8408  # reflected polynomials x^16 + x^15 + x^2 + 1 and x^16 + x^12 + x^5 + 1


def total(data: bytes) -> int:
    """Give the sum of all bytes modulo 256 (DL/T 645, CJ/T 188, M-Bus)."""
    return sum(data) & 0xFF


def parity(data: bytes) -> int:
    """Give the exclusive or of all bytes (IEC 62056-21, CLOU, XK3190)."""
    return reduce(xor, data, 0)


def complement(data: bytes) -> int:
    """Give the two's complement of the sum in seven bits (Toledo continuous)."""
    return -sum(data) & 0x7F


def crc_modbus(data: bytes) -> int:
    """Give the CRC-16 of Modbus (start FFFF; sent low byte first; Modbus over serial line V1.02, 6.2.2)."""
    return _crc(data, _MODBUS)


def crc_x25(data: bytes) -> int:
    """Give the CRC-16/X-25 (start and final exclusive or FFFF; DL/T 698.45, HDLC); of b"123456789" it is 906E."""
    return _crc(data, _X25) ^ 0xFFFF


def _crc(data: bytes, polynomial: int) -> int:
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ polynomial if value & 1 else value >> 1
    return value
