"""A simulated bench as a test wants it: a station, what is wrong with it, and runs in virtual time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from calbench import library
from calbench.authoring import load_station
from calbench.documents.asset import Asset
from calbench.documents.journal import Event, parse
from calbench.documents.loaded import Loaded
from calbench.documents.plan import Plan
from calbench.documents.record import Record, Result, Status, Verdict
from calbench.documents.station import FaultRule, Mistake, Station
from calbench.errors import UsageError
from calbench.simulation.staging import Stage
from calbench.testing.altering import altered
from calbench.testing.happening import require_happened
from calbench.testing.opened import OpenBench
from calbench.workflow import JOURNAL, Finished, Options, Prepared, execute, prepare, surroundings
from calbench.workflow.staging import connected_before, stage_twin

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, repr=False)
class Run:
    """A run that ended, and what a test asks of it; `name` is `procedure on station`."""

    name: str
    finished: Finished
    journal: list[Event]

    @property
    def record(self) -> Record:
        """The record of a run of one unit.

        Raises:
            UsageError: It had several; `records` has theirs.
        """
        if len(self.records) > 1:
            raise UsageError(
                f"{self.name} had several units. Take one of records: {', '.join(self.records)}."
            )
        return self.finished.record

    @property
    def records(self) -> Mapping[str, Record]:
        """The records by position."""
        return self.finished.records

    @property
    def plan(self) -> Plan:
        """The plan that was run."""
        return self.record.plan

    @property
    def folder(self) -> Path:
        """Where plan, journal and record lie."""
        return self.finished.folder

    @property
    def status(self) -> Status:
        """How the run ended, COMPLETED if it went to its end; that is no verdict."""
        return self.record.run.status

    @property
    def verdict(self) -> Verdict:
        """The verdict over all."""
        return self.record.verdict

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each result, by its id such as `dcv/10V/-10V`."""
        return {one.id: one.verdict for one in self.record.results}

    def result(self, name: str) -> Result:
        """Give a result by its id.

        Raises:
            UsageError: There is none; lists those that there are.
        """
        found = next((one for one in self.record.results if one.id == name), None)
        if found is None:
            raise UsageError(f"{self.name} has no result {name!r}. There are: {', '.join(self.verdicts)}.")
        return found

    def events(self, kind: str) -> list[Event]:
        """Give the events of one type in the journal, such as `fault` or `safe_state`."""
        return [one for one in self.journal if one.type == kind]

    def __repr__(self) -> str:
        """Say what a failed assertion should show, and not the whole record."""
        ended = ", ".join(
            f"{f'unit {position}: ' if len(self.records) > 1 else ''}{one.run.status}, {one.verdict}"
            for position, one in self.records.items()
        )
        return f"<{self.name}: {ended}>"


