"""DMM6500: protocols.md section 3.5; messages and replies of PyMeasure 0.16's driver and its tests, and QCoDeS 0.58."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.signals import Alternating

IDEAL = dict.fromkeys(
    ("gain", "offset", "noise", "linearity", "tempco", "warmup", "resistance_gain", "resistance_offset"), 0.0
)
NO_ERROR = '0,"No error;0;0 0"'  # as PyMeasure's tests and other public programs have it


class Source(Device):
    """Something that puts out what a test wants."""


@pytest.fixture
def dmm(world, instrument):
    line = instrument("keithley/kdmm6500", "dmm", IDEAL)
    source = world.add("source", Source)
    world.connect("source.output", "dmm.input")
    output = source.bench.terminal("output")
    output.drive(Electrical(1.5, 0.0))
    output.emit("voltage.ac", lambda _: Alternating(2.0, 400.0))
    output.emit("capacitance", lambda _: 1e-7)
    return line


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*IDN?", "KEITHLEY INSTRUMENTS,MODEL DMM6500,1234567,1.7.12b"), ("*LANG?", "SCPI"), ("ROUT:TERM?", "FRON"),
        (":SYST:LFR?", "50"), (":SENS:FUNC?", "VOLT:DC"), (":SENS:VOLT:NPLC?", "1"), (":SENS:VOLT:RANG:AUTO?", "1"),
        (":SENS:VOLT:REL?", "0"), (":SENS:VOLT:REL:STAT?", "0"), (":DISP:VOLT:DIG?", "6"), (":DISP:VOLT:DC:DIG?", "6"),
        ("VOLT:DC:AVER:TCON?", "REP"), ("VOLT:DC:AZER?", "1"), ("VOLT:DC:APER?", "0.02"), ("TRIG:TIM1:DEL?", "1E-05"),
        ("TRIG:TIM4:STAR:STIM?", "NONE"), ("ROUT:SCAN:INT?", "0"), ("DISP:LIGH:STAT?", "ON100"),
        (":TRAC:POIN?", "100000"), ("FORMAT:DATA?", "ASC"), (":SENS:COUN?", "1"), (":SENS:FREQ:THR:RANG?", "750"),
    ],
)  # fmt: skip
def test_queries_after_power_on(dmm, message, reply):
    assert dmm.ask(message) == reply
    assert dmm.ask("SYST:ERR?") == NO_ERROR


def test_language_is_kept_until_power_is_cycled(dmm):
    dmm.say("*LANG TSP")
    assert dmm.ask("*LANG?") == "TSP"
    assert dmm.ask("*IDN?").startswith("KEITHLEY")
    dmm.say("*LANG SCPI", "*LANG BASIC")
    assert dmm.ask("SYST:ERR?").startswith('-224,"Illegal parameter value;1;2026/01/05 08:00:')


def test_the_switch_says_where_it_measures(instrument):
    assert instrument("keithley/kdmm6500", "it", {"terminals": "REAR"}).ask("ROUT:TERM?") == "REAR"


def test_range_by_two_commands_on_one_path(dmm):
    dmm.say("VOLT:DC:RANG:AUTO 0;UPP 5")
    assert dmm.ask("VOLT:DC:RANG?") == "10"
    assert dmm.ask("VOLT:DC:RANG:AUTO?") == "0"
    dmm.say(":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG 1000")
    assert dmm.ask(":SENS:VOLT:RANG?;:SYST:ERR?") == f"1000;{NO_ERROR}"


def test_reading_and_its_time(dmm):
    dmm.say('SENS:FUNC "VOLT:DC"', ":SENS:VOLT:NPLC 10")
    assert dmm.timed(":READ?") == ("1.50000000E+00", pytest.approx(0.4))
    dmm.say("VOLT:DC:AZER 0")
    assert dmm.timed(":READ?")[1] == pytest.approx(0.2)


def test_count_readings_go_into_the_buffer_and_the_last_is_given(dmm):
    dmm.say(":SENS:COUN 3")
    assert dmm.ask(':READ? "defbuffer1"') == "1.50000000E+00"
    assert dmm.ask("TRAC:ACT?") == "3"
    assert dmm.ask(':TRAC:DATA? 2,3,"defbuffer1",READ') == "1.50000000E+00,1.50000000E+00"
    dmm.say("TRAC:DATA? 2,9")
    assert dmm.ask("SYST:ERR?").startswith('-222,"Data out of range;1;')


def test_the_last_of_several_readings_is_given(dmm):
    output = dmm.world.terminal("source.output")
    output.emit("current.dc", lambda now: 0.01 * now)
    dmm.say('SENS:FUNC "CURR:DC"', "CURR:RANG 0.01", ":SENS:COUN 3")
    given = float(dmm.ask(":READ?"))
    assert given - float(dmm.ask("TRAC:DATA? 1,1")) == pytest.approx(
        2 * 0.04 * 0.01, rel=1e-2
    )  # two readings of 40 ms later


@pytest.mark.parametrize(
    ("function", "value", "within"),
    [("VOLT:AC", 2.0, 3e-3), ("FREQ:VOLT", 400.0, 0.05), ("PER:VOLT", 0.0025, 1e-6), ("CAP", 1e-7, 1e-9)],
)
def test_other_functions(dmm, function, value, within):
    dmm.say(f'SENS:FUNC "{function}"')
    assert dmm.ask("SENS:FUNC?") == function
    assert float(dmm.ask("READ?")) == pytest.approx(value, abs=within)


def test_overflow_is_nine_point_nine_e37(dmm):
    dmm.say("VOLT:RANG 1")
    assert float(dmm.ask("READ?")) == 9.9e37
    assert float(dmm.ask("MEAS:RES?")) == 9.9e37  # there is a voltage at the terminals
    dmm.world.disconnect()
    assert float(dmm.ask("MEAS:FRES?")) == 9.9e37


def test_relative_value(dmm):
    dmm.ask("READ?")
    dmm.say("VOLT:REL:ACQ", "VOLT:REL:STAT 1")
    assert float(dmm.ask("READ?")) == 0.0
    assert dmm.ask("VOLT:REL?") == "1.5"
    dmm.say("CURR:REL:ACQ")  # there is no current that has been measured
    assert dmm.ask("SYST:ERR?").startswith('-221,"Settings conflict;1;')
    assert dmm.ask("CURR:REL?") == "0"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("NONS", '-113,"Undefined header;1;'), ("VOLT:RANG 1E4", '-222,"Data out of range;1;'),
        ("TRIG:TIM9:DEL 1", '-114,"Header suffix out of range;1;'), ("FORM:DATA REAL", '-221,"Settings conflict;1;'),
    ],
)  # fmt: skip
def test_errors_say_when(dmm, sent, error):
    dmm.say(sent)
    assert dmm.ask("SYST:ERR?").startswith(error)
    assert dmm.ask("SYST:ERR?") == NO_ERROR


def test_truth_is_logged(world, dmm):
    dmm.ask("READ?")
    assert world.truth.of("dmm", "voltage")[-1].value == 1.5
