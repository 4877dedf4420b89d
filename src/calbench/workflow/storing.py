"""The folder of a run: what its files are called, and reading them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from calbench.errors import IntegrityFailure, NotKept, UsageError

if TYPE_CHECKING:
    from calbench.documents.plan import Plan

M = TypeVar("M", bound=BaseModel)
PLAN, JOURNAL, RECORD, SOURCES, SEAL = "plan.json", "journal.jsonl", "record.json", "sources", "seal.txt"
GUARD, REQUEST, CONTROL = "guard.jsonl", "request.json", "control.json"
ISSUE, ISSUES = "issue.json", "issues"
REVIEWS = "reviews.jsonl"
"""Who reviewed the record beside it, and who released its certificate."""
UNITS = "units"
"""The folder in a run of several units that has a folder for each, called like its position."""


@dataclass(frozen=True)
class Place:
    """A run, or one unit of a run of several: plan, journal and seal are the run's; record and certificates its own.

    Attributes:
        run: The folder of the run.
        position: Where the unit is; "" for the run as a whole.
    """

    run: Path
    position: str = ""

    @property
    def folder(self) -> Path:
        """The folder in which record and certificates lie."""
        return self.run / UNITS / self.position if self.position else self.run

    @property
    def record(self) -> Path:
        """The file of the record."""
        return self.folder / RECORD

    def plan(self) -> Plan:
        """Read the plan: that of the run, or what concerns the one unit.

        Raises:
            IntegrityFailure: It is damaged.
            UsageError: It cannot be read, or there is no such unit in it.
        """
        plan = stored_plan(self.run)
        if not self.position:
            return plan
        if self.position not in plan.positions or not plan.units:
            raise UsageError(f"{self.run} has no unit at position {self.position}: see its {PLAN}.")
        return plan.at(self.position)

    def units(self) -> list[Place]:
        """Give the units of a run of several, by its plan; the place itself where it is one unit."""
        if self.position:
            return [self]
        plan = stored_plan(self.run)
        return [Place(self.run, one.position) for one in plan.units] or [self]

    def at(self, position: str) -> Place:
        """Give one unit of the run.

        Raises:
            UsageError: There is none at this position.
        """
        found = next((one for one in self.units() if one.position == position), None)
        if found is None:
            plan = stored_plan(self.run)
            raise UsageError(
                f"{self.run} has no unit at position {position}; it has {', '.join(plan.positions)}."
            )
        return found


def place_of(path: Path) -> Place:
    """Tell which run, or which unit of one, a folder is."""
    folder = path.absolute()
    inside = folder.parent.name == UNITS and (folder.parent.parent / PLAN).is_file()
    if inside and not (path / PLAN).is_file():
        return Place(path.parent.parent if path.parent.name == UNITS else folder.parent.parent, folder.name)
    return Place(path)


def only(path: Path) -> Place:
    """Give the one unit that a folder is for.

    Raises:
        UsageError: It is a run of several: names the folders of its units.
    """
    place = place_of(path)
    units = place.units() if (place.run / PLAN).is_file() else [place]
    if len(units) > 1:
        raise UsageError(
            f"{path} is a run of several units. Give the folder of one: "
            f"{', '.join(str(one.folder) for one in units)}."
        )
    return units[0]


def stored_plan(folder: Path) -> Plan:
    """Read the plan of a run folder."""
    from calbench.documents.plan import Plan  # noqa: PLC0415 - loaded where it is used

    return stored(Plan, folder / PLAN)


def stored(model: type[M], path: Path) -> M:
    """Read a stored document.

    Raises:
        IntegrityFailure: It is not one of these.
        UsageError: It cannot be read.
    """
    try:
        return model.model_validate_json(read(path))
    except ValidationError as error:
        raise IntegrityFailure(
            f"{path} is damaged: {error.errors(include_url=False)[0]['msg']}. Restore it from a copy."
        ) from error


def read(path: Path) -> bytes:
    """Read a file of a run.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. Give the folder of a run.") from error


def write_anew(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it finds the old one or the new one, never a part."""
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)  # a part of it would take room that a full disk needs
        raise


@contextlib.contextmanager
def keeping(folder: Path, what: str, then: str) -> Iterator[None]:
    """Have whoever cannot write a file of a run say plainly what is lost: nothing that was measured.

    Raises:
        NotKept: The disk does not take `what`; `then` is the command that writes it later.
    """
    try:
        yield
    except OSError as error:
        raise NotKept(
            f"{what} of {folder} cannot be written: {error.strerror}. The journal is safe: what was measured is not "
            f"lost. When there is room again: {then}"
        ) from error


def former(name: str, number: int) -> str:
    """Give what a record or seal is called after it was replaced: `record-1.json`."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{number}{dot}{suffix}"


def number_of_formers(folder: Path, *, seal: bytes | None = None, record: bytes | None = None) -> int:
    """Count the records that were replaced; one whose replacement was broken off, with this seal or record, is not."""
    number = 0
    while True:
        paths = (folder / former(SEAL, number + 1), folder / former(RECORD, number + 1))
        same = [
            path.is_file() and path.read_bytes() == data
            for path, data in zip(paths, (seal, record), strict=True)
        ]
        if not any(path.is_file() for path in paths) or same[0] or (same[1] and not paths[0].is_file()):
            return number
        number += 1
