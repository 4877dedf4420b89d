"""6105A, each phase apart: commands of protocols.md section 5.1; powers worked by hand.

Of each phase P = U I cos(phi); a current angle counts from the voltage of its own phase, positive leads (section 16).
cos 60 degrees = 0.5, sin 60 degrees = cos 30 degrees = 0.8660254.
"""

from __future__ import annotations

import math

import pytest

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "frequency_gain": 0.0}
ALL_APART = (
    "PHAS1:VOLT:MHAR:HARM1 220,0", "PHAS2:VOLT:MHAR:HARM1 215,-120", "PHAS3:VOLT:MHAR:HARM1 225,120",
    "PHAS1:CURR:MHAR:HARM1 5,-60", "PHAS2:CURR:MHAR:HARM1 0,45", "PHAS3:CURR:MHAR:HARM1 10,30",
)  # fmt: skip


@pytest.fixture
def source(instrument):
    line = instrument("fluke/f6105a", "source", EXACT)
    line.say(*ALL_APART, "OUTP:STAT ON")
    line.ask("*OPC?")
    return line


@pytest.fixture
def load(source, wire):
    return wire("source")


def test_amplitudes_and_angles_of_each_phase(source, load):
    power = load.received("power")
    assert power.phases[0] == pytest.approx((220.0, 5.0, math.pi / 3))
    assert power.phases[1] == (215.0, 0.0, 0.0)  # without current there is no lag, whatever angle was set
    assert power.phases[2] == pytest.approx((225.0, 10.0, -math.pi / 6))
    assert power.active == pytest.approx(550.0 + 0.0 + 1948.5572, abs=1e-4)
    assert power.reactive == pytest.approx(952.6279 + 0.0 - 1125.0, abs=1e-4)


def test_what_was_set_and_its_power_are_read_back_of_each_phase(source):
    asked = ";:".join(f"PHAS{phase}:{kind}:MHAR:HARM1?" for kind in ("VOLT", "CURR") for phase in (1, 2, 3))
    assert source.ask(asked) == "2.2E2,0.0E0;2.15E2,-1.2E2;2.25E2,1.2E2;5.0E0,-6.0E1;0.0E0,4.5E1;1.0E1,3.0E1"
    assert source.ask("PHAS1:POW:WATT?;:PHAS2:POW:WATT?;:PHAS3:POW:WATT?") == "5.5E2;0.0E0;1.948557E3"
    assert source.ask("PHAS1:POW:VA?;:PHAS2:POW:VA?;:PHAS3:POW:VA?") == "1.1E3;0.0E0;2.25E3"


def test_a_change_of_one_phase_leaves_the_others(source, load):
    before = load.received("power").phases
    source.say("PHAS2:CURR:MHAR:AMPL 2.5")
    source.wait(0.25)  # on its way
    now = load.received("power").phases
    assert [now[0], now[2]] == [before[0], before[2]]
    assert 0.0 < now[1].current < 2.5
    source.ask("*OPC?")
    assert load.received("power").phases[1] == pytest.approx((215.0, 2.5, -math.pi / 4))
    assert source.ask("PHAS1:CURR:MHAR:HARM1?;:PHAS2:CURR:MHAR:HARM1?") == "5.0E0,-6.0E1;2.5E0,4.5E1"


@pytest.mark.parametrize("on", [1, 2, 3])
def test_current_is_switched_on_in_one_phase_alone(instrument, wire, on):
    source, load = instrument("fluke/f6105a", "wrong", EXACT | {"angle": 1e-3}), wire("wrong")
    source.say(*ALL_APART, "PHAS2:CURR:MHAR:AMPL 1", "OUTP:STAT ON")
    source.say(*(f"PHAS{phase}:CURR:STAT OFF" for phase in (1, 2, 3) if phase != on))
    source.ask("*OPC?")
    true = ((220.0, 5.0, math.pi / 3), (215.0, 1.0, -math.pi / 4), (225.0, 10.0, -math.pi / 6))
    for number, phase in enumerate(load.received("power").phases, 1):
        volts, amperes, lag = true[number - 1]
        assert phase == (pytest.approx((volts, amperes, lag + 1e-3)) if number == on else (volts, 0.0, 0.0))
    stated = ";:".join(f"PHAS{phase}:{kind}:STAT?" for kind in ("VOLT", "CURR") for phase in (1, 2, 3))
    assert source.ask(stated) == ";".join(["1"] * 3 + [str(int(phase == on)) for phase in (1, 2, 3)])


def test_an_error_of_one_phase_leaves_all_as_they_are(source, load):
    before = load.received("power")
    source.say("PHAS2:CURR:MHAR:HARM1 22,0", "PHAS3:VOLT:MHAR:AMPL 1009", "PHAS4:CURR:MHAR:AMPL 1")
    errors = [source.ask("SYST:ERR?").partition(",")[0] for _ in range(4)]
    assert errors == ["-222", "-222", "-241", "0"]
    source.wait(3.0)
    assert load.received("power") == before


def test_an_angle_of_more_than_half_a_turn_is_the_same_as_the_other_way_round(source, load):
    source.say("PHAS3:CURR:MHAR:HARM1 10,-330")  # leads by 30 degrees
    source.ask("*OPC?")
    assert load.received("power").phases[2] == pytest.approx((225.0, 10.0, -math.pi / 6))
