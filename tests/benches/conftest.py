"""Shipped stations as live worlds, their leads connected, their instruments behind their real drivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calbench import library
from calbench.authoring.loading import load_station
from calbench.documents.station import Instrument, Position, Station
from calbench.instruments import catalog
from calbench.instruments.opening import LinkSpec, open_driver
from calbench.simulation.byeye import ReadByEye, SetByHand
from calbench.simulation.device import Device
from calbench.simulation.staging import Stage
from calbench.simulation.world import World
from calbench.workflow.preparing import surroundings
from calbench.workflow.staging import stage_twin


class Staged:
    """One station: `driver` opens the driver of an instrument, `reads` reads one by eye."""

    def __init__(self, station: Station, stage: Stage) -> None:
        self.station = station
        self.stage = stage
        self.world: World = stage.world

    def driver(self, name: str) -> Any:
        """Open the driver of an instrument or a position; it must say that it is there."""
        units: dict[str, Instrument | Position] = {**self.station.instruments, **self.station.positions}
        unit = units[name]
        assert unit.driver is not None
        at = self.stage.addresses[name]
        spec = LinkSpec(at.kind, at.address, at.library, at.line, at.timeout, at.unit)  # type: ignore[arg-type] # of its kinds
        opened = open_driver(catalog.find(unit.driver), spec, clock=self.world.clock)
        assert opened.identify().text
        return opened

    def device(self, name: str) -> Device:
        """Give a simulated instrument."""
        return self.world.device(name)

    def reads(self, name: str, quantity: str, **told: float) -> tuple[float, str]:
        """Set and read an instrument by eye, as the simulated operator does; gives number and unit."""
        device = self.device(name)
        if isinstance(device, SetByHand):
            self.world.clock.sleep(device.set_by_hand(quantity, told))
        assert isinstance(device, ReadByEye)
        number, _, unit = device.shown(quantity).partition(" ")
        return float(number), unit

    def truth(self, name: str, quantity: str) -> float:
        """Give what was logged last."""
        found = self.world.truth.latest(name, quantity)
        assert found is not None, f"{name} has logged no {quantity}"
        return found


Staging = Callable[..., Staged]


@pytest.fixture
def staged() -> Iterator[Staging]:
    """Bring a shipped station to life; `units` are settings beside those that it has, by instrument."""
    open_ones: list[Stage] = []

    def bring(name: str, connection: str = "", **units: dict[str, str]) -> Staged:
        path = library.find("stations", name)
        station, assets = load_station(Path(path), surroundings())
        model = station.model
        assert model.simulation is not None
        for unit, settings in units.items():
            own = unit.removeprefix("_")
            model.simulation.units[own] = {**model.simulation.units.get(own, {}), **settings}
        stage = stage_twin(model, assets, None, real_time=False)
        open_ones.append(stage)
        stage.hands.connect(connection)
        return Staged(model, stage)

    yield bring
    for stage in open_ones:
        stage.world.close()
