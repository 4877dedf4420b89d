"""Quantities between terminals. Expected powers: P = U I cos(phi), Q = U I sin(phi), S = U I for each phase."""

import math

import pytest

from calbench.simulation.device import Device
from calbench.simulation.signals import Alternating, Load, Phase
from calbench.simulation.world import World


class Box(Device):
    """An instrument with terminals and nothing else."""


@pytest.fixture
def world():
    world = World(seed=1)
    for name in ("source", "meter", "second"):
        world.add(name, Box)
    world.connect("source.output", ["meter.input", "second.input"])
    return world


def test_what_a_source_emits_reaches_everyone_that_is_connected(world):
    world.terminal("source.output").emit("voltage.ac", lambda _: Alternating(230.0, 50.0))

    assert world.terminal("meter.input").received("voltage.ac") == Alternating(230.0, 50.0)
    assert world.terminal("second.input").received("voltage.ac") == Alternating(230.0, 50.0)
    assert world.terminal("meter.input").received("current.ac") is None
    assert world.terminal("source.output").received("voltage.ac") is None


def test_a_signal_is_asked_for_the_time_that_is_meant(world):
    world.terminal("source.output").emit("pressure", lambda t: 1000.0 + t)
    world.clock.sleep(5.0)

    assert world.terminal("meter.input").received("pressure") == 1005.0
    assert world.terminal("meter.input").received("pressure", at=2.0) == 1002.0


def test_who_integrates_is_told_before_each_change(world):
    source, meter = world.terminal("source.output"), world.terminal("meter.input")
    seen = []
    meter.watch(lambda: seen.append(meter.received("current.dc")))
    source.emit("current.dc", lambda _: 1.0)
    source.emit("current.dc", lambda _: 2.0)
    source.emit("current.dc", None)

    assert seen == [None, 1.0, 2.0]
    assert meter.received("current.dc") is None


def test_powers_of_a_load():
    load = Load((Phase(230.0, 5.0, math.radians(60)), Phase(230.0, 5.0, math.radians(-60))), 50.0)

    assert load.active == pytest.approx(1150.0)
    assert load.reactive == pytest.approx(0.0, abs=1e-9)
    assert load.apparent == pytest.approx(2300.0)
