"""The demonstration benches for flow, distance, energy and packages: each name that they offer is really there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calbench import library
from calbench.simulation.byeye import ReadByEye
from calbench.simulation.staging import Stage
from calbench.simulation.world import World
from calbench.workflow.staging import stage_of

Read = Callable[[World, str, str], float]
Apply = Callable[..., None]
LITRES_20 = {"value": 0.020, "flow": 2.4}

# station: what is applied, and what each unit under test and each standard then shows, roughly
BENCHES: dict[str, tuple[list[tuple[str, str, dict[str, float]]], dict[str, float]]] = {
    "demo-water": (
        [("supply", "volume", {"value": 0.1, "flow": 2.5})],
        {"1 volume": 100.6, "2 volume": 102.2, "3 volume": 12444.5, "1 volume.flow": 2.5, "tank mass": 99.7,
         "thermometer temperature": 21.4, "stopwatch time": 144.0},
    ),
    "demo-fuel": (
        [("pump", "volume", LITRES_20)],
        {"1 volume": 20.0, "2 volume": 20.1, "can volume": 20.0, "can temperature": 16.9, "1 temperature": 16.5},
    ),
    "demo-gas": (
        [("prover", "volume", {"value": 0.1, "flow": 2.5})],
        {"1 volume": 101.1, "2 volume": 99.2, "3 volume": 3311.5, "prover volume": 100.0, "prover temperature": 20.0,
         "prover pressure": 102825.0, "master volume": 100.0, "master volume.flow": 2.5, "1 temperature": 20.2,
         "2 pressure": 102825.0, "master temperature": 20.0, "stopwatch time": 144.0},
    ),
    "demo-heat": (
        [("hot", "temperature", {"value": 70.0}), ("cold", "temperature", {"value": 50.0}),
         ("supply", "volume", {"value": 0.1, "flow": 1.5})],
        {"1 volume": 100.0, "1 energy.heat": 2.3, "3 volume": 103.0, "3 energy.heat": 2.44, "1 temperature": 70.0,
         "hot_probe temperature": 70.0, "cold_probe temperature": 50.0, "tank temperature": 50.3,
         "stopwatch time": 240.0},
    ),
    "demo-prepack": ([("1", "count", {"value": 1.0})], {"balance mass": 513.0}),
    "demo-taxi": (
        [("rollers", "length", {"value": 3000.0})],
        {"1 length": 2960.0, "2 length": 3060.0, "rollers length": 3000.0, "rollers count": 300_000.0,
         "1 time": 270.0, "1 count": 2961.0},
    ),
    "demo-charger": (
        [("load", "energy.active", {"value": 3.6e6, "power": 7000.0})],
        {"1 energy.active": 1.0, "2 energy.active": 0.983, "standard energy.active": 1.0},
    ),
}  # fmt: skip


def staged(name: str) -> Stage:
    return stage_of(library.find("stations", name))


@pytest.mark.parametrize("name", BENCHES)
def test_each_bench_offers_what_it_says(name: str, read: Read, apply: Apply) -> None:
    stage = staged(name)
    applied, expected = BENCHES[name]
    for source, quantity, told in applied:
        apply(stage.world, source, quantity, **told)
    for place, value in expected.items():
        instrument, _, quantity = place.partition(" ")
        assert read(stage.world, instrument, quantity) == pytest.approx(value, rel=0.015), place
    stage.world.close()


def test_two_clocks_of_the_charger_bench() -> None:
    world = staged("demo-charger").world
    shown = {}
    for name in ("standard", "1", "2"):
        device = world.device(name)
        assert isinstance(device, ReadByEye)
        shown[name] = device.shown("time")
    assert shown == {"standard": "08:00:00.100", "1": "08:00:02", "2": "08:04:00"}


def test_the_heat_bench_weighs_over_an_interface(apply: Apply) -> None:
    world = staged("demo-heat").world
    apply(world, "supply", "volume", value=0.1, flow=1.5)
    # 50.3 degC: 987.90 kg/m3 (Kell), and 1.06 permil less as air bears it up
    assert world.pan("scale.pan").load() == pytest.approx(98.69, rel=0.01)
