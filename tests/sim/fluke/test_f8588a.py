"""8588A: protocols.md sections 1 and 3.4; messages of the public client fluke8588a 0.1.2."""

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


class Source(Device):
    """Something that puts out what a test wants."""

    def put(self, voltage: float = 0.0, resistance: float | None = 0.0) -> None:
        self.bench.terminal("output").drive(Electrical(voltage, resistance))


@pytest.fixture
def source(world):
    source = world.add("source", Source)
    source.put(1.5)
    source.bench.terminal("output").emit("voltage.ac", lambda _: Alternating(2.0, 400.0))
    return source


@pytest.fixture
def dmm(world, instrument, source):
    line = instrument("fluke/f8588a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    return line


def test_replies_end_with_lf_on_gpib_and_with_cr_lf_on_a_socket(instrument):
    line = instrument("fluke/f8588a", "gpib")
    line.say("*IDN?")
    assert line.connection.take(100)[0] == b"FLUKE,8588A,1234567,1.15\n"
    line = instrument("fluke/f8588a", "socket", message_based=False)
    line.connection.write(b"*IDN?\r\n")
    assert line.connection.take(100)[0] == b"FLUKE,8588A,1234567,1.15\r\n"


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("FORM?", "ASC"), ("TRIG:COUN?", "1"), ("ARM:LAY1:COUN?", "1"), ("ARM:LAY2:COUN?", "1"), ("ROUT:TERM?", "FRON"),
        ("ROUT:INP:GUAR?", "0"), ("VOLT:DC:RANG:AUTO?", "1"), ("VOLT:DC:APER:MODE?", "AUTO"), ("VOLT:AC:SEC?", "OFF"),
        ("TRIG:SOUR?", "IMM"), ("ARM:LAY1:SOUR?", "IMM"), ("FRES:LOWI?", "0"), ("FORM:BORD?", "NORM"),
        ("SYST:LFR?", "50"), ("VOLT:DC:IMP?", "AUTO"), ("CALC:AVER:STAT?", "0"), ("STAT:OPER:COND?", "0"),
        ("FUNC?", '"VOLT:DC"'), ("INIT:CONT?", "0"), ("*TST?", "0"), ("SYST:ERR?", NO_ERROR),
    ],
)  # fmt: skip
def test_state_after_reset(dmm, message, reply):
    dmm.say("*RST")
    assert dmm.ask(message) == reply
    assert dmm.ask("SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        ('FUNC "CURR:DC"', "FUNC?", '"CURR:DC"'), ("VOLT:DC:RANG 10.0", "VOLT:DC:RANG?", "1.000000E+01"),
        ("VOLT:DC:RANG 15", "VOLT:DC:RANG?", "1.000000E+01"), ("VOLT:DC:APER 2", "VOLT:DC:NPLC?", "1.000000E+02"),
        ("VOLT:DC:RANG 10;:VOLT:DC:RES 1E-7", "VOLT:DC:NPLC?", "1.000000E+02"), ("FRES:LOWI ON", "FRES:LOWI?", "1"),
        ("ARM:LAY2:DEL:AUTO OFF", "ARM:LAY2:DEL:AUTO?", "0"), ("TRIG:SOUR TIM", "TRIG:SOUR?", "TIM"),
        ("ROUT:INP:GUAR ON", "ROUT:INP:GUAR?", "1"), ("VOLT:AC:COUP:SIGN DC10M", "VOLT:AC:COUP:SIGN?", "DC10M"),
        ("VOLT:DC:APER:MODE MAN", "VOLT:DC:APER:MODE?", "MAN"),
    ],
)  # fmt: skip
def test_settings(dmm, sent, query, reply):
    dmm.say(sent)
    assert dmm.ask(query) == reply
    assert dmm.ask("SYST:ERR?") == NO_ERROR


def test_reading_and_its_time(dmm):
    dmm.say('FUNC "VOLT:DC"', "VOLT:DC:RANG 10", "VOLT:DC:NPLC 100")
    assert dmm.timed("READ?") == ("+1.50000000E+00", pytest.approx(4.0))
    assert dmm.ask("FETC?") == dmm.ask("FETC? 1") == "+1.50000000E+00"


