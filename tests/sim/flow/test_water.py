"""A gravimetric bench: the tank gets what flows through the meters, and its scale shows what follows from that."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.byeye import AppliedByHand, ReadByEye
from calbench.simulation.world import World
from calbench_sim.parts.flow.fluids import borne, moist_air, water
from calbench_sim.parts.flow.steam import enthalpy, specific_volume

IDEAL_SCALE = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "zero": 0.0, "repeatability": 0.0, "noise": 0.0, "tempco": 0.0,
}  # fmt: skip
HOUR = 3600.0


def bench(**meter: float) -> World:
    world = World(seed=5)
    world.ambient.set(temperature=20.0, humidity=50.0, temperature_span=0, humidity_span=0, pressure_span=0)
    world.add("supply", "byeye/flow_supply", {"temperature": 20.0, "stopping": 0.0, "throttling": 0.0})
    world.add("1", "byeye/flow_meter", {"error": 0.0, "repeatability": 0.0, **meter})
    world.add("2", "byeye/flow_meter", {"error": 0.02, "repeatability": 0.0})
    world.add("tank", "byeye/weighing_tank", IDEAL_SCALE)
    world.connect("supply.outlet", "1.inlet")
    world.connect("1.outlet", "2.inlet")
    world.connect("2.outlet", "tank.inlet")
    return world


def let(world: World, litres: float, flow: float) -> None:
    supply = world.device("supply")
    assert isinstance(supply, AppliedByHand)
    supply.apply_by_hand("volume", {"value": litres / 1e3, "flow": flow})


def read(world: World, name: str, quantity: str) -> float:
    device = world.device(name)
    assert isinstance(device, ReadByEye)
    return float(device.shown(quantity).split()[0])


# Tanaka et al., Metrologia 38 (2001) 301, table of the densities at 101 325 Pa
@pytest.mark.parametrize(("at", "expected"), [(5, 999.9668), (20, 998.2067), (25, 997.0470), (40, 992.2152)])
def test_the_density_of_water_is_that_of_the_table(at: float, expected: float) -> None:
    assert water(at) == pytest.approx(expected, abs=5e-5)


# IAPWS R7-97(2012), table 5
@pytest.mark.parametrize(
    ("kelvin", "pressure", "volume", "heat"),
    [
        (300, 3e6, 0.100215168e-2, 0.115331273e6),
        (300, 80e6, 0.971180894e-3, 0.184142828e6),
        (500, 3e6, 0.120241800e-2, 0.975542239e6),
    ],
)
def test_hot_water_is_that_of_the_release(kelvin: float, pressure: float, volume: float, heat: float) -> None:
    assert specific_volume(kelvin - 273.15, pressure) == pytest.approx(volume, rel=5e-9)
    assert enthalpy(kelvin - 273.15, pressure) == pytest.approx(heat, rel=5e-9)


def test_water_below_and_above_40_degrees_fits_together() -> None:
    assert water(39.999) == pytest.approx(water(40.001), rel=2e-5)


# ISO 4787:2021 and ISO 8655-6 give Z = 1.0029 mL/g for water of 20.0 degC in air of 101.3 kPa
def test_a_gram_that_is_shown_is_so_many_millilitres() -> None:
    shown = borne(1.0, water(20.0), moist_air(20.0, 101_325.0, 50.0))
    assert 1000 / (water(20.0) * shown) == pytest.approx(1.0029, abs=5e-5)


def test_the_scale_shows_the_water_less_what_air_bears_up() -> None:
    world = bench()
    let(world, 100.0, 4.0)
    # by hand: 100 L/1.002855 = 99.715 kg at 101 325 Pa; water at 0.3 MPa is denser by 199 kPa * 4.59e-10/Pa = 91 ppm
    assert read(world, "tank", "mass") == pytest.approx(99.7245, abs=0.005)


def test_no_mass_is_lost_and_each_passage_is_one_of_its_own() -> None:
    world = bench()
    world.add("full", "byeye/weighing_tank", {**IDEAL_SCALE, "drained": 0.0})
    world.connect("2.outlet", "full.inlet")
    for litres in (30.0, 50.0, 20.0):
        let(world, litres, 1.5)
        assert read(world, "tank", "mass") == pytest.approx(litres * 0.997245, abs=0.006)
    assert read(world, "full", "mass") == pytest.approx(100 * 0.997245, abs=0.006)
    assert world.truth.latest("full", "water.mass") == pytest.approx(0.1 * water(20.0, 3e5), rel=1e-9)


def test_meters_in_series_see_the_same_water_each_with_its_error() -> None:
    world = bench(start=12.0)
    let(world, 100.0, 2.5)
    assert read(world, "1", "volume") == pytest.approx(12_100.0, abs=0.006)
    assert read(world, "2", "volume") == pytest.approx(102.0, abs=0.006)
    assert read(world, "1", "volume.flow") == pytest.approx(2.5, abs=1e-4)
    assert world.truth.latest("2", "volume") == pytest.approx(0.1)
    assert world.truth.latest("2", "volume.error") == pytest.approx(0.002)
    assert world.clock.monotonic() == pytest.approx(0.1 / 2.5 * HOUR)


def test_the_error_depends_on_the_flow() -> None:
    world = bench(q1=0.025 / HOUR, e1=-0.05, q2=0.1 / HOUR, e2=0.01, q3=2.5 / HOUR, e3=0.01, begins_anew=1.0)
    for flow, error in ((0.025, -0.05), (0.01, -0.05), (0.05, -0.02), (0.1, 0.01), (1.0, 0.01), (5.0, 0.01)):
        let(world, 10.0, flow)  # at the geometric mean of q1 and q2 it is the mean of e1 and e2
        assert read(world, "1", "volume") == pytest.approx(10 * (1 + error), abs=0.006)


def test_warmer_water_has_more_volume_and_the_same_mass() -> None:
    world = bench(warming=10.0)
    let(world, 100.0, 4.0)
    # Tanaka: 998.2067 / 995.6488 (20 and 30 degC)
    assert read(world, "1", "volume") == pytest.approx(100.257, abs=0.01)
    assert read(world, "tank", "mass") == pytest.approx(99.7245, abs=0.005)
    assert read(world, "1", "temperature") == 30.0


def test_a_meter_is_at_rest_before_and_goes_on_counting_after() -> None:
    world = bench()
    assert read(world, "2", "volume") == 0.0
    let(world, 10.0, 1.0)
    let(world, 10.0, 1.0)
    assert read(world, "2", "volume") == pytest.approx(20.4, abs=0.006)


@pytest.mark.parametrize(("litres", "flow"), [(0.0, 1.0), (10.0, 0.0), (10.0, 1000.0), (-1.0, 1.0)])
def test_what_cannot_flow_is_refused(litres: float, flow: float) -> None:
    with pytest.raises(UsageError, match="36 m"):
        let(bench(), litres, flow)


def test_flows_without_errors_are_refused() -> None:
    world = World()
    with pytest.raises(UsageError, match="rising"):
        world.add("1", "byeye/flow_meter", {"q1": 1.0})
    with pytest.raises(UsageError, match="rising"):
        world.add("1", "byeye/flow_meter", {"q1": 1.0, "e1": 0.0, "q2": 0.5, "e2": 0.0})


def test_what_is_left_in_the_tank_is_weighed_too() -> None:
    world = bench()
    tank = {**IDEAL_SCALE, "film": 0.5}
    world.add("wet", "byeye/weighing_tank", tank)
    world.connect("2.outlet", "wet.inlet")
    let(world, 100.0, 4.0)
    assert read(world, "wet", "mass") > read(world, "tank", "mass") + 0.01


def test_another_scale_weighs_the_tank_on_its_pan() -> None:
    world = bench()
    world.add("scale", "byeye/scale", {**IDEAL_SCALE, "max": 300.0, "d": 0.005})
    world.connect("tank.stand", "scale.pan")
    assert read(world, "scale", "mass") == 0.0
    let(world, 100.0, 4.0)
    assert world.pan("scale.pan").changed_at() == world.clock.monotonic()  # it comes to rest only after that
    assert read(world, "scale", "mass") == pytest.approx(99.7245, abs=0.005)


def test_the_stopwatch_shows_how_long_the_water_flowed() -> None:
    world = bench()
    world.add("stopwatch", "byeye/stopwatch", {"reaction": 0.0})
    world.connect("2.outlet", "stopwatch.inlet")
    let(world, 50.0, 2.0)
    assert read(world, "stopwatch", "time") == pytest.approx(50.0 / 2000.0 * 3600.0, abs=0.005)
    let(world, 10.0, 0.5)  # each passage begins at zero
    assert read(world, "stopwatch", "time") == pytest.approx(10.0 / 500.0 * 3600.0, abs=0.005)
    device = world.device("stopwatch")
    assert isinstance(device, ReadByEye)
    with pytest.raises(UsageError, match="shows time"):
        device.shown("volume")
