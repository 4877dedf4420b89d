"""PACE5000: lines in, lines out as in protocols.md section 9.1 (manual K0472); regulation in simulated time."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError

IDEAL = {"gain": 0.0, "offset": 0.0, "linearity": 0.0, "noise": 0.0, "tempco": 0.0}


@pytest.fixture
def pace(instrument):
    return instrument("druck/pace5000", "pace", IDEAL, serial_number="58784")


@pytest.fixture
def unit(instrument):
    def make(**changes):
        return instrument("druck/pace5000", "pace", {**IDEAL, **changes}, serial_number="58784")

    return make


def errors(line):
    found = []
    while (error := line.ask(":SYST:ERR?")) != ':SYST:ERR 0,"No error"':
        found.append(error.removeprefix(":SYST:ERR "))
    return found


def at_port(line):
    """What a gauge that is connected would see (Pa)."""
    line.world.add("gauge", type(line.device), IDEAL)
    line.world.connect("pace.port", "gauge.port")
    return lambda: line.world.terminal("gauge.port").received("pressure")


def to(line, pressure, seconds):
    line.say(f":SOUR:PRES {pressure}", ":OUTP:STAT 1")
    line.wait(seconds)


def test_identity_of_the_table(pace):
    assert pace.ask("*IDN?") == "*IDN GE Druck,Pace5000 User Interface,58784,01.05.04"


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        (":UNIT:PRES MPA", ":unit:pres?", ":UNIT:PRES MPA"),
        (":UNIT:PRES MPA;:SOUR:PRES 0.5", ":SOUR:PRES?", ":SOUR:PRES:LEV:IMM:AMPL 0.5000000"),
        (":SOUR:PRES:INL:TIME 2", ":SOUR:PRES:INL:TIME?", ":SOUR:PRES:INL:TIME 2"),
        (":OUTP:STAT 1", ":OUTP:STAT?", ":OUTP:STAT 1"),
        (":SOUR:PRES:SLEW:MODE LIN", ":SOUR:PRES:SLEW:MODE?", ":SOUR:PRES:SLEW:MODE LIN"),
        (":SOURce:PRESsure:SLEW 0.25", ":SOUR:PRES:SLEW?", ":SOUR:PRES:SLEW 0.2500000"),
        (':SOUR:PRES:RANG "7.00barg"', ":SOUR:PRES:RANG?", ':SOUR:PRES:RANG "7.00barg"'),
        (":OUTP:MODE PASS", ":OUTP:MODE?", ":OUTP:MODE PASS"),
    ],
)  # fmt: skip
def test_replies_echo_the_short_header(pace, sent, query, reply):
    pace.say(sent)
    assert pace.ask(query) == reply
    assert errors(pace) == []


def test_power_on_state(pace):
    assert pace.ask(":OUTP:STAT?") == ":OUTP:STAT 0"
    assert pace.ask(":SOUR:PRES:LEV:IMM:AMPL:VENT?") == ":SOUR:PRES:LEV:IMM:AMPL:VENT 0"
    assert pace.ask(":SOUR:PRES:INL?") == ":SOUR:PRES:INL 0.0100000"  # 0.01 % of full scale
    assert pace.ask(":SOUR:PRES:INL:TIME?") == ":SOUR:PRES:INL:TIME 2"


def test_reading_and_in_limits_with_the_dwell(pace):
    pace.say(":UNIT:PRES MBAR", ":SOUR:PRES:INL 0.1", ":SOUR:PRES:INL:TIME 10")
    to(pace, 1000.5, 1)
    assert pace.ask(":SENS:PRES:INL?").endswith(", 0")
    band = 0.1 / 100 * 7000  # mbar
    inside = None
    for _ in range(300):
        pressure, flag = pace.ask(":SENS:PRES:INL?").removeprefix(":SENS:PRES:INL ").split(", ")
        now = pace.world.clock.monotonic()
        if inside is None and abs(float(pressure) - 1000.5) <= band:
            inside = now
        if flag == "1":
            break
        pace.wait(0.1)
    assert now - inside == pytest.approx(10.0, abs=0.2)
    pace.wait(60)
    assert pace.ask(":SENS:PRES:INL?") == ":SENS:PRES:INL 1000.5, 1"  # the example of section 9.1


def test_linear_slew(pace):
    pace.say(":SOUR:PRES:SLEW:MODE LIN", ":SOUR:PRES:SLEW 0.1")
    to(pace, 5.0, 20)
    assert pace.ask(":SENS:PRES?") == ":SENS:PRES 2.0000000"  # 20 s at 0.1 bar/s
    assert pace.ask(":SENS:PRES:SLEW?") == ":SENS:PRES:SLEW 0.1000000"
    pace.say(":SOUR:PRES:SLEW:MODE MAX")
    pace.wait(30)
    assert pace.ask(":SENS:PRES?") == ":SENS:PRES 5.0000000"


def test_pressure_at_the_port_differs_by_the_error_of_the_sensor_and_stops_with_the_output(unit):
    line = unit(gain=1e-3, offset=50.0)
    seen = at_port(line)
    assert seen() is None
    to(line, 1.0, 60)
    assert line.ask(":SENS:PRES?") == ":SENS:PRES 1.0000000"
    assert seen() == pytest.approx((100e3 - 50.0) / 1.001, rel=1e-9)
    assert line.world.truth.of("pace", "pressure")[-1].value == pytest.approx(seen())
    line.say(":OUTP:STAT 0")
    assert seen() is None
    assert float(line.ask(":SENS:PRES?").split()[1]) == pytest.approx(1.0, abs=1e-3)  # shut in, it leaks


def test_vent_is_latched_when_it_is_done(pace):
    to(pace, 2.0, 60)
    pace.say(":SOUR:PRES:LEV:IMM:AMPL:VENT 1")
    assert pace.ask(":SOUR:PRES:LEV:IMM:AMPL:VENT?").endswith("VENT 1")
    assert pace.ask(":OUTP:STAT?") == ":OUTP:STAT 0"
    assert pace.ask(":STAT:OPER:PRES:COND?") == ":STAT:OPER:PRES:COND 0"
    pace.wait(30)
    for _ in range(2):
        assert pace.ask(":SOUR:PRES:LEV:IMM:AMPL:VENT?").endswith("VENT 2")
    assert pace.ask(":STAT:OPER:PRES:EVEN?") == ":STAT:OPER:PRES:EVEN 5"  # vent complete; in limits before
    assert abs(float(pace.ask(":SENS:PRES?").split()[1])) < 1e-3
    pace.say(":SOUR:PRES:LEV:IMM:AMPL:VENT 0")
    assert pace.ask(":SOUR:PRES:LEV:IMM:AMPL:VENT?").endswith("VENT 0")


def test_a_vent_that_is_aborted_keeps_the_pressure(pace):
    to(pace, 2.0, 60)
    pace.say(":SOUR:PRES:LEV:IMM:AMPL:VENT 1")
    pace.wait(0.4)
    pace.say(":SOUR:PRES:LEV:IMM:AMPL:VENT 0")
    assert 0.5 < float(pace.ask(":SENS:PRES?").split()[1]) < 1.5
    assert pace.ask(":SOUR:PRES:LEV:IMM:AMPL:VENT?").endswith("VENT 0")


def test_without_supply_it_never_gets_there(unit):
    line = unit(supply=3e5)
    to(line, 5.0, 1000)
    assert line.ask(":SENS:PRES:INL?") == ":SENS:PRES:INL 3, 0"
    assert line.ask(":SOUR:PRES:EFF?") == ":SOUR:PRES:EFF 100.0000000"
    assert line.ask(":SOUR:PRES:COMP1?") == ":SOUR:PRES:COMP1 3.0000000"
    assert line.ask(":SOUR:PRES:COMP2?") == ":SOUR:PRES:COMP2 -0.9500000"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (":SENS:PRES 3", '201,"Query only"'),
        (":LOC?", '202,"No query"'),
        (":UNIT:PRES MPA;:SOUR:PRES 1 BAR", '211,"Unit mismatch"'),
        (":SOUR:PRES 7.1", '-222,"Data out of range"'),
        (":SOUR:PRES -1.1", '-222,"Data out of range"'),
        (":SOUR:PRES:INL:TIME 1", '-222,"Data out of range"'),
        (":NONSENSE", '-113,"Undefined header"'),
        (":SENS2:PRES?", '-114,"Header suffix out of range"'),
        (':SOUR:PRES:RANG "35.00barg"', '-200,"Execution error"'),
        (":OUTP:STAT", '-109,"Missing parameter"'),
    ],
)
def test_errors(pace, sent, error):
    pace.say(sent)
    assert errors(pace) == [error]
    assert pace.ask(":OUTP:STAT?") == ":OUTP:STAT 0"


def test_the_queue_is_five_deep_and_errors_of_the_maker_set_no_event(pace):
    pace.say(*[":SENS:PRES 1"] * 7)
    assert pace.ask("*ESR?") == "*ESR 0"  # K0472, table 3-1: DDE is not used, and no PON
    assert errors(pace) == ['201,"Query only"'] * 4 + ['-350,"Queue overflow"']
    pace.say(":NONSENSE")
    assert pace.ask("*ESR?") == "*ESR 32"


def test_ranges_and_barometer(pace, world):
    assert pace.ask(":INST:CAT:ALL?") == ':INST:CAT:ALL "7.00barg","BAROMETER"'
    assert pace.ask(":INST:LIM1?") == ':INST:LIM "7.00barg",7.0000000,-1.0000000'  # K0472, p. 4-17
    assert pace.ask(":INST:SN?") == ':INST:SN "58784"'
    world.ambient.set(pressure=101325.0, pressure_span=0.0)
    pace.say(":UNIT:PRES ATM")
    assert pace.ask(":SENS:PRES:BAR?") == ":SENS:PRES:BAR 1.0000000"


def test_no_barometer_reads_zero(unit):
    assert unit(barometer=0).ask(":SENS:PRES:BAR?") == ":SENS:PRES:BAR 0.0000000"


def test_the_6000_has_two_modules(unit):
    line = unit(model="6000", gain2=0.0, offset2=0.0, linearity2=0.0, noise2=0.0)
    assert line.ask("*IDN?").startswith("*IDN GE Druck,Pace6000 ")
    line.say(":SOUR2:PRES 1.5", ":OUTP2:STAT 1")
    line.wait(60)
    assert line.ask(":SENS2:PRES?") == ":SENS2:PRES 1.5000000"
    assert line.ask(":OUTP1:STAT?;:OUTP2:STAT?") == ":OUTP:STAT 0;:OUTP2:STAT 1"
    assert line.ask(":SENS:PRES?") == ":SENS:PRES 0.0000000"


def test_a_service_request_when_it_is_in_limits(pace):
    pace.say(":STAT:OPER:PRES:ENAB 4", "*SRE 128")
    assert not pace.device.requesting_service
    to(pace, 1.0, 60)
    assert pace.device.requesting_service


def test_a_unit_that_is_off_reads_what_is_connected(world, unit):
    line = unit(gain=1e-3)
    source = world.add("source", type(line.device), IDEAL)
    world.connect("source.port", "pace.port")
    other = source.connect(message_based=True)
    other.write(b":SOUR:PRES 1\n")
    other.write(b":OUTP:STAT 1\n")
    line.wait(60)
    assert line.ask(":SENS:PRES?") == ":SENS:PRES 1.0010000"


def test_another_model_is_refused(world):
    with pytest.raises(UsageError, match="5000 or 6000"):
        world.add("pace", "druck/pace5000", {"model": "1000"})
