"""FG: lines in, lines out as in protocols.md section 5.2; physics."""

from __future__ import annotations

import math

import pytest

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "frequency_gain": 0.0}
UP = "SUPAER230.000000.00S230.000240.00T230.000120.00"  # the lines of the table
IP = "SIPAAR005.000000.00S005.000240.00T005.000120.00"


@pytest.fixture
def fg(instrument):
    return instrument("zera/fg", "fg", EXACT, serial=True)


@pytest.fixture
def load(fg, wire):
    return wire("fg")


def test_the_line_is_9600_8n2_with_carriage_returns(fg):
    assert type(fg.device).SERIAL == "9600 8N2"
    fg.connection.write(b"SFR50.00\r")
    assert fg.connection.take(100)[0] == b"SOKFR\r"


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        (UP, "SOKUP"),
        (IP, "SOKIP"),
        ("SUIEEEPPPAAA", "SOKUI"),
        ("SFR50.00", "SOKFR"),
        ("SFR00.00", "SOKFR"),  # line sync
        (UP[1:], "OKUP"),  # FG30x
        (IP[1:], "OKIP"),
        ("UIEEEPPPAAA", "OKUI"),
        ("FR50.00", "OKFR"),
        ("TS", "TSFG301   V299"),
    ],
)
def test_acknowledgements(fg, sent, reply):
    assert fg.ask(sent) == reply


def test_power_comes_with_the_switch_and_goes_with_it(fg, load, world):
    for line in ("SFR60.00", UP, IP):
        fg.ask(line)
    assert load.received("power") is None
    assert fg.timed("SUIEEEPPPAAA") == (
        "SOKUI",
        pytest.approx(2.0, abs=1e-5),
    )  # once the output has got there
    power = load.received("power")
    assert power.frequency == 60.0
    assert power.active == pytest.approx(3 * 230 * 5)
    assert power.reactive == pytest.approx(0.0, abs=1e-9)
    assert world.truth.of("fg", "power")[-1].value == pytest.approx(3450.0)
    assert fg.ask("SUIAAAAAAAAA") == "SOKUI"
    assert load.received("power") is None


def test_single_phases_are_switched(fg, load):
    for line in (UP, IP, "SUIEAAPAAAAA"):
        fg.ask(line)
    assert [phase[:2] for phase in load.received("power").phases] == [(230.0, 5.0), (0.0, 0.0), (0.0, 0.0)]
    fg.ask("SUIEEEAAAAAA")
    assert [phase[:2] for phase in load.received("power").phases] == [(230.0, 0.0)] * 3


def test_a_current_whose_angle_is_larger_lags(fg, load):
    for line in (UP, "SIPAAR005.000060.00S005.000300.00T005.000180.00", "SUIEEEPPPAAA"):
        fg.ask(line)
    power = load.received("power")
    assert power.active == pytest.approx(3 * 230 * 5 * 0.5)
    assert power.reactive == pytest.approx(3 * 230 * 5 * math.sin(math.radians(60)))


def test_a_new_value_takes_a_while_and_what_follows_waits(fg, load):
    for line in (UP, IP, "SUIEEEPPPAAA"):
        fg.ask(line)
    start = fg.world.clock.monotonic()
    fg.say(IP.replace("005.000", "010.000"), "SFR50.00")
    assert [fg.hear(), fg.hear()] == ["SOKIP", "SOKFR"]
    assert fg.world.clock.monotonic() - start == pytest.approx(1.0, abs=1e-5)
    assert load.received("power").phases[0].current == 10.0


@pytest.mark.parametrize(
    "sent",
    [
        UP.replace("230.000", "501.000"),
        UP.replace("230.000", "010.000"),
        IP.replace("005.000", "121.000"),
        UP.replace("240.00", "361.00"),
        UP.replace("230.000", "230.00"),
        "SFR66.00",
        "SFR5.00",
        "SUIEEEEEEAAA",
        "SUPXX",
        "SXX",
        "AME",
        "sfr50.00",
        " SFR50.00",
    ],
)
def test_what_it_does_not_take_changes_nothing(fg, load, sent):
    for line in (UP, IP, "SUIEEEPPPAAA"):
        fg.ask(line)
    before = load.received("power")
    assert fg.ask(sent) == f"{sent[:3]}NAK"
    fg.wait(5)
    assert load.received("power") == before


def test_settings_are_the_true_errors(instrument, wire):
    gains = {"voltage_gain": 1e-3, "current_gain": -1e-3, "angle": 1e-3, "frequency_gain": 1e-4}
    fg, load = instrument("zera/fg", "fg", gains, serial=True), wire("fg")
    for line in (UP, IP, "SUIEEEPPPAAA"):
        fg.ask(line)
    power = load.received("power")
    assert power.phases[2] == pytest.approx((230.23, 4.995, 1e-3))
    assert power.frequency == pytest.approx(50.005)


def test_readings_of_the_fg30x_dialect_in_the_form_of_the_table(fg):
    for line in (UP, IP, "SUIEEEPPPAAA"):
        fg.ask(line)

    assert fg.ask("MP") == "MPR1150.0;S1150.0;T1150.0;"  # 230 V x 5 A; form MPR400.0;S235.0;T900.0;
    assert fg.ask("MQ") == "MQR0.0;S0.0;T0.0;"
    assert fg.ask("MS") == "MSR1150.0;S1150.0;T1150.0;"
    assert fg.ask("BU") == "BU250.000"
    assert fg.ask("AU") == "AUR18400S18400T18400"  # counts of range/20000: 230/250 of 20000
    assert fg.ask("AI") == "AIR01000S01000T01000"
