"""What the tests of flow, distance and energy share: hands and eyes for a world, and air that stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from calbench.simulation.byeye import AppliedByHand, ReadByEye
from calbench.simulation.world import World

Read = Callable[[World, str, str], float]
Apply = Callable[..., None]


@pytest.fixture
def world() -> World:
    """A world at 20 degC, 50 %RH and 101 325 Pa."""
    world = World(seed=5)
    world.ambient.set(temperature=20.0, humidity=50.0, temperature_span=0, humidity_span=0, pressure_span=0)
    return world


@pytest.fixture(scope="session")
def read() -> Read:
    """Read the number that an instrument shows, in its own unit."""

    def number(world: World, name: str, quantity: str) -> float:
        device = world.device(name)
        assert isinstance(device, ReadByEye)
        return float(device.shown(quantity).split()[0])

    return number


@pytest.fixture(scope="session")
def apply() -> Apply:
    """Have hands set a source."""

    def act(world: World, name: str, quantity: str, **told: float) -> None:
        device = world.device(name)
        assert isinstance(device, AppliedByHand)
        numbers: Mapping[str, float] = told
        device.apply_by_hand(quantity, numbers)

    return act
