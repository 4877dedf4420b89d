"""Observations: mean, reference and error of each point, before uncertainty is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Plan, TestPlan
from calbench.documents.point import LimitPlan, Point
from calbench.documents.record import Attempt
from calbench.documents.stages import unstaged
from calbench.evaluation import gathering
from calbench.evaluation.composed import Seen, given, model_of, names_of, seen
from calbench.metrology import mean, stdev
from calbench.metrology.composition import looked_at
from calbench.quantities import (
    Quantity,
    QuantityError,
    Unit,
    Value,
    evaluate,
    find_unit,
    parse,
    parse_quantity,
    round_to,
)

Scope = dict[str, Value]


@dataclass(frozen=True)
class Observation:
    """What was observed at one point, in the coherent unit of its quantity; `judged` is rounded if the test says so.

    Error and what is judged are in the unit that the test gives its result. A point with `inputs` has no other
    readings. `earlier` is what its model uses of the tests before it.
    """

    point: Point
    readings: tuple[Quantity, ...]
    indication: Quantity
    reference: Quantity
    error: Quantity
    judged: Quantity
    stdev: float | None
    inputs: Mapping[str, Seen] = field(default_factory=dict)
    earlier: Mapping[str, Value] = field(default_factory=dict)

    @property
    def fixed(self) -> Scope:
        """The names that the model of a point with inputs may use beside their values."""
        return {**self.earlier, **static_scope(self.point), **names_of(self.inputs)}

    @property
    def n(self) -> int:
        """Number of readings, of all inputs together."""
        return len(self.readings) + sum(len(one.readings) for one in self.inputs.values())

    @property
    def result_unit(self) -> Unit:
        """The coherent unit of error, limits and U; of a point on the Celsius scale it is K."""
        return self.error.unit


def observe(plan: Plan, attempts: Mapping[str, list[Attempt]]) -> dict[str, Observation]:
    """Give the observation of every point that has a complete attempt with readings.

    One whose model uses an earlier test is there if every point of that is, and one with ballast if the points are that
    find what it weighs.
    """
    tests = {test.id: test for test in plan.tests}
    found: dict[str, Observation] = {}
    earlier: dict[str, Scope | None] = {}
    for point in plan.points:
        counting = [one for one in attempts.get(point.id, []) if one.counts and one.readings]
        if not counting:
            continue
        test = tests[point.test]
        if test.id not in earlier:
            earlier[test.id] = _earlier(plan, test, found) if point.inputs else {}
        known, weighed = earlier[test.id], with_ballast(point, found)
        if known is not None and weighed is not None:
            found[point.id] = _observation(weighed, test, counting[0], known)
    return found


def with_ballast(point: Point, found: Mapping[str, Observation]) -> Point | None:
    """Give a point with what its ballast was found to weigh in its certified masses; None if that was not observed."""
    read = [one for one in point.inputs if one.certified is not None]
    names = {*point.ballast, *(name for one in read for name in one.ballast)}
    if not names:
        return point
    if any(name not in found for name in names):
        return None
    errors = {name: found[name].error for name in names}
    return point.model_copy(
        update={
            "certified": _heavier(point.certified, point.ballast, errors),
            "inputs": [
                one.model_copy(update={"certified": _heavier(one.certified, one.ballast, errors)})
                for one in point.inputs
            ],
        }
    )


def _heavier(certified: str | None, ballast: Iterable[str], errors: Mapping[str, Quantity]) -> str | None:
    """Add to a mass by how much its ballast is heavier than the weights whose place it took."""
    if certified is None:
        return None
    return sum((errors[name] for name in ballast), start=parse_quantity(certified)).text()


def rests_on(plan: Plan, test: TestPlan) -> list[TestPlan]:
    """Give the tests that the model of a test with inputs uses."""
    wanted = looked_at(test.indication, test.reference)
    return [one for one in plan.tests if one.stage == test.stage and unstaged(one.id, test.stage) in wanted]


def _earlier(plan: Plan, test: TestPlan, found: Mapping[str, Observation]) -> Scope | None:
    """Give what the model of a test uses of those before it; None if one of their points was not observed."""
    used = rests_on(plan, test)
    if any(point not in found for one in used for point in one.points):
        return None
    names = {unstaged(one.id, test.stage) for one in used}
    known = across_tests(plan, found, test.stage) if used else {}
    return {name: value for name, value in known.items() if name.rpartition(".")[0] in names}


def scope(observation: Observation, across: Mapping[str, Value]) -> Scope:
    """Give the names that expressions of a point may use, with their values."""
    point = observation.point
    known = static_scope(point)
    judged_by = observation.reference if point.limits_of == "reference" else observation.indication
    known |= {
        "indication": observation.indication,
        "reference": observation.reference,
        "error": observation.error,
        "rdg": judged_by if judged_by.unit.offset else abs(judged_by),
        "n": Quantity.of(observation.n),
        **across,
        **names_of(observation.inputs),
    }
    if not observation.inputs:
        known["readings"] = observation.readings
    if observation.stdev is not None:
        known["stdev"] = Quantity(Decimal(repr(observation.stdev)), observation.indication.unit)
    return known


def static_scope(point: Point) -> Scope:
    """Give the names that the plan fixed for a point, quantities or words; each also as `$name`."""
    return words_and_quantities(point.scope)


def words_and_quantities(texts: Mapping[str, str]) -> Scope:
    """Give the values of names that the plan fixed, quantities or words; each also as `$name`."""
    known: Scope = {name: _quantity_or_word(text) for name, text in texts.items()}
    return {**known, **{f"${name}": value for name, value in known.items()}}


def across_tests(plan: Plan, observations: Mapping[str, Observation], stage: str = "") -> Scope:
    """Give the names that look at other tests of a stage: `repeatability.stdev`, `eccentricity.error` and the like."""
    known: Scope = {}
    for test in (one for one in plan.tests if one.stage == stage):
        own = [observations[name] for name in test.points if name in observations]
        if not own:
            continue
        indications = tuple(one.indication for one in own)
        name = unstaged(test.id, stage)
        known[f"{name}.indication"] = indications
        known[f"{name}.error"] = tuple(one.error for one in own)
        if len(own) > 1:
            spread = stdev([one.value for one in indications])
            known[f"{name}.stdev"] = Quantity(Decimal(repr(spread)), indications[0].unit)
    return known


def limits_of(limit: LimitPlan | None, names: Mapping[str, Value]) -> tuple[Quantity | None, Quantity | None]:
    """Give lower and upper limit; None is no limit on that side.

    Raises:
        ValueError: One cannot be evaluated.
    """
    if limit is None:
        return None, None
    lower, upper = (None if text is None else quantity(text, names) for text in (limit.lower, limit.upper))
    return lower, upper


def quantity(text: str, names: Mapping[str, Value]) -> Quantity:
    """Evaluate an expression that gives one quantity.

    Raises:
        ValueError: It cannot be evaluated, or gives several values.
    """
    value = evaluate(parse(text), names)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' does not give one quantity")  # noqa: TRY004 - a wrong text, not a wrong type
    return value


def unit_of_result(point: Point, test: TestPlan) -> str:
    """Give the unit in which error, limits and U of a point are written."""
    unit = test.unit or point.unit
    return "K" if unit and find_unit(unit).offset else unit


def _observation(point: Point, test: TestPlan, attempt: Attempt, earlier: Scope) -> Observation:
    return _composed(point, test, attempt, earlier) if point.inputs else _read(point, test, attempt)


def _composed(point: Point, test: TestPlan, attempt: Attempt, earlier: Scope) -> Observation:
    """Observe a point with inputs."""
    inputs = seen(point, attempt)
    fixed = {**earlier, **static_scope(point), **names_of(inputs)}
    nominal = parse_quantity(point.nominal) if point.nominal is not None else None
    reference = None
    if not test.reference and nominal is not None:
        _, reference = _both(point, attempt, nominal)
    indication, reference, error = model_of(test, fixed).at(given(inputs, reference))
    judged = error
    if test.rounding and test.judge_on == "rounded":
        judged = Quantity(round_to(error.value, parse_quantity(test.rounding).value), error.unit)
    return Observation(point, (), indication, reference, error, judged, None, inputs, earlier)


def _read(point: Point, test: TestPlan, attempt: Attempt) -> Observation:
    readings = tuple(gathering.value(raw) for raw in attempt.readings)
    unit = find_unit(MEASURANDS[point.quantity].unit)
    average = Quantity(mean([one.value for one in readings]), unit)
    interval = parse_quantity(test.rounding).value if test.rounding and test.judge_on == "rounded" else None
    rounded = (
        Quantity(round_to(average.value, interval), unit)
        if interval and test.rounding_of == "reading"
        else average
    )
    raw = _both(point, attempt, average)
    error = _model(test, point, *raw)
    judged = _model(test, point, *_both(point, attempt, rounded))
    if interval is not None and test.rounding_of == "error":
        judged = Quantity(round_to(error.value, interval), unit)
    return Observation(
        point=point,
        readings=readings,
        indication=raw[0],
        reference=raw[1],
        error=error,
        judged=judged,
        stdev=stdev([one.value for one in readings]) if len(readings) > 1 else None,
    )


def _both(point: Point, attempt: Attempt, average: Quantity) -> tuple[Quantity, Quantity]:
    """Give indication and reference."""
    nominal = parse_quantity(point.nominal) if point.nominal is not None else average
    if point.reference == "read":
        return nominal, average + _correction(point, point.read_role, average)
    if point.reference == "applied":
        applied = gathering.value(attempt.applied[-1])
        return average, applied + _correction(point, point.apply_role, average)
    if point.reference == "weights" and point.certified is not None:
        return average, parse_quantity(point.certified)
    return average, nominal


def _correction(point: Point, role: str, like: Quantity) -> Quantity:
    text = point.corrections.get(role)
    if text is not None:
        return parse_quantity(text)
    return Quantity(Decimal(0), find_unit("K") if like.unit.offset else like.unit)


def _model(test: TestPlan, point: Point, indication: Quantity, reference: Quantity) -> Quantity:
    names = {**static_scope(point), "indication": indication, "reference": reference}
    return quantity(test.model, names)


def _quantity_or_word(text: str) -> Quantity | str:
    try:
        return parse_quantity(text)
    except QuantityError:
        return text
