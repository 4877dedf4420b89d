"""What is said of a budget: honest, optimistic, wasteful, or that the runs are too few to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from calbench.metrology.coverage import coverage_factor
from calbench.metrology.decision import Rule
from calbench.proof.report import Verdict
from calbench.proof.statistics import lower_bound, quantile_bound, upper_bound

ERROR_RATE = 0.01
"""Chance that any honest budget of a procedure is called optimistic, shared among all of them (Bonferroni)."""
EXCESS = 1.5
"""A budget is wasteful where U is more than this times what covers the claim, with the same confidence."""
MARGIN = 0.05
"""A budget is called honest only if the runs show that the coverage is no more than this below the claim."""
DOMINANT = 0.5
"""Share of the variance from which on rounding of the indication dominates."""

_ORDER: tuple[Verdict, ...] = ("not_proven", "honest", "wasteful", "too_few_runs", "optimistic")


class Evidence(NamedTuple):
    """What a verdict rests on: `covered` of `trials` (effective ones), |E - true error| in order, and mean U."""

    covered: float
    trials: float
    deviations: Sequence[float]
    expanded: float


def judge(evidence: Evidence, claim: float, alpha: float) -> Verdict:
    """Judge one budget; `alpha` is the chance of each that an honest one is called something else."""
    if upper_bound(evidence.covered, evidence.trials, alpha) < claim:
        return "optimistic"
    if lower_bound(evidence.covered, evidence.trials, 0.025) < claim - MARGIN:
        return "too_few_runs"
    needed = quantile_bound(evidence.deviations, claim, alpha)
    if needed is None:
        return "too_few_runs"
    return "wasteful" if evidence.expanded > EXCESS * needed else "honest"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the worst of several verdicts."""
    return max(verdicts, key=_ORDER.index, default="not_proven")


class Promised(NamedTuple):
    """The largest share of false accepts that a rule promises: at its acceptance limit, or of all (global)."""

    kind: str
    most: float


def promised(rule: Rule, claim: float) -> Promised | None:
    """Say what a decision rule promises; None for one that promises nothing.

    A rule that states its largest risk promises that. One with a guard band w = r·U promises a specific risk of what
    the normal distribution leaves beyond r·k at its acceptance limit (ILAC-G8:09/2019 4.2: 2.5 % for w = U).
    A rule that neglects U, always or where it is small, promises nothing less than 50 %.
    """
    for kind in ("specific", "global"):
        stated = getattr(rule, f"{kind}_risk", None)
        if stated is not None:
            return Promised(kind, float(stated))
    if not rule.guard_ratio or rule.neglect_ratio is not None:
        return None
    from statistics import NormalDist  # noqa: PLC0415 - it loads random

    factor = coverage_factor(claim, float("inf"))
    return Promised("specific", NormalDist().cdf(-float(rule.guard_ratio) * factor))
