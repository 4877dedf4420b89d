"""A&D FX-i: lines in, lines out as in protocols.md section 7.5 and the maker's list of error codes."""

from __future__ import annotations

import pytest

IDEAL = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "repeatability": 0.0, "noise": 0.0,
    "eccentricity_x": 0.0, "eccentricity_y": 0.0, "zero": 0.0, "tempco": 0.0,
}  # fmt: skip


@pytest.fixture
def unit(instrument):
    def make(**changes):
        return instrument("aandd/fx", "scale", {**IDEAL, **changes}, serial=True)

    return make


def place(line, mass):
    line.world.place("scale.pan", [mass])
    line.wait(20)


def test_value_of_the_table(unit):
    line = unit(d=1e-5)
    place(line, 0.12345)
    assert line.ask("Q") == "ST,+00123.45  g"  # the form of section 7.5
    assert line.ask("SI") == "ST,+00123.45  g"


def test_unstable_then_stable(unit, world):
    line = unit()
    world.place("scale.pan", [0.1])
    assert line.ask("Q").startswith("US,+")
    reply, took = line.timed("S")
    assert reply == "ST,+0100.000  g"
    assert 2 < took < 5


def test_kilograms(unit):
    line = unit(unit="kg", max=30.0, d=1e-3)
    place(line, 12.5)
    assert line.ask("Q") == "ST,+0012.500 kg"


@pytest.mark.parametrize(("load", "reply"), [(0.4, "OL,+9999999E+19"), (-0.01, "OL,-9999999E+19")])
def test_overload(unit, load, reply):
    line = unit()
    place(line, load)
    assert line.ask("Q") == reply


def test_stream_until_it_is_cancelled(unit):
    line = unit()
    line.say("SIR")
    assert [line.hear(within=0.2) for _ in range(20)] == ["ST,+0000.000  g"] * 20
    line.say("C")
    while line.hear(within=0.05) is not None:
        pass
    assert line.hear(within=5) is None


def test_a_request_for_rest_can_be_cancelled(unit, world):
    line = unit()
    world.place("scale.pan", [0.1])
    line.say("S", "C")
    assert line.hear(within=60) is None


@pytest.mark.parametrize("command", ["R", "Z"])
def test_zero_and_tare(unit, command):
    line = unit()
    place(line, 0.005)
    line.say(command)
    assert line.ask("Q") == "ST,+0000.000  g"
    place(line, 0.105)
    line.say("T")
    assert line.ask("Q") == "ST,+0000.000  g"
    assert line.ask("?PT") == "PT,+0100.000  g"
    place(line, 0.055)
    assert line.ask("Q") == "ST,-0050.000  g"


def test_preset_tare(unit):
    line = unit()
    line.say("PT:+5.000 g")
    assert line.ask("Q") == "ST,-0005.000  g"
    assert line.ask("?PT") == "PT,+0005.000  g"


def test_identity(unit):
    line = unit()
    assert line.ask("?SN") == "SN,1234567"
    assert line.ask("?TN") == "TN,FX-300i"
    line.say("ID:000100")
    assert line.ask("?ID") == "ID,000100"  # the example of the maker's manual


@pytest.mark.parametrize("sent", ["XYZ", "q", "T", "PT:abc", "PT:-1", "C", "ON", "Q "])
def test_without_acknowledgements_commands_and_errors_are_silent(unit, sent):
    line = unit()
    line.say(sent)
    assert line.hear(within=50) is None


@pytest.mark.parametrize(
    ("sent", "replies"),
    [
        ("XYZ", ["EC,E01"]), ("PT:abc", ["EC,E06"]), ("PT:+5 kg", ["EC,E06"]), ("PT:+999", ["EC,E07"]),
        ("Q\xb2", ["EC,E00"]), ("T", ["\x06", "\x06"]), ("R", ["\x06", "\x06"]), ("C", ["\x06"]),
        ("PT:+5", ["\x06"]), ("ID:TOO-LONG-BY-FAR", ["EC,E06"]),
    ],
)  # fmt: skip
def test_acknowledgements(unit, sent, replies):
    line = unit(acknowledge=1)
    line.say(sent)
    assert [line.hear(within=1) for _ in replies] == replies
    assert line.hear(within=1) is None


def test_not_ready(unit, world):
    line = unit(acknowledge=1, vibration=1e-5)
    assert line.timed("S") == ("EC,E02", pytest.approx(30.0))
    assert line.ask("T") == "EC,E02"
    assert line.ask("P") == "\x06"
    assert line.ask("Q") == "EC,E02"  # the display is off
    assert line.ask("ON") == "\x06"
    assert line.ask("Q").startswith("US,")


def test_a_request_while_it_zeroes_is_not_ready(unit, world):
    line = unit(acknowledge=1)
    world.place("scale.pan", [0.001])
    assert line.ask("R") == "\x06"
    assert line.ask("Q") == "EC,E02"  # FG-CWP manual, p. 39
    assert line.hear() == "\x06"
    assert line.ask("Q") == "ST,+0000.000  g"
