"""Classic Hart wells: lines in, lines out as in protocols.md section 10; heating and cooling in simulated time."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.faults import Fault

IDEAL = {"offset": 0.0, "gain": 0.0, "noise": 0.0, "stability": 0.0, "sample": 0}


@pytest.fixture
def unit(instrument):
    def make(*, echo=False, **changes):
        line = instrument("hart/classic", "bath", {**IDEAL, **changes}, serial=True)
        if not echo:
            line.say("du=h")
            line.hear(within=0.01)
        return line

    return make


def everything(line, seconds=0.01):
    line.wait(seconds)
    received = b""
    while chunk := line.connection.take(1000)[0]:
        received += chunk
    return received


def temperature(line):
    return float(line.ask("t").removeprefix("t: ").removesuffix(" C"))


def test_full_duplex_echoes_the_command_by_default(unit):
    line = unit(echo=True)
    line.say("s")
    assert everything(line) == b"s\r\nset: 25.00 C\r\n"
    line.say("s=50.00")
    assert everything(line) == b"s=50.00\r\n"
    line.say("du=h")
    assert everything(line) == b"du=h\r\n"
    line.say("s")
    assert everything(line) == b"set: 50.00 C\r\n"
    line.say("lf=of", "s")
    assert everything(line) == b"set: 50.00 C\r"


@pytest.mark.parametrize(
    ("sent", "query", "reply"),
    [
        ("s=150.00", "s", "set: 150.00 C"), ("", "t", "t: 23.00 C"), ("u=c", "u", "u: c"), ("", "pr", "pr: 15.9"),
        ("c=390", "c", "c: 390 C, in"), ("", "ts", "ts:0.5"), ("", "st", "ts:0.5"), ("sa=0", "sa", "sa: 0"),
        ("", "*ver", "ver.9100S,2.00"), ("", "sc", "scan:OFF"), ("sr=12.4", "sr", "srat:12.4C/min"),
    ],
)  # fmt: skip
def test_replies_of_the_table(unit, sent, query, reply):
    line = unit(model="9100S")
    line.say(sent)
    assert line.ask(query) == reply


@pytest.mark.parametrize("name", ["s", "se", "set", "setpoint", "SETPOINT", " s e t "])
def test_any_prefix_that_is_unique_and_blanks(unit, name):
    assert unit().ask(name) == "set: 25.00 C"


@pytest.mark.parametrize(
    "sent", ["x", "setting", "setpoints", "s=141", "s=-26", "s=abc", "u=k", "s=", "=5", "sa=1000"]
)
def test_what_it_does_not_understand_is_ignored_without_a_word(unit, sent):
    line = unit()
    line.say(sent)
    assert line.hear(within=5) is None
    assert line.ask("s") == "set: 25.00 C"
    assert line.ask("u") == "u: c"


def test_heating_takes_its_time_and_ends_at_the_set_point(unit):
    line = unit(start=25.0, heating=12.0, settling=40.0)
    line.say("s=100")
    line.wait(60)
    assert line.ask("t") == "t: 37.00 C"  # 12 K/min
    assert float(line.ask("po").removeprefix("po: ")) == 100
    line.wait(305)  # one time constant before the end of a straight line it has 8 K to go
    assert 90 < temperature(line) < 100
    line.wait(1000)
    assert line.ask("t") == "t: 100.00 C"


def test_cooling_and_scan_rate(unit):
    line = unit(start=25.0, cooling=8.0)
    line.say("s=-20")
    line.wait(120)
    assert line.ask("t") == "t: 9.00 C"
    line.say("sr=2.0", "sc=on", "s=-25")
    line.wait(60)
    assert line.ask("t") == "t: 7.00 C"


def test_fahrenheit(unit):
    line = unit(start=100.0, set_point=100.0)
    line.say("u=f")
    assert line.ask("t") == "t: 212.00 F"
    assert line.ask("u") == "u: f"
    line.say("s=32")
    assert line.ask("s") == "set: 32.00 F"


def test_it_sends_by_itself_until_told_not_to(unit):
    line = unit(sample=1, start=25.0)
    assert everything(line, 3.05) == b"t: 25.00 C\r\n" * 3
    line.say("sa=2")
    assert everything(line, 10.05).count(b"t: ") == 5
    line.say("sa=0")
    assert everything(line, 10) == b""


def test_a_thermometer_in_the_well_sees_the_truth(unit, world):
    line = unit(offset=0.5, gain=0.01)
    world.add("probe", type(line.device), IDEAL)
    world.connect("bath.well", "probe.well")
    line.say("s=125")
    line.wait(3600)
    assert line.ask("t") == "t: 125.00 C"
    expected = 25 + (125 - 25 - 0.5) / 1.01
    assert world.terminal("probe.well").received("temperature") == pytest.approx(expected)
    assert world.truth.of("bath", "temperature")[-1].value == pytest.approx(expected)


def test_identity_and_lists(unit):
    line = unit()
    assert line.ask("*sn") == "sn: 1234567"
    line.say("h")
    assert b"s[etpoint]=n\r\n" in everything(line)
    line.say("all")
    assert b"u: c\r\npr: 15.9\r\n" in everything(line)


def test_faults_reach_its_lines(unit, world):
    line = unit()
    world.fault("bath", Fault("reword", pattern="t: .*", text="t: 999.99 C"))
    assert line.ask("t") == "t: 999.99 C"
    assert line.ask("s") == "set: 25.00 C"


def test_another_model_is_refused(world):
    with pytest.raises(UsageError, match="9103"):
        world.add("bath", "hart/classic", {"model": "9999"})


def test_after_a_power_cycle_it_sends_once_in_a_period(unit, world):
    line = unit(sample=2, start=25.0)
    line.wait(1)
    world.power_cycle("bath")
    line.say("du=h")
    assert everything(line, 10.05).count(b"t: ") == 5
