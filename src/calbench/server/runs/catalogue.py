"""The runs of a folder: listed from their index, newest first; one is only reached by a name that is found here."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from calbench.archive import Index, RunRow, UnitRow, Wanted
from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.server.runs.standing import Standing, standing
from calbench.workflow import PLAN

NAMED = 3
"""Units that are named in the list; of more, how many there are is said."""


class NoSuchRun(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """There is no run of this id."""


@dataclass(frozen=True)
class Entry:
    """A run in the list.

    `verdict` is the worst of its units, empty before there is a record. `wrong` says what is damaged or missing, a
    sentence each; a run without a readable plan has `points` 0 and cannot be shown.
    """

    id: str
    folder: Path
    title: dict[str, str]
    procedure: str
    station: str
    uut: str
    units: int
    operator: str
    created: str
    simulated: bool
    standing: Standing
    points: int
    verdict: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """Some entries, how many there are in all, and the stations and procedures that runs were made with."""

    entries: tuple[Entry, ...] = ()
    number: int = 0
    stations: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


class Catalogue:
    """Finds runs."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def folder_of(self, name: str) -> Path:
        """Give the folder of a run.

        Raises:
            NoSuchRun: None has this id.
        """
        known = os.listdir(self._folder) if self._folder.is_dir() else []  # noqa: PTH208 - names, not paths
        there = name in known and (self._folder / name / PLAN).is_file()  # no path is made of any other text
        if not there:
            raise NoSuchRun(f"There is no run '{name[:80]}' in {self._folder}.")
        return self._folder / name

    def entry(self, name: str) -> Entry:
        """Give one run, as its plan and its process say.

        Raises:
            NoSuchRun: None has this id, or its plan cannot be read.
        """
        folder = self.folder_of(name)
        try:
            plan = _of_plan(json.loads((folder / PLAN).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoSuchRun(f"The plan of run '{name[:80]}' cannot be read.") from error
        found = standing(folder, self._clock)
        return Entry(id=name, folder=folder, standing=found, **plan)  # type: ignore[arg-type] # each of its kind

    def page(self, first: int, most: int, wanted: Wanted | None = None) -> Listed:
        """Give some of the runs that are wanted, newest first, from number `first` (from 0).

        Raises:
            UsageError: A text of `wanted` is too long.
        """
        if not self._folder.is_dir():
            return Listed()
        found = Index(self._folder, self._clock).page(wanted or Wanted(), first, most)
        entries = tuple(self._listed(row) for row in found.runs)
        return Listed(entries, found.number, found.stations, found.procedures)

    def _listed(self, row: RunRow) -> Entry:
        state = row.state or row.status
        if row.status == "UNSAFE" and row.cleared:
            state = "STOPPED"  # as the run itself says once somebody has looked
        units = [_named(unit) for unit in row.units]
        return Entry(
            id=row.folder,
            folder=self._folder / row.folder,
            title=dict(row.title),
            procedure=f"{row.procedure} {row.version}".strip(),
            station=row.station,
            uut=_together(units),
            units=max(1, len(units)),
            operator=row.operator,
            created=row.created,
            simulated=row.simulated,
            standing=Standing(state, row.outputs, cleared=row.cleared),
            points=row.planned,
            verdict=row.verdict,
            wrong=row.wrong,
        )


def _named(unit: UnitRow) -> str:
    return " ".join(text for text in (unit.maker, unit.model, unit.serial) if text)


def _together(units: list[str]) -> str:
    known = list(dict.fromkeys(text for text in units if text))
    return ", ".join(known[:NAMED]) + (" …" if len(known) > NAMED else "")


def _of_plan(plan: dict) -> dict[str, object]:  # type: ignore[type-arg] # JSON
    units = plan.get("units", [])
    named = [one["given"] for one in units] if units else [plan["uut"]["given"]]
    texts = [" ".join(one[key] for key in ("maker", "model", "serial") if one.get(key)) for one in named]
    return {
        "title": dict(plan["procedure"]["title"]),
        "procedure": f"{plan['procedure']['id']} {plan['procedure']['version']}",
        "station": str(plan["station"]),
        "uut": _together(texts),
        "units": max(1, len(units)),
        "operator": str(plan["operator"]),
        "created": str(plan["created"]),
        "simulated": plan["simulated"] is not None,
        "points": len(plan["points"]),
    }
