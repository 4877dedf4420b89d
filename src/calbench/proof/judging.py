"""What is said of a budget: honest, optimistic, wasteful, or that the runs are too few to say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from calbench.documents.deciding import DecisionPlan
from calbench.errors import UsageError
from calbench.metrology import coverage_factor, find_rule, promised_false_accept
from calbench.proof.report import Keeping, Rate, Verdict
from calbench.proof.statistics import lower_bound, quantile_bound, upper_bound

ERROR_RATE = 0.01
"""Chance that any honest budget of a procedure is called optimistic, shared among all of them (Bonferroni)."""
EXCESS = 1.5
"""A budget is wasteful where U divided by this would still cover the claim, with the same confidence."""
MARGIN = 0.05
"""A budget is called honest only if the runs show that the coverage is no more than this below the claim, and a
promise kept only if they show that false accepts are no more than this above what is promised."""
DOMINANT = 0.5
"""Share of the variance from which on rounding of the indication dominates."""

_NOTHING = 0.5  # simple acceptance promises nothing less
_PROMISE = re.compile(r"(specific|global)[ :]([0-9]+(?:\.[0-9]+)?) ?%?")
_ORDER: tuple[Verdict, ...] = ("not_proven", "honest", "wasteful", "too_few_runs", "optimistic")
_KEEPING: tuple[Keeping, ...] = ("not_proven", "kept", "too_few_runs", "broken")


class Evidence(NamedTuple):
    """What a verdict rests on: `covered` of `trials` (effective ones), and |E - true error| / U in order."""

    covered: float
    trials: float
    deviations: Sequence[float]


def judge(evidence: Evidence, claim: float, alpha: float) -> Verdict:
    """Judge one budget; `alpha` is the chance of each that an honest one is called something else."""
    if upper_bound(evidence.covered, evidence.trials, alpha) < claim:
        return "optimistic"
    if lower_bound(evidence.covered, evidence.trials, 0.025) < claim - MARGIN:
        return "too_few_runs"
    needed = quantile_bound(evidence.deviations, claim, alpha)
    if needed is None:
        return "too_few_runs"
    return "wasteful" if needed * EXCESS < 1 else "honest"


def judge_promise(rate: Rate | None, most: float, alpha: float) -> Keeping:
    """Judge a promise by the false accepts that were found; None stands for no result that could have been one."""
    if rate is None:
        return "too_few_runs"
    if lower_bound(rate.count, rate.trials, alpha) > most:
        return "broken"
    return "kept" if float(rate.high) <= most + MARGIN else "too_few_runs"


def worst_kept(several: Iterable[Keeping | None]) -> Keeping:
    """Give the worst of what is said of a promise; what says nothing of it does not count."""
    return max((one for one in several if one is not None), key=_KEEPING.index, default="not_proven")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the worst of several verdicts."""
    return max(verdicts, key=_ORDER.index, default="not_proven")


class Promised(NamedTuple):
    """The largest share of false accepts that is promised: at the acceptance limit (specific), or of all (global).

    `by` says who promises: a decision rule, or whoever asked for the proof.
    """

    kind: Literal["specific", "global"]
    most: float
    by: str


def promised(plan: DecisionPlan, claim: float) -> Promised | None:
    """Say what the decision rule of a plan promises; None for one that promises no more than 50 %.

    A rule that bounds the global risk promises that, every other one the specific risk at its acceptance limit.
    """
    rule = find_rule(plan.rule)
    ratio = None if plan.guard_ratio is None else Decimal(plan.guard_ratio)
    stated = promised_false_accept(rule, k=coverage_factor(claim, float("inf")), guard_ratio=ratio)
    if stated.false_accept is not None:
        return Promised("global", stated.false_accept, str(rule))
    at_limit = stated.false_accept_at_limit
    if at_limit is None or at_limit >= _NOTHING:
        return None
    return Promised("specific", at_limit, str(rule))


def promise(text: str) -> Promised:
    """Read a promise: `specific 2.5 %` or `global 2 %`.

    Raises:
        UsageError: It is neither, or not above 0 % and below 100 %.
    """
    found = _PROMISE.fullmatch(text.strip())
    most = float(found[2]) / 100 if found else 0.0
    if found is None or not 0 < most < 1:
        raise UsageError(
            f"--promise {text!r}: write 'specific P %' (false accepts at the acceptance limit) or 'global P %' (of all "
            "results), such as 'specific 2.5 %'."
        )
    return Promised("specific" if found[1] == "specific" else "global", most, "--promise")


def runs_needed(claim: float, alpha: float) -> int:
    """Give how many runs mostly show that a budget which just keeps its claim is honest, as `judge` sees it.

    As many as it takes where the coverage that shows is two standard deviations below the claim.
    """
    runs = math.ceil(math.log(alpha) / math.log(claim))
    while True:
        unlucky = math.floor(claim * runs - 2 * math.sqrt(runs * claim * (1 - claim)))
        if lower_bound(unlucky, runs, 0.025) >= claim - MARGIN:
            return runs
        runs += 1
