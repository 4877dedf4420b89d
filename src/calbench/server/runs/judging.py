"""What a measured point, or a whole test, comes to, for the page: concluded as the record does it, by the same code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.record import Result
from calbench.evaluation.gathering import attempts
from calbench.evaluation.results import conclude_one, conclude_test
from calbench.quantities import parse_quantity
from calbench.server.runs.resultpart import ResultPart
from calbench.server.runs.viewmodel import Cell

Key = tuple[str, str]


class Judge:
    """Concludes points, and whole tests, of one run; each unit has its plan."""

    def __init__(self, plan: Plan) -> None:
        self._plans = {place: plan.at(place, "0" * 64) for place in plan.positions}
        self._tests = {test.id: tuple(test.points) for test in plan.tests}
        self._test_of = {point.id: point.test for point in plan.points}
        self._of = {one.id: test for test in plan.tests for one in test.groups}
        self._alone = _alone(plan)

    def needs(self, key: Key) -> Sequence[str]:
        """Give the points whose events a cell is concluded from: of its test, or its own if it rests on no other."""
        name = key[1]
        if name in self._alone:
            return (name,)
        if name in self._of:
            return self._tests[self._of[name].of]
        return self._tests[name if name in self._tests else self._test_of[name]]

    def cell(self, key: Key, events: Sequence[Event]) -> Cell | None:
        """Give a cell with result and verdict, from the events of what it `needs`; None if it comes to nothing."""
        place, name = key
        plan = self._plans[place]
        found = attempts(plan, events)
        if name in self._of:
            results = conclude_test(plan, found, self._of[name].id)
            return next((cell_of(one) for one in results if one.id == name), None)
        if name not in self._tests:
            return cell_of(conclude_one(plan, found, name))
        results = conclude_test(plan, found, name)
        return cell_of(results[-1]) if results and results[-1].of == "test" else None


def _alone(plan: Plan) -> frozenset[str]:
    """Give the points of which no expression can name another point: only through its test, as `linearity.error`."""
    tests = {test.id: test for test in plan.tests}
    names = [f"{name}." for name in tests]
    series = {name for name, test in tests.items() if test.kind == "series"}
    told = {name: test.model_dump_json(exclude={"points"}) for name, test in tests.items()}
    return frozenset(
        point.id
        for point in plan.points
        if point.test not in series
        and not any(name in told[point.test] or name in point.model_dump_json() for name in names)
    )


def cell_of(result: Result | ResultPart) -> Cell:
    """Give the cell of a result."""
    shown = result.shown
    deviation, spread = _in_parts(result)
    return Cell(
        state="measured",
        verdict=result.verdict,
        attempts=result.attempts,
        error=shown.error or result.answer or shown.indication,
        lower=shown.lower,
        upper=shown.upper,
        expanded=shown.expanded,
        unit=dict(shown.error_unit if shown.error else ({} if result.answer else shown.unit)),
        deviation=deviation,
        spread=spread,
    )


def _in_parts(result: Result | ResultPart) -> tuple[float | None, float | None]:
    """Give deviation and U in parts of the limit, from the middle between both limits; for a picture, in floats.

    From zero where there is one limit; None where zero is not within it, as of what must be at least so much.
    """
    judged, lower, upper = (
        _coherent(text) for text in (result.judged or result.value, result.lower, result.upper)
    )
    if judged is None or (lower is None and upper is None):
        return None, None
    middle = (lower + upper) / 2 if lower is not None and upper is not None else 0.0
    half = upper - middle if upper is not None else middle - (lower or 0.0)
    if half <= 0:
        return None, None
    expanded = _coherent(result.expanded)
    return (judged - middle) / half, None if expanded is None else expanded / half


def _coherent(text: str | None) -> float | None:
    """Give the value in the coherent unit, which all quantities of one result share; None for none."""
    if not text:
        return None
    number, _, unit = text.partition(" ")
    factor, zero = _scale(unit)
    return float(number) * factor + zero


@lru_cache(maxsize=256)
def _scale(unit: str) -> tuple[float, float]:
    """Give what one of a unit is in the coherent one, and where its zero lies there."""
    zero = parse_quantity(f"0 {unit}").value
    return float(parse_quantity(f"1 {unit}").value - zero), float(zero)
