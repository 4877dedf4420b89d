"""The true error of a result that is computed of inputs: the model, with the true value of each of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Plan, TestPlan
from calbench.documents.point import Point
from calbench.documents.readings import InputPlan
from calbench.documents.stages import unstaged
from calbench.evaluation.composed import LOAD, model_of
from calbench.evaluation.observing import rests_on, static_scope
from calbench.metrology.composition import REFERENCE, Outcome
from calbench.proof.sketching import in_the_world
from calbench.quantities import Quantity, Value, find_unit, parse_quantity
from calbench.simulation.truth import TruthLog


@dataclass
class Truths:
    """What really was beside each reading of the inputs of points, for the last attempt at each."""

    plan: Plan
    _seen: dict[str, tuple[int, dict[str, list[float]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._points = {point.id: point for point in self.plan.points if point.inputs}
        self._instruments = {one.role: one.instrument for one in self.plan.bindings}

    def look(self, name: str, attempt: int, read: str, truth: TruthLog) -> None:
        """Look at the truth beside a reading of an input; what the bench does not know is left out."""
        point = self._points[name]
        last, values = self._seen.get(name, (attempt, {}))
        if attempt != last:
            values = {}
        one = next(one for one in point.inputs if one.name == read)
        for key, value in self._of(one, point, truth):
            values.setdefault(key, []).append(value)
        for source in (one for one in point.inputs if one.kind == "source"):
            # what it really puts out is known when something looks at it, and then stays so
            values |= {key: [value] for key, value in self._of(source, point, truth)}
        self._seen[name] = attempt, values

    def errors(self) -> dict[str, float]:
        """Give the true error of each point whose truth is known whole."""
        tests = {test.id: test for test in self.plan.tests}
        found: dict[str, Outcome] = {}
        for name, (_, values) in self._seen.items():
            point = self._points[name]
            test = tests[point.test]
            means = {key: math.fsum(each) / len(each) for key, each in values.items()}
            earlier = self._earlier(test, found)
            outcome = None if earlier is None else true_outcome(point, test, means, earlier)
            if outcome is not None:
                found[name] = outcome
        return {name: float(one.error.value) for name, one in found.items()}

    def _earlier(self, test: TestPlan, found: Mapping[str, Outcome]) -> dict[str, Value] | None:
        """Give what the model of a test uses of those before it, as it really was; None if that is not known."""
        known: dict[str, Value] = {}
        for one in rests_on(self.plan, test):
            own = [found.get(point) for point in one.points]
            there = [each for each in own if each is not None]
            if len(there) < len(own):
                return None
            name = unstaged(one.id, one.stage)
            known[f"{name}.indication"] = tuple(each.indication for each in there)
            known[f"{name}.error"] = tuple(each.error for each in there)
        return known

    def _of(self, one: InputPlan, point: Point, truth: TruthLog) -> Iterator[tuple[str, float]]:
        """Give the true value of an input, of its weights, and of what the point compares with, as far as known.

        Of the unit under test, and of a balance that has no certificate, it is what it indicates but for chance: the
        true value with its systematic error.
        """
        instrument, quantity = self._instruments[one.role], in_the_world(one.read)
        if one.counted:
            # beside the indication before rounding, which is the true one, the step lies where it is expected
            yield one.name, float(parse_quantity(one.expected or "0 kg").value)
            return
        true = truth.latest(instrument, "load") if quantity == "mass" else None
        true = (
            truth.latest(instrument, quantity) if true is None else true
        )  # what nobody put there, as in a tank
        if true is None:
            return
        if one.place_role:
            yield one.name + LOAD, true
        own = (one.role, one.read) == (point.read_role, point.read)
        if own and (compared := _compared(point)) != one.read:
            true_there = truth.latest(self._instruments["uut"], in_the_world(compared))
            if true_there is not None:
                yield REFERENCE, true_there
        elif own:
            yield REFERENCE, true
        if one.role == "uut":
            error = truth.latest(instrument, f"{quantity}.error.systematic")
            error = truth.latest(instrument, f"{quantity}.error") if error is None else error
            if error is None:
                return
            true += error
        yield one.name, true


def true_outcome(
    point: Point, test: TestPlan, values: Mapping[str, float], earlier: Mapping[str, Value]
) -> Outcome | None:
    """Give what the model says of values in the units of the simulated world; None if one lacks."""
    given = {}
    for one in point.inputs:
        names = [one.name, *([one.name + LOAD] if one.certified is not None else [])]
        if any(name not in values for name in names):
            return None
        given[one.name] = _quantity(values[one.name], one.read)
        if one.certified is not None:
            given[one.name + LOAD] = _quantity(values[one.name + LOAD], "mass")
    if not test.reference and point.reference == "nominal" and point.nominal is not None:
        given[REFERENCE] = parse_quantity(point.nominal)
    elif not test.reference:
        if REFERENCE not in values:
            return None
        given[REFERENCE] = _quantity(values[REFERENCE], _compared(point))
    fixed = {**earlier, **static_scope(point)}
    for one in point.inputs:
        fixed[f"{one.name}.n"] = Quantity.of(one.readings)
        if one.resolution is not None:
            fixed[f"{one.name}.resolution"] = parse_quantity(one.resolution)
    return model_of(test, fixed).at(given)


def _compared(point: Point) -> str:
    """Give the quantity of what is compared with: what is applied, where what is read is of another kind."""
    applied = point.apply and MEASURANDS[point.apply].unit != MEASURANDS[point.read].unit
    return point.apply if applied else point.read


def _quantity(value: float, read: str) -> Quantity:
    return Quantity.of(Decimal(repr(value)), find_unit(MEASURANDS[read].unit))
