"""MT: lines in, lines out as in protocols.md section 5.2; errors of meters worked out by hand (section 5.5)."""

from __future__ import annotations

import math

import pytest

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "noise": 0.0}
SIXTY_DEGREES = math.pi / 3


@pytest.fixture
def mt(instrument, world, source):
    line = instrument("zera/mt", "mt", EXACT, serial=True)
    world.connect("source.output", "mt.input")
    return line


def lines(mt, command):
    return mt.ask(command).split("\r")


def values(mt, command="AME"):
    *pairs, end = lines(mt, command)
    assert end == "AMEACK"
    return {int(index): text for index, text in (pair.split(";") for pair in pairs)}


def test_identity_and_state(mt):
    assert type(mt.device).SERIAL == "9600 8N2"
    assert lines(mt, "AAV") == ["MT793V05.52", "AAVACK"]
    assert lines(mt, "AMT2WA") == ["AMTACK"]
    mt.say("AVR420", "ACR100")
    assert [mt.hear(), mt.hear()] == ["AVRACK", "ACRACK"]
    assert lines(mt, "AST") == ["UB=420", "IB=100", "M=2WA", "PLL=U1", "UEB=--", "NIB=0", "RDY=11-", "ASTACK"]


def test_lists(mt):
    modes = lines(mt, "AML")
    assert (modes[0], modes[16], modes[17]) == ("01;4WA;4LW", "17;MQBase;MQBase", "AMLACK")
    assert lines(mt, "AVI") == ["420", "250", "125", "60", "5", "0.25", "AVIACK"]
    assert lines(mt, "ACI")[::11] == ["100", "0.02"]


def test_actual_values(mt, source):
    source.put((230.0, 5.0, 0.0), (231.0, 2.0, SIXTY_DEGREES), (229.0, 1.0, -SIXTY_DEGREES))
    assert mt.ask("ATI01") == "ATIACK"
    reply, time = mt.timed("AME")
    assert time == 1.0  # the integration time
    found = values(mt)
    assert list(found) == list(range(29))
    assert found[0] == "2.3000000E+02"
    assert float(found[5]) == 1.0
    assert [float(found[index]) for index in (6, 7, 8)] == [0.0, 120.0, 240.0]
    assert [float(found[index]) for index in (9, 10, 11)] == pytest.approx([0.0, 180.0, 180.0])
    assert [float(found[index]) for index in (12, 13, 14)] == pytest.approx([1.0, 0.5, 0.5])
    assert [float(found[index]) for index in (15, 16, 17)] == pytest.approx([1150.0, 231.0, 114.5])
    vars_ = [0.0, 462 * math.sin(SIXTY_DEGREES), -229 * math.sin(SIXTY_DEGREES)]
    assert [float(found[index]) for index in (18, 19, 20)] == pytest.approx(vars_, rel=1e-7)
    assert [float(found[index]) for index in (24, 25, 26)] == pytest.approx(
        [1495.5, sum(vars_), 1841.0], rel=1e-7
    )
    assert (found[27], found[28]) == ("123", "50.00")
    assert "0;2.3000000E+02\r" in reply


def test_actual_values_are_means_over_the_integration_time(mt, source, world):
    mt.ask("ATI04")
    source.put((200.0, 1.0, 0.0))
    mt.say("AME0;3;15")
    world.clock.sleep(1.0)
    source.put((100.0, 1.0, 0.0))
    reply = mt.hear()
    assert reply == "0;1.2500000E+02\r3;1.0000000E+00\r15;1.2500000E+02\rAMEACK"


def test_two_wire_sums_one_phase(mt, source):
    source.put((100.0, 1.0, 0.0), (100.0, 1.0, 0.0))
    mt.ask("AMT2WA")
    assert float(values(mt)[24]) == pytest.approx(100.0)
    mt.ask("AMT4WA")
    assert float(values(mt)[24]) == pytest.approx(200.0)


def test_ranges(mt, source):
    source.put((230.0, 4.0, 0.0))
    assert lines(mt, "AST")[:2] == ["UB=250", "IB=5"]
    mt.ask("ACR1")
    assert lines(mt, "AST")[1:5:3] == ["IB=1", "UEB=-I"]
    assert float(values(mt, "AME3")[3]) == pytest.approx(1.2)  # 120 % of the range is the end
    mt.ask("AAMAAA")
    assert lines(mt, "AST")[1] == "IB=5"
    mt.ask("AAMMMA")
    source.put((230.0, 0.4, 0.0))
    assert lines(mt, "AST")[1] == "IB=5"


@pytest.mark.parametrize(
    "sent",
    ["ATI00", "ATI1", "AMT5WA", "AVR300", "ACR0.3", "AAMAA", "AEP1;2;3", "AEP0;00;5;0", "AEP1;11;5;0", "AEB2", "AEE1",
     "AEB0", "XYZ", "aav", "AAV ", "AME0;x", "SUPAE"],
)  # fmt: skip
def test_what_it_does_not_take(mt, sent):
    assert mt.ask(sent) == f"{sent[:3]}NAK"


