"""The handheld multimeter: 1999 counts, ranges of its own choice, and what the calibrator at its input puts out."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.byeye import ReadByEye
from calbench.simulation.world import World

EXACT = {
    "gain": 0.0, "offset": 0.0, "noise": 0.0, "linearity": 0.0, "tempco": 0.0, "warmup": 0.0, "ac_gain": 0.0,
    "current_gain": 0.0, "ac_current_gain": 0.0, "resistance_gain": 0.0, "resistance_offset": 0.0,
}  # fmt: skip
SOURCE = {
    "gain": 0.0, "offset": 0.0, "ac_gain": 0.0, "current_gain": 0.0, "ac_current_gain": 0.0, "signal_offset": 0.0,
    "resistance_gain": 0.0, "residual": 0.0,
}  # fmt: skip


def shown(output: str, quantity: str, **errors: float) -> str:
    """Set the calibrator, wait until it has settled, and read the display."""
    world = World(seed=3)
    world.add("meter", "byeye/multimeter", {**EXACT, **errors})
    world.add("source", "fluke/f5522a", SOURCE)
    world.connect("source.output", "meter.input")
    source, meter = world.device("source"), world.device("meter")
    for message in ("ZCOMP NONE", f"OUT {output}", "OPER"):
        source.receive(message)
    world.clock.sleep(20.0)
    assert isinstance(meter, ReadByEye)
    return meter.shown(quantity)


@pytest.mark.parametrize(
    ("output", "quantity", "text"),
    [
        ("0.18 V, 0 HZ", "voltage.dc", "180.0 mV"),
        ("0.2 V, 0 HZ", "voltage.dc", "0.200 V"),  # 200.0 mV would be 2000 counts
        ("-1.8 V, 0 HZ", "voltage.dc", "-1.800 V"),
        ("18 V, 0 HZ", "voltage.dc", "18.00 V"),
        ("900 V, 0 HZ", "voltage.dc", "900.0 V"),
        ("1.8 V, 50 HZ", "voltage.ac", "1.800 V"),
        ("18 MA, 0 HZ", "current.dc", "18.00 mA"),
        ("0.18 A, 50 HZ", "current.ac", "180.0 mA"),
        ("180 OHM", "resistance.2w", "180.0 Ohm"),
        ("18 KOHM", "resistance.2w", "18.00 kOhm"),
        ("1.5 MOHM", "resistance.2w", "1.500 MOhm"),
    ],
)
def test_it_shows_what_is_put_out_on_the_lowest_range_that_has_it(
    output: str, quantity: str, text: str
) -> None:
    assert shown(output, quantity) == text


@pytest.mark.parametrize(
    ("output", "quantity", "error", "text"),
    [
        (
            "1.2 V, 0 HZ",
            "voltage.dc",
            {"gain": 0.0075},
            "1.209 V",
        ),  # the published example of a meter that fails
        ("1.8 V, 50 HZ", "voltage.ac", {"ac_gain": 0.01}, "1.818 V"),
        ("18 MA, 0 HZ", "current.dc", {"current_gain": -0.01}, "17.82 mA"),
        ("180 OHM", "resistance.2w", {"resistance_gain": 0.01}, "181.8 Ohm"),
    ],
)
def test_its_errors_are_shown(output: str, quantity: str, error: dict[str, float], text: str) -> None:
    assert shown(output, quantity, **error) == text


def test_nothing_at_its_input_is_nothing_or_beyond_every_resistance() -> None:
    world = World(seed=3)
    world.add("meter", "byeye/multimeter", EXACT)
    meter = world.device("meter")
    assert isinstance(meter, ReadByEye)
    assert meter.shown("voltage.dc") == "0.0 mV"
    assert meter.shown("resistance.2w") == "OL"
    with pytest.raises(UsageError, match="shows"):
        meter.shown("mass")
