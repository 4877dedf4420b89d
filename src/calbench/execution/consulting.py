"""What a run asks of the evaluation while it goes on, and what it tells of the answer; see `calbench.evaluation`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from calbench.documents.point import Point
from calbench.documents.recorded import OperatingFound
from calbench.documents.remarks import in_language
from calbench.execution.journalling import Notes

Near = Callable[[str, str, int], bool]
"""Tells of the unit at a position whether a point, in its present attempt, needs the readings near the limit."""
Outside = Callable[[str, str, int], Sequence[OperatingFound]]
"""Gives of the unit at a position the operating conditions of a point that did not hold in an attempt."""


def never(_position: str, _point: str, _attempt: int) -> bool:
    """Tell that nothing is near its limit: where nobody evaluates meanwhile."""
    return False


def none_outside(_position: str, _point: str, _attempt: int) -> Sequence[OperatingFound]:
    """Tell of no condition that it did not hold: where nobody evaluates meanwhile."""
    return ()


def said_of(found: Sequence[OperatingFound]) -> dict[str, str]:
    """Say which conditions did not hold, in each language."""
    return {
        language: " ".join(in_language(one.says, language, _names(one)) for one in found)
        for language in ("en", "zh")
    }


def tell(journal: Notes, point: Point, attempt: int, found: Sequence[OperatingFound]) -> None:
    """Write down at once that a point was measured outside of its conditions, so that whoever is there sees it."""
    if found:
        journal.note("outside", {"says": said_of(found)}, point=point.id, attempt=attempt)


def _names(one: OperatingFound) -> dict[str, str]:
    return {one.name.get("en", ""): one.name.get("zh", one.name.get("en", ""))}
