"""From a standard uncertainty to an expanded one (JCGM 100 clause 6 and annex G, EA-4/02 S9 and S10).

The numbers of EA-4/02 (k = 1.65, the ratio 0.3, k = 1.83 of the calliper) were recalled, not read in the document; the
factors of the rectangle and the trapezoid follow from the distributions, and are tested against those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from calbench.metrology.budget import Budget, Line

CoverageRule = Literal["t", "t-truncated", "fixed", "rectangular-dominant", "trapezoidal", "monte-carlo"]
CoverageChoice = Literal["t", "fixed", "rectangular", "trapezoidal", "auto"]
"""How a file asks for k. auto: EA-4/02 S9 where one rectangular contribution dominates (for 95 % only), S10 where two
do, else from the t distribution."""

RECTANGULAR_K = 1.65
"""Coverage factor for 95 % when one rectangular contribution dominates: 0.95·√3 as EA-4/02 S9 prints it."""
RECTANGULAR_P = 0.95
DOMINANCE = 0.3
"""EA-4/02 S9: the rest of a budget may be at most this part of the dominant contribution."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """An expanded uncertainty and how it was made.

    Attributes:
        k: coverage factor.
        U: expanded uncertainty k·u, unit of the result.
        p: coverage probability, 0 to 1; under the rule "fixed" what k gives with `dof`.
        dof: degrees of freedom that k was taken for.
        rule: how k was found.
    """

    k: float
    U: float
    p: float
    dof: float
    rule: CoverageRule


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is asked of an expanded uncertainty.

    Attributes:
        p: coverage probability, 0 to 1; of "fixed" without meaning.
        rule: how k is found.
        k: coverage factor of "fixed".
    """

    p: float = 0.95
    rule: CoverageChoice = "t"
    k: float | None = None


def expand(budget: Budget, wanted: Coverage) -> Expanded:
    """Expand by the rule that is asked for.

    Raises:
        ValueError: the rule does not apply to this budget or this coverage probability, or k is missing.
    """
    if wanted.rule == "fixed":
        return expand_by_k(budget, math.nan if wanted.k is None else wanted.k)
    if wanted.rule == "rectangular":
        if wanted.p != RECTANGULAR_P:
            raise ValueError(
                f"The rule 'rectangular' gives k = {RECTANGULAR_K} for {RECTANGULAR_P}; "
                f"the coverage is {wanted.p!r}."
            )
        return expand_rectangular(budget)
    if wanted.rule == "trapezoidal":
        return expand_trapezoidal(budget, wanted.p)
    if wanted.rule == "auto":
        if wanted.p == RECTANGULAR_P and is_rectangular_dominant(budget):
            return expand_rectangular(budget)
        if _is_trapezoidal(budget):
            return expand_trapezoidal(budget, wanted.p)
    return expand_by_t(budget, wanted.p)


MANY_DEGREES = 10_000
"""From so many degrees of freedom on they are printed as ∞: k is that of ∞ within 0.02 % (JCGM 100, table G.2)."""


def coverage_factor(p: float, dof: float) -> float:
    """Give k so that a fraction p of the t distribution with `dof` degrees of freedom lies within ±k.

    Source: JCGM 100 G.3.

    Raises:
        ValueError: p is not between 0 and 1, or dof is below 1.
    """
    if not 0 < p < 1:
        raise ValueError(f"The coverage probability is {p!r}; it must lie between 0 and 1, usually 0.95.")
    if not dof >= 1:
        raise ValueError(f"The degrees of freedom are {dof!r}; they must be 1 or more, infinite is allowed.")
    if math.isinf(dof):
        from statistics import NormalDist  # noqa: PLC0415 - it loads random

        return NormalDist().inv_cdf((1 + p) / 2)
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy, and not needed for infinite dof

    return float(stdtrit(dof, (1 + p) / 2))


def expand_by_t(budget: Budget, p: float = 0.95, *, truncate_dof: bool = False) -> Expanded:
    """Expand with k from the t distribution at the effective degrees of freedom.

    Args:
        budget: what to expand.
        p: coverage probability. 0.9545 gives k = 2 for infinite degrees of freedom.
        truncate_dof: round the degrees of freedom down to a whole number, as JCGM 100 G.6.4 does for its
            tables.

    Raises:
        ValueError: p is not between 0 and 1.
    """
    dof = _whole(budget.dof) if truncate_dof else budget.dof
    k = coverage_factor(p, dof)
    return Expanded(k, k * budget.u, p, dof, "t-truncated" if truncate_dof else "t")


