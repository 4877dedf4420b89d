"""The repository of a laboratory as its tests see it: `calbench.toml`, and what is run by it."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calbench import library
from calbench.errors import UsageError

FILE = "calbench.toml"
FOLDERS = ("procedures", "stations")
GOLDEN = "golden"
_KEYS = ("procedure", "station", "name", "settings", "uut", "only", "position", "answers", "golden")


@dataclass(frozen=True)
class Planned:
    """One `[[run]]`: a procedure on a station with its options, and where its golden record lies.

    Attributes:
        name: What tells it from the other runs of the procedure; by default the station.
        procedure: The file of the procedure.
        station: The file of the station.
        settings: As after `--set`.
        uut: As after `--uut`.
        only: As after `--only`.
        position: As after `--position`.
        answers: As after `--answers`; None for the simulated operator.
        golden: The file of the golden record; None if there is to be none.
    """

    name: str
    procedure: Path
    station: Path
    settings: Mapping[str, str]
    uut: Mapping[str, str]
    only: tuple[str, ...]
    position: str | None
    answers: Path | None
    golden: Path | None


@dataclass(frozen=True)
class Repository:
    """A folder with `procedures` and `stations`, and the runs that its `calbench.toml` names."""

    root: Path
    runs: tuple[Planned, ...] = ()

    def holds(self, path: Path) -> bool:
        """Tell whether a file is a YAML file of this repository's procedures or stations."""
        return path.suffix == ".yaml" and any(path.is_relative_to(self.root / one) for one in FOLDERS)

    def runs_at(self, path: Path) -> list[Planned]:
        """Give the runs that are tested with a file: those of a procedure, or of a station with shipped ones."""
        return [one for one in self.runs if path in (one.procedure, one.station) and self._home(one) == path]

    def _home(self, run: Planned) -> Path:
        return run.procedure if self.holds(run.procedure) else run.station


def read(root: Path) -> Repository:
    """Read the `calbench.toml` of a repository; without one it has no runs.

    Raises:
        UsageError: The file is not TOML, or says something that it cannot say; with the number of the run.
    """
    path = root / FILE
    if not path.is_file():
        return Repository(root)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}.") from error
    _require_known(f"{FILE}", content, ("run",))
    several = content.get("run", [])
    if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
        raise UsageError(f"{FILE}: run is a list. Write [[run]] with two brackets before each.")
    runs = [_run(root, f"{FILE}, run {number}", one) for number, one in enumerate(several, start=1)]
    found = Repository(root, tuple(runs))
    _require_distinct(found)
    return found


def _run(root: Path, where: str, said: Mapping[str, Any]) -> Planned:
    _require_known(where, said, _KEYS)
    procedure, station = (_text(where, said, key) for key in _KEYS[:2])
    try:
        with contextlib.chdir(root):  # paths count from there too
            files = [library.find("procedures", procedure), library.find("stations", station)]
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error
    found = [root / path for path in files]
    name = _text(where, said, "name", found[1].stem)
    answers = _text(where, said, "answers", "")
    return Planned(
        name,
        found[0],
        found[1],
        _texts(where, said, "settings"),
        _texts(where, said, "uut"),
        tuple(_list(where, said, "only")),
        _text(where, said, "position", "") or None,
        root / answers if answers else None,
        _golden(root, where, said, f"{found[0].stem}.{name}.json"),
    )


def _golden(root: Path, where: str, said: Mapping[str, Any], default: str) -> Path | None:
    if said.get("golden") is False:
        return None
    return root / _text(where, said, "golden", f"{GOLDEN}/{default}")


def _text(where: str, said: Mapping[str, Any], key: str, default: str | None = None) -> str:
    found = said.get(key, default)
    if not isinstance(found, str) or (not found and default is None):
        lacking = f"{key} is missing" if found is None else f"{key} = {found!r} is no text"
        raise UsageError(f"{where}: {lacking}. Write it in quotation marks.")
    return found


def _texts(where: str, said: Mapping[str, Any], key: str) -> dict[str, str]:
    found = said.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f'{where}: {key} is a table. Write {key} = {{name = "value"}}.')
    return {one: _text(f"{where}, {key}", found, one) for one in found}


def _list(where: str, said: Mapping[str, Any], key: str) -> list[str]:
    found = said.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise UsageError(f'{where}: {key} is a list of texts. Write {key} = ["dcv/*"].')
    return found


def _require_known(where: str, said: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = [key for key in said if key not in known]
    if unknown:
        raise UsageError(f"{where}: there is no key {unknown[0]!r}. There are: {', '.join(known)}.")


def _require_distinct(found: Repository) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for number, one in enumerate(found.runs, start=1):
        if not (found.holds(one.procedure) or found.holds(one.station)):
            raise UsageError(
                f"{FILE}, run {number}: neither its procedure nor its station lies in {' or '.join(FOLDERS)} here."
            )
        for key in ((one.procedure, one.name), (one.golden,)):
            if key != (None,) and seen.setdefault(key, number) != number:
                raise UsageError(
                    f"{FILE}, run {number} has the name or the golden record of run {seen[key]}. "
                    "Give it a name of its own."
                )
