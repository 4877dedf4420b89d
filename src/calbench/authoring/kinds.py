"""The kinds of file that people write, and what is true of files of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from calbench.authoring.located import label
from calbench.authoring.source import Source
from calbench.authoring.suggestions import shown
from calbench.authoring.table_rules import is_cell
from calbench.authoring.validation import MOST_PROBLEMS, Document
from calbench.documents.asset import Asset
from calbench.documents.budget import BudgetFile
from calbench.documents.formulas import Formulary
from calbench.documents.model import Authored
from calbench.documents.orders import Units
from calbench.documents.procedure import Procedure
from calbench.documents.prompt import Answers
from calbench.documents.specification import Specification
from calbench.documents.station import Station
from calbench.documents.vocabulary import Vocabulary
from calbench.errors import Problem

KINDS: Mapping[str, type[Authored]] = {
    "procedure": Procedure,
    "specification": Specification,
    "station": Station,
    "asset": Asset,
    "answers": Answers,
    "budget": BudgetFile,
    "units": Units,
    "vocabulary": Vocabulary,
    "formulary": Formulary,
}
_NAMED = ("vocabulary", "formulary")
"""Kinds that a procedure names by a key that is called like theirs."""

M = TypeVar("M", bound=Authored)


def kind_of(source: Source) -> str | None:
    """Tell what a file is by the first of its keys that names a kind, without judging anything else.

    A procedure names its `vocabulary` and its `formulary`, so that these keys decide only where no other does.
    """
    found = None
    for line in source.lines:
        key = line.partition(":")[0].strip("'\" ")
        if key in KINDS and not line.startswith((" ", "\t")) and ":" in line:
            if key not in _NAMED:
                return key
            found = found or key
        if key in ("confirm", "operator") and not line.startswith(" "):
            return "answers"
    return found


def called(kind: str | None) -> str:
    """Name a kind in a message: `an asset`."""
    return {"asset": "an asset", "answers": "answers", "units": "units"}.get(kind or "", f"a {kind}")


def left_empty(document: Document[M]) -> list[Problem]:
    """Give every key with nothing behind it: it would mean the same as no key, and was meant otherwise."""
    told = {(problem.line, problem.column) for problem in document.problems}
    found = []
    for path in document.located.paths():
        node = document.located.node(path)
        if node is None or node.value is not None or (is_cell(path) and node.place.length):
            continue
        if (node.place.line, node.place.column) not in told:
            message = f"nothing is written for {shown(label(path))}"
            problem = document.problem(path, "S012", message, "write a value, or remove the key")
            found += [] if (problem.line, problem.column) in told else [problem]
    return found


def shortened(problems: list[Problem]) -> list[Problem]:
    """Give the first hundred problems of a file, and how many there are more."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    last = problems[MOST_PROBLEMS]
    more = f"{len(problems) - MOST_PROBLEMS} more problems are not shown"
    return [
        *problems[:MOST_PROBLEMS],
        Problem(last.file, last.line, last.column, "Y017", more, "mend these first"),
    ]
