"""From files to a plan: reads procedure, station and assets, and compiles; nothing is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from calbench import library
from calbench.authoring.loading import Surroundings, load_answers, load_procedure, load_station
from calbench.clock import Clock, RealClock
from calbench.documents.loaded import Loaded, files_by_hash
from calbench.documents.station import Station
from calbench.errors import NotSimulated, UsageError
from calbench.workflow.picturing import hashes, pictures_of

if TYPE_CHECKING:
    from calbench.documents.asset import Asset
    from calbench.documents.plan import Plan, Simulated


@dataclass(frozen=True)
class Options:
    """What is chosen for one run, beside procedure and station.

    `uut` is what the work order says of the unit under test, or of all; `units` what it says of each of several, by
    position. `positions` are those of several units, ("all",) for all that fit; `position` is that of one.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    uut: Mapping[str, str] = field(default_factory=dict)
    position: str | None = None
    operator: str = ""
    seed: int | None = None
    simulate: bool = False
    real_time: bool = False
    only: tuple[str, ...] = ()
    answers: Path | None = None
    positions: tuple[str, ...] = ()
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def chosen(self) -> tuple[str, ...]:
        """Give the positions that are chosen, those of the work orders if nothing else says; none if any will do."""
        return self.positions or ((self.position,) if self.position else tuple(self.units))


@dataclass(frozen=True)
class Prepared:
    """A plan with what is needed to run it; `files` are the authored files by the hash of their bytes."""

    plan: Plan
    station: Loaded[Station]
    assets: Mapping[str, Loaded[Asset]]
    files: Mapping[str, Path]
    options: Options


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
    from calbench.instruments.catalog import Provisions, Witnesses  # noqa: PLC0415 - loaded where it is used

    return Surroundings(Provisions(), _Models(), _find_procedure, library.asset, Witnesses())


def prepare(procedure: str, station: str, options: Options, clock: Clock | None = None) -> Prepared:
    """Read the files and make the plan; nothing is touched.

    Raises:
        InvalidFile: A file breaks a rule.
        PlanRefused: The plan cannot be made.
        UsageError: There is no such file, or the options do not fit (NotSimulated: to a run with the hardware).
    """
    from calbench.planning.compiling import compile_plan  # noqa: PLC0415 - `check` needs no planning
    from calbench.planning.request import Request  # noqa: PLC0415 - as above
    from calbench.software import software  # noqa: PLC0415 - as above

    around = surroundings()
    procedure_path, station_path = library.find("procedures", procedure), library.find("stations", station)
    loaded, used = load_procedure(procedure_path, around)
    bench, assets = load_station(station_path, around)
    simulated = _simulated(bench.model, options)
    pictures = pictures_of([loaded, *used.values()])
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
        positions=options.chosen(),
        units=options.units,
        only=options.only,
        pictures=hashes(pictures),
    )
    plan = compile_plan(request)
    paths = files_by_hash([loaded, *used.values(), bench, *assets.values()])
    paths |= {request.pictures[named]: path for named, path in pictures.items()}
    return Prepared(plan, bench, assets, paths, options)


def _simulated(station: Station, options: Options) -> Simulated | None:
    if not (station.simulated or options.simulate):
        if options.seed is not None or options.real_time:
            raise NotSimulated(
                "--seed and --real-time are for simulated runs; add --sim.",
                has_twin=station.simulation is not None,
            )
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
    """Find a procedure, vocabulary or formulary: beside the file that names it, in its project, or as shipped."""
    for root in (says.parent, *says.parents):
        if (root / text).is_file():
            return root / text
    try:
        return library.find("procedures", text)
    except UsageError:
        shipped = library.folder("procedures").parent / text
        return shipped if shipped.is_file() else None
