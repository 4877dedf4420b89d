"""The folder of a run: what its files are called, and reading them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from calbench.errors import IntegrityFailure, UsageError

if TYPE_CHECKING:
    from calbench.documents.plan import Plan

M = TypeVar("M", bound=BaseModel)
PLAN, JOURNAL, RECORD, SOURCES = "plan.json", "journal.jsonl", "record.json", "sources"
GUARD, REQUEST = "guard.jsonl", "request.json"


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
