"""Live progress of several units that share their points: a row for each point, with a cell for each unit."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.cli import text
from calbench.cli.live import Progress, Resulting
from calbench.cli.wording import local, word
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.planning.seating import named

MARKS = {
    "pass": ".",
    "fail": "F",
    "indeterminate_pass": "?",
    "indeterminate_fail": "?",
    "not_evaluated": "-",
}
LEFT_OUT, NOT_YET = "x", " "
_LINE, _CELL, _UNIT, _GROUP = 80, 11, 8, 10


def progress(plan: Plan, resulting: Resulting) -> Progress:
    """Give what shows the progress of a run; a grid where its units come to a point one right after the other."""
    sharing = plan.sharing
    if sharing is None or sharing.mode == "independent":
        return Progress(plan, resulting)
    together = sharing.mode == "parallel" or sharing.order == "point_first"
    return Grid(plan, resulting) if together else Progress(plan, resulting)


class Grid(Progress):
    """Writes a row for each point once every unit has it behind it, or the next point begins.

    A cell has the error and a mark for the verdict where that fits a line of 80 cells, else the mark alone; marks stand
    in groups of ten.
    """

    def __init__(self, plan: Plan, resulting: Resulting) -> None:
        super().__init__(plan, resulting)
        names = [*self._points, *(one.id for one in self._derived)]
        self._names = max((text.width(name) for name in names), default=10)
        self._wide = self._names + len(self._units) * _CELL + _UNIT <= _LINE
        self._out: set[str] = set()
        self._at = ""
        self._cells: dict[str, tuple[str, str]] = {}
        self._begun = False
        self._unit = ""

    def __call__(self, event: Event) -> None:
        """Show what an event means for the person who waits."""
        if event.type == "unit":
            (self._out.discard if event.body["state"] == "back" else self._out.add)(event.position)
        if (event.type == "attempt_started" and event.point != self._at) or event.type == "run_closed":
            self._write()
        super().__call__(event)
        if event.type == "unit" and self._complete():
            self._write()

    def _finished(self, name: str, position: str) -> None:
        if name != self._at:
            self._write()
        self._at = name
        self._done += 1
        self._measured.add((position, name))
        self._cells[position] = self._cell(name, position)
        if self._complete():
            self._write()

    def _cell(self, name: str, position: str) -> tuple[str, str]:
        """Give error and mark of what a unit came to; the unit of the row is that of its last cell."""
        result = self._resulting(position, name)
        self._unit = local(result.shown.error_unit)
        return result.shown.error, MARKS[result.verdict]

    def _complete(self) -> bool:
        return bool(self._cells) and all(one in self._cells or one in self._out for one in self._units)

    def _write(self) -> None:
        """Write the row of a point that has any results."""
        if not self._cells:
            return
        if not self._begun:
            self._begun = True
            self._head()
        cells, self._cells = self._cells, {}
        self._line_of(self._at, cells)
        for one in self._derived:
            whole = [place for place in cells if all((place, each) in self._measured for each in one.points)]
            if self._at in one.points and whole:
                self._line_of(one.id, {place: self._cell(one.id, place) for place in whole})

    def _line_of(self, name: str, cells: Mapping[str, tuple[str, str]]) -> None:
        every = [cells.get(one, ("", LEFT_OUT if one in self._out else NOT_YET)) for one in self._units]
        self._line(f"{text.padded(name, self._names)}  {self._laid(every)}".rstrip())

    def _head(self) -> None:
        heads = (
            "".join(text.padded(one[: _CELL - 2], _CELL, right=True) for one in self._units)
            if self._wide
            else word("grid.positions", positions=named(self._units))
        )
        self._line(word("grid.marks"))
        self._line(f"{text.padded(word('point'), self._names)}  {heads}")

    def _laid(self, cells: list[tuple[str, str]]) -> str:
        if self._wide:
            errors = "".join(text.padded(f"{error} {mark}", _CELL, right=True) for error, mark in cells)
            return f"{errors}  {self._unit}"
        marks = "".join(mark for _, mark in cells)
        return " ".join(marks[at : at + _GROUP] for at in range(0, len(marks), _GROUP))
