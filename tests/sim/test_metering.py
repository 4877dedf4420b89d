"""Metering element: energies worked out by hand, error formulas of IEC 62052-11 terms, test output of section 5.5."""

from __future__ import annotations

import math

import pytest

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Load, Phase
from calbench.simulation.world import World
from calbench_sim.parts.meters.metering import Metering

EXACT = {"gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0}
SIXTY_DEGREES = math.pi / 3


class _Source(Device):
    """Puts out what the test says."""

    def put(self, load: Load | None) -> None:
        self.bench.terminal("output").emit("power", None if load is None else lambda _: load)


class _Meter(Device):
    """A meter of 1000 pulses per kilowatt-hour, 5(60) A."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.metering = Metering(bench, constant=1000.0, reference_current=5.0, maximum_current=60.0)


def single(volts: float, amperes: float, lag: float = 0.0) -> Load:
    return Load((Phase(volts, amperes, lag),), 50.0)


@pytest.fixture
def source(world):
    return world.add("source", _Source)


@pytest.fixture
def meter(world, source):
    return connected(world, EXACT)


def connected(world: World, settings: dict[str, float], name: str = "1") -> _Meter:
    meter = world.add(name, _Meter, settings)
    world.connect("source.output", f"{name}.input")
    assert isinstance(meter, _Meter)
    return meter


def test_energy_over_several_loads(world, source, meter):
    source.put(single(230.0, 5.0))
    world.clock.sleep(100.0)  # 1150 W: 115 kJ
    source.put(single(230.0, 10.0, SIXTY_DEGREES))
    world.clock.sleep(50.0)  # 1150 W, 1991.86 var
    source.put(None)
    world.clock.sleep(1000.0)
    imported, exported, reactive, back = meter.metering.energy()
    assert imported == pytest.approx(115e3 + 57.5e3, rel=1e-12)
    assert reactive == pytest.approx(50 * 2300 * math.sin(SIXTY_DEGREES), rel=1e-12)
    assert (exported, back) == (0.0, 0.0)
    assert world.truth.of("1", "energy")[-1].value == pytest.approx(172.5e3, rel=1e-12)


def test_energy_the_other_way(world, source, meter):
    source.put(single(230.0, 5.0, math.pi))
    world.clock.sleep(10.0)
    assert meter.metering.energy()[:2] == (0.0, pytest.approx(11.5e3))
    assert meter.metering.pulses(world.clock.monotonic()) == pytest.approx(11.5e3 / 3.6e6 * 1000)


def test_three_phases_add(world, source, meter):
    source.put(Load(tuple(Phase(230.0, amperes, 0.0) for amperes in (1.0, 2.0, 3.0)), 50.0))
    world.clock.sleep(1.0)
    assert meter.metering.energy().imported == pytest.approx(230.0 * 6)


@pytest.mark.parametrize(
    ("lag", "errors"),
    [
        # the gain of the element; with its angle of 1 mrad also -1e-3 tan 60 deg, and 1 - cos 1 mrad
        (0.0, {"abc": 0.001, "a": 0.004, "b": -0.001, "c": 0.0}),
        (SIXTY_DEGREES, {"abc": 0.001 - 0.001 * 3**0.5 / 3, "a": 0.004, "b": -0.001, "c": -0.001 * 3**0.5}),
    ],
)
def test_every_element_has_an_error_of_its_own_that_shows_when_it_is_loaded_alone(world, source, lag, errors):
    meter = connected(
        world, {**EXACT, "gain": 0.001, "gain_a": 0.003, "gain_b": -0.002, "gain_c": -0.001, "phase_c": 1e-3}
    )
    found = {}
    for loaded in errors:
        load = Load(
            tuple(Phase(230.0, 5.0, lag) if one in loaded else Phase(230.0, 0.0, 0.0) for one in "abc"), 50.0
        )
        source.put(load)
        found[loaded] = meter.metering.load().active / load.active - 1
    assert found == pytest.approx(errors, abs=3e-6)
    assert meter.metering.load().phases[0].current == 0.0  # c is loaded alone


def test_pulses_reach_who_is_connected_at_any_time_that_has_been(world, source, meter):
    world.add("comparator", _Source)
    world.connect("1.pulse", "comparator.pulse_input")
    seen = world.terminal("comparator.pulse_input")
    source.put(single(240.0, 15.0))  # 3600 W at 1000/kWh: one pulse a second (section 5.5)
    world.clock.sleep(10.0)
    source.put(single(240.0, 7.5))
    world.clock.sleep(10.0)
    assert seen.received("pulses") == pytest.approx(15.0)
    assert [seen.received("pulses", at) for at in (0.0, 2.5, 10.0, 12.0)] == pytest.approx(
        [0.0, 2.5, 10.0, 11.0]
    )


def test_who_counts_pulses_is_told_before_the_rate_changes(world, source, meter):
    world.add("comparator", _Source)
    world.connect("1.pulse", "comparator.pulse_input")
    seen, noted = world.terminal("comparator.pulse_input"), []
    seen.watch(lambda: noted.append(seen.received("pulses")))
    source.put(single(240.0, 15.0))
    world.clock.sleep(10.0)
    source.put(single(240.0, 150.0))
    world.clock.sleep(1.0)
    assert noted == pytest.approx([0.0, 10.0])
    assert seen.received("pulses") == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("settings", "load", "error"),
    [
        ({"gain": 0.002}, single(230, 5), 0.002),
        ({"gain": -0.002}, single(230, 5, SIXTY_DEGREES), -0.002),
        ({"phase": 0.001}, single(230, 5), -5e-7),  # cos(0.001) - 1
        ({"phase": 0.001}, single(230, 5, SIXTY_DEGREES), -0.001 * math.tan(SIXTY_DEGREES) - 5e-7),
        ({"light": 0.001}, single(230, 0.25), 0.001),
        ({"light": 0.001}, single(230, 2.5), 0.0001),
        ({"heavy": 0.001}, single(230, 60), 0.001),
        ({"heavy": 0.001}, single(230, 30), 0.00025),
    ],
)
def test_errors_depend_on_the_load(world, source, settings, load, error):
    meter = connected(world, EXACT | settings)
    source.put(load)
    world.clock.sleep(3600.0)
    assert meter.metering.energy().imported / (load.active * 3600) - 1 == pytest.approx(error, abs=1e-9)
    assert world.truth.of("1", "power.error")[-1].value == pytest.approx(error, abs=1e-9)


def test_temperature(world, source):
    world.ambient.set(temperature=33.0, temperature_span=0.0)
    meter = connected(world, EXACT | {"temperature_coefficient": 1e-4})
    source.put(single(230, 5))
    assert meter.metering.load().active == pytest.approx(1150 * 1.001)


def test_nothing_is_registered_below_the_starting_current(world, source, meter):
    source.put(single(230, 0.0199))
    world.clock.sleep(3600.0)
    assert meter.metering.energy().imported == 0.0
    source.put(single(230, 0.0201))
    world.clock.sleep(3600.0)
    assert meter.metering.energy().imported == pytest.approx(230 * 0.0201 * 3600)


def test_the_constant_can_be_another(world, source):
    meter = connected(world, EXACT | {"constant": 400.0})
    source.put(single(240.0, 15.0))
    world.clock.sleep(10.0)
    assert meter.metering.pulses(10.0) == pytest.approx(4.0)


def test_seeded_units_differ_and_one_setting_does_not_move_another(world, source):
    errors = {}
    for name, settings in (("1", {}), ("2", {}), ("3", {"phase": 0.0})):
        other = World(seed=5)
        put = other.add("source", _Source)
        assert isinstance(put, _Source)
        meter = connected(other, settings, "2" if name == "2" else "1")
        put.put(single(230, 5))
        errors[name] = meter.metering.load().active / 1150 - 1
    assert 1e-6 < abs(errors["1"]) < 6e-3
    assert errors["1"] != errors["2"]
    assert errors["3"] == pytest.approx(errors["1"], abs=2e-6)  # at power factor 1 an angle hardly counts


def test_taking_the_leads_off_stops_it(world, source, meter):
    source.put(single(240.0, 15.0))
    world.clock.sleep(10.0)
    world.disconnect("source.output", "1.input")
    world.clock.sleep(10.0)
    assert meter.metering.pulses(world.clock.monotonic()) == pytest.approx(10.0)
