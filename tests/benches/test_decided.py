"""What a proof decides of the standards of the benches is so, whatever their seeds are."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.nature import Deviation, Shift
from calbench.simulation.signals import Load, Phase
from calbench.simulation.world import World
from calbench_sim.byeye.error_counter import ErrorCounter
from calbench_sim.byeye.weight import Weight

DEVIATIONS = {
    "current.dc": 3e-6,
    "resistance": -0.05,
    "voltage": 2e-3,
    "temperature": 0.4,
    "energy.error": -2e-4,
    "clock.error": 1e-6,
}


class Decided:
    """Standards whose true values deviate by `DEVIATIONS` from what they show, and units as they are."""

    def deviation(self, instrument: str) -> Deviation | None:
        return (lambda quantity, _value, _frequency: DEVIATIONS.get(quantity)) if instrument == "s" else None

    def shift(self, instrument: str) -> Shift | None:  # noqa: ARG002 - as a nature has it
        return None


class _Source(Device):
    """Whatever the test puts out."""


def measured(
    model: str,
    *commands: str,
    terminal: str = "input",
    volts: float = 0.0,
    ohms: float = 0.0,
    of: str = "",
    at: float = 0.0,
) -> float:
    """Give the reading of a standard: of volts behind ohms, or of a quantity `of` that is `at` so much."""
    world = World(seed=3, nature=Decided())
    device, source = world.add("s", model), world.add("source", _Source)
    out = source.bench.terminal("output")
    out.drive(Electrical(volts, ohms))
    if of == "pulses":
        out.emit(of, lambda now: at * now)
    elif of:
        out.emit(of, lambda _: at)
    world.connect("source.output", f"s.{terminal}")
    world.clock.sleep(1.0)
    line = device.connect(message_based=True)
    for command in commands:
        line.write(f"{command}\n".encode())
    world.clock.sleep(60.0)
    return float(line.take(100)[0].decode().strip().split(",")[0])


def test_a_multimeter_as_a_standard():
    assert measured("keysight/k34461a", "CONF:CURR 0.1", "READ?", of="current.dc", at=0.012) == pytest.approx(
        0.012 - 3e-6, abs=1e-7
    )
    assert measured("keysight/k34461a", "CONF:FRES 1000", "READ?", ohms=138.5) == pytest.approx(
        138.55, abs=2e-3
    )
    assert measured("keysight/k34461a", "CONF:VOLT 10", "READ?", volts=5.0) == pytest.approx(4.998, abs=1e-5)


def test_a_thermometer_as_a_standard():
    shown = measured("fluke/f1524", "READ? 1", terminal="probe1", of="temperature", at=100.0)
    assert shown == pytest.approx(99.6, abs=3e-3)


def test_a_comparison_of_energies():
    world = World(seed=3, nature=Decided())
    source = world.add("source", _Source)
    world.add("reference", "clou/cl3115")
    world.add("1", "dlt645/v2007", {"curve": "at 5 A: 0.3 %", "temperature_coefficient": 0.0, "phases": 1.0})
    counter = world.add("s", ErrorCounter)
    world.connect("source.output", ["1.input", "reference.input"])
    world.connect("reference.pulse", "s.reference_input")
    world.connect("1.pulse", "s.pulse_input")
    source.bench.terminal("output").emit("power", lambda _: Load((Phase(220.0, 5.0, 0.0),), 50.0))
    world.clock.sleep(10.0)
    assert isinstance(counter, ErrorCounter)
    world.clock.sleep(counter.set_by_hand("energy.error", {"constant": 400.0, "pulses": 2.0}))
    # the meter is 0.3 % off, and the comparison shows 0.02 % more than is true
    assert counter.shown("energy.error") == "+0.320 %"
    assert world.truth.latest("s", "energy.error") == pytest.approx(0.3, abs=1e-6)


def test_a_comparison_of_clocks():
    """A clock that is 5e-6 fast, and a tester that shows 1e-6 less than is true: 4e-6."""
    settings = ("CONF:FREQ 1,(@1)", "INP1:LEV 1.5", "FREQ:GATE:SOUR TIME", "FREQ:GATE:TIME 50")
    shown = measured("keysight/k53230a", *settings, "READ?", terminal="input1", of="pulses", at=1 + 5e-6)
    assert shown - 1 == pytest.approx(4e-6, abs=1e-10)


def test_a_comparison_of_clocks_that_is_read_by_eye():
    world = World(seed=3, nature=Decided())
    source, tester = world.add("source", _Source), world.add("s", ErrorCounter)
    source.bench.terminal("output").emit("pulses", lambda now: now * (1 + 5e-6))
    world.connect("source.output", "s.clock_input")
    assert isinstance(tester, ErrorCounter)
    world.clock.sleep(tester.set_by_hand("clock.error", {"seconds": 60.0}))
    assert tester.shown("clock.error") == "+0.346 s/d"  # 4e-6 of 86400 s: 0.3456 s
    assert world.truth.latest("s", "clock.error") == pytest.approx(0.432, abs=1e-6)


class Drawn(Decided):
    """Every unit has an error of 4 mg."""

    def shift(self, instrument: str) -> Shift | None:  # noqa: ARG002 - as a nature has it
        return lambda _quantity, _value, _range: 4e-6


def test_the_error_that_is_decided_of_a_weight_is_all_that_it_has():
    world = World(seed=3, nature=Drawn())
    weight = world.add("1", Weight, {"nominal": 1.0, "error": 2.4e-6})
    assert isinstance(weight, Weight)
    weight.put_down()
    assert world.truth.latest("1", "mass.error") == 4e-6
