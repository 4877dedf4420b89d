"""Source, meter under test and reference meter together: the error comes out while the source still ramps."""

from __future__ import annotations

import pytest


@pytest.fixture
def bench(instrument, world, source, under_test):
    """Give lines to a source and a reference meter around a meter that registers 0.4 % too much."""
    fg = instrument("zera/fg", "fg", serial=True)
    mt = instrument("zera/mt", "mt", {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0}, serial=True)
    under_test({"gain": 0.004})
    world.connect("fg.output", ["mt.input", "meter.input"])
    return fg, mt


def test_error_over_the_whole_way_up(bench):
    fg, mt = bench
    for line in ("AEP100000;03;50;0", "AEB0"):  # 1000/kWh times 1e5, 50 pulses
        mt.ask(line)
    for line in (
        "SFR50.00",
        "SUPAER230.000000.00S230.000120.00T230.000240.00",
        "SIPAAR020.000045.00S020.000165.00T020.000285.00",
        "SUIEEEPPPAAA",
    ):
        fg.ask(line)
    mt.wait(30)
    state, error, *_ = mt.ask("AES1").split("\r")
    assert (state, error) == ("03", "0.4000")


def test_actual_values_agree_with_what_was_set(bench):
    fg, mt = bench
    for line in ("SUPAER230.000000.00S230.000120.00T230.000240.00", "SUIEEEAAAAAA"):
        fg.ask(line)
    mt.ask("ATI02")
    *pairs, _ = mt.ask("AME0;1;2;3;24").split("\r")
    volts = [float(pair.split(";")[1]) for pair in pairs]
    assert volts[:3] == pytest.approx([230.0] * 3, rel=1e-3)  # seeded gains of 0.02 % rms
    assert volts[3:] == [0.0, 0.0]
