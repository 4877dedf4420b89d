"""34401A: lines in, lines out as in protocols.md sections 1 and 3.2 and the user's guide; physics."""

from __future__ import annotations

import statistics

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.world import World
from calbench_sim.agilent.a34401a import A34401A

IDEAL = {
    "gain": 0.0, "offset": 0.0, "noise": 0.0, "linearity": 0.0, "tempco": 0.0, "warmup": 0.0,
    "resistance_gain": 0.0, "resistance_offset": 0.0,
}  # fmt: skip
OVERLOAD = "+9.90000000E+37"
NO_ERROR = '+0,"No error"'


class Source(Device):
    """Something that puts out what a test wants."""

    def put(self, voltage: float = 0.0, resistance: float | None = 0.0) -> None:
        self.bench.terminal("output").drive(Electrical(voltage, resistance))


@pytest.fixture
def source(world):
    return world.add("source", Source)


@pytest.fixture
def dmm(world, instrument, source):
    """An ideal meter on the source."""
    line = instrument("agilent/a34401a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    return line


@pytest.fixture
def unit(world, instrument, source):
    """A real, seeded meter on the source."""

    def make(**changes):
        line = instrument("agilent/a34401a", "unit", changes)
        world.connect("source.output", "unit.input")
        return line

    return make


def readings(line, count):
    line.say(f"SAMP:COUN {count}")
    return [float(text) for text in line.ask("READ?").split(",")]


def test_identity_and_empty_error_queue(dmm):
    assert dmm.ask("*IDN?") == "HEWLETT-PACKARD,34401A,0,11-5-2"
    assert dmm.ask("SYST:ERR?") == NO_ERROR
    assert dmm.ask("SYSTEM:ERROR?") == NO_ERROR


def test_reading_has_the_format_of_the_manual(dmm, source):
    source.put(100.349e-6)
    dmm.say("CONF:VOLT:DC 0.1")
    assert dmm.ask("READ?") == "+1.00300000E-04"  # 6½ digits of 100 mV at 10 PLC: 0.1 uV
    dmm.say("VOLT:NPLC 100")
    assert dmm.ask("READ?") == "+1.00350000E-04"  # 0.03 uV
    assert dmm.ask("MEAS:VOLT:DC? 10,0.001") == "+0.00000000E+00"


def test_integration_time_and_auto_zero_make_the_reading_time(dmm):
    dmm.say("CONF:VOLT:DC 10", "VOLT:DC:NPLC 100")
    assert dmm.timed("READ?")[1] == pytest.approx(4.0)  # two conversions of 100 cycles at 50 Hz
    dmm.say("ZERO:AUTO OFF")
    assert dmm.timed("READ?")[1] == pytest.approx(2.0)
    dmm.say("VOLT:DC:NPLC 0.02", "SAMP:COUN 100")
    assert dmm.timed("READ?")[1] == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        ("VOLT:DC:RANG 8", "VOLT:DC:RANG?", "+1.00000000E+01"),
        ("VOLT:RANG MAX", "SENSE:VOLTAGE:DC:RANGE?", "+1.00000000E+03"),
        ("VOLT:RANG 1", "VOLT:RANG:AUTO?", "0"),
        ("VOLT:NPLC 0.2", "VOLT:DC:NPLC?", "+2.00000000E-01"),
        ("VOLT:NPLC MIN", "VOLT:NPLC?", "+2.00000000E-02"),
        ("VOLT:RANG 10;:VOLT:RES 1E-5", "VOLT:NPLC?", "+1.00000000E+01"),
        ("VOLT:RANG 10;RES 3E-6", "VOLT:NPLC?", "+1.00000000E+02"),
        ("CONF:VOLT:DC 10,MIN", "CONF?", '"VOLT +1.00000000E+01,+3.00000000E-06"'),
        ("FUNC 'FRES'", "FUNC?", '"FRES"'),
        ('FUNC "VOLT:AC"', "FUNC?", '"VOLT:AC"'),
        ("CONF:VOLT:DC:RAT", "FUNC?", '"VOLT:RAT"'),
        ("ZERO:AUTO ONCE", "ZERO:AUTO?", "0"),
        ("INP:IMP:AUTO ON", "INP:IMP:AUTO?", "1"),
        ("DET:BAND 50", "DET:BAND?", "+2.00000000E+01"),
        ("SAMP:COUN 12", "SAMP:COUN?", "+12"),
        ("TRIG:COUN INF", "TRIG:COUN?", OVERLOAD),
        ("TRIG:DEL 2", "TRIG:DEL:AUTO?", "0"),
        ("TRIG:SOUR BUS", "TRIG:SOUR?", "BUS"),
        ("DISP OFF", "DISP?", "0"),
        ('DISP:TEXT "HELLO"', "DISP:TEXT?", '"HELLO"'),
        ("CALC:FUNC NULL", "CALC:FUNC?", "NULL"),
        ("FREQ:APER 1", "FREQ:APER?", "+1.00000000E+00"),
        ("FREQ:VOLT:RANG 1", "FREQ:VOLT:RANG?", "+1.00000000E+00"),
        ("SYST:BEEP:STAT OFF", "SYST:BEEP:STAT?", "0"),
        ("*CLS", "ROUT:TERM?", "FRON"),
        ("*CLS", "SYST:VERS?", "1991.0"),
        ("*CLS", "*TST?", "0"),
        ("*CLS", "DATA:POIN?", "+0"),
    ],
)
def test_settings_and_their_queries(dmm, sent, query, reply):
    dmm.say(sent)
    assert dmm.ask(query) == reply
    assert dmm.ask("SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("sent", "error", "event"),
    [
        ("VOLT:DC:NONS 1", '-113,"Undefined header"', 32),
        ("READ", '-113,"Undefined header"', 32),
        ("ROUT:TERM FRON", '-113,"Undefined header"', 32),
        ("VOLT:RANG 2000", '-222,"Data out of range"', 16),
        ("VOLT:NPLC 1000", '-222,"Data out of range"', 16),
        ("TRIG:SOUR MAYBE", '-224,"Illegal parameter value"', 16),
        ("VOLT:RANG", '-109,"Missing parameter"', 32),
        ("READ? 1", '-108,"Parameter not allowed"', 32),
        ("VOLT:RANG 1 OHM", '-131,"Invalid suffix"', 32),
        ("FUNC VOLT", '-151,"Invalid string data"', 32),
        ("VOLT:RES 1E-6", '-221,"Settings conflict"', 16),  # with auto-range
        ("*TRG", '-211,"Trigger ignored"', 16),
        ("FETC?", '-230,"Data corrupt or stale"', 16),
        ("TRIG:SOUR BUS;:READ?", '-214,"Trigger deadlock"', 16),
    ],
)
def test_errors(dmm, sent, error, event):
    dmm.say("*CLS", sent)
    assert dmm.hear(within=0.1) is None
    assert dmm.ask("*ESR?") == str(event)
    assert dmm.ask("SYST:ERR?") == error
    assert dmm.ask("SYST:ERR?") == NO_ERROR


