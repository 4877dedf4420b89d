"""53230A: protocols.md section 4: commands, 15 digits with a three-digit exponent, 9.91E37 without a signal."""

from __future__ import annotations

import statistics

import pytest

from calbench.simulation.device import Device
from calbench.simulation.signals import Alternating

IDEAL = {"timebase": 0.0, "noise": 0.0, "ageing": 0.0}
NO_ERROR = '+0,"No error"'
NO_SIGNAL = "+9.91000000000000E+037"


class Source(Device):
    """Something that puts out what a test wants."""

    def emit(self, quantity, signal):
        self.bench.terminal("output").emit(quantity, signal)


@pytest.fixture
def source(world):
    return world.add("source", Source)


@pytest.fixture
def counter(world, instrument, source):
    line = instrument("keysight/k53230a", "counter", IDEAL)
    world.connect("source.output", ["counter.input1"])
    source.emit("voltage.ac", lambda _: Alternating(1.0, 1e7))
    return line


def test_identity(counter):
    fields = counter.ask("*IDN?").split(",")
    assert fields[1:3] == ["53230A", "1234567"]
    assert len(fields) == 4


def test_a_frequency_has_15_digits_and_takes_its_gate(counter):
    counter.say("CONF:FREQ 1E7,0.001,(@1)", "FREQ:GATE:SOUR TIME", "FREQ:GATE:TIME 1")
    assert counter.timed("READ?") == ("+1.00000000000000E+007", pytest.approx(1.0))
    assert counter.ask("FETC?") == "+1.00000000000000E+007"
    assert counter.ask("CONF?") == '"FREQ +1.00000000000000E+007,(@1)"'


def test_no_signal(counter, world):
    counter.say("CONF:FREQ (@2)")
    assert counter.ask("READ?") == NO_SIGNAL
    world.disconnect()
    assert counter.ask("MEAS:FREQ? DEF,DEF,(@1)") == NO_SIGNAL
    assert counter.ask("MEAS:PER? (@1)") == NO_SIGNAL


def test_a_level_outside_of_the_signal_does_not_trigger(counter):
    counter.say("CONF:FREQ (@1)", "INP1:LEV 1.5")
    assert counter.ask("INP1:LEV:AUTO?") == "0"
    assert counter.ask("READ?") == NO_SIGNAL  # the peak is 1.414 V
    counter.say("INP1:LEV 1.4")
    assert counter.ask("READ?") != NO_SIGNAL
    counter.say("INP1:LEV 2", "INP1:LEV:AUTO ON")
    assert counter.ask("READ?") != NO_SIGNAL


def test_period(counter):
    assert float(counter.ask("MEAS:PER? (@1)")) == pytest.approx(1e-7, rel=1e-14)


def test_totalize_counts_whole_pulses_of_the_gate(counter, world, source):
    source.emit("voltage.ac", None)
    source.emit("pulses", lambda now: 0.5 + 2.5 * now)
    counter.say("CONF:TOT:TIM 2,(@1)")
    reply, time = counter.timed("READ?")
    assert time == pytest.approx(2.0)
    assert reply == "+5.00000000000000E+000"
    assert float(counter.ask("MEAS:FREQ? (@1)")) == pytest.approx(2.5)
    assert world.truth.of("counter", "pulses")[-1].value == 5.0


def test_totalize_without_an_end(counter, source):
    source.emit("voltage.ac", None)
    source.emit("pulses", lambda now: 10.0 * now)
    counter.say("CONF:TOT:CONT (@1)", "INIT")
    counter.wait(3.0)
    assert float(counter.ask("TOT:DATA?")) == 30
    source.emit("pulses", lambda _: 30.0)
    counter.wait(3.0)
    assert float(counter.ask("SENS:TOT:DATA?")) == 30
    counter.say("ABOR")
    assert float(counter.ask("FETC?")) == 30


