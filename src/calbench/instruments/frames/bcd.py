"""Decimal digits packed two in a byte (BCD)."""

from __future__ import annotations

from decimal import Decimal

from calbench.errors import UnexpectedReply, UsageError

_SIGN = 0x80


def digits(data: bytes, *, low_first: bool = True) -> str:
    """Give the digits of packed bytes, most significant first.

    Args:
        data: The bytes; each holds two digits.
        low_first: Whether the first byte holds the two lowest digits.

    Raises:
        UnexpectedReply: A half byte is no digit.
    """
    text = (data[::-1] if low_first else data).hex()
    if not text.isdecimal():
        raise UnexpectedReply(f"{data.hex(' ').upper()} should be decimal digits, two in a byte, and is not.")
    return text


def number(data: bytes, decimals: int, *, signed: bool = False) -> Decimal:
    """Give the number in packed bytes, lowest digits first, with so many decimals.

    Args:
        data: The bytes.
        decimals: Digits behind the point.
        signed: Whether the top bit of the last byte is a minus sign.

    Raises:
        UnexpectedReply: A half byte is no digit.
    """
    negative = signed and bool(data) and bool(data[-1] & _SIGN)
    if negative:
        data = data[:-1] + bytes([data[-1] & ~_SIGN])
    value = Decimal(digits(data)).scaleb(-decimals)
    return -value if negative else value


def packed(text: str, length: int, *, low_first: bool = True) -> bytes:
    """Pack digits into so many bytes, filled with zeros in front.

    Raises:
        UsageError: The text is no row of digits, or has too many.
    """
    if not text.isdecimal() or not text.isascii() or len(text) > 2 * length:
        raise UsageError(f"{text!r} should be 1 to {2 * length} decimal digits.")
    data = bytes.fromhex(text.zfill(2 * length))
    return data[::-1] if low_first else data
