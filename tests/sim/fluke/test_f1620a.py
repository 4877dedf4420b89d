"""Fluke 1620A: lines in, lines out as in protocols.md section 10 and the DewK manual, p. 100 to 125."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calbench.clock import VirtualClock
from calbench.simulation.world import World

IDEAL = {
    name + mark: 0.0
    for name in (
        "probe_offset",
        "probe_gain",
        "probe_noise",
        "probe_tempco",
        "humidity_offset",
        "humidity_noise",
    )
    for mark in ("", "2")
}


@pytest.fixture
def room(world):
    world.ambient.set(temperature=25.582, temperature_span=0.0, humidity=29.32, humidity_span=0.0)
    return world


@pytest.fixture
def unit(instrument, room):
    def make(**changes):
        line = instrument("fluke/f1620a", "climate", {**IDEAL, **changes}, serial=True)
        line.say("*CLS")
        return line

    return make


def test_identity(unit):
    assert unit().ask("*IDN?") == "FLUKE,1620A,1234567,1.00"


def test_both_channels_and_one(unit):
    line = unit(probe_offset2=26.341 - 25.582, humidity_offset2=37.96 - 29.32)
    assert line.ask("MEAS?") == "25.582,29.32,26.341,37.96"  # the example of section 10
    assert line.ask("MEAS? 1") == "25.582,29.32"
    assert line.ask("FETC? 2") == "26.341,37.96"


def test_extended_format():
    world = World(seed=1, clock=VirtualClock(datetime(2003, 9, 16, 11, 2, 38, tzinfo=UTC)))
    world.ambient.set(temperature=25.629, temperature_span=0.0, humidity=29.32, humidity_span=0.0)
    line = world.add("climate", "fluke/f1620a", IDEAL).connect(message_based=False)
    line.write(b"FORM:TDST:STAT 1\rMEAS? 1\rMEAS? 1\r")
    assert line.take(100)[0] == b"1,1,25.629,C,29.32,%,2003,9,16,11,2,38\r\n"  # the example of section 10
    assert line.take(100)[0] == b"0,1,25.629,C,29.32,%,2003,9,16,11,2,38\r\n"  # has been read before
    line.write(b"MEAS?\r")
    assert line.take(100)[0].startswith(b"1,1,25.629,C,29.32,%,2,25.629,C,29.32,%,2003,")


def test_read_waits_for_a_new_measurement(unit):
    line = unit()
    line.say("FORM:TDST:STAT 1")
    line.ask("MEAS?")
    reply, took = line.timed("READ?")
    assert reply.startswith("1,")
    assert 0 < took <= 1.001


def test_alarms(unit, room):
    line = unit(temperature_high=26.0, humidity_low2=20.0)
    assert line.ask("STAT:ALAR?") == "0"
    room.ambient.set(temperature=27.0, temperature_span=0.0, humidity=15.0, humidity_span=0.0)
    line.wait(2)
    assert line.ask("STAT:ALAR:COND?") == "9"  # bit 0: temperature 1; bit 3: humidity 2 (manual, p. 125)
    room.ambient.set(temperature=25.0, temperature_span=0.0, humidity=30.0, humidity_span=0.0)
    line.wait(2)
    assert line.ask("STAT:ALAR:COND?") == "0"
    assert line.ask("STAT:ALAR?") == "9"
    assert line.ask("STAT:ALAR?") == "0"


def test_power_failure(instrument, room):
    line = instrument("fluke/f1620a", "climate", {"power_failed": 1})
    assert line.ask("STAT:ALAR?") == "32"  # the example of the manual, p. 125
    assert line.ask("STAT:ALAR?") == "0"


def test_units_and_versions(unit):
    line = unit()
    line.say("UNIT:TEMP FAR")
    assert line.ask("UNIT:TEMP?") == "F"
    assert line.ask("MEAS? 1") == "78.048,29.32"
    assert line.ask("SYST:VERS?") == "1994.0"  # manual, p. 116


@pytest.mark.parametrize(
    ("sent", "error"), [("MEAS? 3", -114), ("MEAS? x", -104), ("UNIT:TEMP K", -224), ("MEAS", -113)]
)
def test_errors(unit, sent, error):
    line = unit()
    line.say(sent)
    assert line.hear(within=3) is None
    assert line.ask("SYST:ERR?").startswith(f"{error},")


def test_the_queue_is_ten_deep(unit):
    line = unit()
    line.say(*["NONSENSE"] * 12)
    found = [line.ask("SYST:ERR?") for _ in range(11)]
    assert found == ['-113,"Undefined header"'] * 9 + [
        '-350,"Queue overflow"',
        '0,"No error"',
    ]  # manual, p. 116
