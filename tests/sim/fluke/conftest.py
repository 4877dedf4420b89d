"""A calibrator's output, and what is connected to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Terminal
from calbench.simulation.world import World

Wire = Callable[[str], Terminal]


class Nothing(Device):
    """Something to connect to."""


@pytest.fixture
def wire(world: World) -> Wire:
    """Connect a load to the output of the instrument called so; give the load's terminal."""

    def connect(name: str) -> Terminal:
        load = world.add(f"load of {name}", Nothing).bench.terminal("input")
        world.connect(f"{name}.output", f"load of {name}.input")
        return load

    return connect
