"""Results of a run that has ended, from its record: they need not be computed again to be shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from calbench.documents.plan import Plan
from calbench.documents.record import Result
from calbench.server.runs.judging import cell_of
from calbench.server.runs.viewmodel import Cell
from calbench.workflow import RECORD
from calbench.workflow.storing import UNITS


def recorded(folder: Path, plan: Plan, lines: int) -> dict[tuple[str, str], Cell]:
    """Give the cells of all records of a run that were computed from this many lines of its journal."""
    found: dict[tuple[str, str], Cell] = {}
    for place in plan.positions:
        path = folder / UNITS / place / RECORD if plan.units else folder / RECORD
        for result in _results(path, lines):
            if result.of != "test":
                found[place, result.id] = cell_of(result)
    return found


def _results(path: Path, lines: int) -> list[Result]:
    """Read the results of one record; none where it is not there, is damaged, or is of another journal."""
    try:
        record: dict[str, Any] = json.loads(path.read_bytes())
        if record["journal"]["lines"] != lines:
            return []
        return [Result.model_validate(one) for one in record["results"]]
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return []
