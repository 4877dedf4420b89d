"""The stations of the benches: no problems, every instrument answers as the one that its asset says, leads as wired."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench import library
from calbench.authoring.loading import check, load_station
from calbench.execution.bench import KEYBOARD
from calbench.instruments import catalog
from calbench.instruments.roles import accepts
from calbench.simulation.byeye import Carried, ReadByEye
from calbench.simulation.world import World
from calbench.workflow.preparing import surroundings

STATIONS = (
    "demo-meter", "demo-meter-3p", "demo-meters-48", "demo-pressure", "demo-bp", "demo-pressure-tx", "demo-prt",
    "demo-temperature-tx", "demo-thermometer", "demo-weights", "demo-heat-pair", "demo-heat-calculator",
)  # fmt: skip
SPEECHLESS = (
    "byeye/pressure_transmitter",
    "byeye/pt100",
    "byeye/sensor_pair",
    "byeye/temperature_transmitter",
    "byeye/weight",
)


@pytest.mark.parametrize("name", STATIONS)
def test_a_station_has_no_problems(name):
    problems, _ = check([Path(library.find("stations", name))], surroundings())
    assert problems == []


@pytest.mark.parametrize("name", STATIONS)
def test_every_instrument_is_the_one_that_its_asset_says(staged, name):
    bench = staged(name)
    _, assets = load_station(Path(library.find("stations", name)), surroundings())
    for unit in [*bench.station.instruments, *list(bench.station.positions)[:3]]:
        one = {**bench.station.instruments, **bench.station.positions}[unit]
        if one.driver is None:
            continue
        if one.driver == KEYBOARD:
            if one.sim not in SPEECHLESS:
                assert isinstance(bench.device(unit), ReadByEye)
            continue
        identity = bench.driver(unit).identify()
        assert accepts(catalog.find(one.driver), identity.model)
        asset = assets[one.asset].model if getattr(one, "asset", None) else None
        assert asset is None or identity.serial in ("", "0", asset.serial)


@pytest.mark.parametrize("name", STATIONS)
def test_everything_that_is_wired_is_there(staged, name):
    bench = staged(name)
    assert bench.station.simulation is not None
    for wire in bench.station.simulation.wiring:
        for path in (wire.from_, *wire.to):
            unit, _, point = path.partition(".")
            device = bench.device(unit)
            alone = World().add("alone", type(device), {})
            assert point in alone.bench.terminals or (point == "pan" and not isinstance(device, Carried)), (
                path
            )


def test_leads_go_to_the_unit_that_is_measured_and_to_what_belongs_to_none(staged):
    bench = staged("demo-meters-48")
    bench.stage.hands.connect("", only="7")
    assert len(bench.world.terminal("7.input").leads) == 1
    assert len(bench.world.terminal("8.input").leads) == 0
    assert len(bench.world.terminal("reference.input").leads) == 1  # from the source, which is at no position
    assert len(bench.world.terminal("calculator7.reference_input").leads) == 1
    assert len(bench.world.terminal("calculator8.pulse_input").leads) == 0
