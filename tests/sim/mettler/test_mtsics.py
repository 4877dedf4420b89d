"""MT-SICS scale: lines in, lines out as in protocols.md section 7.1; physics of a class III scale."""

from __future__ import annotations

import statistics

import pytest

from calbench.errors import UsageError
from calbench.simulation.world import World
from calbench_sim.mettler.mtsics import MTSICS

IDEAL = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "repeatability": 0.0, "noise": 0.0,
    "eccentricity_x": 0.0, "eccentricity_y": 0.0, "zero": 0.0, "tempco": 0.0,
}  # fmt: skip


@pytest.fixture
def scale(instrument):
    return instrument("mettler/mtsics", "scale", IDEAL)


@pytest.fixture
def unit(instrument):
    def make(**changes):
        return instrument("mettler/mtsics", "scale", {**IDEAL, **changes})

    return make


def mass(reply):
    head, value, name = reply[:4], reply[4:14], reply[15:]
    assert (head, name) == ("S S ", "kg")
    return float(value)


def weigh(line, load, spot="centre"):
    line.world.place("scale.pan", [load], spot)
    return mass(line.ask("S"))


def test_value_field_is_ten_characters_right_aligned(scale, world):
    assert scale.ask("S") == "S S      0.000 kg"
    world.place("scale.pan", [12.5])
    assert scale.ask("S") == "S S     12.500 kg"
    assert scale.ask("SI") == "S S     12.500 kg"


def test_grams(unit, world):
    line = unit(unit="g", max=0.22, d=1e-5, e=1e-4)
    world.place("scale.pan", [0.1])
    assert line.ask("S") == "S S     100.00 g"  # the example of section 7.1
    assert line.ask("I2") == 'I2 A "ICS429 220.00 g"'
    assert line.ask("TA 100.00 g") == "TA A     100.00 g"


def test_steps_of_five_grams(unit, world):
    line = unit(unit="g")
    world.place("scale.pan", [1.0074])
    assert line.ask("S") == "S S       1005 g"
    assert weigh_text(line, 1.0076) == "S S       1010 g"


def weigh_text(line, load):
    line.world.place("scale.pan", [load])
    return line.ask("S")


def test_high_resolution_is_a_tenth_of_the_step(unit, world):
    line = unit()  # d = 5 g
    world.place("scale.pan", [5.0026])
    assert line.ask("SIH").startswith("S D ")
    line.wait(10)
    assert line.ask("SI") == "S S      5.005 kg"
    assert line.ask("SIH") == "S S     5.0025 kg"
    line.ask("T")
    world.place("scale.pan", [7.0026])
    line.wait(10)
    assert line.ask("SIH") == "S S     1.9975 kg"  # 7.0025 less the tare that was shown, 5.005
    world.place("scale.pan", [16.0])
    line.wait(10)
    assert line.ask("SIH") == "S +"
    assert line.ask("SIH 1") == "EL"


def test_settling_gives_dynamic_then_stable(scale, world):
    world.place("scale.pan", [5.0])
    assert scale.ask("SI").startswith("S D ")
    scale.wait(0.3)
    assert scale.ask("SI") == "S D      3.160 kg"  # one time constant
    reply, time = scale.timed("S")
    assert reply == "S S      5.000 kg"
    assert 2.5 < time < 4.0
    assert scale.timed("S") == (reply, 0.0)


def test_a_shaking_table_never_comes_to_rest(unit):
    line = unit(vibration=0.02, timeout=6.0)
    assert line.timed("S") == ("S I", pytest.approx(6.0))
    assert line.ask("SI").startswith("S D ")
    assert line.ask("Z") == "Z I"
    assert line.ask("T") == "T I"


@pytest.mark.parametrize(
    ("load", "reply"),
    [(15.044, "S S     15.045 kg"), (15.046, "S +"), (-0.099, "S S     -0.100 kg"), (-0.101, "S -")],
)
def test_overload_and_underload(scale, world, load, reply):
    world.place("scale.pan", [load])
    assert scale.ask("S") == reply
    if reply in {"S +", "S -"}:
        assert scale.ask("SI") == reply
        assert scale.ask("T") == f"T {reply[-1]}"


def test_zero(scale, world):
    world.place("scale.pan", [0.2])
    assert scale.ask("Z") == "Z A"
    assert scale.ask("S") == "S S      0.000 kg"
    world.place("scale.pan", [1.0])
    assert scale.ask("Z") == "Z +"
    world.place("scale.pan", [-1.0])
    assert scale.ask("Z") == "Z -"
    world.place("scale.pan", [0.1])
    scale.wait(2)
    assert scale.ask("ZI") == "ZI D"
    scale.wait(5)
    assert scale.ask("ZI") == "ZI S"


def test_tare(scale, world):
    world.place("scale.pan", [1.0])
    assert scale.ask("T") == "T S      1.000 kg"
    assert scale.ask("S") == "S S      0.000 kg"
    world.place("scale.pan", [3.0])
    assert scale.ask("S") == "S S      2.000 kg"
    assert scale.ask("TA") == "TA A      1.000 kg"
    assert scale.ask("TAC") == "TAC A"
    assert scale.ask("SI") == "S S      3.000 kg"
    assert scale.ask("TA 0.500 kg") == "TA A      0.500 kg"
    assert scale.ask("TA 0.500 g") == "TA L"
    assert scale.ask("TA 99.000 kg") == "TA L"
    assert scale.ask("TI") == "TI S      3.000 kg"


