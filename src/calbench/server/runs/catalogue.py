"""The runs of a folder: found by their plans, newest first; a run is only ever reached by an id that is found here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.server.runs.standing import Standing, standing
from calbench.workflow import PLAN


class NoSuchRun(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """There is no run of this id."""


@dataclass(frozen=True)
class Entry:
    """A run in the list."""

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


class Catalogue:
    """Finds runs; plans are read once, as they never change."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._plans: dict[str, tuple[tuple[int, int], dict[str, object]]] = {}

    def folder_of(self, name: str) -> Path:
        """Give the folder of a run.

        Raises:
            NoSuchRun: None has this id.
        """
        folder = self._folders().get(name)
        if folder is None:
            raise NoSuchRun(f"There is no run '{name[:80]}' in {self._folder}.")
        return folder

    def entry(self, name: str) -> Entry:
        """Give one run.

        Raises:
            NoSuchRun: None has this id, or its plan cannot be read.
        """
        found = self._entry(name, self.folder_of(name))
        if found is None:
            raise NoSuchRun(f"The plan of run '{name[:80]}' cannot be read.")
        return found

    def page(self, first: int, most: int) -> tuple[list[Entry], int]:
        """Give some runs, newest first, from number `first` (from 0); and how many there are."""
        folders = sorted(self._folders().items(), key=lambda one: _changed(one[1]), reverse=True)
        found = (self._entry(name, folder) for name, folder in folders[first : first + most])
        return [one for one in found if one is not None], len(folders)

    def _folders(self) -> dict[str, Path]:
        if not self._folder.is_dir():
            return {}
        return {one.name: one for one in self._folder.iterdir() if (one / PLAN).is_file()}

    def _entry(self, name: str, folder: Path) -> Entry | None:
        try:
            plan = self._plan(name, folder)
        except (OSError, ValueError):
            return None
        found = standing(folder, self._clock)
        return Entry(
            id=name,
            folder=folder,
            standing=found,
            **plan,  # type: ignore[arg-type] # the rest of the fields, each of its kind
        )

    def _plan(self, name: str, folder: Path) -> dict[str, object]:
        stat = (folder / PLAN).stat()
        mark = (stat.st_mtime_ns, stat.st_size)
        known = self._plans.get(name)
        if known is None or known[0] != mark:
            known = self._plans[name] = (mark, _of_plan(json.loads((folder / PLAN).read_bytes())))
        return known[1]


def _changed(folder: Path) -> float:
    try:
        return (folder / PLAN).stat().st_mtime
    except OSError:
        return 0.0


def _of_plan(plan: dict) -> dict[str, object]:  # type: ignore[type-arg] # JSON
    given = plan["uut"]["given"]
    units = plan.get("units", [])
    named = [one["given"] for one in units] if units else [given]
    texts = [" ".join(one[key] for key in ("maker", "model", "serial") if one.get(key)) for one in named]
    return {
        "title": dict(plan["procedure"]["title"]),
        "procedure": f"{plan['procedure']['id']} {plan['procedure']['version']}",
        "station": str(plan["station"]),
        "uut": ", ".join(text for text in texts if text),
        "units": max(1, len(units)),
        "operator": str(plan["operator"]),
        "created": str(plan["created"]),
        "simulated": plan["simulated"] is not None,
        "points": len(plan["points"]),
    }
