"""The rows of the grid: the points of each test, and below them the result over the whole test where it has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from calbench.documents.plan import LocalTexts, Plan


@dataclass(frozen=True)
class Row:
    """One row; `whole` if it is the result over a whole test. Numbers are from 0, through all groups."""

    number: int
    id: str
    whole: bool = False
    hazard: bool = False


@dataclass(frozen=True)
class Group:
    """The rows of one test; `begins` says that it is the first of its stage."""

    test: str
    title: LocalTexts
    stage: str
    begins: bool
    rows: tuple[Row, ...]


def groups(plan: Plan) -> list[Group]:
    """Give the rows of a plan, test by test, in its order."""
    found: list[Group] = []
    points = {point.id: point for point in plan.points}
    numbers = count()
    for test in plan.tests:
        own = [points[name] for name in test.points if name in points]
        rows = [Row(next(numbers), point.id, hazard=point.hazard) for point in own]
        if test.kind == "series" and own:
            rows.append(Row(next(numbers), test.id, whole=True))
        begins = bool(test.stage) and (not found or found[-1].stage != test.stage)
        if rows:
            found.append(Group(test.id, test.title, test.stage, begins, tuple(rows)))
    return found


def rows(plan: Plan) -> Iterator[Row]:
    """Give all rows of a plan."""
    for group in groups(plan):
        yield from group.rows
