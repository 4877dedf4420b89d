"""Cans, bells and heat meters: what they show against what can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from calbench.errors import UsageError
from calbench.simulation.electrical import Electrical
from calbench.simulation.world import World
from calbench_sim.byeye.heat_calculator import HeatCalculator
from calbench_sim.parts.flow.heat_register import heat_coefficient
from calbench_sim.parts.meters.flow_register import FlowRegister
from calbench_sim.parts.process.platinum import celsius

STEADY = {"stopping": 0.0, "throttling": 0.0}
EXACT = {"error": 0.0, "repeatability": 0.0, "begins_anew": 1.0}
Read = Callable[[World, str, str], float]
Apply = Callable[..., None]


def pipe(world: World, *names: str) -> None:
    for one, other in pairwise(names):
        world.connect(f"{one}.outlet", f"{other}.inlet")


class TestCan:
    @pytest.fixture
    def world(self, world: World) -> World:
        world.add(
            "pump",
            "byeye/flow_supply",
            {"fluid": "fuel", "temperature": 20.0, "pressure": 101325.0, **STEADY},
        )
        world.add("1", "byeye/flow_meter", EXACT)
        world.add(
            "can",
            "byeye/proving_can",
            {"warming": 5.0, "error": 0.0, "reading": 0.0, "wet": 0.0, "step": 1e-8, "expansion": 50e-6},
        )
        pipe(world, "pump", "1", "can")
        return world

    def test_fuel_and_can_expand(self, world: World, read: Read, apply: Apply) -> None:
        apply(world, "pump", "volume", value=0.020, flow=2.4)
        assert read(world, "1", "volume") == pytest.approx(20.0, abs=0.006)
        neck, warm = read(world, "can", "volume"), read(world, "can", "temperature")
        # by hand: 20 L * (1 + 1.2e-3 * 5) / (1 + 50e-6 * 5)
        assert neck == pytest.approx(20.11497, abs=1e-5)
        assert warm == 25.0
        # JJG 443: Vs = VB [1 + bB (tB - 20) + by (tJ - tB)] gives back what was delivered, but for second order
        assert neck * (1 + 50e-6 * (warm - 20) + 1.2e-3 * (20 - warm)) == pytest.approx(20.0, abs=1e-3)

    def test_it_is_emptied_before_each_delivery(self, world: World, read: Read, apply: Apply) -> None:
        for _ in range(3):
            apply(world, "pump", "volume", value=0.020, flow=2.4)
            assert read(world, "can", "volume") == pytest.approx(20.115, abs=1e-3)

    def test_too_much_overflows(self, world: World, read: Read, apply: Apply) -> None:
        apply(world, "pump", "volume", value=0.025, flow=2.4)
        with pytest.raises(UsageError, match="overflowed"):
            read(world, "can", "volume")


class TestBell:
    @pytest.fixture
    def world(self, world: World) -> World:
        world.add("bell", "byeye/bell_prover", {"temperature": 20.0, "error": 0.0, **STEADY})
        world.add("1", "byeye/flow_meter", {**EXACT, "warming": 2.0, "loss": 1000.0})
        world.add("2", "byeye/flow_meter", {**EXACT, "warming": -2.0})
        pipe(world, "bell", "1", "2")
        return world

    def test_gas_is_compressible(self, world: World, read: Read, apply: Apply) -> None:
        apply(world, "bell", "volume", value=0.1, flow=2.5)
        assert read(world, "bell", "volume") == pytest.approx(100.0)
        assert (read(world, "bell", "pressure"), read(world, "bell", "temperature")) == (102_825.0, 20.0)
        # by hand: 100 L * 102825/101825 * 295.15/293.15 in the first, and at 293.15 K again in the second
        assert read(world, "1", "volume") == pytest.approx(101.671, abs=0.006)
        assert read(world, "2", "volume") == pytest.approx(100.982, abs=0.006)
        assert read(world, "1", "temperature") == 22.0

    def test_pressure_is_lost_only_while_it_flows(self, world: World, read: Read) -> None:
        assert read(world, "1", "pressure") == 102_825.0

    def test_a_bell_holds_so_much(self, world: World, apply: Apply) -> None:
        with pytest.raises(UsageError, match=r"holds 0\.5 m\^3, not 0\.6 m\^3"):
            apply(world, "bell", "volume", value=0.6, flow=2.5)


class TestHeat:
    @pytest.fixture
    def world(self, world: World) -> World:
        world.add("supply", "byeye/flow_supply", {"temperature": 50.0, **STEADY})
        world.add("hot", "byeye/bath", {"setting": 0.0, "offset": 0.0})
        world.add("cold", "byeye/bath", {"setting": 0.0, "offset": 0.0})
        exact = {
            "error": 0.0,
            "repeatability": 0.0,
            "supply_offset": 0.0,
            "return_offset": 0.0,
            "calculator": 0.0,
        }
        world.add("1", "byeye/heat_meter", exact)
        world.add(
            "2", "byeye/heat_meter", {**exact, "error": 0.01, "supply_offset": 0.1, "calculator": 0.002}
        )
        world.add("3", "mbus/meter", {"medium": "heat", "gain": 0.01})
        pipe(world, "supply", "1", "2", "3")
        for meter in "123":
            world.connect("hot.well", f"{meter}.supply")
            world.connect("cold.well", f"{meter}.return")
        return world

    # water of 50 degC: 988.04 kg/m3 (Kell 1975), 0.66 permil denser at 1.6 MPa; 4.180 kJ/(kg K) on average
    def test_the_coefficient_is_that_of_water(self) -> None:
        assert heat_coefficient(70.0, 50.0) == pytest.approx(988.69 * 4180.0, rel=1e-3)
        assert heat_coefficient(50.0, 50.0) == 0.0

    def test_heat_follows_from_volume_and_temperatures(self, world: World, read: Read, apply: Apply) -> None:
        before = world.clock.monotonic()
        apply(world, "hot", "temperature", value=70.0)
        apply(world, "cold", "temperature", value=50.0)
        assert world.clock.monotonic() - before == 1800.0
        apply(world, "supply", "volume", value=0.1, flow=1.5)
        expected = 0.1 * 988.69 * 4180.0 * 20.0 / 3.6e6
        assert read(world, "1", "energy.heat") == pytest.approx(expected, rel=1.5e-3)
        assert read(world, "1", "volume") == pytest.approx(100.0, abs=0.006)
        true = world.truth.latest("1", "energy.heat")
        assert true is not None
        assert world.truth.latest("1", "energy.heat.error") == pytest.approx(0.0, abs=1e-6)
        # by hand: 1 % of the flow sensor, 0.1 K of 20 K, 0.2 % of the calculator
        read(world, "2", "energy.heat")
        assert world.truth.latest("2", "energy.heat.error") == pytest.approx(
            true * (1.01 * 1.005 * 1.002 - 1), rel=0.01
        )
        assert world.truth.latest("2", "energy.heat") == pytest.approx(true)

    def test_a_meter_with_an_interface_is_fed_by_the_pipe_too(self, world: World, apply: Apply) -> None:
        apply(world, "hot", "temperature", value=70.0)
        apply(world, "cold", "temperature", value=50.0)
        register = world.device("3").bench.memory["meter"]
        assert isinstance(register, FlowRegister)
        assert (register.volume(), register.energy()) == (0.0, 0.0)
        apply(world, "supply", "volume", value=0.1, flow=1.5)
        assert register.volume() == pytest.approx(0.101, rel=1e-6)
        assert register.energy() == pytest.approx(0.101 * 988.69 * 4180.0 * 20.0, rel=1.5e-3)
        assert (register.supply, register.difference) == (70.0, 20.0)
        world.power_cycle("3")
        assert world.device("3").bench.memory["meter"].volume() == pytest.approx(0.101, rel=1e-6)
        apply(world, "supply", "volume", value=0.1, flow=1.5)
        assert world.device("3").bench.memory["meter"].volume() == pytest.approx(0.202, rel=1e-6)

    def test_a_bath_has_its_limits(self, world: World, apply: Apply) -> None:
        with pytest.raises(UsageError, match="0 to 150 degC"):
            apply(world, "hot", "temperature", value=200.0)


class TestCalculator:
    """By eye: 200 pulses of 1 L at 70 and 50 degC; k as CoolProp 8.0.0 gives it (IF97): 4.1325396 MJ/(m3 K)."""

    @pytest.fixture
    def world(self, world: World) -> World:
        world.add(
            "1", "byeye/heat_calculator", {"supply_offset": 0.0, "return_offset": 0.0, "calculator": 0.002}
        )
        world.add("decades", "byeye/bath")  # whatever has terminals
        for name, ohms in (("supply", 635.375625), ("return", 596.985625)):
            world.terminal(f"decades.{name}").drive(Electrical(0.0, ohms))
            world.connect(f"decades.{name}", f"1.{name}")
        world.connect("decades.pulse", "1.pulse_input")
        return world

    def test_heat_and_volume_from_zero(self, world: World, read: Read) -> None:
        calculator = world.device("1")
        assert isinstance(calculator, HeatCalculator)
        start = world.clock.monotonic()
        world.terminal("decades.pulse").emit("pulses", lambda at: 10.0 * (at - start))
        world.clock.sleep(20.0)
        # 0.2 m3 x 4.1325396 MJ/(m3 K) x 20 K = 4.5917 kWh, and 0.2 % of it
        assert calculator.shown("energy.heat") == "4.6009 kWh"
        assert calculator.shown("volume") == "200.000 L"
        assert world.truth.latest("1", "energy.heat") == pytest.approx(4.1325396e6 * 4, rel=1e-7)
        assert world.truth.latest("1", "energy.heat.error") == pytest.approx(
            0.002 * 4.1325396e6 * 4, rel=1e-6
        )
        calculator.zero()
        assert (read(world, "1", "energy.heat"), read(world, "1", "volume")) == (0.0, 0.0)
        world.clock.sleep(20.0)
        assert calculator.shown("energy.heat") == "4.6009 kWh"
        assert world.truth.latest("1", "energy.heat") == pytest.approx(4.1325396e6 * 4, rel=1e-7)

    def test_it_shows_nothing_else(self, world: World) -> None:
        with pytest.raises(UsageError, match=r"shows energy\.heat and volume, not temperature"):
            world.device("1").shown("temperature")  # type: ignore[attr-defined]


# IEC 60751, table 1: Pt100 at 0, 50, 100 and 180 degC
@pytest.mark.parametrize(
    ("ohms", "degrees"), [(100.0, 0.0), (119.40, 50.0), (138.51, 100.0), (168.48, 180.0)]
)
def test_the_temperature_of_a_platinum_resistance(ohms: float, degrees: float) -> None:
    assert celsius(ohms / 100.0) == pytest.approx(degrees, abs=0.014)
