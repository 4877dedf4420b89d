"""Running a plan: open, set up, measure, and always end in the safe state."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from calbench.clock import Clock
from calbench.documents.canonical import digest
from calbench.documents.plan import Plan
from calbench.documents.prompt import Operator
from calbench.errors import CalbenchError, RunFailed
from calbench.execution.bench import Bench
from calbench.execution.calling import Caller
from calbench.execution.conditions import Watch
from calbench.execution.journalling import Journal, Listener
from calbench.execution.measuring import Measuring
from calbench.execution.prompting import Prompter
from calbench.execution.safing import Outputs, make_safe
from calbench.execution.stepping import Stepping, StopWanted
from calbench.instruments.opening import LinkSpec
from calbench.instruments.reading import Reading

Status = Literal["COMPLETED", "STOPPED", "ABORTED", "UNSAFE"]
Failing = Callable[[str], list[str]]
INTERRUPTED = "Interrupted by the operator (Ctrl-C)."


@dataclass(frozen=True)
class Outcome:
    """How a run ended: status, why if it did not complete, the state of the outputs, the journal's head."""

    status: Status
    reason: str
    outputs: Outputs
    head: str


def run(
    plan: Plan,
    journal_file: Path,
    operator: Operator,
    clock: Clock,
    *,
    redirect: Mapping[str, LinkSpec] | None = None,
    failing: Failing = lambda _test: [],
    listeners: tuple[Listener, ...] = (),
) -> Outcome:
    """Run a plan and write its journal.

    Args:
        plan: What to do.
        journal_file: Where the journal goes; must not exist.
        operator: Who answers prompts.
        clock: Real, or the virtual clock of the simulated station.
        redirect: Addresses that replace those of the plan, by instrument.
        failing: Tells the points of a test that do not pass so far, so that `on_fail` can ask.
        listeners: Told of every event after it is on the disk.

    Raises:
        RunFailed: The journal cannot be written (any more); says in what state the outputs are.
        OSError: The journal cannot be made.
    """
    with Journal(journal_file, clock, listeners) as journal:
        outcome = run_into(journal, plan, operator, clock, redirect=redirect, failing=failing)
        if journal.lost is not None:
            raise RunFailed(
                f"The journal {journal_file} cannot be written: {journal.lost.strerror}. Outputs: {outcome.outputs}."
            ) from journal.lost
        return outcome


def run_into(
    journal: Journal,
    plan: Plan,
    operator: Operator,
    clock: Clock,
    *,
    redirect: Mapping[str, LinkSpec] | None = None,
    failing: Failing = lambda _test: [],
    plan_sha256: str | None = None,
) -> Outcome:
    """Run a plan into a journal that is open; `plan_sha256` is its digest, where many runs of it share one.

    The other arguments are those of `run`. A journal that was lost on the way says so itself.
    """
    prompter = Prompter(operator, journal)
    bench = Bench(plan, journal, clock, redirect or {}, prompter.typed)
    try:
        named = plan_sha256 or digest(plan)
        journal.note("run_opened", {"plan": named, "simulated": plan.simulated is not None})
        journal.position = plan.uut.position
        status, reason = _guarded(plan, bench, journal, clock, prompter, failing)
    except KeyboardInterrupt:  # at the first line, or while a failure was being written down
        status, reason = "STOPPED", INTERRUPTED
    journal.making_safe = True
    outputs = _made_safe(bench, journal)
    if not outputs.safe:
        status = "UNSAFE"
    _close(
        journal,
        {
            "status": status,
            "reason": reason,
            "outputs": outputs.state,
            "in_doubt": outputs.in_doubt,
            "partial": plan.partial or status != "COMPLETED",
        },
    )
    return Outcome(status, reason, outputs, journal.head)


def _require_safe(bench: Bench, journal: Journal) -> None:
    outputs = make_safe(bench, journal)
    if not outputs.safe:
        raise RunFailed(f"The bench cannot be made safe, so nothing is measured. Outputs: {outputs}")


def _made_safe(bench: Bench, journal: Journal) -> Outputs:
    """Make the bench safe and give its lines back; Ctrl-C begins it anew and never skips it."""
    while True:
        try:
            outputs = make_safe(bench, journal)
            bench.close()
        except KeyboardInterrupt:
            continue
        return outputs


def _close(journal: Journal, body: Mapping[str, object]) -> None:
    while not journal.ended:
        with contextlib.suppress(KeyboardInterrupt):
            journal.note("run_closed", body)


def _guarded(
    plan: Plan, bench: Bench, journal: Journal, clock: Clock, prompter: Prompter, failing: Failing
) -> tuple[Status, str]:
    """Do the work; whatever ends it, give status and reason instead of raising."""
    try:
        bench.open()
        caller = Caller(journal, plan.policy.comms_retry)

        def read(role: str, capability: str) -> Reading:
            opened = bench.of(role)
            prompter.reading = capability.replace(".", "/")
            reading: Reading = caller(opened, bench.method(role, capability))
            return reading

        watch = Watch(plan, bench, journal, clock, read)
        measuring = Measuring(plan, bench, journal, clock, prompter, watch, caller)
        _require_safe(bench, journal)
        watch.sample_all()
        Stepping(measuring, failing).all()
    except StopWanted as stop:
        return "STOPPED", str(stop)
    except KeyboardInterrupt:
        return "STOPPED", INTERRUPTED
    except CalbenchError as error:
        return "STOPPED", str(error)
    except Exception as error:  # noqa: BLE001 - a fault of the program must end in the safe state like any other
        with contextlib.suppress(RunFailed):  # the disk may be what failed
            journal.note("fault", {"message": f"{type(error).__name__}: {error}"})
        return "STOPPED", f"A fault in calbench or a driver: {type(error).__name__}: {error}"
    return "COMPLETED", ""