@dataclass(frozen=True)
class Bench:
    """A simulated station; each method gives another bench, and leaves this one and all files as they are.

    Attributes:
        station: Its name or path, as `calbench run` takes it.
        root: The folder of the repository, from which names are found.
        out: Where the folders of runs are made.
        units: What is other than `simulation.units` of the station says, by instrument or position.
        faults: What goes wrong beside `simulation.faults`.
        mistakes: What the simulated operator does wrong beside `simulation.mistakes`.
        seed: Of everything simulated; None for that of the station.
    """

    station: str
    root: Path
    out: Path
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    faults: tuple[FaultRule, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    seed: int | None = None

    def unit(self, name: str, **settings: str) -> Bench:
        """Let a unit or standard really be so: `bench.unit("1", gain="80 ppm")`; keys as in `simulation.units`."""
        own = {**self.units.get(name, {}), **settings}
        return replace(self, units={**self.units, name: own})

    def fault(
        self,
        instrument: str,
        kind: str,
        *,
        after: int = 0,
        count: int | None = None,
        seconds: str | None = None,
    ) -> Bench:
        """Let an instrument go wrong after so many messages, for `count` of them (None: for good).

        Raises:
            UsageError: There is no such kind, or a value does not fit; as `simulation.faults` has it.
        """
        given = {"instrument": instrument, "kind": kind, "after": after, "count": count, "seconds": seconds}
        return replace(self, faults=(*self.faults, _valid(FaultRule, given)))

    def mistake(self, at: str, do: str, value: str | None = None) -> Bench:
        """Let the simulated operator do something wrong at a prompt; as `simulation.mistakes` has it.

        Raises:
            UsageError: There is no such mistake.
        """
        return replace(self, mistakes=(*self.mistakes, _valid(Mistake, {"at": at, "do": do, "value": value})))

    def seeded(self, seed: int) -> Bench:
        """Let everything simulated be drawn from another seed."""
        return replace(self, seed=seed)

    @contextlib.contextmanager
    def opened(self) -> Iterator[OpenBench]:
        """Open the station for a `with` block, its leads connected, to use its drivers without a procedure.

        Raises:
            InvalidFile: A file breaks a rule.
            UsageError: There is no such station, or it has no twin.
        """
        with contextlib.chdir(self.root):
            loaded, assets = load_station(library.find("stations", self.station), surroundings())
        station = self._altered(loaded).model
        with _staged(station, assets, self.seed) as stage:
            stage.hands.connect("")
            yield OpenBench(station, stage)

    def plan(self, procedure: str, options: Options | None = None) -> Plan:
        """Give the plan of a procedure on this station; nothing is run.

        Raises:
            InvalidFile: A file breaks a rule.
            PlanRefused: The plan cannot be made.
            UsageError: A name or an option does not fit, or the station has no twin in virtual time.
        """
        with contextlib.chdir(self.root):
            return self._prepared(procedure, options or Options()).plan

    def run(
        self,
        procedure: str,
        *,
        settings: Mapping[str, str] | None = None,
        uut: Mapping[str, str] | None = None,
        only: tuple[str, ...] = (),
        position: str | None = None,
        answers: Path | None = None,
    ) -> Run:
        """Run a procedure in virtual time, and evaluate it.

        Args:
            procedure: Its name or path.
            settings: Parameters, as after `--set`.
            uut: The work order, as after `--uut`.
            only: Patterns of points, as after `--only`.
            position: Where the unit is; None for the first that fits.
            answers: Who answers instead of the simulated operator; from the folder of the repository.

        Raises:
            As `run_with`.
        """
        options = Options(settings or {}, uut or {}, position, only=only, answers=answers)
        return self.run_with(procedure, options)

    def run_with(self, procedure: str, options: Options) -> Run:
        """Run a procedure as `run` does, with all options of `calbench run`; seed and clock are those of the bench.

        Raises:
            As `plan`; UsageError also if a fault or mistake of this bench never happened.
        """
        with contextlib.chdir(self.root):
            prepared = self._prepared(procedure, options)
            seed = prepared.plan.simulated.seed if prepared.plan.simulated else None
            with _staged(prepared.station.model, prepared.assets, seed) as stage:
                connected_before(stage, prepared.plan)
                finished = execute(prepared, self.out, stage=stage)
                events, _ = parse((finished.folder / JOURNAL).read_bytes())
                require_happened(stage.world, self.faults, self.mistakes, events)
        return Run(f"{prepared.plan.procedure.id} on {prepared.plan.station}", finished, events)

    def _prepared(self, procedure: str, options: Options) -> Prepared:
        chosen = replace(options, simulate=True, real_time=False, seed=self.seed)
        found = (library.find("procedures", procedure), library.find("stations", self.station))
        prepared = prepare(str(found[0]), str(found[1]), chosen)
        if prepared.plan.simulated is None or prepared.plan.simulated.clock != "virtual":
            raise UsageError(
                f"Station {self.station} is simulated in real time, and tests wait for nothing. "
                "Write clock: virtual below simulation, or leave it out."
            )
        return replace(prepared, station=self._altered(prepared.station))

    def _altered(self, station: Loaded[Station]) -> Loaded[Station]:
        return replace(
            station, model=altered(station.model, self.units, faults=self.faults, mistakes=self.mistakes)
        )


@contextlib.contextmanager
def _staged(station: Station, assets: Mapping[str, Loaded[Asset]], seed: int | None) -> Iterator[Stage]:
    stage = stage_twin(station, assets, seed, real_time=False)
    try:
        yield stage
    finally:
        stage.world.close()


def _valid(model: type[M], given: Mapping[str, object]) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in one["loc"])
        raise UsageError(f"{where} = {one['input']!r}: {one['msg']}.") from error
