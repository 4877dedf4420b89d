"""From a plan to a journal and its record, in a folder of its own."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.authoring.loading import answer_lines, load_answers
from calbench.clock import Clock, RealClock
from calbench.documents.canonical import canonical
from calbench.errors import CalbenchError, NotKept, UsageError
from calbench.quantities import parse_quantity
from calbench.workflow.closing import Closing
from calbench.workflow.following import Following
from calbench.workflow.guarding import guard_of
from calbench.workflow.holding import AT_ONCE, Holding, Waiting, hold
from calbench.workflow.preparing import Prepared
from calbench.workflow.recording import compute_records, keep_records
from calbench.workflow.requesting import keep_request
from calbench.workflow.room import require_room
from calbench.workflow.sealing import seal_run
from calbench.workflow.staging import Reality, adjusted_before, connected_before, eyes_of, stage_twin
from calbench.workflow.storing import JOURNAL, PLAN, SOURCES

if TYPE_CHECKING:
    from calbench.documents.journal import Event
    from calbench.documents.plan import Plan
    from calbench.documents.prompt import Operator
    from calbench.documents.record import Record
    from calbench.execution.controlling import Control
    from calbench.execution.journalling import Listener
    from calbench.execution.running import Outcome, Resumed
    from calbench.instruments.opening import LinkSpec
    from calbench.simulation.prompted import SimulatedOperator
    from calbench.simulation.staging import Stage
    from calbench.simulation.truth import TruthLog
    from calbench.traffic import Traffic
    from calbench.trust.seal import Amendment
    from calbench.trust.stationkeys import Signer


@dataclass(frozen=True)
class Finished:
    """A run that ended: where it lies, how it ended, its records, what was recorded of its traffic, and its seal.

    `records` are those of its units, by position. `unsealed` says why it has no seal although there was a key;
    `unkept` why its records are only here.
    """

    folder: Path
    outcome: Outcome
    records: Mapping[str, Record]
    traffic: str = ""
    seal: Path | None = None
    unsealed: str = ""
    unkept: str = ""

    @property
    def record(self) -> Record:
        """The record of a run of one unit; ValueError if there are several."""
        (record,) = self.records.values()
        return record


@dataclass(frozen=True)
class Conducting:
    """Who and what takes part in a run.

    Attributes:
        operator: Who answers prompts; None for the answers file of the options, or the simulated operator.
        listeners: Told of every event.
        clock: Of a run of real instruments; None for the machine's.
        traffic: Where the traffic of all instruments is recorded; None for nowhere.
        control: What a person may want meanwhile, from other processes too; None if nobody can.
        stage: The simulated bench, if it is there already and stays; None for one of the run's own.
        begun: Told the folder of the run before anything is done, so that a person can reach it.
        signer: Seals the run once its record is there; None leaves it without a seal.
        amendment: What the seal must say of the one that it replaces, if the run was sealed before it was resumed.
        waiting: For how long it waits for instruments that another run has.
    """

    operator: Operator | None = None
    listeners: tuple[Listener, ...] = ()
    clock: Clock | None = None
    traffic: Traffic | None = None
    control: Control | None = None
    stage: Stage | None = None
    begun: Callable[[Path], None] = lambda _folder: None
    signer: Signer | None = None
    amendment: Amendment | None = None
    waiting: Waiting = AT_ONCE


def execute(
    prepared: Prepared,
    out: Path,
    *,
    operator: Operator | None = None,
    listeners: tuple[Listener, ...] = (),
    clock: Clock | None = None,
    traffic: Traffic | None = None,
    control: Control | None = None,
    stage: Stage | None = None,
    begun: Callable[[Path], None] = lambda _folder: None,
    signer: Signer | None = None,
    waiting: Waiting = AT_ONCE,
) -> Finished:
    """Run a plan and evaluate its journal; gives the folder with plan, journal and record; see `Conducting`.

    Raises:
        UsageError: Nobody answers prompts, the disk has no room, the folder cannot be made, or another run has an
            instrument; then the folder is taken away again.
        RunFailed: The journal cannot be written any more; says in what state the outputs are.
    """
    conducting = Conducting(
        operator, listeners, clock, traffic, control, stage, begun, signer, waiting=waiting
    )
    require_operator(prepared, conducting)
    require_room(prepared.plan, out)
    folder = _folder(out, prepared.plan)
    try:
        _fill(prepared, folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)  # a run that never began
        raise UsageError(
            f"{folder} takes no files: {error.strerror}. Nothing was touched. Choose another folder with --out."
        ) from error
    with contextlib.ExitStack() as stack:
        try:
            holding = hold(stack, prepared.plan, folder, control, waiting, answering(prepared, conducting))
        except BaseException:
            shutil.rmtree(folder)  # nothing was done: a folder without a journal would be no run
            raise
        return carry_out(prepared, folder, conducting, holding)


def _fill(prepared: Prepared, folder: Path) -> None:
    """Write what a run goes by into its folder, and take the room that its journal may need in the end."""
    from calbench.execution.reserve import make_reserve  # noqa: PLC0415 - a plan needs no execution

    (folder / PLAN).write_bytes(canonical(prepared.plan))
    _keep_sources(prepared, folder)
    keep_request(prepared, folder)
    make_reserve(folder)


def answering(prepared: Prepared, conducting: Conducting) -> str:
    """Give the name of who operates a run; empty if nobody was named."""
    person = conducting.operator
    return (person.name if person is not None else "") or prepared.options.operator


def require_operator(prepared: Prepared, conducting: Conducting) -> None:
    """Make sure that somebody answers prompts.

    Raises:
        UsageError: Nobody does.
    """
    if conducting.operator is None and prepared.plan.simulated is None and prepared.options.answers is None:
        raise UsageError(
            "Nobody answers prompts: run from a terminal, or give --answers FILE or --prompts remote."
        )


def carry_out(
    prepared: Prepared,
    folder: Path,
    conducting: Conducting,
    holding: Holding,
    resumed: Resumed | None = None,
    start: datetime | None = None,
) -> Finished:
    """Run what is prepared in its folder, or go on with it, and evaluate; `start` is for a virtual clock.

    What it holds is given back when its instruments are.
    """
    with Closing() as closing:
        return _carry_out(prepared, folder, conducting, holding, resumed, start, closing)


def _carry_out(
    prepared: Prepared,
    folder: Path,
    conducting: Conducting,
    holding: Holding,
    resumed: Resumed | None,
    start: datetime | None,
    closing: Closing,
) -> Finished:
    from calbench.execution.running import run  # noqa: PLC0415 - a plan needs no instrument
    from calbench.traffic import recorded  # noqa: PLC0415 - as above

    plan = prepared.plan
    conducting.begun(folder)
    following = Following(plan, [] if resumed is None else resumed.events)
    with (
        contextlib.closing(holding),
        _bench(prepared, conducting, start) as (ticking, redirect, stage),
        recorded(conducting.traffic, plan, ticking, redirect) as taping,
    ):
        if stage is not None and conducting.stage is None:
            adjusted_before(stage, plan, [] if resumed is None else resumed.events)
        outcome = run(
            plan,
            folder / JOURNAL,
            _answering(prepared, folder, stage, conducting.operator),
            ticking,
            redirect=taping.redirect,
            failing=lambda test: following.failing(plan.uut.position, test),
            failing_at=following.failing,
            near=following.near,
            outside=following.outside,
            listeners=(closing, following, *taping.listeners, *conducting.listeners),
            control=holding.control,
            guard=guard_of(prepared, folder, holding, ticking, taping.redirect),
            resumed=resumed,
            leased=holding.leased,
        )
    records = compute_records(plan, folder)
    try:
        keep_records(folder, records)
    except NotKept as error:
        return Finished(folder, outcome, records, taping.said, unkept=str(error))
    try:
        seal = None if conducting.signer is None else _seal(folder, conducting.signer, conducting.amendment)
    except (OSError, CalbenchError) as error:  # what was measured is there, and can be sealed later
        return Finished(folder, outcome, records, taping.said, None, str(error))
    return Finished(folder, outcome, records, taping.said, seal)


def _seal(folder: Path, signer: Signer, amendment: Amendment | None) -> Path:
    return seal_run(folder, signer, "at-end" if amendment is None else "amended", amendment=amendment)


@contextlib.contextmanager
def _bench(
    prepared: Prepared, conducting: Conducting, start: datetime | None = None, reality: Reality | None = None
) -> Iterator[tuple[Clock, Mapping[str, LinkSpec], Stage | None]]:
    """Give clock and addresses: of the hardware, or of the simulated twin for as long as the run lasts."""
    if prepared.plan.simulated is None:
        yield conducting.clock or RealClock(), {}, None
        return
    from calbench.instruments.opening import LinkSpec  # noqa: PLC0415 - loaded where it is used

    seed, real_time = prepared.plan.simulated.seed, prepared.plan.simulated.clock == "real"
    stage = conducting.stage or stage_twin(
        prepared.station.model, prepared.assets, seed, real_time=real_time, start=start, reality=reality
    )
    if conducting.stage is None:
        connected_before(stage, prepared.plan)
    try:
        redirect = {
            name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
            for name, one in stage.addresses.items()
        }
        yield stage.world.clock, redirect, stage
    finally:
        if conducting.stage is None:
            stage.world.close()


@dataclass(frozen=True)
class Tried:
    """A simulated run that left nothing on the disk: how it ended, and its events."""

    outcome: Outcome
    events: list[Event]


def try_out(
    prepared: Prepared, plan_sha256: str, reality: Reality, watch: Callable[[Event, TruthLog], None]
) -> Tried:
    """Run a plan on the simulated bench as `execute` does, with events in memory.

    Points that do not pass are not taken again, and nothing is evaluated but what decides whether the unit is adjusted
    and whether further readings are taken near a limit. `reality` has the seed that counts instead of the plan's;
    `watch` is told of each event, with what really is by then.

    Raises:
        UsageError: The plan is not a simulated one.
    """
    from calbench.evaluation.nearing import near_limit  # noqa: PLC0415 - loaded where it is used
    from calbench.evaluation.recording import failing  # noqa: PLC0415 - as above
    from calbench.execution.journalling import MemoryJournal  # noqa: PLC0415 - as above
    from calbench.execution.running import run_into  # noqa: PLC0415 - as above

    plan = prepared.plan
    # "stop" would end the trial: whether points pass is what it is to show
    judges = plan.policy.adjust == "if_failed" and plan.policy.on_fail != "stop"

    with _bench(prepared, Conducting(), reality=reality) as (clock, redirect, stage):
        if stage is None:
            raise UsageError("Only a simulated run can be tried out; add --sim, or take a simulated station.")
        truth = stage.world.truth
        journal = MemoryJournal(clock, (lambda event: watch(event, truth),))
        outcome = run_into(
            journal,
            plan,
            _operator(prepared, stage),
            clock,
            redirect=redirect,
            failing=lambda test: failing(plan, journal.events, test) if judges else [],
            near=lambda _position, point, attempt: near_limit(plan, journal.events, point, attempt),
            plan_sha256=plan_sha256,
        )
        return Tried(outcome, journal.events)


def _answering(prepared: Prepared, folder: Path, stage: Stage | None, person: Operator | None) -> Operator:
    """Give who answers: a person, with simulated hands where the bench is simulated; else whom the options say."""
    if person is not None:
        from calbench.documents.origin import picture_names  # noqa: PLC0415 - loaded where it is used
        from calbench.execution.prompts.operators import abilities  # noqa: PLC0415 - as above

        kept = {
            named: folder / SOURCES / name for named, name in picture_names(prepared.plan.sources).items()
        }
        abilities(person).pictures(kept)
    answers = person or _operator(prepared, stage)
    if stage is None or (person is None and prepared.options.answers is None):
        return answers
    from calbench.simulation.prompted import AssistedOperator  # noqa: PLC0415 - loaded where it is used

    return AssistedOperator(answers, _simulated_operator(prepared, stage))


def _operator(prepared: Prepared, stage: Stage | None) -> Operator:
    if prepared.options.answers is not None:
        from calbench.execution.prompts.answering import FileOperator  # noqa: PLC0415 - loaded where it is used

        path = prepared.options.answers
        return FileOperator(load_answers(path).model, str(path), answer_lines(path))
    if stage is None:
        raise UsageError(
            "Nobody answers prompts: run from a terminal, or give --answers FILE or --prompts remote."
        )
    return _simulated_operator(prepared, stage)


def _simulated_operator(prepared: Prepared, stage: Stage) -> SimulatedOperator:
    from calbench.simulation.prompted import SimulatedOperator  # noqa: PLC0415 - loaded where it is used
    from calbench.simulation.staging import twin_of  # noqa: PLC0415 - as above

    mistakes = twin_of(prepared.station.model).mistakes
    wrong = {one.at: one.value or "" for one in mistakes if one.do == "wrong_answer"}
    late = {
        one.at: float(parse_quantity(one.value or "0 s").value) for one in mistakes if one.do == "late_answer"
    }
    return SimulatedOperator(stage, prepared.plan.uut.position, wrong, eyes_of(prepared.plan), late)


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
    from calbench.documents.origin import source_name  # noqa: PLC0415 - loaded where it is used

    kept = folder / SOURCES
    kept.mkdir()
    for source in prepared.plan.sources:
        shutil.copyfile(prepared.files[source.sha256], kept / source_name(source))
