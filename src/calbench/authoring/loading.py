"""Loading: a file, and the files it names, read and checked; every problem of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calbench.authoring.files import Files, Surroundings
from calbench.authoring.kinds import kind_of
from calbench.authoring.source import Source, open_source
from calbench.authoring.validation import read
from calbench.documents.asset import Asset
from calbench.documents.budget import BudgetFile
from calbench.documents.loaded import Loaded
from calbench.documents.orders import Units
from calbench.documents.procedure import Procedure
from calbench.documents.prompt import Answers
from calbench.documents.station import Station
from calbench.errors import Problem

__all__ = [
    "Surroundings",
    "answer_lines",
    "check",
    "head_of",
    "line_in_budget",
    "load_answers",
    "load_asset",
    "load_budget",
    "load_procedure",
    "load_station",
    "load_units",
]


def load_procedure(
    path: Path, around: Surroundings
) -> tuple[Loaded[Procedure], dict[str, Loaded[Procedure]]]:
    """Load a procedure, or a specification with the procedure in it; and its sub-procedures (by text of `use:`).

    The procedure that a specification completes is among the latter.

    Raises:
        InvalidFile: With all problems of all these files.
        UsageError: There is no such file, or it cannot be read.
    """
    loading = Files(around)
    document = loading.runnable(path)
    used = loading.used
    return loading.result(document), {text: loading.result(one) for text, one in used.items()}


def head_of(path: Path, around: Surroundings) -> Procedure:
    """Read what a procedure says of itself, without the rules of meaning: for lists of many.

    Raises:
        InvalidFile: With the problems of its form; of a specification with all.
        UsageError: It cannot be read.
    """
    if kind_of(open_source(path)) == "specification":
        return load_procedure(path, around)[0].model
    return read(path, Procedure).model


def load_station(path: Path, around: Surroundings) -> tuple[Loaded[Station], dict[str, Loaded[Asset]]]:
    """Load a station and its assets (by id).

    Raises:
        InvalidFile: With all problems of all these files.
        UsageError: There is no such file, or it cannot be read.
    """
    loading = Files(around)
    document = loading.station(path)
    return loading.result(document), {name: loading.result(one) for name, one in loading.assets.items()}


def load_asset(path: Path) -> Loaded[Asset]:
    """Load an asset.

    Raises:
        InvalidFile: With all its problems.
        UsageError: There is no such file, or it cannot be read.
    """
    loading = Files(None)
    return loading.result(loading.asset(path))


def load_answers(path: Path) -> Loaded[Answers]:
    """Load an answers file.

    Raises:
        InvalidFile: With all its problems.
        UsageError: There is no such file, or it cannot be read.
    """
    loading = Files(None)
    return loading.result(loading.read(path, Answers))


def answer_lines(path: Path) -> dict[str, int]:
    """Give the lines on which the answers of an answers file stand, by id; nothing for a file with problems."""
    document = Files(None).read(path, Answers)
    if document is None:
        return {}
    located = document.located
    return {name: located.place(("answers", name)).line for name in document.model.answers}


def load_units(path: Path) -> Loaded[Units]:
    """Load a file of work orders.

    Raises:
        InvalidFile: With all its problems.
        UsageError: There is no such file, or it cannot be read.
    """
    loading = Files(None)
    return loading.result(loading.units(path))


def load_budget(path: Path) -> Loaded[BudgetFile]:
    """Load a budget file.

    Raises:
        InvalidFile: With all its problems.
        UsageError: There is no such file, or it cannot be read.
    """
    loading = Files(None)
    return loading.result(loading.budget(path))


def line_in_budget(path: Path, keys: Sequence[str]) -> int:
    """Give the line on which something stands in a budget file, or what it would be part of; 1 if nothing does."""
    document = Files(None).budget(path)
    return 1 if document is None else document.located.place(tuple(keys)).line


def check(paths: Sequence[Path], around: Surroundings) -> tuple[list[Problem], list[Source]]:
    """Check files of any kind; a file tells its kind by a key: procedure, station, asset, budget, units or answers.

    Gives all problems, also of the files that these name, and the texts of all files, to show lines of them.

    Raises:
        UsageError: There is no such file, or it cannot be read; never for what a file holds.
    """
    loading = Files(around)
    for path in paths:
        loading.any(path)
    return loading.all_problems(), list(loading.sources.values())
