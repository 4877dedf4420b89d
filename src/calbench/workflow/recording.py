"""The records of a run, computed from its journal and written: one, or one for each unit of several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import canonical
from calbench.workflow.storing import JOURNAL, Place, keeping, read, write_anew

if TYPE_CHECKING:
    from calbench.documents.plan import Plan
    from calbench.documents.record import Record


def compute_records(plan: Plan, folder: Path) -> dict[str, Record]:
    """Compute every record of a run; gives them by position.

    Raises:
        IntegrityFailure: The journal is broken, or not that of the plan.
    """
    from calbench.evaluation.recording import evaluate_all  # noqa: PLC0415 - loaded where it is used

    return evaluate_all(plan, read(folder / JOURNAL))


def keep_records(folder: Path, records: Mapping[str, Record]) -> None:
    """Write the records of a run into its folder, each of several into that of its unit.

    Raises:
        NotKept: The disk does not take all of them.
    """
    what = "The record" if len(records) == 1 else "The records"
    with keeping(folder, what, f"calbench evaluate {folder}"):
        for position, record in records.items():
            place = Place(folder, position if record.plan.of_run else "")
            place.folder.mkdir(parents=True, exist_ok=True)
            write_anew(place.record, canonical(record))
