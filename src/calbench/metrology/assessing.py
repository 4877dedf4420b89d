"""The risks that are stated with a decision: of this result, and of all items of the kind where a prior is stated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from calbench.metrology.decision import Decision, Verdict
from calbench.metrology.prior import NormalPrior, Prior, RectangularPrior, prior_in_tolerance
from calbench.metrology.risk import (
    conformance_probability,
    global_risk,
    nonconformance_probability,
    stated,
)
from calbench.metrology.rules import RULES

RISK_DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "jcgm106/1": "specific risk: probability that the verdict is wrong, given this measurement alone "
        "(JCGM 106 7); PFA, PFR: over all items of the kind (JCGM 106 9.5)"
    }
)
"""By name and version, what the stored risks are; a definition never changes under its version."""


@dataclass(frozen=True, slots=True)
class Risks:
    """Probabilities as they are stored, four significant digits; None: it has no meaning or was not asked for.

    Attributes:
        specific: that the verdict is wrong, given this measurement alone: a value that passes (or is indeterminate
            within its limits) is of an item beyond them, one that fails of an item within.
        pfa: global, that an item is beyond its limits and passes.
        pfr: global, that an item is within its limits and fails.
        conditional_pfa: that an item that passes is beyond its limits; None also where none can pass.
    """

    specific: Decimal | None = None
    pfa: Decimal | None = None
    pfr: Decimal | None = None
    conditional_pfa: Decimal | None = None


def stated_prior(
    *,
    lower: Decimal | None,
    upper: Decimal | None,
    in_tolerance: float | None = None,
    sigma: float | None = None,
    half_width: float | None = None,
    mean: float | None = None,
) -> Prior:
    """Give the prior that a procedure states, at the limits of a point; all in the unit of the limits.

    Args:
        lower: lower limit or None.
        upper: upper limit or None.
        in_tolerance: share within the limits, of a normal prior.
        sigma: standard deviation, of a normal prior.
        half_width: of a rectangular prior.
        mean: None: of `in_tolerance` the middle of two limits, or 0 with one; of the others 0.

    Raises:
        ValueError: not exactly one of the three is given, or one cannot be.
    """
    if sum(one is not None for one in (in_tolerance, sigma, half_width)) != 1:
        raise ValueError("A prior has exactly one of in_tolerance, sigma and half_width.")
    if in_tolerance is not None:
        low, high = _float(lower), _float(upper)
        return prior_in_tolerance(in_tolerance, lower=low, upper=high, mean=mean)
    if sigma is not None:
        return NormalPrior(mean or 0.0, sigma)
    return RectangularPrior(mean or 0.0, half_width or 0.0)


def assess(
    decision: Decision,
    value: Decimal,
    *,
    lower: Decimal | None,
    upper: Decimal | None,
    std: float,
    dof: float = math.inf,
    prior: Prior | None = None,
) -> Risks:
    """Give the risks of a decision; none where nothing was decided.

    Args:
        decision: as `decide` gives it.
        value: what was decided on.
        lower: lower limit or None.
        upper: upper limit or None.
        std: standard uncertainty of the value, zero or more, same unit.
        dof: its degrees of freedom: the specific risk is of a scaled t where they are finite (JCGM 106 A.3); the
            global risks are of normal errors.
        prior: distribution of the true values of such items; None: no global risk.

    Raises:
        ValueError: a number is impossible.
    """
    if decision.verdict is Verdict.NOT_EVALUATED or decision.guard_band is None:
        return Risks()
    low, high = _float(lower), _float(upper)
    passed = decision.verdict in (Verdict.PASS, Verdict.INDETERMINATE_PASS)
    of_verdict = nonconformance_probability if passed else conformance_probability
    specific = stated(of_verdict(float(value), std, lower=low, upper=high, dof=dof))
    if prior is None:
        return Risks(specific)
    everywhere = decision_risk(decision, lower=lower, upper=upper, std=std, prior=prior)
    return Risks(specific, *everywhere)


def decision_risk(
    decision: Decision, *, lower: Decimal | None, upper: Decimal | None, std: float, prior: Prior
) -> tuple[Decimal, Decimal, Decimal | None]:
    """Give global PFA and PFR and the conditional PFA of a rule as it was applied, as they are stored.

    Of a rule with zones, only what is beyond its widened limits fails: the indeterminate is neither accepted nor
    rejected.

    Raises:
        ValueError: a number is impossible.
    """
    rule = RULES[f"{decision.rule}/{decision.version}"]
    low, high, w = _float(lower), _float(upper), float(decision.guard_band or 0)
    found = global_risk(
        prior,
        std,
        lower=low,
        upper=high,
        accept=(_float(decision.acceptance_lower), _float(decision.acceptance_upper)),
        reject=None
        if rule.binary
        else (None if low is None else low - w, None if high is None else high + w),
    )
    conditional = found.conditional_pfa
    return stated(found.pfa), stated(found.pfr), None if conditional is None else stated(conditional)


def limit_risk(
    decision: Decision,
    *,
    lower: Decimal | None,
    upper: Decimal | None,
    std: float,
    dof: float = math.inf,
) -> Decimal | None:
    """Give the specific risk of a value just on an acceptance limit, the larger of both; None where nothing can pass.

    Raises:
        ValueError: a number is impossible.
    """
    low, high = _float(lower), _float(upper)
    ends = decision.acceptance_lower, decision.acceptance_upper
    if decision.guard_band is None or (ends[0] is not None and ends[1] is not None and ends[0] > ends[1]):
        return None
    risks = [
        nonconformance_probability(float(end), std, lower=low, upper=high, dof=dof)
        for end in ends
        if end is not None
    ]
    # On a limit itself a value without uncertainty conforms.
    return stated(max(risks)) if risks else None


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
