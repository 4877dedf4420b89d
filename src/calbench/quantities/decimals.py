"""Decimal arithmetic of quantities: 34 digits (IEEE 754 decimal128), and nothing lost in silence."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, Underflow

from calbench.quantities.errors import QuantityError, shown

DIGITS = 34
HIGHEST_EXPONENT = 60
NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"

_TRAPS = [InvalidOperation, DivisionByZero, Overflow, Underflow]
EXACT = Context(prec=DIGITS, Emax=6144, Emin=-6143, traps=_TRAPS)
_CONVERTED = Context(prec=30, Emax=6144, Emin=-6143, traps=_TRAPS)
_PLAIN = 21
_NUMBER = re.compile(r"[-+]?" + NUMBER)


def literal(text: str) -> Decimal:
    """Give the exact value of a number as YAML and JSON write it.

    Raises:
        QuantityError: no number, more than 34 significant digits, or an exponent beyond 60.
    """
    if len(text) <= DIGITS and text.replace(".", "", 1).isdecimal() and text.isascii():
        return Decimal(text)  # nearly every number in a file
    if len(text) > 2 * HIGHEST_EXPONENT + DIGITS or not _NUMBER.fullmatch(text):
        raise QuantityError(
            f"{shown(text)} is no number", "write digits, a point and an exponent, as in -1.5e-3"
        )
    _, _, exponent = text.lower().partition("e")
    if len(exponent.lstrip("+-0")) > len(str(HIGHEST_EXPONENT)) or abs(int(exponent or 0)) > HIGHEST_EXPONENT:
        raise QuantityError(
            f"the exponent of {shown(text)} is beyond {HIGHEST_EXPONENT}", "use a unit prefix"
        )
    value = Decimal(text)
    if len(value.as_tuple().digits) > DIGITS:
        raise QuantityError(
            f"{shown(text)} has more than {DIGITS} digits", "leave out digits that mean nothing"
        )
    return value


def converted(value: Decimal, factor: Decimal) -> Decimal:
    """Divide a coherent value by the factor of a unit.

    The result is exact where the division ends within 34 digits. Otherwise (min, h, deg, rpm) it is
    rounded to 30, so that 20 deg is 20 again and not 19.99999999999999999999999999999999.
    """
    context = EXACT.copy()
    context.clear_flags()
    result = context.divide(value, factor)
    return _CONVERTED.plus(result).normalize(_CONVERTED) if context.flags[Inexact] else result


def plain(value: Decimal, decimals: int | None = None) -> str:
    """Write a decimal without trailing zeros or with a given number of decimals; never rounds.

    Raises:
        QuantityError: the value needs more decimals than were asked for.
    """
    if not value:
        value = abs(value)  # no -0
    if decimals is not None:
        padded = f"{value:f}" if value.adjusted() < HIGHEST_EXPONENT else ""
        whole, _, part = padded.partition(".")
        part = part.rstrip("0")
        if not padded or len(part) > decimals:
            raise QuantityError(f"{value} does not fit {decimals} decimals", "round it first")
        return f"{whole}.{part:0<{decimals}}" if decimals else whole
    short = value.normalize(EXACT)
    if short and not -_PLAIN < short.adjusted() < _PLAIN:
        return f"{short:e}".replace("E", "e")
    return f"{short:f}"
