"""The simulated twin of a station, brought to life with its standards and weights."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from calbench import library
from calbench.authoring.loading import load_station
from calbench.documents.loaded import Loaded
from calbench.documents.station import Station
from calbench.quantities import parse_quantity
from calbench.workflow.preparing import surroundings

if TYPE_CHECKING:
    from calbench.documents.asset import Asset
    from calbench.simulation.staging import Stage
    from calbench.simulation.world import World


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


def stage_twin(
    station: Station,
    assets: Mapping[str, Loaded[Asset]],
    seed: int | None,
    *,
    real_time: bool,
    skin: str | None = None,
    start: datetime | None = None,
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
    return stage(
        station,
        serials=serials,
        weights=weights,
        seed=chosen,
        real_time=real_time,
        skin=skin,
        start=start,
    )
