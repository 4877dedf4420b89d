"""The simulated twin of a station, brought to life with its standards and weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from calbench import library
from calbench.authoring.loading import load_station
from calbench.documents.loaded import Loaded
from calbench.documents.measurands import TOLD
from calbench.documents.station import Station
from calbench.quantities import find_unit, parse_quantity
from calbench.workflow.preparing import surroundings

if TYPE_CHECKING:
    from calbench.documents.asset import Asset
    from calbench.documents.journal import Event
    from calbench.documents.plan import Plan
    from calbench.simulation.nature import Nature
    from calbench.simulation.prompted import Eyes
    from calbench.simulation.staging import Stage
    from calbench.simulation.world import World


KEYBOARD = "keyboard"


@dataclass(frozen=True)
class Reality:
    """How one simulated world really is: its seed, its instruments, and what its weights weigh (kg, by id)."""

    seed: int
    nature: Nature
    masses: Mapping[str, float]


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
    stage = stage_twin(station.model, assets, seed, real_time=real_time, skin=skin)
    stage.hands.connect("")
    return stage


def adjusted_before(stage: Stage, plan: Plan, events: Iterable[Event]) -> None:
    """Adjust the simulated unit as it was adjusted in the earlier parts of a run: a world of its own begins anew."""
    from calbench.simulation.prompted import ADJUSTING, YES, adjust_by_hand  # noqa: PLC0415 - loaded where it is used

    own = {step.id for step in plan.steps if step.kind == "prompt" and step.id.startswith(ADJUSTING)}
    for event in events:
        if event.type == "answered" and event.body["id"] in own and event.body["answer"] == YES:
            adjust_by_hand(stage, event.position or plan.uut.position)


def connected_before(stage: Stage, plan: Plan) -> None:
    """Connect the leads of the unit, or of all units, as the station has them, if a test asks for no connection."""
    if any(test.kind not in ("inspection", "derived") and not test.connection for test in plan.tests):
        stage.hands.connect("", only=plan.uut.position)


def stage_twin(
    station: Station,
    assets: Mapping[str, Loaded[Asset]],
    seed: int | None,
    *,
    real_time: bool,
    skin: str | None = None,
    start: datetime | None = None,
    reality: Reality | None = None,
) -> Stage:
    """Bring the simulated twin of a station to life, at `start` if that is given; its leads are not connected yet."""
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
    if reality is not None:
        chosen, skin = reality.seed, "in_process"  # no threads of servers, whose order nobody decides
        weights |= {name: Mass(Decimal(repr(mass)), 0.0) for name, mass in reality.masses.items()}
    return stage(
        station,
        serials=serials,
        weights=weights,
        seed=chosen,
        real_time=real_time,
        skin=skin,
        start=start,
        nature=None if reality is None else reality.nature,
    )


def eyes_of(plan: Plan) -> Eyes:
    """Give what the simulated operator reads and sets by eye, prompt by prompt."""
    from calbench.simulation.prompted import Eyes, Mark  # noqa: PLC0415 - loaded where it is used

    units = {binding.role: binding for unit in plan.units for binding in unit.bindings}
    bindings = {**units, **{binding.role: binding for binding in plan.bindings}}
    points = {point.id: point for point in plan.points}
    seats: dict[str, dict[str, str]] = {}
    for unit in plan.units:
        for binding in unit.bindings:
            seats.setdefault(binding.role, {})[unit.position] = binding.instrument
    own: dict[str, dict[str, str]] = {}
    told: dict[str, dict[str, float]] = {}
    readings: dict[str, tuple[str, str]] = {
        f"environment/{one.quantity}": (bindings[one.role].instrument, one.quantity)
        for one in plan.conditions
        if bindings[one.role].driver == KEYBOARD
    }
    marks: dict[str, Mark] = {}
    passes: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for step in plan.steps:
        point = points.get(step.point)
        if step.kind != "measure" or point is None or not point.read_role:
            continue
        for one in point.reads:
            if bindings[one.role].driver == KEYBOARD and not one.counted:
                at_each = plan.units and one.role in units
                name = f"{step.id}/{one.name}" if one.name else step.id
                readings[name] = ("" if at_each else bindings[one.role].instrument, one.read)
                own[name] = seats.get(one.role, {})
                told[name] = {
                    key: float(parse_quantity(text).in_unit(find_unit(TOLD[key])))
                    for key, text in point.told.items()
                }
        if point.reference == "read" and point.nominal is not None:
            value = float(parse_quantity(point.nominal).value)
            passes.setdefault((point.test, step.measured_pass), []).append((step.id, value))
    for steps in passes.values():
        falling = steps[0][1] > steps[-1][1]
        marks |= {
            f"{name}/ready": Mark("" if plan.units else plan.uut.position, value, falling)
            for name, value in steps
        }
    ballast = {
        name: float(parse_quantity(mass).value)
        for point in plan.points
        for name, mass in point.all_ballast.items()
    }
    return Eyes(readings, marks, own, told, ballast)
