"""How conformity will be decided: rule, guard ratio and prior of the plan, and what they come to at a point."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan, PriorPlan
from calbench.documents.procedure import Procedure
from calbench.errors import UsageError
from calbench.metrology import Decision, Prior, decide, find_rule
from calbench.metrology.assessing import decision_risk, limit_risk
from calbench.metrology.rules import Rule, check_guard_ratio
from calbench.metrology.statement import prior as stated_prior
from calbench.planning.parameters import Given
from calbench.planning.refusal import Reasons
from calbench.quantities import Value, parse_quantity, significant

W_DIGITS = 3


class UndecidableError(ValueError):
    """The rule or the prior has no meaning at these limits."""


def planned(procedure: Procedure, values: Mapping[str, Given], reasons: Reasons) -> DecisionPlan:
    """Give the decision of a procedure with its parameters filled in; a reason for each part that cannot be."""
    stated = procedure.decision
    name = _filled(stated.rule, values)
    guard_ratio = None if stated.guard_ratio is None else _filled(stated.guard_ratio, values)
    try:
        rule = find_rule(name)
        ratio = parse_quantity(guard_ratio).value if guard_ratio and rule.needs_guard_ratio else None
        check_guard_ratio(rule, ratio)
        guard_ratio = None if ratio is None else format(ratio, "f")
        if rule.needs_prior and stated.prior is None:
            reasons.add(
                f"Decision rule: {rule} needs a prior; add prior: {{in_tolerance: 0.95}} to decision."
            )
        name = str(rule)
    except (UsageError, ValueError) as error:
        reasons.add(f"Decision rule: {error}")
    return DecisionPlan(
        rule=name,
        coverage=stated.coverage,
        coverage_rule=stated.coverage_rule,
        k=stated.k,
        guard_ratio=guard_ratio,
        prior=None
        if stated.prior is None
        else PriorPlan(
            in_tolerance=stated.prior.in_tolerance,
            sigma=stated.prior.sigma,
            half_width=stated.prior.half_width,
            mean=stated.prior.mean,
        ),
        digits=stated.digits,
        rounding=stated.rounding,
        risk="jcgm106/1",
        min_tur=stated.min_tur,
    )


def predicted(
    plan: DecisionPlan,
    lower: Decimal | None,
    upper: Decimal | None,
    expanded: Decimal,
    std: float,
    dof: float,
    scope: Mapping[str, Value],
) -> tuple[Decimal, str | None, str | None, str | None]:
    """Give w, the risk on an acceptance limit, and global PFA and PFR, from a predicted U; limits in its unit.

    Raises:
        UndecidableError: The rule cannot decide at these limits, or the prior cannot be.
    """
    rule = find_rule(plan.rule)
    try:
        prior = None if plan.prior is None else stated_prior(plan.prior, lower, upper, scope)
        decision = _decided(plan, rule, lower, upper, expanded, std, prior)
    except ValueError as error:
        raise UndecidableError(str(error)) from error
    if decision.guard_band is None:
        raise UndecidableError(decision.reason or f"The rule {rule} decides nothing here.")
    at_limit = limit_risk(decision, lower=lower, upper=upper, std=std, dof=dof)
    everywhere = (
        None if prior is None else decision_risk(decision, lower=lower, upper=upper, std=std, prior=prior)
    )
    return (
        significant(decision.guard_band, W_DIGITS),
        None if at_limit is None else str(at_limit),
        None if everywhere is None else str(everywhere[0]),
        None if everywhere is None else str(everywhere[1]),
    )


def _decided(
    plan: DecisionPlan,
    rule: Rule,
    lower: Decimal | None,
    upper: Decimal | None,
    expanded: Decimal,
    std: float,
    prior: Prior | None,
) -> Decision:
    ratio = None if plan.guard_ratio is None else Decimal(plan.guard_ratio)
    return decide(
        rule,
        Decimal(0),
        lower=lower,
        upper=upper,
        expanded=expanded,
        guard_ratio=ratio,
        std=std,
        prior=prior,
    )


def _filled(text: str, values: Mapping[str, Given]) -> str:
    return str(values.get(text[1:], "")) if text.startswith("$") else text
