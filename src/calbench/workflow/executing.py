"""From a plan to a journal and its record, in a folder of its own."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.authoring.loading import answer_lines, load_answers
from calbench.clock import Clock, RealClock
from calbench.documents.canonical import canonical
from calbench.errors import CalbenchError, UsageError
from calbench.workflow.preparing import Prepared
from calbench.workflow.sealing import seal_run
from calbench.workflow.staging import Reality, eyes_of, stage_twin
from calbench.workflow.storing import JOURNAL, PLAN, RECORD, SOURCES

if TYPE_CHECKING:
    from calbench.documents.journal import Event
    from calbench.documents.plan import Plan
    from calbench.documents.prompt import Operator
    from calbench.documents.record import Record
    from calbench.execution.journalling import Listener
    from calbench.execution.running import Outcome
    from calbench.instruments.opening import LinkSpec
    from calbench.simulation.staging import Stage
    from calbench.simulation.truth import TruthLog
    from calbench.traffic import Traffic
    from calbench.trust.stationkeys import Signer


@dataclass(frozen=True)
class Finished:
    """A run that ended: where it lies, how it ended, its record, what was recorded of its traffic, and its seal.

    `unsealed` says why it has none although there was a key.
    """

    folder: Path
    outcome: Outcome
    record: Record
    traffic: str = ""
    seal: Path | None = None
    unsealed: str = ""


def execute(
    prepared: Prepared,
    out: Path,
    *,
    operator: Operator | None = None,
    listeners: tuple[Listener, ...] = (),
    clock: Clock | None = None,
    traffic: Traffic | None = None,
    signer: Signer | None = None,
) -> Finished:
    """Run a plan and evaluate its journal; gives the folder with plan, journal and record.

    `traffic` says where the traffic of all instruments is recorded; None for nowhere. `signer` seals the run once
    its record is there; None leaves it without a seal.

    Raises:
        UsageError: Nobody answers prompts, or the folder cannot be made.
    """
    from calbench.evaluation.recording import evaluate_run, failing  # noqa: PLC0415 - a plan needs no evaluation
    from calbench.execution.running import run  # noqa: PLC0415 - as above, no instrument
    from calbench.traffic import recorded  # noqa: PLC0415 - as above

    plan = prepared.plan
    if operator is None and plan.simulated is None and prepared.options.answers is None:
        raise UsageError("Nobody answers prompts: run from a terminal, or give --answers FILE.")
    folder = _folder(out, plan)
    (folder / PLAN).write_bytes(canonical(plan))
    _keep_sources(prepared, folder)
    events: list[Event] = []
    with (
        _bench(prepared, clock) as (ticking, redirect, stage),
        recorded(traffic, plan, ticking, redirect) as taping,
    ):
        outcome = run(
            plan,
            folder / JOURNAL,
            operator or _operator(prepared, stage),
            ticking,
            redirect=taping.redirect,
            failing=lambda test: failing(plan, events, test),
            listeners=(events.append, *taping.listeners, *listeners),
        )
    record = evaluate_run(plan, (folder / JOURNAL).read_bytes())
    (folder / RECORD).write_bytes(canonical(record))
    try:
        seal = None if signer is None else seal_run(folder, signer)
    except (OSError, CalbenchError) as error:  # what was measured is there, and can be sealed later
        return Finished(folder, outcome, record, taping.said, None, str(error))
    return Finished(folder, outcome, record, taping.said, seal)


@contextlib.contextmanager
def _bench(
    prepared: Prepared, clock: Clock | None, reality: Reality | None = None
) -> Iterator[tuple[Clock, Mapping[str, LinkSpec], Stage | None]]:
    """Give clock and addresses: of the hardware, or of the simulated twin for as long as the run lasts."""
    if prepared.plan.simulated is None:
        yield clock or RealClock(), {}, None
        return
    from calbench.instruments.opening import LinkSpec  # noqa: PLC0415 - loaded where it is used

    seed, real_time = prepared.plan.simulated.seed, prepared.plan.simulated.clock == "real"
    stage = stage_twin(prepared.station.model, prepared.assets, seed, real_time=real_time, reality=reality)
    if any(test.kind != "inspection" and not test.connection for test in prepared.plan.tests):
        stage.hands.connect("")  # a test that asks for no connection finds the leads as the station has them
    try:
        redirect = {
            name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
            for name, one in stage.addresses.items()
        }
        yield stage.world.clock, redirect, stage
    finally:
        stage.world.close()


@dataclass(frozen=True)
class Tried:
    """A simulated run that left nothing on the disk: how it ended, and its events."""

    outcome: Outcome
    events: list[Event]


def try_out(
    prepared: Prepared, plan_sha256: str, reality: Reality, watch: Callable[[Event, TruthLog], None]
) -> Tried:
    """Run a plan on the simulated bench as `execute` does, with events in memory and nothing evaluated.

    Points that do not pass are not taken again. `reality` has the seed that counts instead of the plan's; `watch` is
    told of each event, with what really is by then.

    Raises:
        UsageError: The plan is not a simulated one.
    """
    from calbench.execution.journalling import MemoryJournal  # noqa: PLC0415 - loaded where it is used
    from calbench.execution.running import run_into  # noqa: PLC0415 - as above

    with _bench(prepared, None, reality) as (clock, redirect, stage):
        if stage is None:
            raise UsageError("Only a simulated run can be tried out; add --sim, or take a simulated station.")
        truth = stage.world.truth
        journal = MemoryJournal(clock, (lambda event: watch(event, truth),))
        outcome = run_into(
            journal,
            prepared.plan,
            _operator(prepared, stage),
            clock,
            redirect=redirect,
            plan_sha256=plan_sha256,
        )
        return Tried(outcome, journal.events)


def _operator(prepared: Prepared, stage: Stage | None) -> Operator:
    if prepared.options.answers is not None:
        from calbench.execution.answering import FileOperator  # noqa: PLC0415 - loaded where it is used

        path = prepared.options.answers
        return FileOperator(load_answers(path).model, str(path), answer_lines(path))
    if stage is None:
        raise UsageError("Nobody answers prompts: run from a terminal, or give --answers FILE.")
    from calbench.simulation.prompted import SimulatedOperator  # noqa: PLC0415 - loaded where it is used
    from calbench.simulation.staging import twin_of  # noqa: PLC0415 - as above

    wrong = {
        one.at: one.value or ""
        for one in twin_of(prepared.station.model).mistakes
        if one.do == "wrong_answer"
    }
    return SimulatedOperator(stage, prepared.plan.uut.position, wrong, eyes_of(prepared.plan))


def _folder(out: Path, plan: Plan) -> Path:
    from calbench.evaluation.recording import run_id  # noqa: PLC0415 - loaded where it is used

    name = run_id(plan)
    for number in range(1, 10_000):
        folder = out / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(
                f"The folder {folder} cannot be made: {error}. Choose another with --out."
            ) from error
        return folder
    raise UsageError(f"{out} holds 10,000 runs of this plan: choose another folder with --out.")


def _keep_sources(prepared: Prepared, folder: Path) -> None:
    """Copy the authored files into the run folder, so that a reader years later has them."""
    from calbench.documents.plan import source_name  # noqa: PLC0415 - loaded where it is used

    kept = folder / SOURCES
    kept.mkdir()
    for source in prepared.plan.sources:
        shutil.copyfile(prepared.files[source.sha256], kept / source_name(source))
