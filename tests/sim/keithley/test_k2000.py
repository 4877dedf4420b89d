"""Keithley 2000: protocols.md sections 1 and 3.5; messages of PyMeasure 0.16 and QCoDeS 0.58."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.signals import Alternating

IDEAL = dict.fromkeys(
    (
        "gain",
        "offset",
        "noise",
        "linearity",
        "tempco",
        "warmup",
        "resistance_gain",
        "resistance_offset",
        "timebase",
    ),
    0.0,
)
NO_ERROR = '0,"No error"'
OVERFLOW = "+9.90000000E+37"


class Source(Device):
    """Something that puts out what a test wants."""

    def put(self, voltage: float = 0.0, resistance: float | None = 0.0) -> None:
        self.bench.terminal("output").drive(Electrical(voltage, resistance))


@pytest.fixture
def source(world):
    return world.add("source", Source)


@pytest.fixture
def dmm(world, instrument, source):
    line = instrument("keithley/k2000", "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    source.put(1.5)
    line.say("*RST")
    return line


def test_identity(dmm):
    assert dmm.ask("*IDN?") == "KEITHLEY INSTRUMENTS INC.,MODEL 2000,1234567,A19  /A02"


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        (":CONF?", '"VOLT:DC"'), (":SENS:FUNC?", '"VOLT:DC"'), (":SYST:BEEP:STAT?", "1"), (":INIT:CONT?", "0"),
        (":SENS:VOLT:NPLC?", "1.000000"), (":SENS:VOLT:DIG?", "6"), (":SENS:VOLT:RANG:AUTO?", "1"),
        (":SENS:VOLT:REF?", "0.000000"), (":SENS:VOLT:AVER:TCON?", "REP"), (":SENS:VOLT:AVER:COUN?", "10"),
        (":SENS:VOLT:AVER:STAT?", "0"), (":TRIG:COUN?", "1"), (":TRIG:SEQ:DEL?", "0.000000"), (":TRIG:SOUR?", "IMM"),
        (":SENS:FREQ:APER?", "0.100000"), (":SENS:FREQ:THR:VOLT:RANG?", "750.000000"), (":FORM:ELEM?", "READ"),
        (":TRAC:POIN?", "100"), ("*OPT?", "0"), ("DISP:ENAB?", "1"),
    ],
)  # fmt: skip
def test_queries_after_reset(dmm, message, reply):
    assert dmm.ask(message) == reply
    assert dmm.ask(":SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        (":SENS:FUNC 'VOLT:AC'", ":SENS:FUNC?", '"VOLT:AC"'),
        (":CONF:FRES", ":CONF?", '"FRES"'),
        (":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG 5", ":SENS:VOLT:RANG?", "10.000000"),
        (":SENS:VOLT:NPLC 10", ":SENS:VOLT:DC:NPLC?", "10.000000"),
        (":SENS:VOLT:DIG 7", ":SENS:VOLT:DIG?", "7"),
        (":SENS:VOLT:AC:DET:BAND 300", ":SENS:VOLT:AC:DET:BAND?", "300.000000"),
        (":SENS:VOLT:AVER:TCON MOV", ":SENS:VOLT:AVER:TCON?", "MOV"),
        (":TRIG:COUN 7", ":TRIG:COUN?", "7"),
        (":SAMP:COUN 3", ":SAMP:COUN?", "3"),
    ],
)
def test_settings(dmm, sent, query, reply):
    dmm.say(sent)
    assert dmm.ask(query) == reply
    assert dmm.ask(":SYST:ERR?") == NO_ERROR


def test_reading_and_its_time(dmm):
    dmm.say(":CONF:VOLT:DC", ":SENS:VOLT:NPLC 10")
    reply, time = dmm.timed(":READ?")
    assert reply == "+1.50000000E+00"
    assert time == pytest.approx(0.4)  # 10 cycles of 50 Hz, and the zero
    dmm.say(":FORM:ELEM READ,UNIT")
    assert dmm.ask(":READ?") == "+1.50000000E+00VDC"


def test_at_power_on_it_measures_continuously(instrument):
    line = instrument("keithley/k2000")
    line.say(":READ?")
    assert line.hear(within=1.0) is None
    assert line.ask(":SYST:ERR?") == '-213,"Init ignored"'
    assert abs(float(line.ask(":SENS:DATA:FRESH?"))) < 1e-3
    line.say(":INIT:CONT OFF")
    assert abs(float(line.ask(":READ?"))) < 1e-3


def test_fresh_data_are_given_once(dmm):
    dmm.say("INIT")
    assert dmm.ask("SENSE:DATA:FRESH?") == "+1.50000000E+00"
    dmm.say("SENSE:DATA:FRESH?")
    assert dmm.hear(within=1.0) is None
    assert dmm.ask(":SYST:ERR?") == '-230,"Data corrupt or stale"'


@pytest.mark.parametrize(
    ("sent", "error", "event"),
    [
        (":NONS 1", '-113,"Undefined header"', 32), (":SENS:VOLT:RANG 5000", '-222,"Data out of range"', 16),
        (":SENS:VOLT:NPLC 20", '-222,"Data out of range"', 16),
        (":SENS:FUNC 'NONE'", '-224,"Illegal parameter value"', 16),
        (":SENS:VOLT:RANG", '-109,"Missing parameter"', 32), (":FETC?", '-230,"Data corrupt or stale"', 16),
    ],
)  # fmt: skip
def test_errors(dmm, sent, error, event):
    dmm.say("*CLS", sent)
    assert dmm.hear(within=0.1) is None
    assert dmm.ask("*ESR?") == str(event)
    assert dmm.ask(":SYST:ERR?") == error
    assert dmm.ask(":SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(("volts", "reply"), [(10.0, None), (12.1, OVERFLOW), (-12.1, "-9.90000000E+37")])
def test_overflow(dmm, source, volts, reply):
    source.put(volts)
    dmm.say(":SENS:VOLT:RANG 10")
    assert dmm.ask(":READ?") == (reply or "+1.00000000E+01")


def test_four_wire_and_two_wire(world, instrument, source):
    line = instrument("keithley/k2000", "dmm", IDEAL)
    world.connect("source.output", "dmm.input", resistance=0.5)
    source.put(0.0, 100.0)
    line.say(":CONF:RES")
    assert float(line.ask(":READ?")) == pytest.approx(100.5, abs=1e-3)
    line.say(":CONF:FRES")
    assert float(line.ask(":READ?")) == pytest.approx(100.0, abs=1e-3)
    world.disconnect()
    assert line.ask(":READ?") == OVERFLOW


def test_signals(dmm, source):
    output = source.bench.terminal("output")
    output.emit("voltage.ac", lambda _: Alternating(2.0, 400.0))
    output.emit("current.dc", lambda _: 0.005)
    for function, value, within in (
        ("VOLT:AC", 2.0, 3e-3), ("FREQ", 400.0, 1e-3), ("PER", 0.0025, 1e-8), ("CURR:DC", 0.005, 5e-6),
    ):  # fmt: skip
        dmm.say(f":CONF:{function}")
        assert float(dmm.ask(":READ?")) == pytest.approx(value, abs=within), function


def test_reference_is_subtracted(dmm):
    dmm.say(":SENS:VOLT:REF 0.25;REF:STAT 1")
    assert dmm.ask(":READ?") == "+1.25000000E+00"
    dmm.say(":SENS:VOLT:REF:STAT 0")
    dmm.ask(":READ?")
    dmm.say(":SENS:VOLT:REF:ACQ", ":SENS:VOLT:REF:STAT 1")
    assert dmm.ask(":READ?") == "+0.00000000E+00"


def test_a_repeating_filter_takes_its_readings_time(dmm):
    dmm.say(":SENS:VOLT:AVER:COUN 5;STAT 1")
    assert dmm.timed(":READ?")[1] == pytest.approx(5 * 0.04)


def test_the_buffer_fills_and_requests_service(dmm):
    dmm.say(":STAT:PRES;*CLS;*SRE 1;:STAT:MEAS:ENAB 512;", ":TRAC:CLEAR;", ":TRAC:POIN 4")
    dmm.say(":TRIG:COUN 4;:SAMP:COUN 1", ":TRAC:FEED SENSE;:TRAC:FEED:CONT NEXT;", ":INIT")
    dmm.wait(1.0)
    assert dmm.ask("*STB?") == "65"
    assert dmm.ask(":TRAC:DATA?") == ",".join(["+1.50000000E+00"] * 4)


def test_error_queue_is_ten_deep(dmm):
    dmm.say(*["NONS"] * 12)
    errors = [dmm.ask(":SYST:ERR?") for _ in range(11)]
    assert errors == ['-113,"Undefined header"'] * 9 + ['-350,"Queue overflow"', NO_ERROR]
