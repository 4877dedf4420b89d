"""Taximeters, chargers and prepackaged goods: what they show against what can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from calbench.errors import UsageError
from calbench.simulation.byeye import ReadByEye
from calbench.simulation.world import World

Read = Callable[[World, str, str], float]
Apply = Callable[..., None]


class TestTaximeter:
    @pytest.fixture
    def world(self, world: World) -> World:
        world.add("rollers", "byeye/rollers", {"error": 0.0, "stopping": 0.0, "speed": 10.0, "pulses": 50.0})
        world.add("1", "byeye/taximeter", {"k": 1.0, "w": 0.99, "rate": 0.01, "step": 10.0})
        world.connect("rollers.drive", "1.drive")
        return world

    def test_it_counts_what_the_vehicle_gives(self, world: World, read: Read, apply: Apply) -> None:
        apply(world, "rollers", "length", value=2000.0)
        assert read(world, "rollers", "length") == 2000.0
        assert read(world, "rollers", "count") == 100_000  # 50 for each metre
        assert read(world, "1", "length") == 1980.0  # 0.99 pulses for a metre, and it takes 1
        assert read(world, "1", "count") == 1980
        assert read(world, "1", "time") == 202.0  # 2000 m at 10 m/s, and its clock goes 1 % too fast
        assert world.truth.latest("1", "length.error") == pytest.approx(-20.0)

    def test_what_it_has_not_counted_whole_is_cut_off(self, world: World, read: Read, apply: Apply) -> None:
        apply(world, "rollers", "length", value=1009.0)  # it counts 998.9 m
        assert read(world, "1", "length") == 990.0
        apply(world, "rollers", "length", value=1000.0)  # each drive begins at zero; exactly 990 m
        assert read(world, "1", "length") == 990.0

    def test_a_whole_distance_is_not_cut_off_by_a_rounding(
        self, world: World, read: Read, apply: Apply
    ) -> None:
        world.add("bench", "byeye/rollers", {"stopping": 0.0, "speed": 40 / 3.6})
        world.add("2", "byeye/taximeter", {"k": 1.0, "w": 1.0, "step": 1.0})
        world.connect("bench.drive", "2.drive")
        for distance in range(101, 3000, 97):
            apply(world, "bench", "length", value=float(distance))
            assert read(world, "2", "length") == distance

    def test_only_distances_are_driven(self, world: World, apply: Apply) -> None:
        with pytest.raises(UsageError, match="a length is driven"):
            apply(world, "rollers", "length", value=0.0)


class TestCharger:
    @pytest.fixture
    def world(self, world: World) -> World:
        world.add("load", "byeye/charge_load", {"stopping": 0.0, "setting": 0.0})
        world.add(
            "standard",
            "byeye/charger",
            {"error": 0.0, "repeatability": 0.0, "offset": 0.0, "clock_step": 0.1},
        )
        world.add("1", "byeye/charger", {"error": -0.01, "repeatability": 0.0, "offset": 75.0})
        world.connect("load.plug", ["standard.gun", "1.gun"])
        return world

    def test_energy_of_one_charging(self, world: World, read: Read, apply: Apply) -> None:
        for _ in range(2):
            before = world.clock.monotonic()
            apply(world, "load", "energy.active", value=3.6e6, power=7200.0)
            assert world.clock.monotonic() - before == pytest.approx(500.0)
            assert read(world, "standard", "energy.active") == 1.0
            assert read(world, "1", "energy.active") == 0.99
        assert world.truth.latest("1", "energy.active") == pytest.approx(3.6e6)
        assert world.truth.latest("1", "energy.active.error") == pytest.approx(-3.6e4)

    def test_its_clock_is_that_much_ahead(self, world: World) -> None:
        world.clock.sleep(61.25)  # a world begins at 08:00:00
        one, other = world.device("standard"), world.device("1")
        assert isinstance(one, ReadByEye)
        assert isinstance(other, ReadByEye)
        assert one.shown("time") == "08:01:01.200"
        assert other.shown("time") == "08:02:16"

    def test_too_much_power_is_refused(self, world: World, apply: Apply) -> None:
        with pytest.raises(UsageError, match="44000 W"):
            apply(world, "load", "energy.active", value=3.6e6, power=1e6)


class TestPackages:
    IDEAL: ClassVar[dict[str, float]] = {
        "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "zero": 0.0, "repeatability": 0.0, "noise": 0.0,
        "tempco": 0.0,
    }  # fmt: skip

    @pytest.fixture
    def world(self, world: World) -> World:
        world.add(
            "lot", "byeye/packages", {"spread": 0.0, "tare_spread": 0.0, "short": 3.0, "short_by": 0.04}
        )
        world.add("scale", "byeye/scale", {**self.IDEAL, "max": 6.0, "d": 1e-4})
        world.connect("lot.item", "scale.pan")
        return world

    def test_one_after_the_other_is_weighed(self, world: World, read: Read, apply: Apply) -> None:
        shown = []
        for number in (1, 2, 3, 4, 13, 101, 0):
            apply(world, "lot", "count", value=float(number))
            shown.append(read(world, "scale", "mass"))
        assert shown == pytest.approx([0.512, 0.512, 0.472, 0.512, 0.472, 0.012, 0.0])
        assert world.truth.latest("scale", "mass") == 0.0

    def test_the_same_package_weighs_the_same_again(self, world: World, read: Read, apply: Apply) -> None:
        world.add("other", "byeye/packages", {})
        world.add("balance", "byeye/scale", {**self.IDEAL, "max": 6.0, "d": 1e-4})
        world.connect("other.item", "balance.pan")
        shown = []
        for number in (7, 8, 7):
            apply(world, "other", "count", value=float(number))
            shown.append(read(world, "balance", "mass"))
        assert shown[0] == shown[2] != shown[1]

    @pytest.mark.parametrize("number", [-1.0, 1.5, 111.0])
    def test_there_is_no_such_package(self, world: World, apply: Apply, number: float) -> None:
        with pytest.raises(UsageError, match="items 1 to 110"):
            apply(world, "lot", "count", value=number)
