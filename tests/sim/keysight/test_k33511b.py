"""33511B: protocols.md, sections 1.3 and 4.1 (33500 series operating and service guide, p. 61, 177, 215, 318, 323)."""

from __future__ import annotations

import math

import pytest

NO_ERROR = '+0,"No error"'
PULSES = ("OUTP:LOAD INF", "FUNC SQU", "FREQ 20", "VOLT:HIGH 5", "VOLT:LOW 0")
BURST = (*PULSES, "TRIG:SOUR BUS", "BURS:NCYC 1000", "BURS:PHAS 270", "BURS:STAT ON", "OUTP ON")


class Generator:
    """A line to a generator, and what a pulse input at its output counts."""

    def __init__(self, line, terminal):
        self.line = line
        self.terminal = terminal

    def pulses(self, at=None):
        found = self.terminal.received("pulses", at)
        return None if found is None else math.floor(found)

    def error(self):
        return self.line.ask("SYST:ERR?")


@pytest.fixture
def generator(instrument, wire):
    line = instrument("keysight/k33511b", "generator", {"timebase": 0.0})
    return Generator(line, wire("generator"))


@pytest.fixture
def burst(generator):
    generator.line.say(*BURST)
    assert generator.error() == NO_ERROR
    return generator


def test_identity(generator):
    assert generator.line.ask("*IDN?").split(",")[:3] == ["Keysight Technologies", "33511B", "1234567"]


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        ("FUNC?", "SIN"), ("FREQ?", "+1.000000000000000E+03"), ("SOUR1:FREQ?", "+1.000000000000000E+03"),
        ("VOLT:HIGH?", "+5.000000000000000E-02"), ("VOLT:LOW?", "-5.000000000000000E-02"),
        ("OUTP:LOAD?", "+5.000000000000000E+01"), ("OUTP?", "0"), ("BURS:STAT?", "0"), ("BURS:MODE?", "TRIG"),
        ("BURS:NCYC?", "+1.000000000000000E+00"), ("BURS:PHAS?", "+0.000000000000000E+00"), ("TRIG:SOUR?", "IMM"),
        ("FUNC:SQU:DCYC?", "+5.000000000000000E+01"), ("BURS:INT:PER?", "+1.000000000000000E-02"),
    ],
)  # fmt: skip
def test_the_state_after_reset(burst, query, reply):
    burst.line.say("*RST")
    assert burst.line.ask(query) == reply


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        ("SOURce1:FUNCtion SQUare", "FUNC?", "SQU"), ("FREQ 20", "FREQ?", "+2.000000000000000E+01"),
        ("FREQ MAX", "FREQ?", "+2.000000000000000E+07"), ("BURS:NCYC 1E8", "BURS:NCYC?", "+1.000000000000000E+08"),
        ("BURS:NCYC INF", "BURS:NCYC?", "+9.900000000000000E+37"),
        ("OUTP:LOAD INF", "OUTP:LOAD?", "+9.900000000000000E+37"),
        ("BURS:PHAS -90", "BURS:PHAS?", "-9.000000000000000E+01"), ("TRIG1:SOUR BUS", "TRIG:SOUR?", "BUS"),
        ("OUTP1 ON", "OUTP?", "1"), ("BURS:MODE GAT", "BURS:MODE?", "GAT"), ("VOLT:LIM:STAT ON", "VOLT:LIM:STAT?", "1"),
    ],
)  # fmt: skip
def test_settings(generator, sent, query, reply):
    generator.line.say(sent)
    assert generator.line.ask(query) == reply
    assert generator.error() == NO_ERROR


