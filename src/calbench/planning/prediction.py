"""Prediction: U and TUR of each point before anything is measured.

The readings are predicted to have a standard deviation of one step of the resolution; what other tests will give
(`repeatability.stdev`) is predicted likewise, and errors of other tests as one step of the resolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan
from calbench.documents.plan import ContributionPlan, CorrelationPlan, LimitPlan, Prediction
from calbench.metrology import Coverage, Influence, Term, combine_correlated, expand, uncertainty_ratio
from calbench.metrology.statement import Statement, influence
from calbench.planning.contributions import pairs_of
from calbench.planning.deciding import predicted
from calbench.quantities import ONE, Quantity, Unit, Value, names, parse, parse_quantity, significant
from calbench.traceability.parts import AtPoint


@dataclass(frozen=True)
class Use:
    """What is known of a point: its contributions, their correlations, its limit, how is decided, CMC and unit."""

    contributions: list[ContributionPlan]
    correlations: list[CorrelationPlan]
    limit: LimitPlan | None
    decision: DecisionPlan
    cmc: Quantity | None
    unit: Unit


def predict(use: Use, standards: Iterable[AtPoint], scope: Mapping[str, Value]) -> Prediction:
    """Predict U of the result (never below the CMC), U of the standard, both TURs, guard band and risks.

    Raises:
        UndecidableError: The decision rule cannot decide at these limits, or its prior cannot be.
        ValueError: A contribution cannot be evaluated, or the coverage rule does not apply.
    """
    unit = use.unit
    lower, upper = _limits(use.limit)
    standard = _standard_u(standards)
    total, std, dof = _total(use, scope)
    expected = Prediction(
        standard_u=None if standard is None else Quantity(standard, unit).text(),
        u=None if total is None else Quantity(significant(total, 3), unit).text(),
        tur=_ratio(lower, upper, total),
        standard_tur=_ratio(lower, upper, standard),
    )
    if total is None or (lower is None and upper is None):
        return expected
    w, at_limit, pfa, pfr = predicted(use.decision, lower, upper, total, std, dof, scope)
    risks = {"limit_risk": at_limit, "pfa": pfa, "pfr": pfr}
    return expected.model_copy(update={"guard_band": Quantity(w, unit).text(), **risks})


def _limits(limit: LimitPlan | None) -> tuple[Decimal | None, Decimal | None]:
    if limit is None:
        return None, None
    return (
        None if limit.nominal_lower is None else parse_quantity(limit.nominal_lower).value,
        None if limit.nominal_upper is None else parse_quantity(limit.nominal_upper).value,
    )


def _standard_u(standards: Iterable[AtPoint]) -> Decimal | None:
    """Give the largest U of the standards in use.

    As the certificate states it, with k = 2 or k from t; with another k, or as a half width (rectangular:
    u = a / √3, JCGM 100 4.3.7), brought to k = 2. So is a standard with drift, or of several
    lines; that is computed, and given with six digits.
    """
    found = [u for one in standards if (u := _expanded(one)) is not None]
    return max(found) if found else None


def _expanded(standard: AtPoint) -> Decimal | None:
    stated = standard.stated
    if len(standard.parts) > 1:
        return significant(2 * standard.u, 6)
    if stated.expanded is not None:
        factor = Decimal(1) if stated.dof is not None else 2 / Decimal(stated.k)
        return stated.expanded.value * factor
    return None if stated.half_width is None else stated.half_width.value * 2 / Decimal(3).sqrt()


def _total(use: Use, scope: Mapping[str, Value]) -> tuple[Decimal | None, float, float]:
    """Give U, the standard uncertainty that goes with it, and its degrees of freedom."""
    if not use.contributions:
        return None, 0.0, math.inf
    plan = use.decision
    # The derivative by the reference is -1: of two contributions on either side, the coefficient changes its sign.
    terms = [
        Term(_influence(one, _predicted(one, scope)), 1.0 if one.input == "indication" else -1.0)
        for one in use.contributions
    ]
    wanted = Coverage(float(plan.coverage), plan.coverage_rule, None if plan.k is None else float(plan.k))
    budget = combine_correlated(terms, pairs_of(use.correlations))
    found = expand(budget, wanted)
    total = Decimal(repr(found.U))
    stated = total if use.cmc is None else max(total, use.cmc.value)
    return stated, float(stated) / found.k, budget.dof


def _influence(one: ContributionPlan, scope: Mapping[str, Value]) -> Influence:
    return influence(
        Statement(
            one.influence,
            one.name.get("en", ""),
            one.kind,
            one.std,
            one.half_width,
            one.expanded,
            one.k,
            one.shape,
            one.dof,
            one.source,
        ),
        scope,
    )


def _predicted(one: ContributionPlan, scope: Mapping[str, Value]) -> dict[str, Value]:
    """Add to the scope what only a run will tell, as one step of the resolution."""
    nominal = scope.get("nominal")
    nothing = Quantity(Decimal(0), nominal.unit if isinstance(nominal, Quantity) else ONE)
    step = scope.get("resolution", nothing)
    if not isinstance(step, Quantity):
        raise ValueError("'resolution' is not one quantity")  # noqa: TRY004 - a wrong file, not a wrong call
    known: dict[str, Value] = dict(scope)
    texts = [text for text in (one.std, one.half_width, one.expanded, one.dof) if text is not None]
    for name in {name for text in texts for name in names(parse(text))} - set(known):
        if name == "indication" and "nominal" in known:
            known[name] = known["nominal"]
        elif name.endswith((".error", ".indication")) or name == "readings":
            known[name] = (step, step)
        elif name in ("stdev", "error") or name.endswith(".stdev"):
            known[name] = step
    return known


def _ratio(lower: Decimal | None, upper: Decimal | None, expanded: Decimal | None) -> str | None:
    ratio = uncertainty_ratio(lower, upper, expanded)
    return None if ratio is None else format(significant(ratio, 3), "f")
