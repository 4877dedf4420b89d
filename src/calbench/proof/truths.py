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
from calbench.evaluation.composed import LOAD, model_of
from calbench.evaluation.observing import static_scope
from calbench.metrology.composition import REFERENCE
from calbench.proof.sketching import in_the_world
from calbench.quantities import Quantity, find_unit, parse_quantity
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
        self._seen[name] = attempt, values

    def errors(self) -> dict[str, float]:
        """Give the true error of each point whose truth is known whole."""
        tests = {test.id: test for test in self.plan.tests}
        found = {}
        for name, (_, values) in self._seen.items():
            point = self._points[name]
            means = {key: math.fsum(each) / len(each) for key, each in values.items()}
            error = true_error(point, tests[point.test], means)
            if error is not None:
                found[name] = error
        return found

    def _of(self, one: InputPlan, point: Point, truth: TruthLog) -> Iterator[tuple[str, float]]:
        """Give the true value of an input, of its weights, and of what the point compares with, as far as known.

        Of the unit under test it is what it indicates but for chance: the true value with its systematic error.
        """
        instrument, quantity = self._instruments[one.role], in_the_world(one.read)
        if one.counted:
            # beside the indication before rounding, which is the true one, the step lies where it is expected
            yield one.name, float(parse_quantity(one.expected or "0 kg").value)
            return
        true = truth.latest(instrument, "load" if quantity == "mass" else quantity)
        if true is None:
            return
        if one.place_role:
            yield one.name + LOAD, true
        own = (one.role, one.read) == (point.read_role, point.read)
        if own:
            yield REFERENCE, true
        if one.role == "uut" or quantity == "mass":
            error = truth.latest(instrument, f"{quantity}.error.systematic")
            error = truth.latest(instrument, f"{quantity}.error") if error is None else error
            if error is None:
                return
            true += error
        yield one.name, true


def true_error(point: Point, test: TestPlan, values: Mapping[str, float]) -> float | None:
    """Give the error by the model in SI units, from values in the units of the simulated world; None if one lacks."""
    given = {}
    for one in point.inputs:
        names = [one.name, *([one.name + LOAD] if one.certified is not None else [])]
        if any(name not in values for name in names):
            return None
        given[one.name] = _quantity(values[one.name], one.read)
        if one.certified is not None:
            given[one.name + LOAD] = _quantity(values[one.name + LOAD], "mass")
    if not test.reference:
        if REFERENCE not in values:
            return None
        given[REFERENCE] = _quantity(values[REFERENCE], point.read)
    fixed = static_scope(point)
    for one in point.inputs:
        fixed[f"{one.name}.n"] = Quantity.of(one.readings)
        if one.resolution is not None:
            fixed[f"{one.name}.resolution"] = parse_quantity(one.resolution)
    return float(model_of(test, fixed).at(given).error.value)


def _quantity(value: float, read: str) -> Quantity:
    return Quantity.of(Decimal(repr(value)), find_unit(MEASURANDS[read].unit))
