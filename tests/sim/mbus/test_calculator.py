"""M-Bus calculator of a heat meter: energies worked by hand, as raw bytes (EN 13757-3: DIF and VIF, BCD).

k is that of IAPWS-IF97 at 1.6 MPa with the flow sensor in the return (EN 1434-1, annex A), as an independent program
gives it (CoolProp 8.0.0, its IF97 backend): h and density at both temperatures.
"""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench_sim.parts.flow.heat_register import heat_coefficient

K = {
    (70.0, 50.0): 4.1325396e6,
    (53.0, 50.0): 4.1292743e6,
    (130.0, 50.0): 4.1597333e6,
    (60.0, 20.0): 4.1718320e6,
}  # J/(m3 K)
PT100 = {
    20.0: 107.793500,
    50.0: 119.397125,
    53.0: 120.55177025,
    60.0: 123.241900,
    70.0: 127.075125,
    130.0: 149.831925,
}
"""By hand: 100 (1 + 3.9083e-3 t - 5.775e-7 t^2) Ohm, IEC 60751."""
EXACT = {"supply_offset": 0.0, "return_offset": 0.0, "calculator": 0.0, "unit": "2", "test_mode": "on"}
ASK = ("10 5B 02 5D 16", "10 7B 02 7D 16")  # with either frame count bit
HEADER = 19  # bytes before the records
WIRES = (("supply", "supply"), ("return", "return"), ("pulse", "pulse_input"))


class Decades(Device):
    """Two resistances and a source of pulses."""

    def put(self, name, ohms):
        self.bench.terminal(name).drive(Electrical(0.0, ohms))

    def pulse(self, count):
        self.bench.terminal("pulse").emit("pulses", count)


class Bench:
    """A calculator, and what it is connected to."""

    def __init__(self, world, line, decades):
        self.world, self.line, self.decades, self.asked = world, line, decades, 0

    def at(self, supply, back, factor=5.0):
        self.decades.put("supply", factor * PT100[supply])
        self.decades.put("return", factor * PT100[back])

    def run(self, pulses):
        """Let pulses come, ten in a second."""
        now, before = self.world.clock.monotonic(), self.world.device("decades").bench.memory.get("count", 0)
        self.decades.pulse(lambda when: before + min(float(pulses), 10.0 * (when - now)))
        self.world.device("decades").bench.memory["count"] = before + pulses
        self.world.clock.sleep(pulses / 10.0)

    def reply(self):
        self.asked += 1
        return self.line.bytes(ASK[self.asked % 2])

    def records(self):
        return self.reply()[3 * HEADER : -6]

    def status(self):
        return self.reply().split()[16]

    def error(self):
        return self.world.truth.latest("1", "energy.heat.error")


@pytest.fixture
def make(world, instrument):
    def add(**changes):
        decades = world.add("decades", Decades)
        line = instrument(
            "mbus/calculator", "1", EXACT | changes, serial_number="12345678", message_based=False
        )
        for one, other in WIRES:
            world.connect(f"decades.{one}", f"1.{other}", resistance=0.1)
        decades.pulse(lambda _: 0.0)
        return Bench(world, line, decades)

    return add


@pytest.mark.parametrize("temperatures", K)
def test_the_heat_coefficient_is_that_of_another_program(temperatures):
    assert heat_coefficient(*temperatures) == pytest.approx(K[temperatures], rel=1e-7)


def test_a_cubic_metre_of_20_kelvin(make):
    """1000 pulses of 1 L, 4.1325396 MJ/(m3 K) x 20 K = 82.650792 MJ = 22 958.6 Wh; through leads of 0.1 Ohm."""
    bench = make()
    bench.at(70.0, 50.0)
    bench.run(1000)
    # 0C 02: 229 586 x 0.1 Wh; 0C 11: 100 000 x 0.01 L; 0A 5A, 5E and 62: 70.0 and 50.0 degC, 20.0 K
    assert bench.records() == "0C 02 86 95 22 00 0C 11 00 00 10 00 0A 5A 00 07 0A 5E 00 05 0A 62 00 02"
    # serial number, CLB ((3 x 32 + 12) x 32 + 2 = 0D82), version, heat, second reply, in order
    assert bench.reply()[21:51] == "78 56 34 12 82 0D 01 04 01 00 "


def test_without_its_test_mode_it_sends_kilowatt_hours_and_litres(make):
    bench = make(test_mode="off")
    bench.at(130.0, 50.0)
    bench.run(2000)  # 2 m3 x 4.1597333 MJ/(m3 K) x 80 K = 184.877 kWh
    assert bench.records()[:36] == "0C 06 85 01 00 00 0C 13 00 20 00 00 "


@pytest.mark.parametrize(("r0", "factor"), [(100.0, 1.0), (1000.0, 10.0)])
def test_sensors_of_other_resistance(make, r0, factor):
    bench = make(r0=r0, litres=0.01)
    bench.at(60.0, 20.0, factor)
    bench.run(100)  # 1 m3 x 4.1718320 MJ/(m3 K) x 40 K = 46 353.7 Wh
    assert bench.records()[:18] == "0C 02 37 35 46 00 "


