"""What a measured point comes to, for the page: concluded as the record does it, by the same code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.record import Result
from calbench.evaluation.gathering import attempts
from calbench.evaluation.results import conclude_one
from calbench.quantities import parse_quantity
from calbench.server.runs.viewmodel import Cell


class Judge:
    """Concludes points of one run; each unit has its plan."""

    def __init__(self, plan: Plan) -> None:
        self._plans = {place: plan.at(place, "0" * 64) for place in plan.positions}
        self._tests = {point.id: point.test for point in plan.points}
        self._alone = _alone(plan)

    def cell(self, key: tuple[str, str], measured: Mapping[str, Sequence[Event]]) -> Cell:
        """Give a cell with result and verdict; `measured` has the events of each point of this unit.

        A point is concluded together with those of its test that were measured, unless it rests on none of them.
        """
        place, name = key
        plan = self._plans[place]
        if name in self._alone:
            return cell_of(conclude_one(plan, attempts(plan, measured[name]), name))
        events = [
            event
            for point, several in measured.items()
            if self._tests[point] == self._tests[name]
            for event in several
        ]
        return cell_of(conclude_one(plan, attempts(plan, events), name))


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


def cell_of(result: Result) -> Cell:
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


def _in_parts(result: Result) -> tuple[float | None, float | None]:
    """Give deviation and U in parts of the limit, from the middle between both limits."""
    judged, lower, upper = (
        _coherent(text) for text in (result.judged or result.value, result.lower, result.upper)
    )
    if judged is None or (lower is None and upper is None):
        return None, None
    middle = (lower + upper) / 2 if lower is not None and upper is not None else 0.0
    half = abs((upper if upper is not None else lower or 0.0) - middle)
    if not half:
        return None, None
    expanded = _coherent(result.expanded)
    return (judged - middle) / half, None if expanded is None else expanded / half


def _coherent(text: str | None) -> float | None:
    """Give the value in the coherent unit, which all quantities of one result share."""
    return None if not text else float(parse_quantity(text).value)
