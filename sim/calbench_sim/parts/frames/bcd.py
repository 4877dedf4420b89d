"""Binary coded decimals in frames, lowest pair of digits first."""

from __future__ import annotations

from datetime import UTC, datetime

_NEGATIVE = 0x80  # top bit of the highest byte


def packed(value: float, decimals: int, size: int) -> bytes:
    """Give a number as BCD of `size` bytes with so many decimals; what does not fit runs over, as registers do."""
    digits = round(abs(value) * 10**decimals) % 10 ** (2 * size)
    return bytes.fromhex(f"{digits:0{2 * size}d}")[::-1]


def signed(value: float, decimals: int, size: int) -> bytes:
    """Give a number as `packed`; the top bit of the highest byte says that it is negative."""
    data = bytearray(packed(value, decimals, size))
    data[-1] &= ~_NEGATIVE
    if value < 0 and any(data):
        data[-1] |= _NEGATIVE
    return bytes(data)


def digits(text: str) -> bytes:
    """Give decimal digits, an even number of them, as BCD."""
    return bytes.fromhex(text)[::-1]


def unpacked(data: bytes) -> int | None:
    """Read BCD as a whole number; None where a digit is not decimal."""
    text = data[::-1].hex()
    return int(text) if text.isdecimal() else None


def time_of(data: bytes) -> datetime | None:
    """Read second, minute, hour, day, month and year as BCD; None if there is no such time."""
    numbers = [unpacked(bytes([byte])) for byte in data]
    if len(data) != 6 or None in numbers:
        return None
    second, minute, hour, day, month, year = (number or 0 for number in numbers)
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
