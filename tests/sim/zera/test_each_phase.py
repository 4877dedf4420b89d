"""FG and MT, each phase apart: lines of the forms of protocols.md section 5.2; powers worked by hand.

Of each phase P = U I cos(phi) and Q = U I sin(phi), and angles count clockwise: a current whose angle is larger than
that of its voltage lags. cos 60 degrees = 0.5, sin 60 degrees = cos 30 degrees = 0.8660254.
"""

from __future__ import annotations

import math

import pytest

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "frequency_gain": 0.0}
UP = "SUPAER230.000000.00S225.000120.00T235.000240.00"
IP = "SIPAAR005.000060.00S000.000075.00T010.000210.00"  # R lags by 60, T leads by 30 degrees
ON = "SUIEEEPPPAAA"


@pytest.fixture
def fg(instrument):
    return instrument("zera/fg", "fg", EXACT, serial=True)


@pytest.fixture
def load(fg, wire):
    return wire("fg")


@pytest.fixture
def mt(instrument, world, fg):
    exact = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "noise": 0.0}
    line = instrument("zera/mt", "mt", exact, serial=True)
    world.connect("fg.output", "mt.input")
    return line


def say(line, *commands):
    for command in commands:
        assert line.ask(command) == f"SOK{command[1:3]}"


def test_amplitudes_and_angles_of_each_phase(fg, load, world):
    say(fg, UP, IP, ON)
    r, s, t = load.received("power").phases
    assert r == pytest.approx((230.0, 5.0, math.pi / 3))
    assert s == (225.0, 0.0, 0.0)  # without current there is no lag, whatever angle was set
    assert t == pytest.approx((235.0, 10.0, -math.pi / 6))
    assert load.received("power").active == pytest.approx(575.0 + 0.0 + 2035.1597, abs=1e-4)
    assert load.received("power").reactive == pytest.approx(995.9292 + 0.0 - 1175.0, abs=1e-4)
    assert world.truth.of("fg", "power")[-1].value == pytest.approx(2610.1597, abs=1e-4)


@pytest.mark.parametrize(("letters", "on"), [("PAA", 0), ("APA", 1), ("AAP", 2)])
def test_current_is_switched_on_in_one_phase_alone(instrument, wire, letters, on):
    fg, load = instrument("zera/fg", "wrong", EXACT | {"angle": 1e-3}, serial=True), wire("wrong")
    say(fg, UP, IP.replace("S000.000", "S001.000"), f"SUIEEE{letters}AAA")
    phases = load.received("power").phases
    assert [phase.voltage for phase in phases] == [230.0, 225.0, 235.0]
    assert [phase.current for phase in phases] == [
        current * (at == on) for at, current in enumerate((5.0, 1.0, 10.0))
    ]
    lags = (math.pi / 3, -math.pi / 4, -math.pi / 6)  # S: 75 less 120 degrees
    assert [phase.lag for phase in phases] == [
        pytest.approx(lag + 1e-3) if at == on else 0.0 for at, lag in enumerate(lags)
    ]


def test_what_is_put_out_is_read_of_each_phase(fg):
    say(fg, UP, IP, ON)
    assert fg.ask("MP") == "MPR575.0;S0.0;T2035.2;"
    assert fg.ask("MQ") == "MQR995.9;S0.0;T-1175.0;"
    assert fg.ask("MS") == "MSR1150.0;S0.0;T2350.0;"
    assert fg.ask("AU") == "AUR18400S18000T18800"  # of 20000 at 250 V
    assert fg.ask("AI") == "AIR01000S00000T02000"  # of 20000 at 100 A
    say(fg, "SUIEAEPPPAAA")
    assert fg.ask("AU") == "AUR18400S00000T18800"


def test_a_reading_that_rounds_to_zero_has_no_sign(instrument):
    fg = instrument("zera/fg", "fg", EXACT | {"angle": -1e-5}, serial=True)
    say(fg, UP, "SIPAAR001.000000.00S001.000120.00T001.000240.00", ON)
    assert fg.ask("MQ") == "MQR0.0;S0.0;T0.0;"  # -0.0023 var


def test_a_change_of_one_phase_leaves_the_others(fg, load):
    say(fg, UP, IP, ON)
    before = load.received("power").phases
    fg.say(IP.replace("S000.000", "S002.000"))
    fg.wait(0.5)  # on its way
    now = load.received("power").phases
    assert [now[0], now[2]] == [before[0], before[2]]
    assert 0.0 < now[1].current < 2.0
    assert fg.hear() == "SOKIP"
    assert load.received("power").phases[1] == pytest.approx((225.0, 2.0, -math.pi / 4))


@pytest.mark.parametrize(
    "sent",
    [
        IP.replace("S000.000", "S121.000"),  # one phase too much, the others possible
        UP.replace("R230", "R220").replace("S225.000", "S019.000"),  # less than 20 V
        "SIPAAR004.000060.00",  # all three or none
        "SIPAAS004.000060.00R000.000075.00T010.000210.00",
        "SUIEEPPAAA",
        "SUIEEXPPPAAA",
    ],
)
def test_of_what_is_refused_in_one_phase_no_phase_changes(fg, load, sent):
    say(fg, UP, IP, ON)
    before = load.received("power")
    assert fg.ask(sent) == f"{sent[:3]}NAK"
    say(fg, ON)
    assert load.received("power") == before


def test_the_reference_meter_shows_each_phase_and_the_sum(fg, mt):
    say(fg, UP, IP, ON)
    assert mt.ask("AME12;13;14;15;16;17;18;19;20;21;22;23;24;25;26") == "\r".join(
        [
            "12;5.0000000E-01", "13;0.0000000E+00", "14;8.6602540E-01",
            "15;5.7500000E+02", "16;0.0000000E+00", "17;2.0351597E+03",
            "18;9.9592921E+02", "19;0.0000000E+00", "20;-1.1750000E+03",
            "21;1.1500000E+03", "22;0.0000000E+00", "23;2.3500000E+03",
            "24;2.6101597E+03", "25;-1.7907079E+02", "26;3.5000000E+03", "AMEACK",
        ]
    )  # fmt: skip


def test_the_error_of_a_meter_with_current_on_one_phase_alone(fg, mt, source, under_test, world):
    under_test({"gain": 0.005})
    world.connect("fg.output", "meter.input")
    say(fg, UP, IP, "SUIEEEAAPAAA")  # 2035.2 W on T: a pulse in 1.76 s
    for line in ("AEP100000;03;10;0", "AEB0"):
        mt.ask(line)
    mt.wait(25.0)
    assert mt.ask("AES1").split("\r")[:2] == ["03", "0.5000"]
