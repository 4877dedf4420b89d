"""The uncertainty budget: law of propagation and Welch-Satterthwaite over stable influence ids (JCGM 100).

Sums are correctly rounded (`math.fsum`), so the order in which terms are given does not change one bit of a
result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calbench.metrology.influence import Distribution, Influence, Kind


@dataclass(frozen=True, slots=True)
class Term:
    """An influence and the sensitivity ∂y/∂x of the result to it, in unit of the result per its unit."""

    influence: Influence
    sensitivity: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a budget, as it is stored and printed.

    Attributes:
        id: identity of the influence.
        name: its name.
        estimate: its value, in its own unit.
        u: its standard uncertainty, in its own unit.
        distribution: what it is taken to follow.
        dof: its degrees of freedom.
        kind: "A" or "B".
        source: where its numbers come from.
        sensitivity: c, unit of the result per unit of the influence, with its sign.
        contribution: c·u, unit of the result, with the sign of c.
        share: part of the variance of the result, %.
    """

    id: str
    name: str
    estimate: float
    u: float
    distribution: Distribution
    dof: float
    kind: Kind
    source: str
    sensitivity: float
    contribution: float
    share: float


@dataclass(frozen=True, slots=True)
class Budget:
    """Lines in the order given, combined standard uncertainty u, and its effective degrees of freedom."""

    lines: tuple[Line, ...]
    u: float
    dof: float


def combine(terms: Iterable[Term]) -> Budget:
    """Combine terms into a budget (JCGM 100 5.1.2 and G.4.1).

    Terms with the same influence id are one quantity: their sensitivities add, with sign, before anything is
    squared. An uncertainty of zero and infinite degrees of freedom are allowed; if u is zero or no
    contribution has finite degrees of freedom, the effective degrees of freedom are infinite.

    Args:
        terms: at least one, in the order in which the budget is to be shown.

    Raises:
        ValueError: no term; a sensitivity that is not finite; one id with two different descriptions.
    """
    influences, sensitivities = _merge(terms)
    contributions = [c * influence.std for influence, c in zip(influences, sensitivities, strict=True)]
    for influence, contribution in zip(influences, contributions, strict=True):
        if not math.isfinite(contribution):
            raise ValueError(
                f"Influence {influence.id!r}: its contribution is too large for a number; check the units."
            )
    u, shares = _root_sum_square(contributions)
    dof = _effective_dof(shares, [influence.dof for influence in influences])
    lines = tuple(
        Line(i.id, i.name, i.estimate, i.std, i.distribution, i.dof, i.kind, i.source, c, part, 100 * share)
        for i, c, part, share in zip(influences, sensitivities, contributions, shares, strict=True)
    )
    return Budget(lines, u, dof)


def covariance(a: Budget, b: Budget) -> float:
    """Give the covariance of two results through the influences they share, in the product of their units.

    Source: JCGM 100 F.1.2.3.

    Raises:
        ValueError: an influence has one standard uncertainty in one budget and another in the other.
    """
    shared = {line.id: line for line in a.lines}
    products = []
    for line in b.lines:
        other = shared.get(line.id)
        if other is None:
            continue
        if other.u != line.u:
            raise ValueError(
                f"Influence {line.id!r} has u = {other.u!r} in one budget and {line.u!r} in the other; "
                f"one id is one quantity, so give the two quantities different ids or correct one of them."
            )
        products.append(other.contribution * line.contribution)
    return math.fsum(products)


def _merge(terms: Iterable[Term]) -> tuple[list[Influence], list[float]]:
    influences: dict[str, Influence] = {}
    sensitivities: dict[str, list[float]] = {}
    for term in terms:
        influence = term.influence
        if not math.isfinite(term.sensitivity):
            raise ValueError(
                f"Influence {influence.id!r}: the sensitivity is {term.sensitivity!r}; it must be a finite "
                f"number. Check that the model can be evaluated around the estimates."
            )
        known = influences.setdefault(influence.id, influence)
        if known != influence:
            raise ValueError(
                f"Influence {influence.id!r} is described twice and differently: {known} and {influence}; "
                f"one id is one quantity, so give the two quantities different ids or correct one of them."
            )
        sensitivities.setdefault(influence.id, []).append(term.sensitivity)
    if not influences:
        raise ValueError(
            "A budget needs at least one contribution; an empty one would claim an uncertainty of zero. "
            "Where the uncertainty is not evaluated, make no budget."
        )
    return list(influences.values()), [math.fsum(several) for several in sensitivities.values()]


def _root_sum_square(contributions: Sequence[float]) -> tuple[float, list[float]]:
    """Give the root of the sum of squares, and each square's part of the sum (0 to 1)."""
    _, exponent = math.frexp(max(abs(part) for part in contributions))
    # Scaled by a power of two, which is exact, so that no square overflows or vanishes.
    squares = [math.ldexp(part, -exponent) ** 2 for part in contributions]
    total = math.fsum(squares)
    if total == 0:
        return 0.0, [0.0] * len(squares)
    return math.ldexp(math.sqrt(total), exponent), [square / total for square in squares]


def _effective_dof(shares: Sequence[float], dofs: Sequence[float]) -> float:
    """Give the Welch-Satterthwaite degrees of freedom from shares of the variance (JCGM 100 eq. G.2b)."""
    weight = math.fsum(share * share / dof for share, dof in zip(shares, dofs, strict=True))
    return 1 / weight if weight > 0 else math.inf
