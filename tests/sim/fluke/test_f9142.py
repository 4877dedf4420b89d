"""Fluke 9142: lines in, lines out as in protocols.md section 10; heating in simulated time."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError

IDEAL = {"offset": 0.0, "gain": 0.0, "noise": 0.0, "stability": 0.0, "probe_offset": 0.0, "probe_gain": 0.0,
         "probe_noise": 0.0, "probe_tempco": 0.0}  # fmt: skip


@pytest.fixture
def unit(instrument):
    def make(**changes):
        line = instrument("fluke/f9142", "bath", {**IDEAL, **changes}, serial=True)
        line.say("*CLS")
        return line

    return make


def test_identity(unit):
    assert unit().ask("*IDN?") == "HART,9142,1234567,1.02"


def test_power_on(unit):
    line = unit()
    assert [line.ask(q) for q in ("OUTP:STAT?", "SOUR:SPO?", "SOUR:STAB:LIM?", "SOUR:RATE?", "UNIT:TEMP?")] == [
        "0", "25.00", "0.05", "100.00", "C",
    ]  # fmt: skip
    line.say("SOUR:SPO 100")
    line.wait(600)
    assert line.ask("SOUR:SENS:DATA?") == "23.000"  # control is off


def test_heating_and_the_stability_test(unit):
    line = unit(start=25.0, heating=10.0, settling=40.0)
    line.say("SOUR:SPO 100.0", "OUTP:STAT 1")
    line.wait(60)
    assert line.ask("SOUR:SENS:DATA?") == "35.000"  # 10 K/min
    assert line.ask("SOUR:STAB:TEST?") == "0"
    while abs(float(line.ask("SOUR:SENS:DATA?")) - 100) > 0.05:
        line.wait(0.5)
    inside = line.world.clock.monotonic()
    while line.ask("SOUR:STAB:TEST?") == "0":
        line.wait(0.5)
    assert line.world.clock.monotonic() - inside == pytest.approx(60, abs=1.5)
    line.say("SOUR:SPO 90")
    assert line.ask("SOUR:STAB:TEST?") == "0"


def test_a_limit_tighter_than_the_well_is_never_met(unit):
    line = unit(stability=0.01)
    line.say("SOUR:STAB:LIM 0.01", "OUTP:STAT 1")
    line.wait(7200)
    assert line.ask("SOUR:STAB:TEST?") == "0"
    line.say("SOUR:STAB:LIM 0.05")
    assert line.ask("SOUR:STAB:TEST?") == "1"


def test_rate(unit):
    line = unit(start=25.0)
    line.say("SOUR:RATE 2", "SOUR:SPO 100", "OUTP:STAT 1")
    line.wait(300)
    assert line.ask("SOUR:SENS:DATA?") == "35.000"


def test_off_it_drifts_to_the_room(unit):
    line = unit(start=123.0, cooldown=1200.0)
    line.say("OUTP:STAT 1", "OUTP:STAT 0")
    line.wait(1200)
    assert float(line.ask("SOUR:SENS:DATA?")) == pytest.approx(23 + 100 / 2.71828, abs=0.01)


def test_the_reference_probe(unit, world):
    line = unit(start=100.0, offset=0.2)
    reply, took = line.timed("READ?")
    assert (reply, took) == ("23.000", pytest.approx(1.0))  # lies in the room
    world.connect("bath.well", "bath.probe1")
    line.say("SOUR:SPO 100", "OUTP:STAT 1")
    line.wait(600)
    assert line.ask("SOUR:SENS:DATA?") == "100.000"
    assert line.ask("READ?") == "99.800"


def test_no_probe(unit):
    line = unit(probe_open=1)
    line.say("READ?")
    assert line.hear(within=5) is None
    assert line.ask("SYST:ERR?").startswith("-230,")


def test_a_reply_that_was_not_read_is_lost(unit):
    line = unit()
    line.say("SOUR:SPO?", "UNIT:TEMP?")
    assert line.hear() == "C"
    assert line.hear(within=1) is None


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("SOUR:SPO 50;OUTP:STAT 1", '-102,"Syntax error"'),
        ("SOUR:SPO 151", '-222,"Data out of range"'),
        ("SOUR:STAB:LIM 0.001", '-222,"Data out of range"'),
        ("SOUR:STAB:LIM 10", '-222,"Data out of range"'),
        ("NONSENSE", '-113,"Undefined header"'),
        ("UNIT:TEMP K", '-224,"Illegal parameter value"'),
    ],
)
def test_errors(unit, sent, error):
    line = unit()
    line.say(sent)
    assert line.ask("SYST:ERR?") == error
    assert line.ask("OUTP:STAT?") == "0"
    assert line.ask("SYST:ERR?") == '0,"No error"'


def test_fahrenheit(unit):
    line = unit(start=100.0)
    line.say("UNIT:TEMP F")
    assert line.ask("SOUR:SENS:DATA?") == "212.000"
    assert line.ask("SOUR:SPO?") == "77.00"


def test_another_model(unit, world):
    line = unit(model="9144")
    assert line.ask("*IDN?").startswith("HART,9144,")
    line.say("SOUR:SPO 660")
    assert line.ask("SOUR:SPO?") == "660.00"
    with pytest.raises(UsageError, match="9142"):
        world.add("other", "fluke/f9142", {"model": "9999"})
