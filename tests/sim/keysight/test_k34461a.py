"""34461A: what it has beyond the 34401A, protocols.md section 3.2; the messages that QCoDeS 0.58 sends."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical

OVERLOAD = "+9.90000000E+37"
NO_ERROR = '+0,"No error"'


class Source(Device):
    """Something that puts out what a test wants."""


@pytest.fixture
def dmm(world, instrument):
    line = instrument("keysight/k34461a", "dmm", {"gain": 0.0, "offset": 0.0, "noise": 0.0, "linearity": 0.0})
    source = world.add("source", Source)
    world.connect("source.output", "dmm.input")
    source.bench.terminal("output").drive(Electrical(10.0, 0.0))
    return line


def test_identity_has_the_serial_number(dmm):
    reply = dmm.ask("*IDN?")
    assert reply.startswith("Keysight Technologies,34461A,1234567,A.02.")
    assert len(reply.split(",")) == 4


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*OPT?", "0"),
        ("SYSTem:LFRequency?", "+50"),
        ("SENSe:FUNCtion?", '"VOLT"'),
        ("SENSe:VOLT:NPLC?", "+1.00000000E+01"),
        ("SENSe:VOLTage:DC:RANGe?", "+1.00000000E+01"),
        ("SENSe:VOLTage:DC:RESolution?", "+1.00000000E-05"),
        ("SENSe:VOLT:RANGe:AUTO?", "1"),
        ("SENSe:VOLT:ZERO:AUTO?", "1"),
        ("TRIGger:COUNt?", "+1.00000000E+00"),
        ("TRIGger:DELay?", "+0.00000000E+00"),
        ("TRIGger:SOURce?", "IMM"),
        ("SAMPle:COUNt?", "+1"),
        ("SAMPle:TIMer? MIN", "+0.00000000E+00"),
        ("DISPlay:STATe?", "1"),
        ("DISPLAY:TEXT?", '""'),
        ("SYSTem:ERRor?", NO_ERROR),
        ("CURR:TERM?", "3"),
        ("SYST:BEEP:STAT?", "1"),
        ("VOLT:IMP:AUTO?", "0"),
        ("ROUT:TERM?", "FRON"),
    ],
)
def test_queries_after_power_on(dmm, message, reply):
    assert dmm.ask(message) == reply
    assert dmm.ask("SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        ('SENSe:FUNCtion "FRES"', "SENSe:FUNCtion?", '"FRES"'),
        ("SENSe:VOLT:NPLC 100.000000", "SENSe:VOLTage:DC:RESolution?", "+3.00000000E-06"),
        ("SENSe:VOLTage:DC:RANGe 100.000000", "SENS:VOLT:RANG?", "+1.00000000E+02"),
        ("SENS:VOLT:RANG 10;:VOLT:DC:RES 1.0e-05", "SENSe:VOLT:NPLC?", "+1.00000000E+01"),
        ("SENSe:VOLT:ZERO:AUTO OFF", "ZERO:AUTO?", "0"),
        ("TRIGger:SLOPe POS", "TRIG:SLOP?", "POS"),
        ("CURR:TERM 10", "CURR:TERM?", "10"),
        ("SENS:CURR:RANG 1E-4", "SENS:CURR:RANG?", "+1.00000000E-04"),
        ('SENS:FUNC "TEMP"', "FUNC?", '"TEMP"'),
        ("CONF:CAP", "FUNC?", '"CAP"'),
        ("SAMPle:COUNt 1000000", "SAMP:COUN?", "+1000000"),
        ("DISPLay:STATe 0", "DISP?", "0"),
        ('DISPLAY:TEXT "CAL"', "DISP:TEXT?", '"CAL"'),
    ],
)
def test_settings(dmm, sent, query, reply):
    dmm.say(sent)
    assert dmm.ask(query) == reply
    assert dmm.ask("SYST:ERR?") == NO_ERROR


def test_reading_and_time(dmm):
    dmm.say("CONF:VOLT:DC 10", "SENS:VOLT:NPLC 100")
    dmm.wait(20000)
    reply, time = dmm.timed("READ?")
    assert float(reply) == pytest.approx(10.0, abs=3e-6)
    assert reply[0] == "+"
    assert len(reply) == len("+9.99612345E+00")
    assert time == pytest.approx(4.0)


def test_memory_by_points_remove_and_block(dmm):
    dmm.say("CONF:VOLT:DC 10,MAX", "SAMP:COUN 5", "INIT")
    assert dmm.ask("DATA:POIN?") == "+0"
    dmm.ask("*OPC?")
    assert dmm.ask("DATA:POIN?") == "+5"
    removed = dmm.ask("DATA:REM? 2")
    assert removed.count(",") == 1
    block = dmm.ask("R?")
    assert block.startswith("#247")  # 47 characters: three readings of 15 and two commas
    assert len(block) == 4 + 47
    assert dmm.ask("DATA:POIN?") == "+0"


def test_opc_waits_for_the_readings(dmm):
    dmm.say("CONF:VOLT:DC 10", "INIT")
    assert dmm.timed("*OPC?") == ("1", pytest.approx(0.4))


def test_open_inputs(dmm, world):
    world.disconnect()
    assert dmm.ask("MEAS:FRES?") == OVERLOAD
    assert dmm.ask("MEAS:TEMP?") == OVERLOAD
    assert float(dmm.ask("MEAS:CAP?")) < 1e-12


def test_errors(dmm):
    dmm.say("SENS:NONS", "CURR:TERM 5", "VOLT:RANG 5000")
    assert dmm.ask("SYST:ERR?") == '-113,"Undefined header"'
    assert dmm.ask("SYST:ERR?") == '-224,"Illegal parameter value"'
    assert dmm.ask("SYST:ERR?") == '-222,"Data out of range"'