def expand_by_k(budget: Budget, k: float = 2.0) -> Expanded:
    """Expand with a k that is agreed beforehand; `p` of the result says what it covers at the budget's dof.

    Raises:
        ValueError: k is not a finite number above zero.
    """
    if not (k > 0 and math.isfinite(k)):
        raise ValueError(f"The coverage factor is {k!r}; it must be a finite number above zero, usually 2.")
    return Expanded(k, k * budget.u, _covered(k, budget.dof), budget.dof, "fixed")


def is_rectangular_dominant(budget: Budget) -> bool:
    """Say whether one rectangular contribution is so large that all others together are at most 0.3 of it.

    Source: EA-4/02 S9.
    """
    largest = max(budget.lines, key=lambda line: line.share)
    if largest.distribution != "rectangular" or largest.share == 0:
        return False
    rest = math.fsum(line.share for line in budget.lines if line is not largest)
    return rest <= DOMINANCE**2 * largest.share


def expand_rectangular(budget: Budget) -> Expanded:
    """Expand by the rule for a dominant rectangular contribution: k = 1.65 for 95 % (EA-4/02 S9).

    Raises:
        ValueError: no rectangular contribution dominates the budget.
    """
    if not is_rectangular_dominant(budget):
        largest = max(budget.lines, key=lambda line: line.share)
        raise ValueError(
            f"k = {RECTANGULAR_K} is for a budget in which one rectangular contribution dominates "
            f"(all others together at most {DOMINANCE} of it); here the largest is {largest.name!r} "
            f"({largest.distribution}, {largest.share:.1f} % of the variance). Use k from the t distribution."
        )
    return Expanded(RECTANGULAR_K, RECTANGULAR_K * budget.u, RECTANGULAR_P, math.inf, "rectangular-dominant")


def trapezoidal_factor(p: float, top: float) -> float:
    """Give k so that a fraction p of a trapezoid lies within ±k standard deviations (EA-4/02 S10).

    Args:
        p: coverage probability, 0 to 1.
        top: length of the top / length of the base, 0 (triangle) to 1 (rectangle).

    Raises:
        ValueError: p or top is out of its range.
    """
    if not 0 < p < 1:
        raise ValueError(f"The coverage probability is {p!r}; it must lie between 0 and 1, usually 0.95.")
    if not 0 <= top <= 1:
        raise ValueError(f"The top of a trapezoid is {top!r} of its base; it must be 0 to 1.")
    # Below p / (2 - p) the ends of the interval lie on the slopes, else under the flat top.
    part = 1 - math.sqrt((1 - p) * (1 - top * top)) if top < p / (2 - p) else p * (1 + top) / 2
    return part / math.sqrt((1 + top * top) / 6)


def expand_trapezoidal(budget: Budget, p: float = 0.95) -> Expanded:
    """Expand by the rule for two dominant rectangular contributions, whose sum is a trapezoid (EA-4/02 S10).

    Raises:
        ValueError: the two largest contributions are not rectangular, or do not dominate: all others together are
            more than 0.3 of them.
    """
    two = _two_largest(budget)
    if not _is_trapezoidal(budget):
        told = ", ".join(f"{line.name!r} ({line.distribution}, {line.share:.1f} %)" for line in two)
        raise ValueError(
            f"The trapezoidal rule is for a budget in which two rectangular contributions dominate (all others "
            f"together at most {DOMINANCE} of them); here the largest are {told}. Use k from the t distribution."
        )
    large, small = (abs(line.contribution) for line in two)
    top = (large - small) / (large + small)
    k = trapezoidal_factor(p, top)
    return Expanded(k, k * budget.u, p, math.inf, "trapezoidal")


def _two_largest(budget: Budget) -> list[Line]:
    return sorted(budget.lines, key=lambda line: line.share, reverse=True)[:2]


def _is_trapezoidal(budget: Budget) -> bool:
    two = _two_largest(budget)
    dominant = math.fsum(line.share for line in two)
    rest = math.fsum(line.share for line in budget.lines if not any(line is one for one in two))
    both = [line.distribution for line in two] == ["rectangular"] * 2 and dominant > 0
    return both and 0 <= rest <= DOMINANCE**2 * dominant


def _whole(dof: float) -> float:
    # 11.999999999999998 is 12 whose last bit was lost in division, not a value that the standard rounds to
    # 11.
    return dof if math.isinf(dof) else float(math.floor(dof * (1 + 1e-12)))


def _covered(k: float, dof: float) -> float:
    if math.isinf(dof):
        return math.erf(k / math.sqrt(2))
    from scipy.special import stdtr  # noqa: PLC0415 - heavy, and not needed for infinite dof

    return 1 - 2 * float(stdtr(dof, -k))
