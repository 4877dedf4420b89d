"""Power sources that load three phases or one alone: driver, simulated source, simulated meter and its driver.

Expected values are of the request: U and I of each phase, P = n U I cos(phi), Q = n U I sin(phi) (`PowerSource`).
"""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from calbench.instruments import catalog
from calbench.instruments.opening import LinkSpec, open_driver
from calbench.simulation import registry
from calbench.simulation.serialurl import register_handler
from calbench.simulation.world import World

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0}
SOURCES = {"clou/cl309": {}, "zera/fg": {"frequency_gain": 0.0}, "fluke/f6105a": {"frequency_gain": 0.0}}
METERS = ("clou/cl3115", "zera/mt")
register_handler()


@pytest.fixture
def bench():
    """Give what opens a driver on its simulated instrument in one world, and the world."""
    world = World(seed=7)
    with registry.registered(world) as key:

        def opened(name, at, settings):
            driver = catalog.find(name)
            resource = f"GPIB0::{at}::INSTR"
            world.add(f"unit{at}", name, settings, serial_number="4711", resource=resource)
            if "GPIB" in driver.LINKS:
                return open_driver(
                    driver, LinkSpec("visa", resource, library=f"{key}@calbench"), clock=world.clock
                )
            url = f"calbench://{key}/unit{at}"
            return open_driver(driver, LinkSpec("serial", url, line=driver.LINE.serial), clock=world.clock)

        yield world, opened
    world.close()


@pytest.mark.parametrize("name", SOURCES)
def test_every_phase_carries_what_was_asked_of_it(bench, name):
    world, opened = bench
    source = opened(name, 1, EXACT | SOURCES[name])
    meters = []
    for at, model in enumerate(METERS, 2):
        meters.append(opened(model, at, EXACT | {"noise": 0.0}))
        world.connect("unit1.output", f"unit{at}.input")
    for loaded, angle in (("abc", 0), ("b", 60), ("c", -60), ("a", 60), ("abc", -60)):
        applied = source.apply_power(Decimal(220), Decimal(5), Decimal(angle), Decimal(50), 3, loaded)
        power = 1100.0 * len(loaded)  # VA
        watts = power * (0.5 if angle else 1.0)
        assert float(applied.value) == pytest.approx(watts)
        for one, phase in zip("abc", world.terminal("unit2.input").received("power").phases, strict=True):
            carried = pytest.approx((220.0, 5.0, math.radians(angle)))
            assert phase == (carried if one in loaded else (220.0, 0.0, 0.0)), (loaded, one)
        for meter in meters:
            assert float(meter.read_active_power().value) == pytest.approx(watts, abs=1e-3)
            assert float(meter.read_reactive_power().value) == pytest.approx(
                power * math.sin(math.radians(angle)), abs=1e-3
            )
