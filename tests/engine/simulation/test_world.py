"""Wiring, pans, the room, the truth, the operator."""

from __future__ import annotations

from itertools import pairwise

import pytest

from calbench.errors import UsageError
from calbench.simulation import Electrical, World
from calbench.simulation.operator import Mistake, Operator, Wire


@pytest.fixture
def bench(toy_meter):
    made = World(seed=1)
    for name in ("source", "standard", "a", "b"):
        made.add(name, toy_meter)
    made.terminal("source.output").drive(Electrical(10.0, 0.0))
    made.terminal("standard.output").drive(Electrical(0.0, 100.0))
    return made


def test_nothing_connected_is_open(bench):
    assert bench.terminal("a.input").seen() == Electrical(0.0, None)


def test_thermal_emf_adds_in_the_direction_of_the_lead(bench):
    bench.connect("source.output", "a.input", emf=2e-7)
    bench.connect("a.aux", "source.output", emf=1e-6)
    assert bench.terminal("a.input").seen().voltage == 10.0 + 2e-7
    assert bench.terminal("a.aux").seen().voltage == 10.0 - 1e-6


def test_two_wire_sees_the_leads_and_four_wire_does_not(bench):
    bench.connect("standard.output", "a.input", resistance=0.02)
    assert bench.terminal("a.input").seen().resistance == 100.02
    assert bench.terminal("a.input").seen(sense=True).resistance == 100.0


def test_four_wire_without_sense_leads_sees_nothing(bench):
    bench.connect("standard.output", "a.input", resistance=0.02, sense=False)
    assert bench.terminal("a.input").seen().resistance == 100.02
    assert bench.terminal("a.input").seen(sense=True) == Electrical(0.0, None)


def test_one_source_fans_out_through_leads_of_their_own(bench):
    bench.connect("source.output", ["a.input", "b.input"], resistance=0.01)
    bench.terminal("source.output").drive(Electrical(5.0, 0.0))
    assert [bench.terminal(f"{n}.input").seen() for n in "ab"] == [Electrical(5.0, 0.01)] * 2


def test_a_source_sees_its_load(bench):
    bench.connect("source.output", ["a.input", "b.input"])
    for name in "ab":
        bench.terminal(f"{name}.input").drive(Electrical(0.0, 10e6))
    assert bench.terminal("source.output").seen().resistance == pytest.approx(5e6)


def test_output_that_is_off_or_settles(bench):
    bench.connect("source.output", "a.input")
    bench.terminal("source.output").drive(Electrical())
    assert bench.terminal("a.input").seen() == Electrical(0.0, None)
    bench.terminal("source.output").drive(lambda _, until: Electrical(until, 0.0))
    bench.clock.sleep(3.0)
    assert bench.terminal("a.input").seen().voltage == 3.0


def test_two_sources_on_one_terminal(bench):
    bench.terminal("source.output").drive(Electrical(10.0, 100.0))
    bench.connect("source.output", "a.input", resistance=100.0)
    bench.connect("standard.output", "a.input", resistance=100.0)
    # Millman: (10/200 + 0/200)/(1/200 + 1/200) = 5 V behind 100 ohms
    seen = bench.terminal("a.input").seen()
    assert (seen.voltage, seen.resistance) == (pytest.approx(5.0), pytest.approx(100.0))


def test_disconnecting(bench):
    bench.connect("source.output", ["a.input", "b.input"])
    bench.disconnect("source.output", "a.input")
    assert bench.terminal("a.input").seen().resistance is None
    assert bench.terminal("b.input").seen().voltage == 10.0
    bench.disconnect("b.input")
    assert bench.terminal("b.input").seen().resistance is None
    bench.connect("source.output", "a.input")
    bench.disconnect()
    assert bench.terminal("a.input").seen().resistance is None


@pytest.mark.parametrize(
    ("source", "dest", "resistance"),
    [
        ("source.output", "a.input", -1.0),
        ("source", "a.input", 0.0),
        ("source.output", "c.input", 0.0),
        ("a.x", "a.x", 0),
    ],
)
def test_leads_that_cannot_be(bench, source, dest, resistance):
    with pytest.raises(UsageError):
        bench.connect(source, dest, resistance=resistance)


def test_lead_that_is_there_already(bench):
    bench.connect("source.output", "a.input")
    with pytest.raises(UsageError, match="connected already"):
        bench.connect("a.input", "source.output")


