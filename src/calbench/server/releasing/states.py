"""How the reviews of many runs stand: read again only where a file has changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from calbench.documents.issue import Issue
from calbench.errors import CalbenchError
from calbench.server.runs.catalogue import Catalogue, Entry
from calbench.workflow.inforce import in_force
from calbench.workflow.reviews import State, reviews_of
from calbench.workflow.storing import ISSUE, ISSUES, RECORD, REVIEWS, Place

Mark = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class UnitState:
    """How the review of one record stands, with the certificate in force; `damaged` says what cannot be read."""

    position: str
    state: State
    by: str = ""
    at: str = ""
    number: str = ""
    amended: bool = False
    damaged: str = ""


@dataclass(frozen=True)
class Row:
    """A run that completed, with the states of its units."""

    entry: Entry
    units: tuple[UnitState, ...]


class States:
    """Gives the states."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[Path, tuple[Mark, UnitState]] = {}

    def rows(self, wanted: str, first: int, most: int) -> tuple[list[Row], int]:
        """Give runs of which a unit is in a state (or in any, if it is ""), newest first; and how many there are."""
        entries = self._catalogue.page(0, 1_000_000).entries
        rows = [Row(one, self.of(one.folder)) for one in entries if one.standing.state == "COMPLETED"]
        found = [
            row for row in rows if row.units and (not wanted or any(one.state == wanted for one in row.units))
        ]
        return found[first : first + most], len(found)

    def of(self, folder: Path) -> tuple[UnitState, ...]:
        """Give the states of the units of a run that have a record."""
        try:
            places = Place(folder).units()
        except CalbenchError:
            return ()
        return tuple(self._unit(one) for one in places if one.record.is_file())

    def _unit(self, place: Place) -> UnitState:
        mark = _mark(place.folder)
        known = self._known.get(place.folder)
        if known is None or known[0] != mark:
            known = self._known[place.folder] = (mark, _read(place))
        return known[1]


def _read(place: Place) -> UnitState:
    try:
        reviews, issue = reviews_of(place.folder), in_force(place.folder)
    except CalbenchError as error:
        return UnitState(place.position, "awaiting_review", damaged=str(error))
    last = reviews.last
    return UnitState(
        place.position,
        reviews.state,
        by="" if last is None else last.by,
        at="" if last is None else last.t_utc,
        number="" if issue is None else issue.number,
        amended=_amended(issue, reviews.record_sha256),
    )


def _amended(issue: Issue | None, record: str) -> bool:
    return issue is not None and issue.record_sha256 != record


def _mark(folder: Path) -> Mark:
    found = []
    for name in (RECORD, REVIEWS, ISSUE, ISSUES):
        try:
            stat = (folder / name).stat()
            found.append((stat.st_mtime_ns, stat.st_size))
        except OSError:
            found.append((0, 0))
    return tuple(found)