def test_pulses_count_with_the_resistances_of_their_time(make):
    bench = make()
    bench.at(70.0, 50.0)
    bench.run(1000)
    bench.at(53.0, 50.0)
    bench.run(1000)  # 82.650792 MJ + 3 x 4.1292743 MJ = 95.038615 MJ = 26 399.6 Wh
    assert bench.records()[:18] == "0C 02 96 39 26 00 "
    bench.at(50.0, 53.0)  # the other way about nothing is counted but volume
    bench.run(1000)
    assert bench.records() == "0C 02 96 39 26 00 0C 11 00 00 30 00 0A 5A 00 05 0A 5E 30 05 0A 62 30 F0"


def test_the_register_shows_the_nearest_step(make):
    bench = make()
    bench.at(53.0, 50.0)
    bench.run(1)  # 1 L x 4.1292743 MJ/(m3 K) x 3 K = 3.4411 Wh
    assert bench.records()[:36] == "0C 02 34 00 00 00 0C 11 00 01 00 00 "
    bench.run(4)  # 17.2053 Wh
    assert bench.records()[:18] == "0C 02 72 01 00 00 "


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"calculator": 0.004}, 0.004),
        ({"supply_offset": 0.02, "return_offset": -0.01}, 0.01),  # 0.03 K of 3 K; k changes by some ppm
        ({"calculator_curve": "at 3 K: 0.9 %, at 20 K: 0.1 %"}, 0.009),
        ({"calculator": 0.001, "calculator_curve": "at 3 K: 0.9 %"}, 0.01),
    ],
)
def test_its_error_is_told_as_it_is_before_rounding(make, settings, error):
    bench = make(**settings)
    bench.at(53.0, 50.0)
    bench.run(1000)
    bench.records()
    true = 3 * K[53.0, 50.0]
    assert bench.world.truth.latest("1", "energy.heat") == pytest.approx(true, rel=1e-7)
    assert bench.error() == pytest.approx(error * true, rel=1e-3)
    assert bench.world.truth.latest("1", "volume") == pytest.approx(1.0)


def test_without_a_sensor_it_says_so_and_counts_no_heat(make):
    bench = make()
    bench.at(70.0, 50.0)
    assert bench.status() == "00"
    bench.decades.put("return", None)
    bench.run(1000)
    assert bench.status() == "10"  # EN 13757-3: temporary error
    assert bench.records() == "0C 02 00 00 00 00 0C 11 00 00 10 00"


@pytest.mark.parametrize("ohms", [PT100[50.0], 4000.0, 0.001])
def test_a_sensor_of_another_kind_is_none(make, ohms):
    bench = make()
    bench.at(70.0, 50.0)
    bench.decades.put("supply", ohms)
    assert bench.status() == "10"


def test_only_what_comes_while_it_is_connected_and_has_power_counts(make, world):
    bench = make()
    bench.at(70.0, 50.0)
    bench.run(1000)
    world.disconnect("decades.pulse", "1.pulse_input")
    bench.run(500)
    world.connect("decades.pulse", "1.pulse_input")  # 1500 pulses are over, of which it has seen 1000
    bench.run(1000)
    world.power_cycle("1")  # its registers stay
    line = type(bench.line)(world, world.device("1"), message_based=False, serial=False)
    assert (
        line.bytes(ASK[0])[3 * HEADER :][:36] == "0C 02 71 91 45 00 0C 11 00 00 20 00 "
    )  # twice 22 958.55 Wh


def test_pulses_before_it_was_switched_on_do_not_count(make, world, instrument):
    bench = make()
    bench.at(70.0, 50.0)
    bench.decades.pulse(lambda when: 10.0 * when)
    world.clock.sleep(100.0)
    late = instrument("mbus/calculator", "2", EXACT, message_based=False)
    for one, other in WIRES:
        world.connect(f"decades.{one}", f"2.{other}")
    world.clock.sleep(100.0)
    assert late.bytes(ASK[0])[3 * HEADER :][:36] == "0C 02 86 95 22 00 0C 11 00 00 10 00 "


@pytest.mark.parametrize("settings", [{"test_mode": "yes"}, {"unit": "251"}, {"calculator_curve": "0.9 %"}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)


def test_two_calibrators_and_a_generator(world, instrument):
    """The whole bench over its own remote interfaces: 500 pulses at 70 and 50 degC are 11 479.3 Wh."""
    calculator = instrument("mbus/calculator", "1", EXACT, message_based=False)
    for name, ohms in (("hot", 635.375625), ("cold", 596.985625)):
        source = instrument("fluke/f5522a", name, {"resistance_gain": 0.0})
        world.connect(f"{name}.output", f"1.{'supply' if name == 'hot' else 'return'}", resistance=0.2)
        source.say(f"OUT {ohms} OHM", "ZCOMP WIRE4", "OPER")
        assert source.ask("*OPC?") == "1"
    pulses = instrument("keysight/k33511b", "pulses")
    world.connect("pulses.output", "1.pulse_input")
    pulses.say(
        "OUTP:LOAD INF", "FUNC SQU", "FREQ 20", "VOLT:HIGH 5", "VOLT:LOW 0", "TRIG:SOUR BUS", "BURS:NCYC 500"
    )
    pulses.say("BURS:PHAS 270", "BURS:STAT ON", "OUTP ON", "*TRG")
    assert pulses.timed("*OPC?") == ("1", pytest.approx(25.0, rel=1e-5))
    pulses.say("OUTP OFF")
    assert calculator.bytes(ASK[0])[3 * HEADER : 3 * HEADER + 17] == "0C 02 93 47 11 00"
