"""One point of the plan: a case bound to roles, certificates, limits and contributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from calbench.documents.conduct import NearLimitPlan
from calbench.documents.measurands import MEASURANDS, capability, split
from calbench.documents.point import Point, Prediction
from calbench.documents.procedure import Test
from calbench.metrology.composition import Outcome
from calbench.planning import capability as capability_of
from calbench.planning import (
    contributions,
    error_share,
    least_ratio,
    limits,
    operating,
    standards,
    substitution,
    telling,
    weighing,
)
from calbench.planning.deciding import UndecidableError
from calbench.planning.expansion import Case, fill, scope_of, translated
from calbench.planning.inputs import Planned, asked, count, leading, left_out, planned, quantity_of, stability
from calbench.planning.parameters import whole
from calbench.planning.point_limits import limit_of
from calbench.planning.prediction import Use, predict
from calbench.planning.questions import choices, questions
from calbench.planning.refusal import Reasons
from calbench.planning.seating import UUT
from calbench.planning.setting import Setting
from calbench.planning.stating import stated_at
from calbench.quantities import Quantity, QuantityError, Unit, Value, find_unit, parse_quantity
from calbench.traceability.parts import AtPoint


def build(test: Test, case: Case, setting: Setting, per_point: bool, reasons: Reasons) -> Point:  # noqa: FBT001 - a fact, not a switch
    """Build the point; adds a reason for each standard that does not cover it or is not good enough."""
    read_role, quantity = split(leading(test)) if leading(test) else ("", "")
    if quantity == "":
        return _inspection(test, case, setting)
    scope = _scope(test, case, setting, quantity)
    found = _certificates(test, case, setting, read_role, quantity, reasons)
    made = _placed(test, case, setting)
    placed = made.all
    if test.place and (total := error_share.mpe_of(placed)) is not None:
        scope[f"{test.place}.mpe"] = total
    inputs = _inputs(test, case, setting, scope, found, reasons)
    ballast = substitution.of_point(test, made, [] if inputs is None else inputs.plans, setting)
    scope |= ballast.scope
    unit = find_unit(MEASURANDS[quantity].unit)
    measured = quantity
    if inputs is not None and inputs.outcome is not None:
        unit = inputs.outcome.indication.unit
        measured = quantity_of(test, unit)
        scope |= _computed(test, inputs.outcome) | inputs.scope
    shown = _shown_in(case, unit)
    result = result_unit(test, shown)
    limit = limit_of(test, case, setting, scope, reasons) if per_point else None
    stated = contributions.stated(
        test.uncertainty,
        found,
        _reference_roles(test, read_role),
        case.name,
        scope,
        None if inputs is None else inputs.certificates,
    )
    cmc = capability_of.at(case, setting, measured, result, reasons)
    related = contributions.correlated(test.correlations, stated)
    if inputs is not None:
        related += contributions.of_one_family(stated)
        for name in contributions.undrawable(stated, related) if test.monte_carlo else ():
            reasons.add(
                f"{case.name}: '{name}' has limits, and moves together with another value of its certificate, which "
                "does not say how the two are drawn. Leave monte_carlo out of the test."
            )
    use = Use(
        stated,
        related,
        limit,
        setting.decision,
        cmc,
        unit if inputs is None and not unit.offset else result,
        inputs,
    )
    predicted = _predict(use, found, scope, reasons, case.name)
    roles = _reference_roles(test, read_role)
    shared = error_share.Use(case.name, found, sorted(roles), placed, test.place or "", limit, result, inputs)
    least_ratio.hold(shared, use, predicted, setting.bound, scope, reasons)
    mpe = error_share.hold(shared, setting.bound, scope, reasons)
    predicted = predicted.model_copy(update={"standard_mpe": mpe})
    place = made.place
    return Point(
        id=case.name,
        test=test.test or "",
        labels=case.labels,
        quantity=measured,
        unit=shown,
        nominal=None if case.nominal is None else case.nominal.text(),
        frequency=_text(case.frequency),
        range=None if case.range is None else case.range.text(),
        reference=_reference(test),
        apply_role=split(test.apply)[0] if test.apply else "",
        apply=split(test.apply)[1] if test.apply else "",
        place_role=test.place or "",
        place=place,
        ballast=dict(made.ballast),
        behind=made.ids_behind,
        requires=ballast.requires,
        certified=_certified(test, case, found),
        read_role=read_role,
        read=quantity,
        passes=test.passes or ["1"],
        readings=_count(test, case, setting, scope),
        settle=_settle(test, scope),
        stable=stability(test.stable, scope),
        zero_before=test.zero_between,
        resolution=_text(scope.get("resolution")),
        limits_of=test.limits_of or "reference",
        limit=limit,
        corrections={role: one.correction.text() for role, one in found.items() if role != test.place},
        contributions=stated,
        scope={name: str(value) for name, value in scope.items() if not name.startswith("$")},
        hazard=case.hazard or test.hazard is not None,
        prompt=fill(test.prompt or {}, placeholders(case, setting, made.said()), made.words(setting.words)),
        words=translated(setting.words, _said(test, case)),
        picture=test.picture,
        questions=questions(test.ask, case.name, setting.words),
        predicted=predicted,
        cmc=_text(cmc),
        correlations=related,
        stage=setting.stage,
        near_limit=_near(test),
        stimulus={name: one if isinstance(one, str) else one.text() for name, one in case.stimulus.items()},
        inputs=[] if inputs is None else inputs.plans,
        told=telling.told(test, _reads(test, quantity), scope, case.name, reasons),
        enclosed=test.enclosed,
        operating=operating.planned(
            test, case, setting, scope, [] if inputs is None else inputs.plans, reasons
        ),
    )


def _settle(test: Test, scope: Mapping[str, Value]) -> str | None:
    """Give how long is waited, as it was written if it is a time already."""
    if test.settle is None:
        return None
    try:
        parse_quantity(test.settle)
    except QuantityError:
        seconds = limits.quantity(test.settle, scope)
        if seconds.value < 0:
            raise ValueError(f"settle: '{test.settle}' is {seconds}, which is below zero") from None
        return seconds.text()
    return test.settle


def _inputs(
    test: Test,
    case: Case,
    setting: Setting,
    scope: Mapping[str, Value],
    found: Mapping[str, AtPoint],
    reasons: Reasons,
) -> Planned | None:
    """Plan the inputs of a point, if it has some; a result in a unit of its own needs the model as they do.

    Its reference value, where they do not give it, is certified, applied or nominal.
    """
    if not test.inputs and not test.unit:
        return None
    reference = None if test.reference else case.nominal
    if reference is not None:
        roles = _reference_roles(test, "")
        reference = sum((one.correction for role, one in found.items() if role in roles), start=reference)
    return planned(test, case, setting, scope, reference, reasons)


def _computed(test: Test, outcome: Outcome) -> dict[str, Value]:
    """Give what is expected of a reference value that is computed, for limits that are a part of it."""
    if not test.reference:
        return {}
    return {"reference": outcome.reference, "rdg": _size(outcome.reference)}


def result_unit(test: Test, shown: str) -> Unit:
    """Give the unit of error, limit and U: that of the test, else of what is measured; of degC it is K."""
    unit = find_unit(test.unit or shown)
    return find_unit("K") if unit.offset else unit


def _reads(test: Test, quantity: str) -> list[str]:
    """Name the quantities that are read at a point."""
    return [split(one.used)[1] for one in (test.inputs or {}).values()] or [quantity]


def _near(test: Test) -> NearLimitPlan | None:
    rule = test.near_limit
    return None if rule is None else NearLimitPlan(start=rule.from_, end=rule.to, readings=rule.readings)


def placeholders(case: Case, setting: Setting, weights: str = "—") -> dict[str, str]:
    """Give what `{names}` in a text stand for at this case."""
    nominal = "" if case.nominal is None else case.nominal.text()
    return {
        **case.labels,
        **{name: _in_words(case.labels[name], value) for name, value in case.varied.items()},
        "position": setting.position,
        "nominal": nominal,
        "load": nominal,
        "weights": weights,
    }


def _in_words(label: str, value: Quantity | str) -> str:
    """Give a varied value for a person: `5 A`, `0.5 Imax (30 A)`."""
    said = str(value)
    return label if said.replace(" ", "") == label.replace(" ", "") else f"{label} ({said})"


def _said(test: Test, case: Case) -> list[str]:
    answers = [answer for one in test.ask for answer in choices(one)]
    return [*case.labels.values(), *(test.passes or []), *answers]


def _inspection(test: Test, case: Case, setting: Setting) -> Point:
    return Point(
        id=case.name,
        test=test.test or "",
        labels=case.labels,
        quantity="",
        unit="",
        reference="none",
        prompt=fill(test.prompt or {}, placeholders(case, setting), setting.words),
        words=translated(setting.words, _said(test, case)),
        picture=test.picture,
        questions=questions(test.ask, case.name, setting.words),
        passes=["1"],
        readings=0,
        predicted=Prediction(),
        stage=setting.stage,
    )


def _scope(test: Test, case: Case, setting: Setting, quantity: str) -> dict[str, Value]:
    scope = stated_at(test, case, setting, quantity)
    if case.nominal is not None:
        scope |= {"rdg": _size(case.nominal), "reference": case.nominal}
    scope |= left_out(test, scope)
    scope["n"] = Quantity.of(_count(test, case, setting, scope) * len(test.passes or ["1"]))
    resolution = case.resolution or test.resolution
    if resolution is not None:
        scope["resolution"] = limits.quantity(resolution, scope)
    return scope


def _size(value: Quantity) -> Quantity:
    """Give the absolute value; a temperature on the Celsius scale has none and stays as it is."""
    return value if value.unit.offset else abs(value)


def _certificates(
    test: Test, case: Case, setting: Setting, read_role: str, quantity: str, reasons: Reasons
) -> dict[str, AtPoint]:
    """Look up every standard that the point uses, by role."""
    if case.nominal is None:
        return {}
    found: dict[str, AtPoint] = {}
    if test.reference:
        return {}  # what is applied is read, and the value of it computed
    wanted = [(split(test.apply)[0], capability("source", split(test.apply)[1]))] if test.apply else []
    if test.reading_is == "reference":
        wanted.append((read_role, capability("measure", quantity)))
    for role, needed in wanted:
        asset = setting.bound[role].asset if role in setting.bound else None
        if asset is None:
            continue
        try:
            entry = standards.at(asset, needed, case.nominal, case.frequency, setting.on)
        except ValueError as error:
            reasons.add(f"{case.name}: {error}.")
            continue
        if entry is None:
            where = f"{case.nominal}" if case.frequency is None else f"{case.nominal} and {case.frequency}"
            reasons.add(
                f"{case.name}: {asset.asset} ({asset.maker} {asset.model}) has no certified {needed} at "
                f"{where}; its certificate covers {standards.covered(asset, needed)}."
            )
        else:
            found[role] = entry
    if test.place and test.place in setting.bound:
        _weigh(test.place, case, setting, found, reasons)
    return found


def _weigh(role: str, case: Case, setting: Setting, found: dict[str, AtPoint], reasons: Reasons) -> None:
    sets = setting.bound[role].assets
    if not sets or case.nominal is None:
        return
    made = substitution.made_up(setting.bound[role], case.nominal, setting)
    if made is None:
        reasons.add(f"{case.name}: {substitution.lacks(setting.bound[role], case.nominal, setting)}.")
        return
    found[role] = weighing.certified(sets, made.all, case.nominal, setting.on)


def _placed(test: Test, case: Case, setting: Setting) -> substitution.MadeUp:
    one = setting.bound.get(test.place or "")
    made = (
        substitution.made_up(one, case.nominal, setting)
        if one and one.assets and case.nominal is not None
        else None
    )
    return made or substitution.MadeUp()


def _reference_roles(test: Test, read_role: str) -> set[str]:
    if test.reference:
        return set()
    roles = {split(test.apply)[0]} if test.apply else set()
    return (
        roles
        | ({test.place} if test.place else set())
        | ({read_role} if test.reading_is == "reference" else set())
    )


def _reference(test: Test) -> Literal["applied", "weights", "nominal", "read"]:
    if test.reading_is == "reference":
        return "read"
    if test.place:
        return "weights"
    return "applied" if test.apply else "nominal"


def _certified(test: Test, case: Case, found: Mapping[str, AtPoint]) -> str | None:
    if not test.place or case.nominal is None or test.place not in found:
        return None
    correction = found[test.place].correction
    return Quantity(case.nominal.value + correction.value, correction.unit).text()


def _count(test: Test, case: Case, setting: Setting, scope: Mapping[str, Value]) -> int:
    """Give the number of readings at a point, in one pass; of all inputs together."""
    if test.inputs:
        return sum(count(one, scope) for one in asked(test, scope).values())
    if test.readings is None:
        return 1
    return whole(limits.quantity(test.readings, scope_of({**setting.parameters, **case.varied})))


def _predict(
    use: Use, found: Mapping[str, AtPoint], scope: Mapping[str, Value], reasons: Reasons, name: str
) -> Prediction:
    try:
        return predict(use, found.values(), scope)
    except UndecidableError as error:
        reasons.add(f"{name}: nothing can be decided: {error}")
        return Prediction()
    except ValueError as error:
        reasons.add(f"{name}: its uncertainty cannot be predicted: {error}")
        return Prediction()


def _shown_in(case: Case, unit: Unit) -> str:
    """Give the unit of the range or nominal value, if what is measured can be in it; a difference of degC is in K."""
    said = case.range or case.nominal
    fits = said is not None and said.dimension == unit.dimension and (unit.offset or not said.unit.offset)
    return (said.unit.symbol if said is not None and fits else unit.symbol) or "1"


def _text(value: object) -> str | None:
    return value.text() if isinstance(value, Quantity) else None


__all__ = ["UUT", "Setting", "build", "placeholders"]