def test_error_queue_is_twenty_deep(dmm):
    dmm.say(*["NONS"] * 25)
    errors = [dmm.ask("SYST:ERR?") for _ in range(21)]
    assert errors == ['-113,"Undefined header"'] * 19 + ['-350,"Queue overflow"', NO_ERROR]


def test_status_byte(dmm):
    dmm.say("*ESE 32", "NONS")
    assert int(dmm.ask("*STB?")) & 0x24 == 0x24
    dmm.say("*CLS")
    assert dmm.ask("*STB?") == "0"
    assert dmm.ask("*ESE?") == "32"


def test_interrupted_and_unterminated(dmm):
    dmm.say("*IDN?", "FUNC?")
    assert dmm.hear() == '"VOLT"'
    assert dmm.ask("SYST:ERR?") == '-410,"Query INTERRUPTED"'
    dmm.device.unterminated()
    assert dmm.ask("SYST:ERR?") == '-420,"Query UNTERMINATED"'


def test_several_queries_in_a_line(dmm):
    assert dmm.ask("VOLT:RANG?;NPLC?;:FUNC?;*ESR?") == '+1.00000000E+01;+1.00000000E+01;"VOLT";128'


def test_line_ends_on_serial(instrument):
    dmm = instrument("agilent/a34401a", message_based=False)
    dmm.connection.write(b"FUNC?\r\n")
    assert dmm.hear() == '"VOLT"'


