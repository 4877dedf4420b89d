"""Running a plan: open, set up, measure, and always end in the safe state."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from calbench.clock import Clock
from calbench.documents.canonical import digest
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.prompt import Operator
from calbench.errors import CalbenchError, RunFailed
from calbench.execution.asking import Prompter
from calbench.execution.bench import Bench
from calbench.execution.consulting import Near, Outside, never, none_outside
from calbench.execution.controlling import Control, StopWanted
from calbench.execution.courses import Course, Means, OneUnit, SeveralUnits
from calbench.execution.gating import Gate
from calbench.execution.guarding import ACT_WITHIN, Guard, NoGuard, ThreadGuard
from calbench.execution.journalling import Journal, Listener
from calbench.execution.leasehold import Leased, Leasehold
from calbench.execution.reopening import Tail
from calbench.execution.reserve import keeping_room
from calbench.execution.safing import Outputs, make_safe, note_outputs, safe_meanwhile
from calbench.execution.units.several import FailingAt
from calbench.instruments.opening import LinkSpec

Status = Literal["COMPLETED", "STOPPED", "ABORTED", "UNSAFE"]
Failing = Callable[[str], list[str]]
MakeGuard = Callable[[Journal, Gate], Guard]
INTERRUPTED = "Interrupted by the operator (Ctrl-C)."


@dataclass(frozen=True)
class Outcome:
    """How a run ended: status, why if it did not complete, the state of the outputs, the journal's head."""

    status: Status
    reason: str
    outputs: Outputs
    head: str


