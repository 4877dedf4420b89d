"""Rounding of results and uncertainties: decimal, half to even, once."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Underflow,
)
from typing import Literal

from calbench.quantities.errors import QuantityError

_WIDE = Context(prec=100, traps=[InvalidOperation, DivisionByZero, Overflow, Underflow, Inexact])


def round_to(value: Decimal, interval: Decimal) -> Decimal:
    """Round to the nearest multiple of an interval; a value half way goes to the even multiple.

    The result has the decimals of the interval: 10.05762 to 0.001 is 10.058, 2.5 to 0.50 is 2.50.
    Source: GB/T 8170; ISO 80000-1:2009, annex B, rule A.

    Args:
        value: finite.
        interval: above zero, in the same unit (0.1, 0.5, 5).

    Raises:
        QuantityError: not finite, interval not above zero, or more than 100 digits would be needed.
    """
    if not (value.is_finite() and interval.is_finite() and interval > 0):
        raise QuantityError(f"{value} cannot be rounded to {interval}", "the interval must be above zero")
    try:
        # whole multiple and remainder are exact: a quotient could be rounded, and then rounded again
        multiple, rest = _WIDE.divmod(value.copy_abs(), interval)
        twice = _WIDE.multiply(rest, 2)
        if twice > interval or (twice == interval and _WIDE.remainder(multiple, 2)):
            multiple = _WIDE.add(multiple, 1)
        result = _WIDE.multiply(multiple, interval)
    except DecimalException as error:
        raise QuantityError(f"{value} rounded to {interval} needs more than 100 digits") from error
    return result.copy_sign(value) if result else result


def round_up_to(value: Decimal, interval: Decimal) -> Decimal:
    """Round to the least multiple of an interval that is not below the value: 3.1 to 1 is 4, 3 to 1 is 3.

    Raises:
        QuantityError: As `round_to`.
    """
    nearest = round_to(value, interval)
    return nearest if nearest >= value else _WIDE.add(nearest, interval)


def significant(value: Decimal, digits: int, mode: Literal["nearest", "up"] = "nearest") -> Decimal:
    """Round to a number of significant digits: half to even, or away from zero (`up`).

    An uncertainty is stated with one or two digits; it may be rounded up (JCGM 100:2008, 7.2.6; ILAC P14).

    Raises:
        QuantityError: not finite, or fewer than one digit.
    """
    if digits < 1 or not value.is_finite():
        raise QuantityError(f"{value} cannot be rounded to {digits} significant digits", "ask for 1 or more")
    if not value:
        return value
    rounding = ROUND_UP if mode == "up" else ROUND_HALF_EVEN
    result = Context(prec=digits, rounding=rounding).plus(value)
    # 5 to two digits is 5.0
    last = Decimal((0, (1,), result.adjusted() - digits + 1))
    return result if len(result.as_tuple().digits) >= digits else Context(prec=digits).quantize(result, last)


def last_place(value: Decimal) -> Decimal:
    """Give the interval of the last digit, for the result: 0.027 gives 0.001 (JCGM 100:2008, 7.2.6)."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise QuantityError(f"{value} has no last digit")
    return Decimal((0, (1,), exponent))
