"""Fluke 1523/1524: lines in, lines out as in protocols.md section 10."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError

IDEAL = {f"probe_{name}{mark}": 0.0 for name in ("offset", "gain", "noise", "tempco") for mark in ("", "2")}


@pytest.fixture
def unit(instrument):
    def make(**changes):
        line = instrument("fluke/f1524", "thermometer", {**IDEAL, **changes}, serial=True)
        line.say("*CLS")
        return line

    return make


def put_into_a_well(world, probe, temperature):
    world.add("bath", "fluke/f9142", {"start": temperature, "offset": 0.0, "gain": 0.0, "stability": 0.0,
                                      "cooldown": 1e12})  # fmt: skip
    world.connect("bath.well", f"thermometer.{probe}")


def test_identity(unit):
    assert unit().ask("*IDN?") == "FLUKE,1524,1234567,1.10"


def test_reading_of_a_channel_is_a_number(unit, world):
    line = unit()
    put_into_a_well(world, "probe1", 25.587)
    assert line.timed("READ? 1") == ("25.587", pytest.approx(1.0))
    assert line.ask("READ? 2") == "23.000"  # in the room
    assert line.ask("READ?") == "25.587,23.000"
    assert line.timed("FETC? 1") == ("25.587", 0.0)


def test_errors_of_a_probe(unit, world):
    line = unit(probe_offset2=0.5, probe_gain2=0.01)
    put_into_a_well(world, "probe2", 100.01)
    assert line.ask("READ? 2") == "101.510"
    assert world.truth.of("thermometer", "temperature2")[-1].value == pytest.approx(100.01)


def test_a_probe_follows_late(unit, world):
    line = unit(probe_lag=10)
    world.add(
        "bath", "fluke/f9142", {"start": 25.0, "offset": 0.0, "gain": 0.0, "stability": 0.0, "heating": 6.0}
    )
    world.connect("bath.well", "thermometer.probe1")
    bath = world.device("bath").connect(message_based=False)
    bath.write(b"SOUR:SPO 100\rOUTP:STAT 1\r")
    line.wait(59)
    assert line.ask("READ? 1") == "30.000"  # after 60 s at 6 K/min it is 31


@pytest.mark.parametrize(
    ("sent", "error"),
    [("READ? 3", -114), ("READ? 0", -114), ("READ? abc", -104), ("FETC? 1", -230), ("READ 1", -113),
     ("UNIT:TEMP R", -224)],
)  # fmt: skip
def test_errors(unit, sent, error):
    line = unit()
    line.say(sent)
    assert line.hear(within=3) is None
    assert line.ask("SYST:ERR?").startswith(f"{error},")


def test_no_probe(unit):
    line = unit(probe_open2=1)
    line.say("READ? 2")
    assert line.hear(within=3) is None
    assert line.ask("SYST:ERR?").startswith("-230,")
    assert line.ask("READ? 1") == "23.000"


def test_units(unit):
    line = unit()
    line.say("UNIT:TEMP F")
    assert line.ask("READ? 1") == "73.400"
    line.say("UNIT:TEMP K")
    assert line.ask("FETC? 1") == "296.150"


def test_the_1523_has_one_channel(unit, world):
    line = unit(model="1523")
    assert line.ask("*IDN?").startswith("FLUKE,1523,")
    assert line.ask("READ?") == "23.000"
    line.say("READ? 2")
    assert line.ask("SYST:ERR?").startswith("-114,")
    with pytest.raises(UsageError, match="1523 or 1524"):
        world.add("other", "fluke/f1524", {"model": "1529"})
