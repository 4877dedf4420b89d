"""Probabilities of the normal distribution, without the loss of digits that differences near 1 have."""

from __future__ import annotations

import math

_ROOT2 = math.sqrt(2)


def below(z: float) -> float:
    """Give Φ(z); of z far below zero too with all its digits."""
    return math.erfc(-z / _ROOT2) / 2


def quantile(p: float) -> float:
    """Give z with Φ(z) = p, p above 0 and below 1."""
    from statistics import NormalDist  # noqa: PLC0415 - it loads random

    return NormalDist().inv_cdf(p)


def between(a: float, b: float) -> float:
    """Give Φ(b) - Φ(a), zero where b is below a; both may be infinite."""
    if not a < b:
        return 0.0
    # Both above zero: the same by symmetry from the other side, where the terms are small.
    return below(-a) - below(-b) if a > 0 else below(b) - below(a)
