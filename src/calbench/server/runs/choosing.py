"""What can be started: procedures and stations that are there, their parameters and positions."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from calbench import library
from calbench.authoring.loading import head_of, load_procedure, load_station
from calbench.documents.procedure import Procedure
from calbench.documents.station import Station
from calbench.errors import CalbenchError, UsageError
from calbench.workflow import Options, surroundings


@dataclass(frozen=True)
class Choice:
    """What somebody wants to start; names are those of files in the library, never paths of a request.

    `uut` is what the work order says of the unit, or of all; `units` what it says of each of several, by position.
    """

    procedure: str
    station: str
    settings: dict[str, str] = field(default_factory=dict)
    uut: dict[str, str] = field(default_factory=dict)
    positions: tuple[str, ...] = ()
    units: dict[str, dict[str, str]] = field(default_factory=dict)
    seed: int | None = None
    simulate: bool = False
    real_time: bool = False
    answering: str = "people"

    def options(self, operator: str) -> Options:
        """Give the options of the run, with the name of who starts it."""
        return Options(
            settings=self.settings,
            uut=self.uut,
            units=self.units,
            position=self.positions[0] if len(self.positions) == 1 else None,
            positions=self.positions if len(self.positions) > 1 else (),
            operator=operator,
            seed=self.seed,
            simulate=self.simulate,
            real_time=self.real_time,
        )


def procedures() -> dict[str, Path]:
    """Give every procedure by its name; the project's goes before a shipped one of the same name."""
    return _named("procedures")


@dataclass(frozen=True)
class Titled:
    """A procedure as a form offers it; `title` by language, empty where the file cannot be read."""

    name: str
    title: dict[str, str]


def offered() -> dict[str, list[Titled]]:
    """Give every procedure with its title, by area: the folder that it lies in, below `procedures`."""
    found: dict[str, list[Titled]] = {}
    for name, path in procedures().items():
        found.setdefault(_area(path), []).append(Titled(name, _title(path)))
    return found


def stations() -> dict[str, Path]:
    """Give every station by its name."""
    return _named("stations")


def procedure(name: str) -> Procedure:
    """Read a procedure.

    Raises:
        UsageError: There is none of this name.
        InvalidFile: It breaks a rule.
    """
    return load_procedure(path_of(procedures(), name), surroundings())[0].model


def station(name: str) -> Station:
    """Read a station.

    Raises:
        UsageError: There is none of this name.
        InvalidFile: It breaks a rule.
    """
    return load_station(path_of(stations(), name), surroundings())[0].model


def path_of(known: dict[str, Path], name: str) -> Path:
    """Give the path of a file by its name.

    Raises:
        UsageError: There is none; lists what there is.
    """
    if name not in known:
        raise UsageError(f"There is no '{name[:80]}'. There are: {', '.join(known)}.")
    return known[name]


def _area(path: Path) -> str:
    below = (
        path.parts[len(path.parts) - path.parts[::-1].index("procedures") :]
        if "procedures" in path.parts
        else ()
    )
    return below[0] if len(below) > 1 else "other"


def _title(path: Path) -> dict[str, str]:
    try:
        stat = path.stat()
        return _read_title(path, stat.st_mtime_ns, stat.st_size)
    except (CalbenchError, OSError):
        return {}


@functools.lru_cache(maxsize=1000)
def _read_title(path: Path, _changed: int, _size: int) -> dict[str, str]:
    return dict(head_of(path, surroundings()).procedure)


def _named(kind: library.Kind) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in library.available(kind):
        found.setdefault(path.stem, path.resolve())
    return found