def test_identification(scale):
    assert scale.ask("I1").startswith('I1 A "01" ')
    assert scale.ask("I2") == 'I2 A "ICS429 15.000 kg"'
    assert scale.ask("I3").startswith('I3 A "')
    assert scale.ask("I4") == 'I4 A "1234567"'
    assert scale.ask("I10") == 'I10 A ""'
    assert scale.ask("I11") == 'I11 A "ICS429"'
    assert scale.ask("@") == 'I4 A "1234567"'


def test_list_of_commands(scale):
    scale.say("I0")
    lines = []
    while (line := scale.hear(within=0.1)) is not None:
        lines.append(line)
    assert all(line.startswith("I0 B ") for line in lines[:-1])
    assert lines[-1].startswith("I0 A ")
    assert 'I0 B 0 "I0"' in lines


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        ("s", "ES"), ("XYZ", "ES"), ("S ", "ES"), (" S", "ES"), ("S 5", "EL"), ("D HELLO", "EL"),
        ("S\xb2", "ET"), ('D "HELLO"', "D A"), ("DW", "DW A"), ("TA 1", "TA L"),
    ],
)  # fmt: skip
def test_errors(scale, sent, reply):
    assert scale.ask(sent) == reply


def test_only_cr_lf_ends_a_command(scale):
    scale.connection._framer.clear()
    serial = scale.device.connect(message_based=False)
    serial.write(b"SI\n")
    assert serial.ready_at() is None
    serial.write(b"\r\n")
    assert serial.take(100)[0] == b"ET\r\n"


def test_stream_runs_until_it_is_stopped(scale, world):
    scale.say("SIR")
    world.place("scale.pan", [2.0])
    lines = [scale.hear(within=1.0) for _ in range(60)]
    assert lines[0] == "S S      0.000 kg"
    assert lines[2].startswith("S D ")
    assert lines[-1] == "S S      2.000 kg"
    scale.say("@")
    while scale.hear(within=0.05) is not None:
        pass
    assert scale.hear(within=2.0) is None


def test_send_on_change(scale, world):
    scale.say("SR 0.500 kg")
    assert scale.hear() == "S S      0.000 kg"
    world.place("scale.pan", [0.3])
    assert scale.hear(within=10) is None
    world.place("scale.pan", [5.0])
    assert scale.hear(within=1).startswith("S D ")
    assert scale.hear(within=10) == "S S      5.000 kg"
    assert scale.hear(within=10) is None


def test_eccentricity(unit):
    line = unit(eccentricity_x=1e-3, eccentricity_y=2e-3)
    found = {spot: weigh(line, 5.0, spot) for spot in ("1 centre", "2 front left", "3 back left", "right")}
    assert found == {"1 centre": 5.0, "2 front left": 4.985, "3 back left": 5.005, "right": 5.005}


def test_unknown_spot_is_refused(scale, world):
    world.place("scale.pan", [5.0], "somewhere")
    with pytest.raises(UsageError, match="somewhere"):
        scale.ask("S")


def test_gain_and_linearity(unit):
    line = unit(gain=1e-3, linearity=0.01)
    assert weigh(line, 15.0) == 15.015
    assert weigh(line, 7.5) == pytest.approx(7.5 + 0.0075 + 0.01 * 0.375 / 0.3849, abs=0.0026)


def test_hysteresis_shows_when_unloading_and_ends_at_zero(unit):
    line = unit(hysteresis=0.02)
    assert [weigh(line, load) for load in (0, 7.5, 15, 7.5, 0, 7.5)] == [0, 7.5, 15, 7.52, 0, 7.5]


def test_repeatability(unit, world):
    line = unit(d=1e-3, repeatability=2e-3)
    found = [weigh(line, load) for load in (10.0, 0.0) * 30]
    assert 1e-3 < statistics.stdev(found[::2]) < 3e-3


def test_a_seeded_unit_is_inside_the_limits_of_its_class(instrument):
    line = instrument("mettler/mtsics", "scale")
    for load, limit in (
        (0.0, 2.5e-3),
        (2.5, 2.5e-3),
        (10.0, 5e-3),
        (15.0, 7.5e-3),
    ):  # OIML R 76, class III, e = 5 g
        assert weigh(line, load) == pytest.approx(load, abs=limit + 2.5e-3)


def test_truth(unit, world):
    line = unit(gain=1e-3)
    weigh(line, 10.0)
    assert world.truth.of("scale", "mass")[-1].value == 10.0
    assert world.truth.of("scale", "mass.error")[-1].value == pytest.approx(0.01)


def test_wrong_settings_are_refused(world):
    with pytest.raises(UsageError, match="unit"):
        world.add("scale", "mettler/mtsics", {"unit": "lb"})
    with pytest.raises(UsageError, match="repeatability"):
        world.add("scale2", "mettler/mtsics", {"repeatabilty": 1.0})


def transcript(seed):
    world = World(seed=seed)
    connection = world.add("scale", MTSICS, {"d": 1e-5, "repeatability": 1e-3}).connect(message_based=False)
    world.place("scale.pan", [3.0])
    connection.write(b"S\r\n")
    world.clock.sleep(20)
    return connection.take(1000)


def test_same_seed_same_bytes():
    assert transcript(1) == transcript(1) != transcript(2)