def test_over_rs232_it_measures_in_remote_only(instrument):
    dmm = instrument("agilent/a34401a", serial=True)
    dmm.say("READ?")
    assert dmm.ask("SYST:ERR?") == '+550,"Command not allowed in local"'
    dmm.say("SYST:REM")
    assert float(dmm.ask("READ?")) == pytest.approx(0.0, abs=1e-3)


def test_bus_trigger_and_memory(dmm, source):
    source.put(1.0)
    dmm.say("CONF:VOLT:DC 1", "VOLT:NPLC 1", "TRIG:SOUR BUS", "SAMP:COUN 3", "INIT", "INIT")
    assert dmm.ask("SYST:ERR?") == '-213,"Init ignored"'
    dmm.say("*TRG")
    assert dmm.ask("DATA:POIN?") == "+0"
    reply, time = dmm.timed("FETC?")
    assert time == pytest.approx(0.12)
    assert reply == ",".join(["+9.99999000E-01"] * 3)  # 3 uV steps of the 1 V range at 1 PLC
    assert dmm.ask("DATA:POIN?") == "+3"
    assert dmm.ask("FETC?") == reply


@pytest.mark.parametrize(
    ("range_", "volts", "overload"),
    [(0.1, 0.1199, 0), (0.1, 0.1201, 1), (10, -11.99, 0), (10, -12.01, -1), (1000, 1000, 0), (1000, 1101, 1)],
)
def test_overload_beyond_120_percent_of_range(dmm, source, range_, volts, overload):
    source.put(volts)
    dmm.say(f"CONF:VOLT:DC {range_}")
    reply = dmm.ask("READ?")
    expected = {0: None, 1: OVERLOAD, -1: "-9.90000000E+37"}[overload]
    assert (reply == expected) if expected else float(reply) == pytest.approx(volts, rel=1e-5)
    if overload:
        assert int(dmm.ask("STAT:QUES?")) == 1


@pytest.mark.parametrize(
    ("volts", "range_"), [(0.05, 0.1), (0.5, 1), (5, 10), (11, 10), (50, 100), (-700, 1000)]
)
def test_auto_range(dmm, source, volts, range_):
    source.put(volts)
    dmm.say("CONF:VOLT:DC")
    assert float(dmm.ask("READ?")) == pytest.approx(volts, rel=1e-5)
    assert float(dmm.ask("VOLT:RANG?")) == range_


def test_two_wire_sees_the_leads_and_four_wire_does_not(world, instrument, source):
    dmm = instrument("agilent/a34401a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input", resistance=0.5)
    source.put(0.0, 100.0)
    assert float(dmm.ask("MEAS:RES? 100")) == pytest.approx(100.5, abs=1e-4)
    assert float(dmm.ask("MEAS:FRES? 100")) == pytest.approx(100.0, abs=1e-4)


def test_four_wire_without_sense_leads_is_open(world, instrument, source):
    dmm = instrument("agilent/a34401a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input", sense=False)
    source.put(0.0, 100.0)
    assert dmm.ask("MEAS:FRES? 100") == OVERLOAD
    assert float(dmm.ask("MEAS:RES? 100")) == pytest.approx(100.0, abs=1e-4)


def test_stray_voltage_counts_by_the_test_current(world, instrument, source):
    dmm = instrument("agilent/a34401a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input", emf=5e-6)
    source.put(0.0, 100.0)
    assert float(dmm.ask("MEAS:FRES? 100")) == pytest.approx(100.005, abs=1e-4)  # 5 uV at 1 mA


def test_nothing_connected(instrument):
    dmm = instrument("agilent/a34401a", "alone", IDEAL)
    assert dmm.ask("MEAS:RES?") == OVERLOAD
    assert dmm.ask("MEAS:DIOD?") == OVERLOAD
    assert dmm.ask("MEAS:VOLT:DC? 10") == "+0.00000000E+00"
    assert dmm.ask("MEAS:FREQ?") == "+0.00000000E+00"  # user's guide: no signal gives 0
    assert abs(float(dmm.ask("MEAS:CURR:DC?"))) < 1e-3
    assert 0 <= float(dmm.ask("MEAS:VOLT:AC? DEF,DEF")) < 1e-3
    assert dmm.ask("SYST:ERR?") == NO_ERROR


def test_input_resistance_loads_a_weak_source(world, dmm, source):
    source.put(1.0, 1e4)
    dmm.say("CONF:VOLT:DC 1,MIN")
    assert float(dmm.ask("READ?")) == pytest.approx(1 - 1e-3, abs=2e-6)  # 10 kOhm into 10 MOhm
    dmm.say("INP:IMP:AUTO ON")
    assert float(dmm.ask("READ?")) == pytest.approx(1 - 1e-6, abs=1e-6)