@dataclass(frozen=True)
class Resumed:
    """What a run goes on from: the journal so far, whether setup is done again, and what the journal says of it."""

    tail: Tail
    setup_again: bool = False
    told: Mapping[str, object] = field(default_factory=dict)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far."""
        return self.tail.events


def run(
    plan: Plan,
    journal_file: Path,
    operator: Operator,
    clock: Clock,
    *,
    redirect: Mapping[str, LinkSpec] | None = None,
    failing: Failing = lambda _test: [],
    failing_at: FailingAt = lambda _position, _test: [],
    near: Near = never,
    outside: Outside = none_outside,
    listeners: tuple[Listener, ...] = (),
    control: Control | None = None,
    guard: MakeGuard | None = None,
    resumed: Resumed | None = None,
    leased: Leased | None = None,
) -> Outcome:
    """Run a plan and write its journal.

    Args:
        plan: What to do.
        journal_file: Where the journal goes; must not exist, unless the run is resumed.
        operator: Who answers prompts.
        clock: Real, or the virtual clock of the simulated station.
        redirect: Addresses that replace those of the plan, by instrument.
        failing: Tells the points of a test that do not pass so far, so that `on_fail` can ask.
        failing_at: The same for the unit at a position, in a run of several.
        near: Tells whether a point needs the further readings that its procedure wants near the limit.
        outside: Gives the operating conditions of a point that did not hold, so that the operator is told and asked.
        listeners: Told of every event after it is on the disk.
        control: What a person wants of the run meanwhile; None if nobody can want anything but Ctrl-C.
        guard: Makes the guard; None for a thread of this process.
        resumed: What to go on from; None for a new run.
        leased: The leases of its instruments, kept from other runs of this machine; None if they are simulated here.

    Raises:
        RunFailed: The journal cannot be written (any more); says in what state the outputs are.
        OSError: The journal cannot be made, or the disk does not give the room that is kept for its end.
    """
    after = resumed.tail.after if resumed else None
    with keeping_room(journal_file.parent), Journal(journal_file, clock, listeners, after=after) as journal:
        watched = Watched(
            control or Control(),
            guard or _thread_guard(plan, journal_file, clock, redirect or {}),
            resumed,
            leased,
        )
        outcome = run_into(
            journal,
            plan,
            operator,
            clock,
            redirect=redirect,
            failing=failing,
            failing_at=failing_at,
            near=near,
            outside=outside,
            watched=watched,
        )
        if journal.lost is not None:
            raise RunFailed(
                f"The journal {journal_file} cannot be written: {journal.lost.strerror}. Outputs: {outcome.outputs}. "
                "What was measured until then is safe: calbench resume goes on from there."
            ) from journal.lost
        return outcome


@dataclass(frozen=True)
class Watched:
    """Who watches over a run and what it goes on from: see `run`."""

    control: Control = field(default_factory=Control)
    guard: MakeGuard = lambda _journal, _gate: NoGuard()
    resumed: Resumed | None = None
    leased: Leased | None = None


def run_into(
    journal: Journal,
    plan: Plan,
    operator: Operator,
    clock: Clock,
    *,
    redirect: Mapping[str, LinkSpec] | None = None,
    failing: Failing = lambda _test: [],
    failing_at: FailingAt = lambda _position, _test: [],
    near: Near = never,
    outside: Outside = none_outside,
    plan_sha256: str | None = None,
    watched: Watched | None = None,
) -> Outcome:
    """Run a plan into a journal that is open; `plan_sha256` is its digest, where many runs of it share one.

    The other arguments are those of `run`; without `watched` nobody can want anything, and there is no guard. A
    journal that was lost on the way says so itself.
    """
    watched = watched or Watched()
    control, resumed = watched.control, watched.resumed
    prompter = Prompter(operator, journal, control, clock, plan.policy.prompts)
    bench = Bench(plan, journal, clock, redirect or {}, prompter.typed, control, prompter.by_hand)
    prompter.make_safe = lambda why: safe_meanwhile(bench, journal, why)
    means = Means(plan, bench, journal, clock, prompter, control, near, outside)
    events, again = (resumed.events, resumed.setup_again) if resumed else ((), None)
    named = plan_sha256 or digest(plan)
    if plan.units:
        course: Course = SeveralUnits(means, named, failing_at, events, again)
    else:
        course = OneUnit(means, failing, events, again)
    journal.tell_first(control.watch, course.standing, prompter.prompts, prompter)
    control.take_answers(prompter.prompts)
    guard = watched.guard(journal, bench.gate)
    guard.know(bench.sightings)
    control.attach(journal, clock, guard.act)
    lease = Leasehold(watched.leased, journal, control, bench)
    work = _Work(plan, named, bench, journal, control, guard, course, resumed, lease)
    try:
        return _conduct(work)
    finally:  # whatever happens here, the guard outlives the run only until all is said
        prompter.prompts.end()
        guard.stand_down()


@dataclass(frozen=True)
class _Work:
    """Everything that a run needs."""

    plan: Plan
    plan_sha256: str
    bench: Bench
    journal: Journal
    control: Control
    guard: Guard
    course: Course
    resumed: Resumed | None
    lease: Leasehold


def _conduct(work: _Work) -> Outcome:
    """Do the work and end in the safe state."""
    plan, journal, control = work.plan, work.journal, work.control
    hurried = False
    try:
        _open(work)
        work.lease.begin()
        status, reason, hurried = _guarded(work)
    except KeyboardInterrupt as pressed:  # at the first line, or while a failure was being written down
        control.interrupt(pressed)
        status, reason = "STOPPED", INTERRUPTED
    except RunFailed as failed:  # the disk does not even take the first line
        status, reason = "STOPPED", str(failed)
    journal.making_safe = True
    if control.aborted:  # all may have been measured by the time that it was heard
        status, reason = "ABORTED", control.why
    outputs = _made_safe(work, status, reason, at_once=hurried)
    control.close()
    if control.aborted:  # while it was made safe, until nobody could any more
        status, reason = "ABORTED", control.why
    if not outputs.safe:
        status = "UNSAFE"
    elif outputs.taken and status == "COMPLETED":  # all is measured; resuming verifies the outputs
        status, reason = "STOPPED", control.why
    with contextlib.suppress(KeyboardInterrupt):  # the guard gives back what is left
        work.lease.release()
    _close(
        journal,
        {
            "status": status,
            "reason": reason,
            "outputs": outputs.state,
            "in_doubt": outputs.in_doubt,
            "partial": plan.partial or status != "COMPLETED",
            **work.course.ended(status, reason),
        },
    )
    return Outcome(status, reason, outputs, journal.head)


def _open(work: _Work) -> None:
    """Write the first line of a run, or of its next part."""
    if work.resumed is None:
        body = {"plan": work.plan_sha256, "simulated": work.plan.simulated is not None}
        work.journal.note("run_opened", body)
        work.journal.position = "" if work.plan.units else work.plan.uut.position
        return
    work.journal.position = "" if work.plan.units else work.plan.uut.position
    again = {"setup_again": work.resumed.setup_again}  # a later part goes by it
    work.journal.note("run_resumed", {**again, **work.resumed.told, **work.resumed.tail.told})
    work.course.standing.discard(work.journal, "The run was interrupted.")


def _require_safe(bench: Bench, journal: Journal) -> None:
    note_outputs(bench, journal)
    outputs = make_safe(bench, journal)
    if not outputs.safe:
        raise RunFailed(f"The bench cannot be made safe, so nothing is measured. Outputs: {outputs}")


def _made_safe(work: _Work, status: Status, reason: str, *, at_once: bool) -> Outputs:
    """Make the bench safe and give its lines back; Ctrl-C has the guard act beside, and never skips it."""
    while True:
        try:
            if status != "COMPLETED":
                work.journal.note("state", {"state": "SAFING", "why": reason})
                work.course.standing.discard(work.journal, reason)
                status = "COMPLETED"  # that is said once
            if work.control.aborted:
                work.bench.abandon()  # the guard may need the lines
                work.control.settle(ACT_WITHIN)
                work.guard.settle()
            work.lease.look()
            outputs = make_safe(work.bench, work.journal, at_once=at_once or work.control.aborted)
            work.bench.close()
        except KeyboardInterrupt as pressed:
            with contextlib.suppress(KeyboardInterrupt):
                work.control.interrupt(pressed)
            continue
        return outputs


def _close(journal: Journal, body: Mapping[str, object]) -> None:
    while not journal.ended:
        with contextlib.suppress(KeyboardInterrupt):
            journal.note("run_closed", body)


def _guarded(work: _Work) -> tuple[Status, str, bool]:
    """Do the work; whatever ends it, give status and reason instead of raising, and whether something failed."""
    try:
        work.guard.start()
        work.course.open()
        _measure(work)
    except StopWanted as stop:
        return stop.status, str(stop), False
    except KeyboardInterrupt as pressed:
        work.control.interrupt(pressed)
        return "STOPPED", INTERRUPTED, False
    except CalbenchError as error:
        return "STOPPED", str(error), True
    except Exception as error:  # noqa: BLE001 - a fault of the program must end in the safe state like any other
        with contextlib.suppress(RunFailed):  # the disk may be what failed
            work.journal.note("fault", {"message": f"{type(error).__name__}: {error}"})
        return "STOPPED", f"A fault in calbench or a driver: {type(error).__name__}: {error}", True
    return "COMPLETED", "", False


def _measure(work: _Work) -> None:
    if work.resumed is not None:
        work.course.recognise(work.resumed.events)
    _require_safe(work.bench, work.journal)
    work.course.all()


def _thread_guard(
    plan: Plan, journal_file: Path, clock: Clock, redirect: Mapping[str, LinkSpec]
) -> MakeGuard:
    return lambda _journal, _gate: ThreadGuard(plan, _beside(journal_file), clock, redirect)


def _beside(journal_file: Path) -> Path:
    """Give the file of the guard: `guard.jsonl` beside `journal.jsonl`."""
    return journal_file.with_name(f"guard{journal_file.name.removeprefix('journal')}")
