"""One unit of a run: what it is, and all its results and attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calbench.documents.plan import Plan
from calbench.documents.point import Point
from calbench.documents.record import Attempt
from calbench.evaluation.gathering import attempts, unit_under_test
from calbench.server.runs.projection import Projection
from calbench.server.runs.rows import Group, groups
from calbench.server.runs.viewmodel import Cell, UnitNow


@dataclass(frozen=True)
class UnitView:
    """What is shown of one unit.

    Attributes:
        plan: That of this unit.
        identity: Fields of the unit under test: as it identified itself, as typed, as the work order says.
        rows: As in the grid of the run; `cells`, `points` and `attempts` by their ids.
    """

    place: str
    plan: Plan
    now: UnitNow
    identity: dict[str, str]
    rows: Sequence[Group]
    cells: dict[str, Cell]
    points: dict[str, Point]
    attempts: dict[str, list[Attempt]]


def unit_view(projection: Projection, place: str) -> UnitView | None:
    """Give one unit of a run as it stands; None if the run has none in this position."""
    if place not in projection.units:
        return None
    plan = projection.plan.at(place, "0" * 64)
    events = [event for own in list(projection.measured[place].values()) for event in list(own)]
    told = [event for event in projection.identifying if event.position in ("", place)]
    return UnitView(
        place=place,
        plan=plan,
        now=projection.units[place],
        identity=unit_under_test(plan, told),
        rows=groups(plan),
        cells={row.id: projection.cells[place, row.id] for row in projection.rows},
        points={point.id: point for point in plan.points},
        attempts=attempts(plan, events),
    )
