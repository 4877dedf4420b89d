"""Prediction: U and TUR of each point before anything is measured.

The readings are predicted to have a standard deviation of one step of the resolution; what other tests will give
(`repeatability.stdev`) is predicted likewise, and errors of other tests as one step of the resolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan
from calbench.documents.point import ContributionPlan, CorrelationPlan, LimitPlan, Prediction
from calbench.metrology import Coverage, Influence, Term, combine_correlated, expand, uncertainty_ratio
from calbench.metrology.statement import Statement, influence
from calbench.planning.carrying import to_digits
from calbench.planning.contributions import pairs_of
from calbench.planning.deciding import predicted
from calbench.planning.inputs import Planned
from calbench.quantities import ONE, Quantity, Unit, Value, names, parse, parse_quantity, significant
from calbench.traceability.parts import AtPoint


@dataclass(frozen=True)
class Use:
    """What is known of a point: its contributions, their correlations, its limit, how is decided, CMC and unit.

    The unit is that of the error, limit and U. `inputs` are those of a test that has some.
    """

    contributions: list[ContributionPlan]
    correlations: list[CorrelationPlan]
    limit: LimitPlan | None
    decision: DecisionPlan
    cmc: Quantity | None
    unit: Unit
    inputs: Planned | None = None


def predict(use: Use, standards: Iterable[AtPoint], scope: Mapping[str, Value]) -> Prediction:
    """Predict U of the result (never below the CMC), U of the standard, both TURs, guard band and risks.

    Raises:
        UndecidableError: The decision rule cannot decide at these limits, or its prior cannot be.
        ValueError: A contribution cannot be evaluated, or the coverage rule does not apply.
    """
    unit = use.unit
    lower, upper = _limits(use.limit)
    terms = _terms(use, scope)
    standard = _standard_u(standards) if use.inputs is None else _of_standards(use, terms)
    total, std, dof = _total(use, terms)
    expected = Prediction(
        standard_u=None if standard is None else Quantity(standard, unit).text(),
        u=None if total is None else to_digits(Quantity(total, unit), 3).text(),
        tur=_ratio(lower, upper, total),
        standard_tur=_ratio(lower, upper, standard),
    )
    if total is None or (lower is None and upper is None):
        return expected
    w, at_limit, pfa, pfr = predicted(use.decision, lower, upper, total, std, dof, scope)
    risks = {"limit_risk": at_limit, "pfa": pfa, "pfr": pfr}
    return expected.model_copy(update={"guard_band": Quantity(w, unit).text(), **risks})


def of_standard(
    use: Use, own: list[ContributionPlan], related: list[CorrelationPlan], scope: Mapping[str, Value]
) -> tuple[Quantity, str | None]:
    """Give U (k = 2) of what these lines of a certificate alone bring to a computed result, and the TUR of that.

    Raises:
        ValueError: The model has no value beside the expected values.
    """
    alone = replace(use, contributions=own, correlations=related)
    u = _of_standards(alone, _terms(alone, scope)) or Decimal(0)
    return Quantity(u, use.unit), _ratio(*_limits(use.limit), u)


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


def _of_standards(use: Use, terms: Sequence[Term]) -> Decimal | None:
    """Give U, k = 2, of all that certificates bring to a result that is computed from several readings; six digits."""
    own = [term for term, one in zip(terms, use.contributions, strict=True) if one.source]
    if not own:
        return None
    ids = {term.influence.id for term in own}
    pairs = {pair: r for pair, r in pairs_of(use.correlations).items() if set(pair) <= ids}
    found = Decimal(repr(2 * combine_correlated(own, pairs).u))
    return to_digits(Quantity(found, use.unit), 6).value


def _total(use: Use, terms: Sequence[Term]) -> tuple[Decimal | None, float, float]:
    """Give U, the standard uncertainty that goes with it, and its degrees of freedom."""
    if not terms:
        return None, 0.0, math.inf
    plan = use.decision
    wanted = Coverage(float(plan.coverage), plan.coverage_rule, None if plan.k is None else float(plan.k))
    budget = combine_correlated(terms, pairs_of(use.correlations))
    found = expand(budget, wanted)
    total = Decimal(repr(found.U))
    stated = total if use.cmc is None else max(total, use.cmc.value)
    return stated, float(stated) / found.k, budget.dof


def _terms(use: Use, scope: Mapping[str, Value]) -> list[Term]:
    """Give the contributions with their sensitivities; of indication minus reference these are 1 and -1."""
    known = scope if use.inputs is None else {**scope, **_read(use.inputs)}
    influences = [_influence(one, _predicted(one, known)) for one in use.contributions]
    slopes = {"indication": 1.0, "reference": -1.0}
    if use.inputs is not None and use.inputs.model is not None:
        slopes = use.inputs.model.slopes(use.inputs.expected, largest(use.contributions, influences))
    return [
        Term(found, slopes.get(one.input, -1.0))
        for one, found in zip(use.contributions, influences, strict=True)
    ]


def largest(contributions: Sequence[ContributionPlan], influences: Sequence[Influence]) -> dict[str, float]:
    """Give the largest standard uncertainty of what moves each input."""
    found: dict[str, float] = {}
    for one, each in zip(contributions, influences, strict=True):
        found[one.input] = max(found.get(one.input, 0.0), each.std)
    return found


def _read(inputs: Planned) -> dict[str, Value]:
    """Give what reading the inputs is expected to give: the expected values, spread by one step of the resolution."""
    found: dict[str, Value] = dict(inputs.expected)
    for one in inputs.plans:
        value = inputs.expected[one.name]
        like = value - value
        step = parse_quantity(one.resolution) if one.resolution is not None else like
        found |= {f"{one.name}.stdev": step, f"{one.name}.readings": (value, value)}
    if inputs.outcome is not None:
        found |= {"indication": inputs.outcome.indication, "error": inputs.outcome.error}
    return found


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
