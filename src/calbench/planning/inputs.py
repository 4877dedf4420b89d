"""The inputs of a point: each bound to its role, its certificate and its weights, with the value that is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calbench.documents.inputs import Input, Stability, kind_of
from calbench.documents.inputs import leading as first_read
from calbench.documents.measurands import MEASURANDS, capability, split
from calbench.documents.procedure import Test
from calbench.documents.readings import InputPlan, StabilityPlan
from calbench.metrology.composition import INDICATION, REFERENCE, Composition, Outcome
from calbench.planning import limits, standards, substitution, weighing
from calbench.planning.expansion import Case, fill
from calbench.planning.parameters import whole
from calbench.planning.refusal import Reasons
from calbench.planning.seating import UUT
from calbench.planning.setting import Setting
from calbench.quantities import Quantity, Unit, Value, evaluate, find_unit, parse
from calbench.traceability.parts import AtPoint

DEFAULT_MODEL = "indication - reference"
LOAD = ".load"
"""Behind the name of an input: what its weights weigh together."""


@dataclass(frozen=True)
class Planned:
    """The inputs of a point, the certificates behind them by role, and what the model says of the expected values."""

    plans: list[InputPlan] = field(default_factory=list)
    certificates: dict[str, list[tuple[str, AtPoint]]] = field(default_factory=dict)
    expected: Mapping[str, Quantity] = field(default_factory=dict)
    model: Composition | None = None
    outcome: Outcome | None = None

    @property
    def scope(self) -> dict[str, Value]:
        """What an expression may use of the inputs before anything is read: counts and steps."""
        found: dict[str, Value] = {}
        for one in self.plans:
            found[f"{one.name}.n"] = Quantity.of(one.readings)
            if one.resolution is not None:
                found[f"{one.name}.resolution"] = limits.quantity(one.resolution, {})
        return found


@dataclass(frozen=True)
class _Weighed:
    """What lies on the pan while an input is read; what it weighs, unless it is read to find just that."""

    made: substitution.MadeUp
    found: AtPoint | None = None
    mass: Quantity | None = None


def leading(test: Test) -> str:
    """Give what a test reads of the unit under test; empty if it reads nothing."""
    return first_read(test.inputs) if test.inputs else test.read or ""


def quantity_of(test: Test, unit: Unit) -> str:
    """Name the quantity of the indication: that of the first input that has its dimension, else any that has.

    Raises:
        ValueError: No quantity of the language has it.
    """
    reads = [leading(test), *(one.used for one in (test.inputs or {}).values())]
    names = [*(split(one)[1] for one in reads), *MEASURANDS]
    for name in names:
        if find_unit(MEASURANDS[name].unit).dimension == unit.dimension:
            return name
    raise ValueError(f"its indication is in {unit.symbol}, and no quantity of the language is")


def planned(
    test: Test,
    case: Case,
    setting: Setting,
    scope: Mapping[str, Value],
    reference: Quantity | None,
    reasons: Reasons,
) -> Planned:
    """Plan the inputs of a point; a reason for each that a certificate or a set of weights does not cover.

    Args:
        test: A test with inputs.
        case: The point.
        setting: What the test has in common.
        scope: What is known at the point before anything is read.
        reference: The reference value that is expected where the test computes none.
        reasons: Why there can be no plan.

    Raises:
        ValueError: An expression cannot be evaluated, or nothing says what an input is expected to read.
    """
    plans: list[InputPlan] = []
    certificates: dict[str, list[tuple[str, AtPoint]]] = {}
    expected: dict[str, Quantity] = {}
    for name, one in asked(test, scope).items():
        value = _expected(name, one, case, scope)
        ranged = None if one.range is None else limits.quantity(one.range, scope)
        found = _certificate(one, (value, ranged), case, setting, reasons)
        weighed = _weighed(name, one, case, setting, scope, reasons)
        expected[name] = value
        if found is not None:
            certificates.setdefault(split(one.used)[0], []).append((name, found))
            expected[name] = value + found.correction
        if weighed is not None and weighed.found is not None and weighed.mass is not None:
            certificates.setdefault(one.place or "", []).append((name + LOAD, weighed.found))
            expected[name + LOAD] = weighed.mass
        elif weighed is None and one.place is not None and one.load is not None:
            expected[name + LOAD] = limits.quantity(
                one.load, scope
            )  # it is refused; the model shall not be too
        plans.append(_plan(name, one, value, found, weighed, scope, setting, case))
    if reference is not None:
        expected[REFERENCE] = reference
        if not test.indication:
            expected[INDICATION] = reference
    model = Composition(
        test.model or DEFAULT_MODEL,
        test.indication or "",
        test.reference or "",
        _fixed({**setting.earlier, **scope}, plans),
    )
    return Planned(plans, certificates, expected, model, model.at(expected))


def _fixed(scope: Mapping[str, Value], plans: list[InputPlan]) -> dict[str, Value]:
    computed = {INDICATION, REFERENCE, "rdg"}
    return {**{name: one for name, one in scope.items() if name not in computed}, **Planned(plans).scope}


def _expected(name: str, one: Input, case: Case, scope: Mapping[str, Value]) -> Quantity:
    unit = find_unit(MEASURANDS[split(one.used)[1]].unit)
    if one.value is not None:
        return limits.quantity(one.value, scope)
    if one.expected is not None:
        return limits.quantity(one.expected, scope)
    if case.nominal is not None and case.nominal.dimension == unit.dimension:
        return case.nominal
    raise ValueError(f"nothing says what input {name} is expected to read; add expected: to it")


def _certificate(
    one: Input, where: tuple[Quantity, Quantity | None], case: Case, setting: Setting, reasons: Reasons
) -> AtPoint | None:
    """Look up the certificate of what is read or set, at a value and on a range; the unit under test has none."""
    role, quantity = split(one.used)
    value, ranged = where
    asset = setting.bound[role].asset if role != UUT and role in setting.bound else None
    if asset is None:
        return None
    needed = capability(kind_of(one, setting.bound[role].role.needs), quantity)
    frequency = case.frequency if MEASURANDS[quantity].alternating else None
    try:
        found = standards.at(asset, needed, value, frequency, setting.on, ranged)
    except ValueError as error:
        reasons.add(f"{case.name}: {error}.")
        return None
    if found is None:
        reasons.add(
            f"{case.name}: {asset.asset} ({asset.maker} {asset.model}) has no certified {needed} at {value}"
            f"{'' if ranged is None else f' on the range {ranged}'}; its "
            f"certificate covers {standards.covered(asset, needed)}."
        )
    return found


def _weighed(
    name: str, one: Input, case: Case, setting: Setting, scope: Mapping[str, Value], reasons: Reasons
) -> _Weighed | None:
    """Give the weights that lie on the pan while an input is read, their certificates, and what they weigh."""
    if one.place is None or one.load is None:
        return None
    load = limits.quantity(one.load, scope)
    sets = setting.bound[one.place].assets if one.place in setting.bound else ()
    if not sets:
        return None
    if one.substituted:
        return _Weighed(substitution.substituted(setting.bound[one.place], load, setting))
    made = substitution.made_up(setting.bound[one.place], load, setting)
    if made is None:
        reasons.add(f"{case.name}, {name}: {substitution.lacks(setting.bound[one.place], load, setting)}.")
        return None
    found = weighing.certified(sets, made.all, load, setting.on)
    return _Weighed(made, found, load + found.correction)


def _plan(
    name: str,
    one: Input,
    value: Quantity,
    found: AtPoint | None,
    weighed: _Weighed | None,
    scope: Mapping[str, Value],
    setting: Setting,
    case: Case,
) -> InputPlan:
    role, quantity = split(one.used)
    load = limits.quantity(one.load, scope) if one.load is not None else None
    made = weighed.made if weighed else substitution.MadeUp()
    known = {
        **case.labels,
        "position": setting.position,
        "nominal": "" if case.nominal is None else case.nominal.text(),
        "load": "" if load is None else load.text(),
        "weights": made.said(),
    }
    return InputPlan(
        name=name,
        role=role,
        read=quantity,
        expected=value.text(),
        correction=None if found is None else found.correction.text(),
        readings=count(one, scope),
        settle=None if one.settle is None else limits.quantity(one.settle, scope).text(),
        stable=stability(one.stable, scope),
        resolution=None if one.resolution is None else limits.quantity(one.resolution, scope).text(),
        prompt=fill(one.prompt or {}, known, made.words(setting.words)),
        picture=one.picture,
        place_role=one.place or "",
        place=made.place,
        load=None if load is None else load.text(),
        certified=None if weighed is None or weighed.mass is None else weighed.mass.text(),
        ballast=dict(made.ballast),
        behind=made.ids_behind,
        early=one.before_apply,
        range=_text(one.range, scope),
        kind=kind_of(one, setting.bound[role].role.needs if role in setting.bound else ()),
        beside=_text(one.beside, scope),
        added=_text(one.added, scope),
        removed=_text(one.removed, scope),
        tare=one.tare,
    )


def asked(test: Test, scope: Mapping[str, Value]) -> dict[str, Input]:
    """Give the inputs that a point takes: those whose condition holds."""
    given = test.inputs or {}
    return {name: one for name, one in given.items() if one.only_if is None or _holds(one.only_if, scope)}


def left_out(test: Test, scope: Mapping[str, Value]) -> dict[str, Value]:
    """Give the names of the inputs that a point leaves out, with the values that they stand for."""
    taken = asked(test, scope)
    return {
        name: limits.quantity(one.otherwise, scope)
        for name, one in (test.inputs or {}).items()
        if name not in taken and one.otherwise is not None
    }


def _holds(condition: str, scope: Mapping[str, Value]) -> bool:
    return evaluate(parse(condition), scope) is True


def _text(written: str | None, scope: Mapping[str, Value]) -> str | None:
    return None if written is None else limits.quantity(written, scope).text()


def count(one: Input, scope: Mapping[str, Value]) -> int:
    """Give how often an input is read."""
    return 1 if one.readings is None else whole(limits.quantity(one.readings, scope))


def stability(rule: Stability | None, scope: Mapping[str, Value]) -> StabilityPlan | None:
    """Give when a reading counts as stable, of an input or of a test that reads once; None if nothing says."""
    if rule is None:
        return None
    return StabilityPlan(
        within=limits.quantity(rule.within, scope).text(),
        seconds=rule.for_,
        timeout=rule.timeout,
        on_timeout=rule.on_timeout,
    )
