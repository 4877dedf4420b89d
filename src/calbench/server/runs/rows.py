"""The rows of the grid: the points of each test, below them the result over all of it, and what is derived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from calbench.documents.plan import Plan
from calbench.documents.point import LocalTexts


@dataclass(frozen=True)
class Row:
    """One row; `whole` if it is no point but rests on several: over a whole test, or `derived` from those of another.

    Numbers are from 0, through all groups; `rests_on` are the points that such a row is concluded from. One that is
    `judged` has limits of its own.
    """

    number: int
    id: str
    whole: bool = False
    hazard: bool = False
    derived: bool = False
    judged: bool = False
    rests_on: tuple[str, ...] = ()


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
        rows = [
            Row(next(numbers), point.id, hazard=point.hazard, judged=point.limit is not None) for point in own
        ]
        if test.kind == "series" and own:
            rows.append(Row(next(numbers), test.id, whole=True, rests_on=tuple(test.points)))
        rows += [
            Row(
                next(numbers),
                one.id,
                whole=True,
                derived=True,
                judged=one.limit is not None,
                rests_on=tuple(one.points),
            )
            for one in test.groups
        ]
        begins = bool(test.stage) and (not found or found[-1].stage != test.stage)
        if rows:
            found.append(Group(test.id, test.title, test.stage, begins, tuple(rows)))
    return found


def rows(plan: Plan) -> Iterator[Row]:
    """Give all rows of a plan."""
    for group in groups(plan):
        yield from group.rows