def test_counts_of_all_layers_multiply(dmm):
    dmm.say("VOLT:DC:NPLC 1", "TRIG:COUN 3", "ARM:LAY1:COUN 2", "INIT:IMM")
    assert dmm.ask("STAT:OPER:COND?") == "16"
    dmm.ask("*OPC?")
    assert dmm.ask("FETC?").count(",") == 5
    assert dmm.ask("CALC:SST:COUN?;:CALC:SST:AVER?") == "6;+1.50000000E+00"


def test_secondary_reading_is_the_frequency(dmm):
    dmm.say('FUNC "VOLT:AC"', "VOLT:AC:SEC FREQ", "TRIG:COUN 2", "INIT")
    dmm.ask("*OPC?")
    assert [float(text) for text in dmm.ask("FETC? 2").split(",")] == [pytest.approx(400.0)] * 2
    assert float(dmm.ask("FETC?").split(",")[0]) == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize("sent", ["*RST", "ROUT:TERM REAR", 'FUNC "RES"'])
def test_data_are_invalid_after(dmm, sent):
    dmm.ask("READ?")
    dmm.say(sent, "FETC?")
    assert dmm.hear(within=1.0) is None
    assert dmm.ask("SYST:ERR?") == '-230,"Data corrupt or stale"'


def test_nothing_is_at_the_rear(dmm):
    dmm.say("ROUT:TERM REAR")
    assert float(dmm.ask("READ?")) == 0.0


@pytest.mark.parametrize(("volts", "overload"), [(2.019, False), (2.021, True), (-2.021, True)])
def test_a_range_reaches_to_twice_its_name(dmm, source, volts, overload):
    source.put(volts)
    dmm.say("VOLT:DC:RANG 1")
    assert (abs(float(dmm.ask("READ?"))) == 9.9e37) is overload


def test_bus_trigger(dmm):
    dmm.say("TRIG:SOUR BUS", "INIT")
    assert dmm.ask("STAT:OPER:COND?") == "0"
    dmm.say("*TRG")
    assert dmm.ask("FETC?") == "+1.50000000E+00"


def test_zero_takes_the_offset_off(dmm, source):
    source.put(5e-6)
    dmm.say("VOLT:DC:RANG 0.1")
    assert dmm.timed("ZERO? RANG") == ("0", pytest.approx(5.0))
    assert float(dmm.ask("READ?")) == pytest.approx(0.0, abs=1e-9)
    assert dmm.ask("ZCLE? RANG") == "0"
    assert float(dmm.ask("READ?")) == pytest.approx(5e-6, abs=1e-8)
    source.put(0.05)
    assert dmm.ask("ZERO? RANG") == "1"


def test_four_wire(dmm, world, source):
    world.disconnect()
    world.connect("source.output", "dmm.input", resistance=0.5)
    source.put(0.0, 100.0)
    dmm.say('FUNC "FRES"')
    assert float(dmm.ask("READ?")) == pytest.approx(100.0, abs=1e-5)
    dmm.say('FUNC "RES"')
    assert float(dmm.ask("READ?")) == pytest.approx(100.5, abs=1e-5)


@pytest.mark.parametrize(
    ("sent", "error", "event"),
    [
        ("VOLT:DC:NONS 1", '-113,"Undefined header"', 32), ("VOLT:DC:RANG 5000", '-222,"Data out of range"', 16),
        ('FUNC "DIG:VOLT"', '-224,"Illegal parameter value"', 16), ("FORM PACK,4", '-221,"Settings conflict"', 16),
        ("TRIG:SOUR NEVER", '-224,"Illegal parameter value"', 16), ("VOLT:DC:NPLC 501", '-222,"Data out of range"', 16),
    ],
)  # fmt: skip
def test_errors(dmm, sent, error, event):
    dmm.say("*CLS", sent)
    assert dmm.ask("*ESR?") == str(event)
    assert dmm.ask("SYST:ERR?") == error
