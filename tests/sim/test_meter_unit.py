"""The analogue half that the meters share: hidden errors of their own, noise, drift, zero, coupling."""

from __future__ import annotations

import random
import statistics

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import OPEN, Electrical
from calbench.simulation.signals import Alternating
from calbench.simulation.world import World
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, Accuracy, MeterUnit, alike, stream

_RANGES = {
    "voltage": alike((1.0, 10.0), 1e-5, 1e-6, 1e-7),
    "resistance": alike((1e3,), 1e-5, 1e-6, 1e-7),
    "voltage.ac": alike((1.0, 10.0), 1e-4, 1e-5, 1e-6),
    "current.dc": alike((1.0,), 1e-4, 1e-5, 1e-6),
    "frequency": {1.0: Accuracy(1e-6, 0.0, 1e-8)},
}
IDEAL = dict.fromkeys(
    ("gain", "offset", "noise", "linearity", "tempco", "warmup", "ac_gain", "timebase"), 0.0
)


class Bare(Device):
    """A meter without a language."""

    SETTINGS = SETTINGS


def unit_of(settings=None, seed=1):
    world = World(seed=seed)
    world.ambient.set(temperature=23.0, temperature_span=0.0)
    device = world.add("meter", Bare, settings)
    return world, MeterUnit(device.bench, _RANGES)


def read(unit, quantity="voltage", value=1.0, top=10.0, seconds=1.0, step=0.0, until=0.0):
    return unit.read(quantity, top, seconds, step, Electrical(value, 0.0), until)


def test_a_stream_of_its_own_leaves_the_generator_where_it_is():
    one, other = random.Random(3), random.Random(3)
    assert stream(one, "a").random() != stream(one, "b").random()
    assert stream(one, "a").random() == stream(other, "a").random()
    assert one.random() == other.random()


def test_a_reading_is_gain_offset_and_resolution():
    _, unit = unit_of({**IDEAL, "gain": 1e-3, "offset": 0.02})
    assert read(unit, value=2.0) == pytest.approx(2.022, abs=1e-12)
    assert read(unit, value=2.0, step=0.1) == pytest.approx(2.0)


def test_one_setting_does_not_move_the_others():
    def readings(settings):
        _, unit = unit_of(settings)
        return [read(unit, "current.dc", top=1.0), read(unit, "voltage.ac"), read(unit, "voltage")]

    plain, changed = readings({}), readings({"gain": 0.1})
    assert plain[:2] == changed[:2]
    assert plain[2] != changed[2]


def test_readings_of_one_quantity_do_not_move_the_noise_of_another():
    _, one = unit_of()
    _, other = unit_of()
    for _ in range(5):
        read(other, "voltage.ac")
    assert [read(one) for _ in range(3)] == [read(other) for _ in range(3)]


def test_the_seed_makes_the_unit():
    assert read(unit_of(seed=1)[1]) == read(unit_of(seed=1)[1]) != read(unit_of(seed=2)[1])


def test_noise_falls_with_the_square_root_of_the_integration_time():
    _, unit = unit_of({"gain": 0.0})
    spread = {s: statistics.stdev(read(unit, seconds=s) for _ in range(400)) for s in (0.01, 1.0)}
    assert spread[1.0] == pytest.approx(1e-6, rel=0.15)  # 1e-7 of the 10 V range
    assert spread[0.01] == pytest.approx(1e-5, rel=0.15)


def test_warm_up_and_temperature_change_the_gain_and_an_adjustment_takes_it_away():
    world, unit = unit_of({**IDEAL, "tempco": 1e-5, "warmup": 1e-3, "warmup_time": 100.0})
    assert read(unit) == pytest.approx(1.001, abs=1e-9)
    world.clock.sleep(1000.0)
    world.ambient.set(temperature=33.0, temperature_span=0.0)
    now = world.clock.monotonic()
    assert read(unit, until=now) == pytest.approx(1.0001, abs=1e-7)
    unit.forget_drift()
    assert read(unit, until=now) == pytest.approx(1.0, abs=1e-12)


def test_the_zero_wanders_from_where_it_was_held():
    world, unit = unit_of(IDEAL)
    unit.hold_zero()
    world.clock.sleep(7200.0)
    assert read(unit, value=0.0, until=world.clock.monotonic()) == pytest.approx(
        1.6e-6, rel=0.1
    )  # 8 K warmer
    unit.auto_zero()
    assert read(unit, value=0.0, until=world.clock.monotonic()) == 0.0


def test_a_stray_voltage_counts_by_the_test_current():
    _, unit = unit_of({**IDEAL, "resistance_gain": 0.0, "resistance_offset": 0.0})
    assert unit.read("resistance", 1e3, 1.0, 0.0, Electrical(1e-6, 100.0), 0.0) == pytest.approx(100.001)


def test_a_weak_source_is_loaded():
    _, unit = unit_of(IDEAL)
    assert unit.read("voltage", 10.0, 1.0, 0.0, Electrical(1.0, 1e4), 0.0) == pytest.approx(
        1 - 1e-3, abs=2e-6
    )
    unit.input_resistance = lambda _: 1e12
    assert unit.read("voltage", 10.0, 1.0, 0.0, Electrical(1.0, 1e4), 0.0) == pytest.approx(1.0, abs=1e-7)


def test_looking_at_each_quantity():
    world, unit = unit_of()
    source = world.add("source", Bare).bench.terminal("output")
    world.connect("source.output", "meter.input")
    assert unit.look("voltage.ac")(0.0, 0.0) == unit.look("current.dc")(0.0, 0.0) == OPEN
    source.emit("voltage.ac", lambda _: Alternating(3.0, 1000.0))
    source.drive(Electrical(4.0, 0.0))
    assert unit.look("frequency")(0.0, 0.0) == (1000.0, 0.0)
    assert unit.look("voltage.ac")(0.0, 0.0)[0] == pytest.approx(3.0, rel=1e-6)
    assert unit.look("voltage.acdc")(0.0, 0.0)[0] == pytest.approx(5.0, rel=1e-6)
    assert unit.look("voltage")(0.0, 0.0) == (4.0, 0.0)


def test_truth_stands_beside_each_reading():
    world, unit = unit_of({**IDEAL, "gain": 1e-3})
    read(unit, value=2.0)
    assert [(entry.quantity, entry.value) for entry in world.truth] == [
        ("voltage", 2.0),
        ("voltage.error", pytest.approx(2e-3)),
    ]
