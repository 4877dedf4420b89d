"""The whole line, wired: files to plan, plan to journal, journal to record, record to certificates.

The stages do not know each other; this module alone hands the documents on.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from calbench import library
from calbench.authoring.loading import Surroundings, load_answers, load_procedure, load_station
from calbench.clock import Clock, RealClock
from calbench.documents.canonical import canonical
from calbench.documents.loaded import Loaded
from calbench.documents.station import Station
from calbench.errors import IntegrityFailure, UsageError
from calbench.quantities import parse_quantity

if TYPE_CHECKING:
    from calbench.documents.asset import Asset
    from calbench.documents.journal import Event
    from calbench.documents.plan import Plan, Simulated
    from calbench.documents.prompt import Operator
    from calbench.documents.record import Record
    from calbench.execution.journalling import Listener
    from calbench.execution.running import Outcome
    from calbench.instruments.opening import LinkSpec
    from calbench.simulation.staging import Stage
    from calbench.simulation.world import World
    from calbench.traffic import Traffic

M = TypeVar("M", bound=BaseModel)
PLAN, JOURNAL, RECORD, SOURCES = "plan.json", "journal.jsonl", "record.json", "sources"


@dataclass(frozen=True)
class Options:
    """What is chosen for one run, beside procedure and station."""

    settings: Mapping[str, str] = field(default_factory=dict)
    uut: Mapping[str, str] = field(default_factory=dict)
    position: str | None = None
    operator: str = ""
    seed: int | None = None
    simulate: bool = False
    real_time: bool = False
    only: tuple[str, ...] = ()
    answers: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """A plan with what is needed to run it; `files` are the authored files by the hash of their bytes."""

    plan: Plan
    station: Loaded[Station]
    assets: Mapping[str, Loaded[Asset]]
    files: Mapping[str, Path]
    options: Options


@dataclass(frozen=True)
class Finished:
    """A run that ended: where it lies, how it ended, its record, and what was recorded of its traffic, if asked for."""

    folder: Path
    outcome: Outcome
    record: Record
    traffic: str = ""


class _Models(Set[str]):
    """The names of the simulated instruments, looked for when somebody asks: a procedure has none."""

    @cached_property
    def _names(self) -> frozenset[str]:
        from calbench.simulation import catalog  # noqa: PLC0415 - as above

        return frozenset(catalog.models())

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def surroundings() -> Surroundings:
    """Give what authoring may look up: drivers, simulators, and where files lie."""
    from calbench.instruments.catalog import Provisions  # noqa: PLC0415 - loaded where it is used

    return Surroundings(Provisions(), _Models(), _find_procedure, library.asset)


def prepare(procedure: str, station: str, options: Options, clock: Clock | None = None) -> Prepared:
    """Read the files and make the plan; nothing is touched.

    Raises:
        InvalidFile: A file breaks a rule.
        PlanRefused: The plan cannot be made.
        UsageError: There is no such file, or the options do not fit.
    """
    from calbench.planning.compiling import compile_plan  # noqa: PLC0415 - `check` needs no planning
    from calbench.planning.request import Request  # noqa: PLC0415 - as above
    from calbench.software import software  # noqa: PLC0415 - as above

    around = surroundings()
    procedure_path, station_path = library.find("procedures", procedure), library.find("stations", station)
    loaded, used = load_procedure(procedure_path, around)
    bench, assets = load_station(station_path, around)
    simulated = _simulated(bench.model, options)
    request = Request(
        procedure=loaded,
        used=used,
        station=bench,
        assets=assets,
        drivers=around.drivers,
        software=software(),
        created=_now(bench.model, simulated, clock or RealClock()),
        operator=options.operator or _answering(options) or ("simulated operator" if simulated else ""),
        simulated=simulated,
        settings=options.settings,
        uut=options.uut,
        position=options.position,
        only=options.only,
    )
    plan = compile_plan(request)
    files: list[Loaded[Any]] = [loaded, *used.values(), bench, *assets.values()]
    paths = {one.sha256: Path(one.path) for one in files}
    return Prepared(plan, bench, assets, paths, options)


def execute(
    prepared: Prepared,
    out: Path,
    *,
    operator: Operator | None = None,
    listeners: tuple[Listener, ...] = (),
    clock: Clock | None = None,
    traffic: Traffic | None = None,
) -> Finished:
    """Run a plan and evaluate its journal; gives the folder with plan, journal and record.

    `traffic` says where the traffic of all instruments is recorded; None for nowhere.

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
    return Finished(folder, outcome, record, taping.said)


def evaluate(folder: Path) -> Record:
    """Compute the record of a run anew from its plan and journal, and write it."""
    from calbench.evaluation.recording import evaluate_run  # noqa: PLC0415 - loaded where it is used

    record = evaluate_run(stored_plan(folder), _read(folder / JOURNAL))
    (folder / RECORD).write_bytes(canonical(record))
    return record


def certify(folder: Path, formats: Sequence[str], languages: Sequence[str]) -> list[Path]:
    """Write the certificates of a run, after its record was verified.

    Raises:
        IntegrityFailure: The record was altered, or its results do not follow from its readings.
        UsageError: There is no record, or a format or language that is not known.
    """
    from calbench.certificates import write  # noqa: PLC0415 - loaded where it is used
    from calbench.documents.record import Record  # noqa: PLC0415 - as above
    from calbench.evaluation.verifying import verify_record  # noqa: PLC0415 - as above

    data = _read(folder / RECORD)
    bad = [check for check in verify_record(data) if check.holds is False]
    if bad:
        found = "; ".join(f"{check.name}: {check.found}" for check in bad)
        raise IntegrityFailure(f"{folder / RECORD} is not certified. {found}.")
    record = _stored(Record, folder / RECORD)
    return write(record, data, folder, formats, languages)  # type: ignore[arg-type] # checked there


