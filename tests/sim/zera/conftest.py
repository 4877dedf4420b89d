"""A source of power and a meter under test, beside the instruments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Load, Phase
from calbench.simulation.world import World
from calbench_sim.parts.meters.metering import Metering


class Source(Device):
    """Puts out what the test says, at `output`."""

    def put(self, *phases: tuple[float, float, float]) -> None:
        """Put out phases of voltage (V), current (A) and lag (rad) at 50 Hz; none switches off."""
        load = Load(tuple(Phase(*phase) for phase in phases), 50.0)
        self.bench.terminal("output").emit("power", (lambda _: load) if phases else None)


class Meter(Device):
    """A meter of 1000 pulses per kilowatt-hour, 5(60) A; `input` and `pulse`."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.metering = Metering(bench, constant=1000.0, reference_current=5.0, maximum_current=60.0)


@pytest.fixture
def source(world: World) -> Source:
    """Give a source called `source`."""
    source = world.add("source", Source)
    assert isinstance(source, Source)
    return source


@pytest.fixture
def under_test(world: World) -> Callable[[dict[str, float]], None]:
    """Put a meter, without errors but those given, between the source and the instrument `mt`."""
    good = {"gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0}

    def place(settings: dict[str, float]) -> None:
        world.add("meter", Meter, good | settings)
        world.connect("source.output", "meter.input")
        world.connect("meter.pulse", "mt.pulse_input")

    return place
