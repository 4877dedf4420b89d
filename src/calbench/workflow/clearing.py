"""Clearing a run that ended UNSAFE: a person has looked at the outputs, and says so with name and reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import Clock, RealClock, VirtualClock
from calbench.errors import UsageError
from calbench.workflow.growing import set_aside
from calbench.workflow.holding import require_unheld
from calbench.workflow.recording import compute_records, keep_records
from calbench.workflow.sealing import seal_run, signer_for
from calbench.workflow.storing import JOURNAL, stored_plan

if TYPE_CHECKING:
    from calbench.documents.record import Record


def clear(folder: Path, by: str, reason: str, clock: Clock | None = None) -> Record:
    """Write into the journal that a person has made sure of the outputs; every record is computed anew.

    Gives the record; of several units, that of the first.

    Its status stays UNSAFE: that is how it ended. After this it may be resumed.

    Raises:
        UsageError: The run is going on, did not end UNSAFE, or name or reason is missing.
        InstrumentInUse: Its guard still makes the outputs safe.
    """
    from calbench.control.channel import alive  # noqa: PLC0415 - loaded where it is used
    from calbench.documents.states import unsafe  # noqa: PLC0415 - as above
    from calbench.execution.journalling import Journal  # noqa: PLC0415 - as above
    from calbench.execution.reopening import take_up  # noqa: PLC0415 - as above
    from calbench.workflow.resuming import guard_failed  # noqa: PLC0415 - it needs this module's neighbours

    if not by.strip() or not reason.strip():
        raise UsageError("Clearing needs the name of who has looked, and what was found or done.")
    if alive(folder):
        raise UsageError(f"{folder} is running; only a run that has ended is cleared.")
    if stored_plan(folder).simulated is None:
        require_unheld(folder)  # the guard that outlived it may still be at it
    tail = take_up(folder / JOURNAL)
    if not unsafe(tail.events) and not guard_failed(folder, tail):
        raise UsageError(f"{folder} is not UNSAFE: there is nothing to clear.")
    plan = stored_plan(folder)
    signer = signer_for(plan, None, clock)
    amendment = set_aside(folder, f"cleared by {by.strip()}", signer)
    simulated = plan.simulated is not None and plan.simulated.clock == "virtual"
    noting = clock or (
        VirtualClock(datetime.fromisoformat(tail.events[-1].t_utc)) if simulated else RealClock()
    )
    with Journal(folder / JOURNAL, noting, after=tail.after) as journal:
        journal.position = tail.events[-1].position
        journal.note("cleared", {"by": by.strip(), "reason": reason.strip(), **tail.told}, actor="operator")
    records = compute_records(plan, folder)
    keep_records(folder, records)
    if amendment is not None and signer is not None:
        seal_run(folder, signer, "amended", amendment=amendment, clock=clock)
    return next(iter(records.values()))
