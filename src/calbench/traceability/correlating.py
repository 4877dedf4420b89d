"""The covariance of two results of a run through what they share.

Influences of one family move together whatever their size: the values of one certificate, of one weight, of one drift.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from calbench.documents.record import BudgetLine, Result


def covariance(a: Result, b: Result) -> float:
    """Give the covariance of two results, in the product of the coherent units of their quantities.

    Source: JCGM 100 F.1.2.3, with a coefficient of 1 within a family and 0 between families.

    Raises:
        ValueError: One of them has no uncertainty.
    """
    for one in (a, b):
        if not one.budget:
            raise ValueError(f"{one.id} has no uncertainty budget.")
    first, second = _by_family(a.budget), _by_family(b.budget)
    return math.fsum(first[name] * second[name] for name in first if name in second)


def correlation(a: Result, b: Result) -> float:
    """Give the coefficient of correlation of two results; zero if one of them is certain.

    Raises:
        ValueError: One of them has no uncertainty.
    """
    together = covariance(a, b)
    size = math.sqrt(_variance(a.budget) * _variance(b.budget))
    return 0.0 if size == 0 else max(-1.0, min(1.0, together / size))


def shared(a: Result, b: Result) -> list[str]:
    """Give the families that two results share, in the order of the first."""
    second = _by_family(b.budget)
    return [name for name in _by_family(a.budget) if name in second]


def family(influence: str) -> str:
    """Give what influences have in common that move together; any other influence is its own family."""
    if not influence.startswith(("asset:", "certificate:")):
        return influence
    return influence.rpartition("@")[0] or influence


def _by_family(lines: Iterable[BudgetLine]) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in lines:
        name = family(line.influence)
        found[name] = found.get(name, 0.0) + float(line.contribution)
    return found


def _variance(lines: Iterable[BudgetLine]) -> float:
    return math.fsum(float(line.contribution) ** 2 for line in lines)
