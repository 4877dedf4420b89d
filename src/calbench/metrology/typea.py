"""Type A evaluation: what repeated readings say (JCGM 100 4.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

# Sums of readings are exact at this width; a result is rounded once, at the width of decimal128.
_WIDE = Context(prec=100, rounding=ROUND_HALF_EVEN)
_RESULT = Context(prec=34, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class TypeA:
    """Mean of the readings, their experimental standard deviation, that of the mean, their number, n - 1."""

    mean: Decimal
    stdev: float
    std_of_mean: float
    n: int
    dof: int


def mean(readings: Sequence[Decimal]) -> Decimal:
    """Give the arithmetic mean, exact or rounded half to even at 34 significant digits.

    Raises:
        ValueError: no reading, or one that is not finite.
    """
    if not readings:
        raise ValueError("There are no readings, so there is no mean; at least one reading is needed.")
    return _RESULT.divide(_sum(readings), Decimal(len(readings)))


def stdev(readings: Sequence[Decimal]) -> float:
    """Give the experimental standard deviation s, with n - 1 in the denominator (JCGM 100 4.2.2).

    Raises:
        ValueError: fewer than two readings, or one that is not finite.
    """
    n = len(readings)
    if n < 2:  # noqa: PLR2004 - two readings are the fewest that can differ
        raise ValueError(
            f"{n} reading{'s' if n != 1 else ''} cannot show a spread: a type A evaluation needs at least "
            f"two. Take more readings, or state the repeatability as type B with its source."
        )
    # n·Σx² - (Σx)² has no rounded mean in it and, at this width, no cancellation.
    squares = _WIDE.multiply(n, _sum([_WIDE.multiply(x, x) for x in readings]))
    total = _sum(readings)
    numerator = _WIDE.subtract(squares, _WIDE.multiply(total, total))
    return float(_WIDE.sqrt(_WIDE.divide(numerator, n * (n - 1))))


def evaluate_readings(readings: Sequence[Decimal]) -> TypeA:
    """Give mean, standard deviation, standard deviation of the mean s / √n, and degrees of freedom.

    Raises:
        ValueError: fewer than two readings, or one that is not finite.
    """
    spread = stdev(readings)
    n = len(readings)
    return TypeA(mean(readings), spread, spread / math.sqrt(n), n, n - 1)


def _sum(values: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        if not value.is_finite():
            raise ValueError(
                f"A reading is {value}; only finite numbers can be averaged. Leave it out, and say why."
            )
        total = _WIDE.add(total, value)
    return total
