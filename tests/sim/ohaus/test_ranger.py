"""OHAUS: lines in, lines out as in protocols.md section 7.6 and the manuals that the simulator names."""

from __future__ import annotations

import pytest

IDEAL = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "repeatability": 0.0, "noise": 0.0,
    "eccentricity_x": 0.0, "eccentricity_y": 0.0, "zero": 0.0, "tempco": 0.0,
}  # fmt: skip


@pytest.fixture
def unit(instrument):
    def make(**changes):
        return instrument("ohaus/ranger", "scale", {**IDEAL, **changes}, serial=True)

    return make


def place(line, mass):
    line.world.place("scale.pan", [mass])
    line.wait(20)


def test_values_of_the_interface_manual(unit, world):
    line = unit(unit="g", d=1e-5)
    place(line, 0.19221)
    assert line.ask("IP") == "     192.21 g  "  # RS-232 interface manual, p. EN-3
    world.place("scale.pan", [0.2])
    reply = line.ask("IP")
    assert reply[11:] == " g ?"
    assert line.ask("SP") == "     200.00 g  "


def test_stable_print_waits(unit, world):
    line = unit()
    world.place("scale.pan", [2.0])
    reply, took = line.timed("SP")
    assert reply == "      2.000 kg  "
    assert 2 < took < 5
    line.say("1S")
    assert line.hear() == "OK!"
    world.place("scale.pan", [3.0])
    assert line.timed("P")[1] > 2


def test_no_rest_within_40_seconds_is_an_error(unit):
    line = unit(vibration=0.01)
    assert line.timed("SP") == ("ES", pytest.approx(40.0))  # Explorer service manual, p. 73
    assert line.ask("T") == "ES"
    assert line.ask("IP").endswith("?")


def test_zero_and_tare(unit):
    line = unit()
    place(line, 0.05)
    assert line.ask("Z") == "OK!"
    assert line.ask("IP") == "      0.000 kg  "
    place(line, 1.05)
    assert line.ask("T") == "OK!"
    assert line.ask("PT") == "      1.000 kg"
    place(line, 0.55)
    assert line.ask("IP") == "     -0.500 kg  "
    assert line.ask("Z") == "ES"  # beyond 2 % of Max
    assert line.ask("0T") == "OK!"
    assert line.ask("IP") == "      0.500 kg  "
    assert line.ask("0.25T") == "OK!"
    assert line.ask("IP") == "      0.250 kg  "
    assert line.ask("7T") == "ES"


def test_acknowledgements_can_be_switched_off(unit):
    line = unit()
    line.say("0RL", "Z")
    assert line.hear(within=5) is None
    assert line.ask("XYZ") == "ES"  # only OK! is controlled
    assert line.ask("1RL") == "OK!"


@pytest.mark.parametrize("sent", ["XYZ", "ip", "3601P", "1.5P", "2RL", "5S", "IP ", "T1"])
def test_unknown_is_es(unit, sent):
    assert unit().ask(sent) == "ES"


@pytest.mark.parametrize(("load", "reply"), [(6.1, "Err 8.3"), (-0.1, "Err 8.4")])
def test_overload(unit, load, reply):
    line = unit()
    place(line, load)
    assert line.ask("IP") == reply


def test_identity(unit):
    line = unit()
    assert line.ask("PSN") == "1234567"
    assert line.ask("PV") == "RANGER 1.20"


def test_continuous_and_interval_printing(unit):
    line = unit()
    line.say("CP")
    assert [line.hear(within=0.3) for _ in range(5)] == ["      0.000 kg  "] * 5
    line.say("10P")
    assert line.hear(within=0.01) == "      0.000 kg  "
    start = line.world.clock.monotonic()
    assert line.hear(within=20) == "      0.000 kg  "
    assert line.world.clock.monotonic() - start == pytest.approx(10, abs=0.1)
    assert line.ask("0P") == "OK!"
    assert line.hear(within=30) is None


def test_auto_print_of_stable_weights(unit, world):
    line = unit()
    line.say("SLP")
    assert line.hear(within=5) is None
    place(line, 1.0)
    assert line.hear(within=0.01) == "      1.000 kg  "
    assert line.hear(within=10) is None
    world.place("scale.pan", [])
    assert line.hear(within=10) is None


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_line_ends(unit, end):
    line = unit()
    line.connection.write(b"PSN" + end)
    assert line.hear() == "1234567"
    assert line.hear(within=1) is None
