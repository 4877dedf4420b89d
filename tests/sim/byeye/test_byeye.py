"""Instruments that are read by eye: what a person sees and sets, against what really is."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.errors import UsageError
from calbench.simulation.byeye import ReadByEye, SetByEye
from calbench.simulation.world import World
from calbench.workflow import Options, execute, prepare


def bench(**settings: float) -> World:
    world = World(seed=5)
    world.add("meter", "byeye/pointer_voltmeter", settings)
    world.add("standard", "byeye/voltmeter", {"gain": 0.0, "noise": 0.0})
    world.connect("meter.input", "standard.input")
    return world


def read(world: World) -> float:
    device = world.device("standard")
    assert isinstance(device, ReadByEye)
    text, unit = device.shown("voltage.dc").split()
    assert unit == "V"
    return float(text)


def turn(world: World, mark: float, *, falling: bool) -> None:
    device = world.device("meter")
    assert isinstance(device, SetByEye)
    device.set_on(mark, falling=falling)


def test_the_standard_shows_the_mark_less_the_error_of_the_meter() -> None:
    world = bench(gain=0.002, offset=0.01, friction=0.0, setting=0.0)
    turn(world, 15.0, falling=False)  # at full scale the deviation from the straight line is zero
    assert read(world) == pytest.approx(15.0 - 0.03 - 0.01, abs=1e-3)
    assert world.truth.latest("meter", "voltage.error") == pytest.approx(0.04)


def test_friction_makes_the_source_go_further_each_way() -> None:
    world = bench(friction=0.004, setting=0.0)
    turn(world, 9.0, falling=False)
    rising = read(world)
    turn(world, 9.0, falling=True)
    assert rising - read(world) == pytest.approx(0.008, abs=1e-4)


def test_nothing_else_is_shown() -> None:
    world = bench()
    device = world.device("standard")
    assert isinstance(device, ReadByEye)
    with pytest.raises(UsageError, match="shows"):
        device.shown("mass")


def test_a_keyboard_station_runs_without_a_person(tmp_path: Path) -> None:
    finished = execute(prepare("analogue-voltmeter", "demo-keyboard", Options()), tmp_path)
    assert finished.record.run.status == "COMPLETED"
    assert finished.record.plan.simulated is not None
    first = finished.record.attempts["basic-error/15V"][0]
    assert [raw.operator_typed for raw in first.readings] == [True, True]
    assert [raw.measured_pass for raw in first.readings] == ["rising", "falling"]