def test_samples_and_block(counter):
    counter.say("CONF:FREQ (@1)", "FREQ:GATE:TIME 0.01", "SAMP:COUN 3", "TRIG:SOUR BUS", "INIT", "*TRG")
    counter.ask("*OPC?")
    assert counter.ask("DATA:POIN?") == "+3"
    assert counter.ask("DATA:REM? 1") == "+1.00000000000000E+007"
    assert counter.ask("R?") == "#245+1.00000000000000E+007,+1.00000000000000E+007"


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        ("INP1:COUP DC", "INP1:COUP?", "DC"), ("INP1:IMP 50", "INP1:IMP?", "+5.00000000000000E+001"),
        ("INP2:IMP 1E6", "INP2:IMP?", "+1.00000000000000E+006"),
        ("FREQ:GATE:TIME 0.5", "PER:GATE:TIME?", "+5.00000000000000E-001"),
        ("SAMP:COUN 7", "SAMP:COUN?", "+7"), ("TRIG:SOUR EXT", "TRIG:SOUR?", "EXT"),
        ("FUNC 'PER 2'", "FUNC?", '"PER 2"'),
        ("*RST", "FREQ:GATE:SOUR?", "TIME"),
    ],
)  # fmt: skip
def test_settings(counter, sent, query, reply):
    counter.say(sent)
    assert counter.ask(query) == reply
    assert counter.ask("SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("sent", "error", "event"),
    [
        ("NONS", '-113,"Undefined header"', 32), ("INP3:COUP AC", '-114,"Header suffix out of range"', 32),
        ("INP1:IMP 75", '-222,"Data out of range"', 16), ("CONF:FREQ (@3)", '-224,"Illegal parameter value"', 16),
        ("FREQ:GATE:TIME 2000", '-222,"Data out of range"', 16), ("FETC?", '-230,"Data corrupt or stale"', 16),
    ],
)  # fmt: skip
def test_errors(counter, sent, error, event):
    counter.say("*CLS", sent)
    assert counter.hear(within=0.1) is None
    assert counter.ask("*ESR?") == str(event)
    assert counter.ask("SYST:ERR?") == error
    assert counter.ask("SYST:ERR?") == NO_ERROR


def test_time_base_and_resolution(world, instrument, source):
    line = instrument("keysight/k53230a", "counter", {"timebase": 1e-6})
    world.connect("source.output", "counter.input1")
    source.emit("voltage.ac", lambda _: Alternating(1.0, 1e7))
    line.say("CONF:FREQ (@1)", "FREQ:GATE:TIME 0.1", "SAMP:COUN 50")
    readings = [float(text) for text in line.ask("READ?").split(",")]
    assert statistics.fmean(readings) == pytest.approx(1e7 + 10, abs=0.01)
    assert 5e-4 < statistics.stdev(readings) < 1e-2  # some 20 ps in 0.1 s of 10 MHz
    assert world.truth.of("counter", "frequency.error")[-1].value == pytest.approx(10, abs=1e-3)


SCALED = (
    "CALC:SCAL:FUNC SCAL",
    "CALC:SCAL:GAIN 100",
    "CALC:SCAL:OFFS 5",
    "CALC:SCAL:STAT ON",
    "CALC:STAT ON",
)


def test_scaling_is_m_x_less_b(counter, source):
    """Programmer's reference p. 46: 100 x - 5, and the offset is subtracted; p. 204: in two levels."""
    source.emit("voltage.ac", lambda _: Alternating(1.0, 1000.0))
    counter.say("CONF:FREQ (@1)", *SCALED)
    assert float(counter.ask("READ?")) == pytest.approx(99_995.0)
    counter.say("CALC:SCAL:INV ON")
    assert float(counter.ask("READ?")) == pytest.approx(0.1 - 5)
    for off in ("CALC:STAT OFF", "CALC:SCAL:STAT OFF", "CALC:SCAL:FUNC NULL", "*RST"):
        counter.say(*SCALED, off, "CONF:FREQ (@1)")
        assert float(counter.ask("READ?")) == pytest.approx(1000.0)
    assert counter.ask("CALC:SCAL:GAIN?") == "+1.00000000000000E+000"
    assert counter.ask("SYST:ERR?") == NO_ERROR


def test_no_signal_is_not_scaled(counter):
    counter.say("CONF:FREQ (@2)", *SCALED)
    assert counter.ask("READ?") == NO_SIGNAL


def test_the_truth_beside_second_pulses_is_the_daily_error(counter, source, world):
    source.emit("voltage.ac", None)
    source.emit("pulses", lambda now: now * (1 + 0.7 / 86400))
    counter.say("CONF:FREQ 1,(@1)", "INP1:LEV 1.5", "FREQ:GATE:SOUR TIME", "FREQ:GATE:TIME 60")
    assert 86400 * (float(counter.ask("READ?")) - 1) == pytest.approx(0.7, abs=1e-6)
    assert world.truth.latest("counter", "clock.error") == pytest.approx(0.7, abs=1e-6)