def test_error_of_a_meter(mt, world, source, under_test):
    under_test({"gain": 0.005})
    source.put((240.0, 15.0, 0.0))  # 3600 W: a pulse a second, nearly
    assert lines(mt, "AES1") == ["00", "oo.oo", "0.000000;0.000000", "AESACK"]
    assert mt.ask("AEP100000;03;10;0") == "AEPACK"  # 1000/kWh times 1e5, 10 pulses
    assert mt.ask("AEB0") == "AEBACK"
    world.clock.sleep(0.5)
    assert lines(mt, "AES1") == ["02", "--.--", "0.000000;0.000000", "AESACK"]
    world.clock.sleep(5.5)
    state, error, progress, _ = lines(mt, "AES1")
    assert (state, error) == ("02", "--.--")
    share, energy = map(float, progress.split(";"))
    assert share == pytest.approx(50.3)  # 6.03 pulses have come, the first of them opened the gate
    assert energy == pytest.approx(5.03 / 1.005, rel=1e-6)  # W h
    world.clock.sleep(20.0)
    assert lines(mt, "AES1") == ["03", "0.5000", "100.000000;9.950249", "AESACK"]
    assert world.truth.of("mt", "error")[-1].value == pytest.approx(0.5)
    assert mt.ask("AEE") == "AEEACK"
    assert lines(mt, "AES1")[0] == "00"


@pytest.mark.parametrize("gain", [-0.01, 0.0, 0.0002])
def test_signs_and_small_errors(mt, world, source, gain, under_test):
    under_test({"gain": gain})
    source.put(*[(230.0, 5.0, 0.0)] * 3)
    for line in ("AEP100000;03;2;1", "AEB0"):
        mt.ask(line)
    world.clock.sleep(60.0)
    assert float(lines(mt, "AES1")[1]) == pytest.approx(100 * gain, abs=1e-4)


def test_changes_of_the_load_during_a_measurement_do_not_matter(mt, world, source, under_test):
    under_test({"gain": 0.003})
    source.put((240.0, 15.0, 0.0))
    for line in ("AEP100000;03;100;0", "AEB0"):
        mt.ask(line)
    world.clock.sleep(20.3)
    source.put((240.0, 1.0, 0.0))
    world.clock.sleep(100.1)
    source.put((240.0, 60.0, SIXTY_DEGREES))
    world.clock.sleep(1000.0)
    assert lines(mt, "AES1")[:2] == ["03", "0.3000"]


def test_the_reference_meters_own_error_shows(instrument, world, source, under_test):
    mt = instrument("zera/mt", "mt", EXACT | {"voltage_gain": 1e-3}, serial=True)
    world.connect("source.output", "mt.input")
    under_test({})
    source.put((240.0, 15.0, 0.0))
    for line in ("AEP100000;03;10;0", "AEB0"):
        mt.ask(line)
    world.clock.sleep(20.0)
    assert lines(mt, "AES1")[1] == "-0.0999"  # 1 / 1.001 - 1
    assert world.truth.of("mt", "power.error")[-1].value == pytest.approx(1e-3)


def test_reactive_energy(mt, world, source, under_test):
    under_test({})
    source.put((240.0, 15.0, math.atan(2.0)))  # Q = 2 P; the pulses stand for active energy
    for line in ("AMT4WR", "AEP100000;03;10;0", "AEB0"):
        mt.ask(line)
    world.clock.sleep(60.0)
    assert lines(mt, "AES1")[1] == "-50.0000"


def test_again_and_again(mt, world, source, under_test):
    under_test({"gain": 0.001})
    source.put((240.0, 15.0, 0.0))
    for line in ("AEP100000;03;10;0", "AEB1"):
        mt.ask(line)
    world.clock.sleep(15.0)
    state, error, progress, _ = lines(mt, "AES1")
    assert (state, error) == ("13", "0.1000")
    assert float(progress.split(";")[0]) == pytest.approx(40.15)  # 15.015 pulses: 4.015 of the second ten


def test_without_pulses_it_runs_for_ever(mt, world, source):
    source.put((240.0, 15.0, 0.0))
    for line in ("AEP100000;03;10;0", "AEB0"):
        mt.ask(line)
    world.clock.sleep(3600.0)
    assert lines(mt, "AES1") == ["02", "--.--", "0.000000;0.000000", "AESACK"]


def test_a_seeded_unit_is_about_as_good_as_its_class(instrument, world, source):
    mt = instrument("zera/mt", "mt", serial=True)
    world.connect("source.output", "mt.input")
    source.put((230.0, 5.0, 0.0))
    found = float(values(mt)[24])
    assert found != 1150.0
    assert found == pytest.approx(1150.0, rel=3e-4)


def test_another_range_counts_from_when_it_is_selected(mt, world, source, under_test):
    under_test({})
    source.put((240.0, 15.0, 0.0))
    for line in ("AEP100000;03;10;0", "AEB0"):
        mt.ask(line)
    world.clock.sleep(6.0)  # the gate is open from 1 s to 11 s
    mt.ask("ACR1")
    world.clock.sleep(10.0)
    seen = 5 * 3600.0 + 5 * 240 * 1.2  # W s: 120 % of the range is the end
    assert float(lines(mt, "AES1")[1]) == pytest.approx(100 * (36000 / seen - 1), abs=1e-4)


def test_another_mode_ends_a_measurement(mt, source, world):
    source.put((240.0, 15.0, 0.0))
    for line in ("AEP100000;03;10;0", "AEB0", "AMT2WA"):
        mt.ask(line)
    assert lines(mt, "AES1")[0] == "00"