def test_names_resources_and_settings(bench, toy_meter):
    with pytest.raises(UsageError, match="unique"):
        bench.add("a", toy_meter)
    with pytest.raises(UsageError, match="Did you mean 'gain'"):
        bench.add("c", toy_meter, {"gian": 1e-6})
    bench.attach("GPIB0::1::INSTR", "a")
    with pytest.raises(UsageError, match="taken already"):
        bench.attach("gpib0::1::INSTR", "b")
    bench.add("c", toy_meter, {"gain": 12e-6}, serial_number="MY1")
    assert bench.device("c").bench.settings == {"gain": 12e-6}
    assert bench.device("c").bench.serial_number == "MY1"


def test_pan(bench):
    pan = bench.pan("a.pan")
    assert (pan.load(), pan.place) == (0.0, "centre")
    bench.clock.sleep(5.0)
    bench.place("a.pan", [1.0000001, 0.5], "front left")
    assert pan.load() == 1.5000001
    assert pan.place == "front left"
    assert pan.changed_at() == 5.0
    bench.place("a.pan", [0.2])
    assert pan.masses == (0.2,)
    assert [(t.time, t.instrument, t.quantity, t.value) for t in bench.truth] == [
        (5.0, "a", "load", 1.5000001),
        (5.0, "a", "load", 0.2),
    ]


def test_truth_of_one_instrument(bench):
    bench.device("a").bench.truth("voltage", 1.0)
    bench.device("b").bench.truth("voltage", 2.0)
    bench.device("b").bench.truth("temperature", 23.0)
    assert [t.value for t in bench.truth.of("b")] == [2.0, 23.0]
    assert [t.value for t in bench.truth.of("b", "voltage")] == [2.0]
    assert bench.truth[-1].quantity == "temperature"
    assert len(bench.truth[0:2]) == 2


def test_room_drifts_slowly_within_its_span():
    world = World(seed=3)
    values = []
    for _ in range(600):
        world.clock.sleep(60.0)
        values.append(world.ambient.temperature())
        assert abs(world.ambient.humidity() - 45.0) <= 3.0
        assert abs(world.ambient.pressure() - 101325.0) <= 150.0
    assert all(abs(value - 23.0) <= 0.3 for value in values)
    assert max(values) - min(values) > 0.1
    assert max(abs(b - a) for a, b in pairwise(values)) < 0.1
    again = World(seed=3)
    again.clock.sleep(60.0)
    assert again.ambient.temperature() == values[0]
    assert World(seed=4).ambient.temperature() != World(seed=3).ambient.temperature()
    world.ambient.set(temperature=20.0, temperature_span=0.0)
    assert world.ambient.temperature() == 20.0


WIRES = {
    "voltage": [Wire("source.output", "a.input", resistance=0.02)],
    "resistance": [Wire("standard.output", "a.input"), Wire("standard.output", "b.input")],
}


def test_operator_changes_connections(bench):
    operator = Operator(bench, WIRES, seconds=30.0)
    operator.connect("voltage")
    assert bench.terminal("a.input").seen() == Electrical(10.0, 0.02)
    operator.connect("resistance")
    assert bench.terminal("a.input").seen() == Electrical(0.0, 100.0)
    assert bench.clock.monotonic() == 60.0
    with pytest.raises(UsageError, match=r"knows no connection 'current'\. Known are: resistance, voltage"):
        operator.connect("current")
    assert bench.terminal("a.input").seen() == Electrical(0.0, 100.0)


def test_operator_makes_the_mistakes_that_are_wanted(bench):
    operator = Operator(
        bench,
        WIRES,
        mistakes=[
            Mistake("connect", prompt="first", connection="resistance"),
            Mistake("connect", occasion=2),
            Mistake("place", occasion=2, masses=(0.2,), spot="left"),
            Mistake("remove", occasion=1),
        ],
    )
    operator.connect("voltage", prompt="first")
    assert bench.terminal("a.input").seen() == Electrical(0.0, 100.0)
    operator.connect("voltage")
    assert bench.terminal("a.input").seen().resistance is None
    operator.connect("voltage")
    assert bench.terminal("a.input").seen().voltage == 10.0
    loads = []
    for _ in range(3):
        operator.place("a.pan", [0.1])
        loads.append((bench.pan("a.pan").load(), bench.pan("a.pan").place))
    assert loads == [(0.1, "centre"), (0.2, "left"), (0.1, "centre")]
    operator.remove("a.pan")
    assert bench.pan("a.pan").load() == 0.1
    operator.remove("a.pan")
    assert bench.pan("a.pan").load() == 0.0
    assert operator.done[:3] == ["connect resistance", "connect nothing", "connect voltage"]