def stored_plan(folder: Path) -> Plan:
    """Read the plan of a run folder."""
    from calbench.documents.plan import Plan  # noqa: PLC0415 - loaded where it is used

    return _stored(Plan, folder / PLAN)


def simulated_world(path: str) -> World:
    """Make the live simulated world of a station file, leads connected: for other programs.

    Raises:
        InvalidFile: The station breaks a rule.
        UsageError: It has no simulation.
    """
    return stage_of(library.find("stations", path)).world


def stage_of(
    path: Path, *, seed: int | None = None, skin: str | None = None, real_time: bool = False
) -> Stage:
    """Bring the simulated twin of a station file to life, with its leads connected."""
    station, assets = load_station(path, surroundings())
    stage = _stage(station.model, assets, seed, real_time=real_time, skin=skin)
    stage.hands.connect("")
    return stage


def _stage(
    station: Station,
    assets: Mapping[str, Loaded[Asset]],
    seed: int | None,
    *,
    real_time: bool,
    skin: str | None = None,
) -> Stage:
    from calbench.simulation.staging import Mass, stage, twin_of  # noqa: PLC0415 - loaded where it is used

    serials = {
        name: assets[unit.asset].model.serial
        for name, unit in station.instruments.items()
        if unit.asset is not None and unit.asset in assets
    }
    weights = {
        weight.id: Mass(
            parse_quantity(weight.mass).value,
            float(parse_quantity(weight.expanded).value / Decimal(weight.k)),
        )
        for asset in assets.values()
        for weight in asset.model.weights
    }
    chosen = twin_of(station).seed if seed is None else seed
    return stage(station, serials=serials, weights=weights, seed=chosen, real_time=real_time, skin=skin)


@contextlib.contextmanager
def _bench(
    prepared: Prepared, clock: Clock | None
) -> Iterator[tuple[Clock, Mapping[str, LinkSpec], Stage | None]]:
    """Give clock and addresses: of the hardware, or of the simulated twin for as long as the run lasts."""
    if prepared.plan.simulated is None:
        yield clock or RealClock(), {}, None
        return
    from calbench.instruments.opening import LinkSpec  # noqa: PLC0415 - loaded where it is used

    seed, real_time = prepared.plan.simulated.seed, prepared.plan.simulated.clock == "real"
    stage = _stage(prepared.station.model, prepared.assets, seed, real_time=real_time)
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


def _operator(prepared: Prepared, stage: Stage | None) -> Operator:
    if prepared.options.answers is not None:
        from calbench.execution.answering import FileOperator  # noqa: PLC0415 - loaded where it is used

        return FileOperator(load_answers(prepared.options.answers).model, str(prepared.options.answers))
    if stage is None:
        raise UsageError("Nobody answers prompts: run from a terminal, or give --answers FILE.")
    from calbench.simulation.prompted import SimulatedOperator  # noqa: PLC0415 - loaded where it is used
    from calbench.simulation.staging import twin_of  # noqa: PLC0415 - as above

    wrong = {
        one.at: one.value or ""
        for one in twin_of(prepared.station.model).mistakes
        if one.do == "wrong_answer"
    }
    return SimulatedOperator(stage, prepared.plan.uut.position, wrong)


def _simulated(station: Station, options: Options) -> Simulated | None:
    if not (station.simulated or options.simulate):
        if options.seed is not None or options.real_time:
            raise UsageError("--seed and --real-time are for simulated runs; add --sim.")
        return None
    from calbench.documents.plan import Simulated  # noqa: PLC0415 - loaded where it is used
    from calbench.simulation.staging import twin_of  # noqa: PLC0415 - as above

    twin = twin_of(station)
    return Simulated(
        seed=twin.seed if options.seed is None else options.seed,
        clock="real" if options.real_time else twin.clock,
    )


def _now(station: Station, simulated: Simulated | None, clock: Clock) -> datetime:
    if simulated is not None and simulated.clock == "virtual":
        from calbench.simulation.staging import start_of, twin_of  # noqa: PLC0415 - loaded where it is used

        return start_of(twin_of(station))
    return clock.utc()


def _answering(options: Options) -> str:
    return load_answers(options.answers).model.operator if options.answers is not None else ""


def _find_procedure(text: str, says: Path) -> Path | None:
    """Find a sub-procedure: beside the file that uses it, from its project's folder, or in the library."""
    for root in (says.parent, *says.parents):
        if (root / text).is_file():
            return root / text
    try:
        return library.find("procedures", text)
    except UsageError:
        return None


def _folder(out: Path, plan: Plan) -> Path:
    from calbench.evaluation.recording import run_id  # noqa: PLC0415 - loaded where it is used

    for number in range(1, 10_000):
        folder = out / (run_id(plan) if number == 1 else f"{run_id(plan)}-{number}")
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


def _stored(model: type[M], path: Path) -> M:
    try:
        return model.model_validate_json(_read(path))
    except ValidationError as error:
        raise IntegrityFailure(
            f"{path} is damaged: {error.errors(include_url=False)[0]['msg']}. Restore it from a copy."
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. Give the folder of a run.") from error
