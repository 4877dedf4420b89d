"""Judging: the decision on a result, with the risks that it has, by what the plan states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan
from calbench.evaluation.budgeting import Concluded
from calbench.metrology import Decision, Verdict, decide, find_rule
from calbench.metrology.assessing import Risks, assess
from calbench.metrology.statement import prior as stated_prior
from calbench.quantities import Quantity, Value, parse_quantity, significant

Limits = tuple[Quantity | None, Quantity | None]


@dataclass(frozen=True)
class Judged:
    """A decision with its risks, and a remark where something could not be said."""

    decision: Decision
    risks: Risks
    remark: str = ""


def judge(
    plan: DecisionPlan,
    value: Decimal,
    limits: Limits,
    concluded: Concluded | None,
    names: Mapping[str, Value],
) -> Judged:
    """Decide on a value, in the coherent unit, and state the risks if the plan asks for them.

    Raises:
        ValueError: The rule lacks what it needs; planning refuses that before.
    """
    rule = find_rule(plan.rule)
    lower, upper = (None if limit is None else limit.value for limit in limits)
    prior, remark = None, ""
    if plan.prior is not None and concluded is not None and (lower is not None or upper is not None):
        try:
            prior = stated_prior(plan.prior, lower, upper, names)
        except ValueError as error:
            remark = f"Global risk not evaluated: {error}"
    lacking = rule.needs_prior and prior is None
    decision = decide(
        rule,
        value,
        lower=lower,
        upper=upper,
        expanded=None if concluded is None or lacking else concluded.U,
        guard_ratio=None if plan.guard_ratio is None else Decimal(plan.guard_ratio),
        std=None if concluded is None else concluded.std,
        prior=prior,
    )
    decision = _fine_enough(decision, plan)
    remark = " ".join(text for text in (remark, decision.reason) if text)
    if not plan.risk or concluded is None:
        return Judged(decision, Risks(), remark)
    risks = assess(
        decision,
        value,
        lower=lower,
        upper=upper,
        std=concluded.std,
        dof=concluded.budget.dof,
        prior=prior,
    )
    return Judged(decision, risks, remark)


def _fine_enough(decision: Decision, plan: DecisionPlan) -> Decision:
    """Leave undecided what was measured with a larger U than the procedure allows (`min_tur`)."""
    least, found = plan.min_tur, decision.tur
    if least is None or found is None or found >= parse_quantity(least).value:
        return decision
    reason = f"U is too large to decide: TUR is {format(significant(found, 3), 'f')}, and {least} is wanted (min_tur)."
    return replace(
        decision,
        verdict=Verdict.NOT_EVALUATED,
        guard_band=None,
        acceptance_lower=None,
        acceptance_upper=None,
        reason=reason,
    )