def test_settings_are_the_true_errors(world, unit, source):
    line = unit(**{**IDEAL, "gain": 12e-6, "offset": 3e-6})
    source.put(10.0)
    line.say("CONF:VOLT:DC 10", "VOLT:NPLC 100")
    assert float(line.ask("READ?")) == pytest.approx(10.000123, abs=1.5e-6)
    assert world.truth.of("unit", "voltage")[-1].value == 10.0
    assert world.truth.of("unit", "voltage.error")[-1].value == pytest.approx(123e-6, abs=1e-9)


def test_more_integration_is_less_noise(unit, source):
    line = unit(warmup=0.0)
    source.put(0.0)
    line.say("CONF:VOLT:DC 0.1")
    spread = {}
    for nplc in (0.02, 1, 100):
        line.say(f"VOLT:NPLC {nplc}")
        spread[nplc] = statistics.stdev(readings(line, 60))
    assert spread[0.02] > 3 * spread[1] > 9 * spread[100]
    assert 0.5e-7 < spread[100] < 3e-7


def test_noise_on_ten_volts_is_about_a_microvolt(unit, source):
    line = unit(warmup=0.0)
    source.put(5.0)
    line.say("CONF:VOLT:DC 10", "VOLT:NPLC 100")
    assert 5e-7 < statistics.stdev(readings(line, 80)) < 2.5e-6  # with 3 uV resolution


def test_a_seeded_unit_is_inside_its_one_year_specification(world, unit, source):
    line = unit(on_for=7200.0)
    one_year = ((0.1, 5e-5, 3.5e-5), (1, 4e-5, 7e-6), (10, 3.5e-5, 5e-6), (100, 4.5e-5, 6e-6))
    for range_, relative, floor in one_year:
        source.put(range_)
        line.say(f"CONF:VOLT:DC {range_}")
        assert float(line.ask("READ?")) == pytest.approx(range_, abs=range_ * (relative + floor))


def test_warm_up_drift_decays(unit, source):
    line = unit(gain=0.0, offset=0.0, tempco=0.0, linearity=0.0)
    source.put(10.0)
    line.say("CONF:VOLT:DC 10", "VOLT:NPLC 100")
    cold = float(line.ask("READ?"))
    line.wait(1200)
    mid = float(line.ask("READ?"))
    line.wait(6000)
    warm = float(line.ask("READ?"))
    assert cold - 10 == pytest.approx(200e-6, abs=10e-6)
    assert mid - 10 == pytest.approx(200e-6 / 2.718, abs=10e-6)
    assert warm == pytest.approx(10, abs=8e-6)


def test_temperature_coefficient(world, unit, source):
    line = unit(**{**IDEAL, "tempco": 2e-6})
    source.put(10.0)
    line.say("CONF:VOLT:DC 10")
    world.ambient.set(temperature=33.0, temperature_span=0.0)
    assert float(line.ask("READ?")) == pytest.approx(10.0002, abs=1e-5)


def test_without_auto_zero_the_zero_wanders(world, unit, source):
    line = unit(**IDEAL)
    source.put(0.0)
    line.say("CONF:VOLT:DC 0.1", "VOLT:NPLC 100", "ZERO:AUTO OFF")
    world.ambient.set(temperature=28.0, temperature_span=0.0)
    assert abs(float(line.ask("READ?"))) > 5e-6
    line.say("ZERO:AUTO ON")
    assert abs(float(line.ask("READ?"))) < 1e-7


def test_null(dmm, source):
    source.put(1.0)
    dmm.say("CONF:VOLT:DC 1", "CALC:FUNC NULL", "CALC:NULL:OFFS 0.25", "CALC:STAT ON")
    assert float(dmm.ask("READ?")) == pytest.approx(0.75, abs=1e-6)


def transcript(seed):
    connection = World(seed=seed).add("dmm", A34401A).connect(message_based=True)
    connection.write(b"VOLT:NPLC 0.02;:SAMP:COUN 5;:READ?\n")
    connection.device.clock.sleep(10)
    return connection.take(1000)


def test_same_seed_same_bytes():
    assert transcript(1) == transcript(1) != transcript(2)
