"""Results of a run that has ended, from its records: they need not be computed again to be shown."""

from __future__ import annotations

from pathlib import Path

from calbench.documents.plan import Plan
from calbench.server.runs.judging import Key, cell_of
from calbench.server.runs.resultpart import RecordPart, ResultPart
from calbench.server.runs.viewmodel import Cell
from calbench.workflow import RECORD
from calbench.workflow.storing import UNITS


def recorded(folder: Path, plan: Plan, lines: int) -> dict[Key, Cell]:
    """Give the cells of all records of a run that were computed from this many lines of its journal."""
    found: dict[Key, Cell] = {}
    for place in plan.positions:
        path = folder / UNITS / place / RECORD if plan.units else folder / RECORD
        try:
            found |= {(place, result.id): cell_of(result) for result in _results(path, lines)}
        except ValueError:  # what stands there is no quantity: it is computed anew
            continue
    return found


def _results(path: Path, lines: int) -> list[ResultPart]:
    """Read the results of one record; none where it is not there, is damaged, or is of another journal."""
    try:
        record = RecordPart.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return []
    return record.results if record.journal.lines == lines else []
