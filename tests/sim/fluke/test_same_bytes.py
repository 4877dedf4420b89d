"""DC voltage of a seed is what it was before the calibrators had other functions: values recorded at that time."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.world import World


class Nothing(Device):
    """Something to connect to."""


@pytest.mark.parametrize(
    ("model", "sent", "voltage", "following"),
    [
        ("fluke/f5730a", b"OUT 10 V;OPER\n", 9.999985214994526, 0.3162119810736028),
        ("fluke/f5522a", b"OUT 3 V;OPER\n", 2.9999931158994584, 0.028355790689842175),
    ],
)
def test_the_functions_that_were_added_draw_nothing_from_the_units_generator(model, sent, voltage, following):
    world = World(seed=3)
    device = world.add("cal", model)
    load = world.add("load", Nothing).bench.terminal("input")
    world.connect("cal.output", "load.input")
    device.connect(message_based=True).write(sent)
    world.clock.sleep(20)
    assert load.seen().voltage == pytest.approx(voltage, rel=1e-15)
    assert device.bench.rng.random() == following