@pytest.mark.parametrize(
    ("sent", "code", "event", "query", "reply"),
    [
        ("NONS", -113, 32, "*OPC?", "1"), ("FUNC TRAP", -224, 16, "FUNC?", "SIN"),
        ("SOUR2:FREQ 5", -114, 32, "*OPC?", "1"), ("FREQ 30E6", -222, 16, "FREQ?", "+2.000000000000000E+07"),
        ("FREQ 0", -222, 16, "FREQ?", "+1.000000000000000E-06"),
        ("BURS:NCYC 1E9", -222, 16, "BURS:NCYC?", "+1.000000000000000E+08"),
        ("BURS:NCYC 0", -222, 16, "BURS:NCYC?", "+1.000000000000000E+00"),
        ("OUTP:LOAD 0.5", -222, 16, "OUTP:LOAD?", "+1.000000000000000E+00"),
        ("VOLT:HIGH 6", -222, 16, "VOLT:HIGH?", "+5.000000000000000E+00"),
        ("VOLT:LOW 0.1", -221, 16, "VOLT:HIGH?", "+1.010000000000000E-01"),
        ("VOLT:HIGH -0.1", -221, 16, "VOLT:LOW?", "-1.010000000000000E-01"),
        ("VOLT:LIM:STAT ON;:OUTP:LOAD INF", -221, 16, "OUTP:LOAD?", "+5.000000000000000E+01"),
        ("*TRG", -211, 16, "OUTP?", "0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_reported_and_what_is_out_of_range_goes_to_its_limit(
    generator, sent, code, event, query, reply
):
    generator.line.say("*CLS", sent)
    assert generator.line.ask("*ESR?") == str(event)
    assert generator.error().startswith(f'{code},"')
    assert generator.error() == NO_ERROR
    assert generator.line.ask(query) == reply


def test_an_error_says_what_was_done(generator):
    generator.line.say("FREQ 30E6")
    assert generator.error() == '-222,"Data out of range; value clipped to upper limit"'


def test_levels_are_shown_for_the_load(generator):
    """Page 61: into an open circuit there is twice what is shown for 50 Ohm; nothing else changes."""
    generator.line.say("VOLT:HIGH 2.5", "VOLT:LOW 0", "OUTP:LOAD INF")
    assert generator.line.ask("VOLT:HIGH?") == "+5.000000000000000E+00"
    generator.line.say("OUTP:LOAD 50")
    assert generator.line.ask("VOLT:HIGH?") == "+2.500000000000000E+00"
    assert generator.error() == NO_ERROR


def test_a_trigger_gives_so_many_pulses_in_so_many_periods(burst):
    assert burst.pulses() == 0
    burst.line.say("*TRG")
    burst.line.wait(10.0)
    assert burst.pulses() == 200
    burst.line.wait(39.99)
    assert burst.pulses() == 1000  # the last edge is a quarter of a period before the end
    burst.line.wait(1000.0)
    assert burst.pulses() == 1000
    assert burst.pulses(at=burst.line.world.clock.monotonic() - 1040.0) == 200  # 10 s after the trigger


def test_operation_complete_waits_for_the_burst(burst):
    burst.line.say("*TRG")
    assert burst.line.timed("*OPC?") == ("1", pytest.approx(50.0))
    assert burst.pulses() == 1000
    burst.line.say("*CLS", "*TRG", "*OPC")
    burst.line.wait(49.9)
    assert burst.line.ask("*ESR?") == "0"
    burst.line.wait(0.2)
    assert burst.line.ask("*ESR?") == "1"
    burst.line.say("*TRG;*WAI;*TRG")  # page 318: the second is accepted
    burst.line.wait(100.1)
    assert (burst.pulses(), burst.error()) == (4000, NO_ERROR)


def test_a_trigger_while_a_burst_runs_is_ignored(burst):
    burst.line.say("*TRG", "*TRG")
    assert burst.error() == '-211,"Trigger ignored"'
    burst.line.wait(60.0)
    assert burst.pulses() == 1000


@pytest.mark.parametrize(
    ("phase", "idle", "after"), [(270, 0, 1000), (0, 1, 1001), (90, 1, 1001), (-90, 0, 1000)]
)
def test_what_is_high_while_it_waits_is_an_edge_when_it_is_switched_on(generator, phase, idle, after):
    """33220A user's guide p. 227: a square is high from 0 to below 180 degrees, and waits where the phase says."""
    generator.line.say(*BURST[:-3], f"BURS:PHAS {phase}", "BURS:STAT ON", "OUTP ON")
    assert generator.pulses() == idle
    generator.line.say("*TRG")
    generator.line.wait(60.0)
    assert generator.pulses() == after


def test_without_a_burst_pulses_come_without_end(generator):
    generator.line.say(*PULSES, "OUTP ON")
    start = generator.pulses()
    generator.line.wait(500.0)
    assert generator.pulses() - start == 10_000
    generator.line.say("OUTP OFF")
    generator.line.wait(500.0)
    assert generator.pulses() - start == 10_000


def test_by_itself_it_repeats_its_bursts(generator):
    """Page 177: with an immediate trigger a burst begins each period; one that is too short is made longer (-221)."""
    generator.line.say(*PULSES, "BURS:NCYC 4", "BURS:PHAS 270", "BURS:INT:PER 10", "BURS:STAT ON", "OUTP ON")
    assert generator.error() == NO_ERROR
    generator.line.wait(24.9)
    assert generator.pulses() == 12
    generator.line.say("BURS:NCYC 400")
    assert generator.error().startswith("-221,")
    assert generator.line.ask("BURS:INT:PER?") == "+2.000000000000000E+01"


def test_a_burst_is_not_faster_than_six_megahertz(generator):
    generator.line.say(*BURST[:-2], "FREQ 7E6", "BURS:STAT ON")
    assert generator.error().startswith("-221,")
    assert generator.line.ask("FREQ?") == "+6.000000000000000E+06"


def test_a_burst_goes_on_while_the_output_is_off(burst):
    burst.line.say("*TRG")
    burst.line.wait(10.0)
    burst.line.say("OUTP OFF")
    assert burst.line.timed("*OPC?") == ("1", pytest.approx(40.0))
    assert burst.pulses() == 200
    burst.line.say("OUTP ON")
    assert burst.pulses() == 200  # it waits low


def test_abort_ends_a_burst(burst):
    burst.line.say("*TRG")
    burst.line.wait(10.0)
    burst.line.say("ABOR")
    assert burst.line.timed("*OPC?") == ("1", 0.0)
    assert burst.pulses() == 200
    burst.line.say("*TRG")
    burst.line.wait(60.0)
    assert (burst.pulses(), burst.error()) == (1200, NO_ERROR)


@pytest.mark.parametrize(
    ("load", "high", "seen"), [("INF", 0.9, False), ("INF", 1.1, True), ("50", 0.6, True)]
)
def test_what_swings_by_less_than_a_volt_is_no_pulse(burst, load, high, seen):
    burst.line.say(f"OUTP:LOAD {load}", "VOLT:LOW 0", f"VOLT:HIGH {high}", "*TRG")
    assert burst.error() == NO_ERROR
    burst.line.wait(60.0)
    assert burst.pulses() == (1000 if seen else None)


def test_the_time_base_makes_a_burst_shorter_and_takes_no_pulse(instrument, wire):
    line = instrument("keysight/k33511b", "generator", {"timebase": 1e-3})
    generator = Generator(line, wire("generator"))
    line.say(*BURST, "*TRG")
    assert line.timed("*OPC?") == ("1", pytest.approx(50.0 / 1.001))
    assert generator.pulses() == 1000
    assert line.world.truth.latest("generator", "pulses") == 1000.0


def test_a_counter_counts_what_it_puts_out(instrument, world, burst):
    counter = instrument("keysight/k53230a", "counter", {"timebase": 0.0, "noise": 0.0, "ageing": 0.0})
    world.connect("generator.output", "counter.input1")
    burst.line.say("*TRG")
    counter.say("CONF:TOT:TIM 60,(@1)")
    assert float(counter.ask("READ?")) == 1000.0
