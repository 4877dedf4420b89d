"""The records of a run, computed from its journal and written: one, or one for each unit of several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import canonical
from calbench.workflow.storing import JOURNAL, Place, read, write_anew

if TYPE_CHECKING:
    from calbench.documents.plan import Plan
    from calbench.documents.record import Record


def write_records(plan: Plan, folder: Path) -> dict[str, Record]:
    """Compute every record of a run, and write it; gives them by position.

    Raises:
        IntegrityFailure: The journal is broken, or not that of the plan.
        UsageError: The folder of a unit cannot be made.
    """
    from calbench.evaluation.recording import evaluate_all  # noqa: PLC0415 - loaded where it is used

    records = evaluate_all(plan, read(folder / JOURNAL))
    for position, record in records.items():
        place = Place(folder, position if plan.units else "")
        place.folder.mkdir(parents=True, exist_ok=True)
        write_anew(place.record, canonical(record))
    return records
