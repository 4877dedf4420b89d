"""Prediction: U and TUR of each point before anything is measured.

The readings are predicted to have a standard deviation of one step of the resolution; what other tests will give
(`repeatability.stdev`) is predicted likewise, and errors of other tests as one step of the resolution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from calbench.documents.plan import ContributionPlan, LimitPlan, Prediction
from calbench.metrology import Influence, Term, combine, expand_by_t, uncertainty_ratio
from calbench.metrology.statement import Statement, influence
from calbench.quantities import ONE, Quantity, Unit, Value, names, parse, parse_quantity, significant
from calbench.traceability.parts import AtPoint


def predict(
    contributions: list[ContributionPlan],
    standards: Iterable[AtPoint],
    limit: LimitPlan | None,
    scope: Mapping[str, Value],
    *,
    unit: Unit,
    coverage: float,
) -> Prediction:
    """Predict U of the result (k from t at `coverage`), U of the standard, and both TURs."""
    lower, upper = _limits(limit)
    standard = _standard_u(standards)
    total = _total(contributions, scope, coverage)
    return Prediction(
        standard_u=None if standard is None else Quantity(standard, unit).text(),
        u=None if total is None else Quantity(significant(total, 3), unit).text(),
        tur=_ratio(lower, upper, total),
        standard_tur=_ratio(lower, upper, standard),
    )


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


def _total(
    contributions: list[ContributionPlan], scope: Mapping[str, Value], coverage: float
) -> Decimal | None:
    if not contributions:
        return None
    terms = [Term(_influence(one, _predicted(one, scope))) for one in contributions]
    return Decimal(repr(expand_by_t(combine(terms), coverage).U))


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
