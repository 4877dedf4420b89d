"""Resuming a run that did not complete: everything is checked again that its results rest on, then it goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import RealClock
from calbench.documents.canonical import digest
from calbench.documents.states import unsafe
from calbench.errors import IntegrityFailure, PlanRefused, UsageError
from calbench.quantities import parse_quantity
from calbench.workflow.differing import differences
from calbench.workflow.executing import Conducting, Finished, answering, carry_out, require_operator
from calbench.workflow.growing import set_aside
from calbench.workflow.holding import hold
from calbench.workflow.preparing import Prepared, prepare
from calbench.workflow.requesting import kept_request
from calbench.workflow.room import require_room, require_writable
from calbench.workflow.sealing import signer_of
from calbench.workflow.storing import GUARD, JOURNAL, stored_plan

if TYPE_CHECKING:
    from calbench.documents.plan import Plan
    from calbench.execution.reopening import Tail
    from calbench.execution.running import Resumed

SIMULATED_GAP = 60.0
"""Seconds that a virtual clock lets go by between the parts of a run, unless told otherwise."""
SHOWN = 20


@dataclass(frozen=True)
class Resuming:
    """What is said when a run is resumed.

    Attributes:
        by: Who resumes it; empty for the operator of the run.
        override: Why it is resumed although its files would give another plan now; empty if they may not.
        answers: Another file of answers.
        gap: Seconds that have gone by for a virtual clock.
        asked: Gives the passphrase of the station's key, which seals the run, where the environment does not.
    """

    by: str = ""
    override: str = ""
    answers: Path | None = None
    gap: float = SIMULATED_GAP
    asked: Callable[[], str] | None = None


def resume(folder: Path, resuming: Resuming, conducting: Conducting | None = None) -> Finished:
    """Go on with a run at its first point that is not final; its plan stays the one it began with.

    Raises:
        UsageError: It is running, has completed, is UNSAFE, or differs from what its files would give now; or the
            disk has no room.
        PlanRefused: A standard is overdue by now, or something else that the plan needs is gone.
        InstrumentInUse: Another run has an instrument, or the guard of this one still makes the outputs safe.
        IntegrityFailure: Plan or journal are not what they were.
    """
    with contextlib.ExitStack() as stack:
        return _resume(stack, folder, resuming, conducting or Conducting())


def _resume(
    stack: contextlib.ExitStack, folder: Path, resuming: Resuming, conducting: Conducting
) -> Finished:
    from calbench.control.channel import alive  # noqa: PLC0415 - loaded where it is used
    from calbench.execution.reopening import read_tail, take_up  # noqa: PLC0415 - as above
    from calbench.execution.running import Resumed  # noqa: PLC0415 - as above

    plan = stored_plan(folder)
    if alive(folder):
        raise UsageError(f"{folder} is running: it need not be resumed.")
    tail = read_tail(folder / JOURNAL)
    _require_open(folder, plan, tail)
    prepared = _prepared(folder, resuming)
    differ = _require_same(folder, plan, prepared.plan, resuming)
    prepared = replace(prepared, plan=plan)
    require_operator(prepared, conducting)
    require_writable(folder)
    require_room(plan, folder, (folder / JOURNAL).stat().st_size)
    signer = conducting.signer or signer_of(
        prepared, asked=resuming.asked
    )  # opened before anything is touched
    by = resuming.by or answering(prepared, conducting) or plan.operator
    holding = hold(stack, plan, folder, conducting.control, conducting.waiting, by)
    tail = read_tail(folder / JOURNAL)  # its guard may have written while one waited
    _require_open(folder, plan, tail)
    interrupted = _interrupted(tail)
    then = _moment(interrupted)
    now = _now(prepared, conducting, then, resuming)
    again = _setup_again(plan, now - then)
    told: dict[str, object] = {
        "plan": digest(plan),
        "was": _was(tail),
        "interrupted": interrupted,
        "gap_s": f"{max(0.0, (now - then).total_seconds()):.6f}",
        "by": by,
        "setup_again": again,
        "override": resuming.override,
        "differences": differ,
        **_guarded(folder),
    }
    amendment = set_aside(folder, f"resumed; it was {told['was']}", signer)
    conducting = replace(conducting, signer=signer, amendment=amendment)
    resumed: Resumed = Resumed(take_up(folder / JOURNAL), again, told)
    return carry_out(prepared, folder, conducting, holding, resumed, now)


def guard_failed(folder: Path, tail: Tail) -> bool:
    """Tell whether the runner died and its guard could not make the outputs safe, and nobody has cleared that."""
    if tail.events[-1].type in ("run_closed", "cleared"):
        return False
    return _guarded(folder).get("guard_outputs") == "not_verified"


def _require_open(folder: Path, plan: Plan, tail: Tail) -> None:
    if not tail.events or tail.events[0].body.get("plan") != digest(plan):
        raise IntegrityFailure(
            f"{folder}: the journal was not written for this plan; it is not gone on with."
        )
    if _was(tail) == "COMPLETED":
        raise UsageError(f"{folder} has completed: there is nothing to resume.")
    if unsafe(tail.events) or guard_failed(folder, tail):
        raise UsageError(
            f"{folder} is UNSAFE: an output was not verified off. Look at the instruments, switch to standby by hand, "
            f"then say so: calbench clear {folder} --by NAME --reason TEXT"
        )


def _was(tail: Tail) -> str:
    last = next((one for one in reversed(tail.events) if one.type in ("run_closed", "run_resumed")), None)
    return str(last.body["status"]) if last is not None and last.type == "run_closed" else "CRASHED"


def _prepared(folder: Path, resuming: Resuming) -> Prepared:
    request = kept_request(folder)
    try:
        return prepare(request.procedure, request.station, request.options(resuming.answers))
    except PlanRefused as error:
        raise PlanRefused([f"{folder} cannot be resumed now.", *error.reasons]) from error


def _require_same(folder: Path, plan: Plan, now: Plan, resuming: Resuming) -> list[str]:
    found = differences(plan, now)
    if found and not resuming.override.strip():
        shown = "\n".join(f"  {one}" for one in found[:SHOWN])
        more = f"\n  and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise UsageError(
            f"{folder}: its files, or the program, would give another plan now:\n{shown}{more}\n"
            "Begin a new run; or go on with the plan as it was, and say why: --override REASON"
        )
    return found


def _interrupted(tail: Tail) -> str:
    """Give the UTC time since which the run did nothing; that somebody cleared it is nothing of it."""
    return next(event.t_utc for event in reversed(tail.events) if event.type != "cleared")


def _now(prepared: Prepared, conducting: Conducting, then: datetime, resuming: Resuming) -> datetime:
    simulated = prepared.plan.simulated
    if conducting.stage is not None:
        return conducting.stage.world.clock.utc()
    if simulated is not None and simulated.clock == "virtual":
        return then + timedelta(seconds=resuming.gap)
    return (conducting.clock or RealClock()).utc()


def _setup_again(plan: Plan, gap: timedelta) -> bool:
    within = plan.policy.resume_within
    return within is None or gap.total_seconds() > float(parse_quantity(within).value)


def _guarded(folder: Path) -> dict[str, object]:
    """Give what the guard found last, with the head of its file, so that the journal holds on to that too."""
    from calbench.execution.reopening import read_tail  # noqa: PLC0415 - loaded where it is used

    if not (folder / GUARD).is_file():
        return {}
    tail = read_tail(folder / GUARD)
    last = next((one for one in reversed(tail.events) if one.body.get("did") == "acted"), None)
    told: dict[str, object] = {"guard_file": {"lines": len(tail.events), "head": tail.head}}
    return told if last is None else {**told, "guard_outputs": str(last.body["outputs"])}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
