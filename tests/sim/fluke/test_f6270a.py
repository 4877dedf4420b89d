"""Fluke 6270A: lines in, lines out as in protocols.md section 9.2; regulation in simulated time."""

from __future__ import annotations

import pytest

IDEAL = {"gain": 0.0, "offset": 0.0, "linearity": 0.0, "noise": 0.0, "tempco": 0.0}


@pytest.fixture
def unit(instrument):
    def make(**changes):
        line = instrument("fluke/f6270a", "controller", {**IDEAL, **changes})
        line.say("*CLS")
        return line

    return make


def control(line, kilopascals, seconds):
    line.say("UNIT:PRES KPA", f"SOUR:PRES:LEV:IMM:AMPL {kilopascals}", "OUTP:PRES:MODE CONT")
    line.wait(seconds)


def test_identity(unit):
    assert unit().ask("*IDN?") == "FLUKE,6270A,1234567,1.0.3"


def test_the_sequence_of_section_9_2(unit):
    line = unit()
    line.say("UNIT:PRES KPA", "SENS:PRES:MOD AUTO", "SOUR:PRES:SLEW 50", "SOUR:PRES:LEV:IMM:AMPL 100")
    line.say("OUTP:PRES:MODE CONT")
    assert line.ask("STAT:OPER:COND?") == "0"
    line.wait(60)
    assert line.ask("STAT:OPER:COND?") == "16"
    assert float(line.ask("MEAS:PRES?")) == pytest.approx(100.0)
    assert line.ask("SYST:ERR?") == '0,"No error"'


def test_slew_rate(unit):
    line = unit()
    line.say("SOUR:PRES:SLEW 5")
    control(line, 500, 20)
    assert float(line.ask("MEAS:PRES?")) == pytest.approx(100.0)  # 20 s at 5 kPa/s


def test_it_is_ready_two_seconds_within_its_tolerance(unit):
    line = unit()
    line.say("SOUR:PRES:TOL 0.1")
    control(line, 100, 0)
    while abs(float(line.ask("MEAS:PRES?")) - 100) > 0.1:
        line.wait(0.05)
    inside = line.world.clock.monotonic()
    while line.ask("STAT:OPER:COND?") == "0":
        line.wait(0.05)
    assert line.world.clock.monotonic() - inside == pytest.approx(2.0, abs=0.1)


def test_port(unit, world):
    line = unit(offset=20.0)
    world.add("gauge", type(line.device), IDEAL)
    world.connect("controller.port", "gauge.port")
    gauge = world.terminal("gauge.port")
    assert gauge.received("pressure") is None
    control(line, 100, 60)
    assert gauge.received("pressure") == pytest.approx(100e3 - 20.0)
    line.say("OUTP:STAT OFF")
    assert gauge.received("pressure") is None
    assert line.ask("OUTP:PRES:MODE?") == "MEASURE"


def test_vent(unit):
    line = unit()
    control(line, 100, 60)
    line.say("OUTP:PRES:MODE VENT")
    assert line.ask("STAT:OPER:COND?;:OUTP:STAT?;:OUTP:PRES:MODE?") == "0;0;VENT"
    line.wait(30)
    assert line.ask("STAT:OPER:COND?") == "16"
    assert abs(float(line.ask("MEAS:PRES?"))) < 1e-3


def test_a_service_request_when_it_is_ready(unit):
    line = unit()
    line.say("STAT:OPER:ENAB 16", "*SRE 128")
    control(line, 100, 0)
    line.ask("STAT:OPER?")
    assert not line.device.requesting_service
    line.wait(60)
    assert line.device.requesting_service


@pytest.mark.parametrize(
    ("sent", "code", "event"),
    [
        ("UNIT:PRES FOO", -224, 16), ("SOUR:PRES 701", -222, 16), ("OUTP:PRES:MODE STBY", -224, 16),
        ("MEAS:PRES 1", -113, 32), ("SENS:PRES:MOD 'PM999'", -224, 16), ("SOUR:PRES 1 V", -131, 32),
    ],
)  # fmt: skip
def test_errors(unit, sent, code, event):
    line = unit()
    line.say(sent)
    assert line.ask("*ESR?") == str(event)
    assert line.ask("SYST:ERR?").startswith(f"{code},")


def test_reset_stops_the_output(unit):
    line = unit()
    control(line, 100, 10)
    line.say("*RST")
    assert line.ask("OUTP:STAT?;:SOUR:PRES?") == "0;+0.0000000E+00"


def test_a_seeded_unit_is_within_its_specification(instrument):
    line = instrument("fluke/f6270a", "controller")
    control(line, 600, 100)
    line.ask("MEAS:PRES?")
    true = line.world.truth.of("controller", "pressure")[-1].value
    assert true == pytest.approx(600e3, abs=0.0002 * 700e3)
    assert true != 600e3
