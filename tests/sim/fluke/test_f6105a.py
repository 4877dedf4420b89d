"""6105A: lines in, lines out as in protocols.md section 5.1 (6100B/6105A manual, p. 136-149); physics."""

from __future__ import annotations

import math

import pytest

from calbench.errors import UsageError

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "frequency_gain": 0.0}
ON = "OUTP:STAT ON"


@pytest.fixture
def source(instrument):
    return instrument("fluke/f6105a", "source", EXACT)


@pytest.fixture
def load(source, wire):
    return wire("source")


def test_identity(source):
    assert source.ask("*IDN?") == "FLUKE,6105A,1234567,4.08"
    assert source.ask("PHAS1:MOD?") == '"6105A"'
    assert source.ask("SOURce:PHASe1:SERial?") == '"1234567"'


def test_phases_that_are_fitted(source, instrument):
    assert source.ask("PHAS1:FITT?;:PHAS3:FITT?;:PHAS4:FITT?") == "1;1;0"
    assert instrument("fluke/f6105a", "four", {"phases": 4}).ask("PHAS4:FITT?") == "1"
    source.say("PHAS4:VOLT:MHAR:AMPL 1", "PHAS5:VOLT:MHAR:AMPL 1")
    assert source.ask("SYST:ERR?;:SYST:ERR?") == '-241,"Hardware missing";-114,"Header suffix out of range"'


def test_harmonics_as_in_the_manual(source):
    source.say("PHAS:VOLT:MHAR:HARM1 25,90", "PHAS:VOLT:MHAR:HARM3 10.9,0", "PHAS:VOLT:MHAR:HARM5 2.5,165")
    assert (
        source.ask("PHAS1:VOLT:MHAR:ALL?")
        == '"2.5E1,9.0E1,0.0E0,0.0E0,1.09E1,0.0E0,0.0E0,0.0E0,2.5E0,1.65E2"'
    )
    assert source.ask("PHAS1:VOLT:MHAR:ALL? AMPL") == '"2.5E1,0.0E0,1.09E1,0.0E0,2.5E0"'
    assert source.ask("PHAS1:VOLT:MHAR:ALL? PANG") == '"9.0E1,0.0E0,0.0E0,0.0E0,1.65E2"'
    assert source.ask("PHAS1:VOLT:MHAR:HARM1?") == "2.5E1,9.0E1"
    assert source.ask("PHAS1:VOLT:MHAR:HARM5? PANG") == "1.65E2"
    assert source.ask("PHAS1:VOLT:MHAR:HARM3:AMPL?") == "1.09E1"
    source.say("PHAS1:VOLT:MHAR:CLE")
    assert source.ask("PHAS1:VOLT:MHAR:ALL? AMPL") == '"2.5E1"'


def test_amplitude_is_that_of_the_whole_and_scales_all(source):
    source.say("PHAS1:CURR:MHAR:HARM1 4,0", "PHAS1:CURR:MHAR:HARM3 3,0")
    assert source.ask("PHAS1:CURR:MHAR:AMPL?") == "5.0E0"
    source.say("PHAS1:CURR:MHAR:AMPL 10")
    assert source.ask("PHAS1:CURR:MHAR:HARM1:AMPL?;:PHAS1:CURR:MHAR:HARM3:AMPL?") == "8.0E0;6.0E0"


def test_power_queries_have_no_padding(source):
    source.say("PHAS1:VOLT:MHAR:HARM1 1000,0", "PHAS1:CURR:MHAR:HARM1 20,-60")
    assert source.ask("PHAS1:POW:WATT?;:PHAS1:POW:VA?") == "1.0E4;2.0E4"
    source.say("PHAS1:VOLT:MHAR:HARM1 972,0", "PHAS1:CURR:MHAR:HARM1 25,0", "PHAS1:CURR:MHAR:HARM1 20,0")
    assert source.ask("PHAS1:POW:WATT?") == "1.944E4"


def test_the_load_is_put_out_when_on(source, load, world):
    for phase, angle in ((1, 0), (2, -120), (3, 120)):
        source.say(
            f"PHAS{phase}:VOLT:MHAR:STAT ON",
            f"PHAS{phase}:VOLT:MHAR:HARM1 230,{angle}",
            f"PHAS{phase}:CURR:MHAR:HARM1 5,-60",
        )
    source.say("FREQ 60")
    assert load.received("power") is None
    source.say(ON)
    assert source.ask("OUTP:STAT?") == "1"
    source.ask("*OPC?")
    power = load.received("power")
    assert power.frequency == 60.0
    assert power.active == pytest.approx(3 * 230 * 5 * 0.5)
    assert power.reactive == pytest.approx(3 * 230 * 5 * math.sin(math.radians(60)))
    assert [phase.voltage for phase in power.phases] == [230.0] * 3
    assert world.truth.of("source", "power")[-1].value == pytest.approx(1725.0)
    source.say("OUTP:STAT OFF")
    assert load.received("power") is None


def test_it_ramps_up_in_steps_and_says_when_it_has_settled(source, load):
    source.say("OUTP:RAMP:TIME 5", "PHAS1:VOLT:MHAR:AMPL 200", ON)
    source.wait(2.6)
    assert load.received("power").phases[0].voltage == pytest.approx(100.0)
    assert source.timed("*OPC?") == ("1", pytest.approx(2.4, abs=1e-5))
    assert load.received("power").phases[0].voltage == 200.0


def test_changes_while_on_follow(source, load):
    source.say("PHAS1:VOLT:MHAR:AMPL 200", ON)
    source.ask("*OPC?")
    source.say("PHAS1:VOLT:MHAR:AMPL 100")
    assert load.received("power").phases[0].voltage == 200.0
    source.ask("*OPC?")
    assert load.received("power").phases[0].voltage == 100.0


def test_switched_off_channels(source, load):
    source.say("PHAS1:VOLT:MHAR:AMPL 200", "PHAS1:CURR:MHAR:AMPL 1", "PHAS1:CURR:STAT OFF", ON)
    source.ask("*OPC?")
    assert load.received("power").phases[0][:2] == (200.0, 0.0)
    assert source.ask("PHAS1:POW:WATT?") == "0.0E0"


def test_harmonics_count_only_when_enabled(source, load):
    source.say("PHAS1:VOLT:MHAR:HARM1 200,0", "PHAS1:VOLT:MHAR:HARM3 20,0", "PHAS1:CURR:MHAR:HARM1 4,0")
    source.say("PHAS1:CURR:MHAR:HARM3 3,180", ON)
    source.ask("*OPC?")
    assert load.received("power").active == pytest.approx(800.0)
    source.say("PHAS1:VOLT:MHAR:STAT ON", "PHAS1:CURR:MHAR:STAT ON")
    source.ask("*OPC?")
    power = load.received("power")
    assert power.active == pytest.approx(200 * 4 - 20 * 3)
    assert power.phases[0].current == pytest.approx(5.0)
    assert source.ask("PHAS1:POW:WATT?") == "7.4E2"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("PHAS1:VOLT:MHAR:AMPL 1009", -222),
        ("PHAS1:CURR:MHAR:HARM1 22,0", -222),
        ("PHAS1:VOLT:MHAR:HARM0 1,10", -222),  # the angle of direct voltage must be zero
        ("PHAS1:VOLT:MHAR:HARM1 1,361", -222),
        ("PHAS1:VOLT:MHAR:HARM101 1,0", -114),
        ("PHAS1:VOLT:MHAR:HARM1 1", -109),
        ("PHAS1:VOLT:MHAR:HARM1? BOTH", -224),
        ("PHAS1:VOLT:MHAR:CLE?", -113),
        ("PHAS1:POW:WATT 1", -113),
        ("FREQ 15", -222),
        ("FREQ 851", -222),
        ("OUTP:STAT MAYBE", -224),
        ("UNIT:MHAR:VOLT PRMS", -224),
        ("PHAS1:VOLT:DIP:STAT ON", -113),
    ],
)
def test_errors(source, sent, error):
    source.say(sent)
    reply = source.ask("SYST:ERR?")
    assert reply.startswith(f"{error},")
    assert source.ask("SYST:ERR?") == '0,"No Error"'


def test_a_selected_range_limits(source):
    source.say("PHAS1:VOLT:RANG 0,230", "PHAS1:VOLT:MHAR:AMPL 361")  # 360 V range
    assert source.ask("SYST:ERR?;:PHAS1:VOLT:RANG?") == '-222,"Data out of range";0.0E0,3.6E2'
    source.say("PHAS1:VOLT:MHAR:AMPL 300", "PHAS1:VOLT:RANG 0,180")
    assert source.ask("SYST:ERR?") == '-221,"Settings conflict"'


def test_harmonics_together_have_to_fit(source):
    source.say("PHAS1:VOLT:RANG 0,23", "PHAS1:VOLT:MHAR:HARM1 20,0", "PHAS1:VOLT:MHAR:HARM3 20,0")
    assert source.ask("SYST:ERR?;:PHAS1:VOLT:MHAR:AMPL?") == '-222,"Data out of range";2.0E1'


def test_settings_are_the_true_errors(instrument, wire):
    gains = {"voltage_gain": 1e-4, "current_gain": 2e-4, "angle": 1e-3, "frequency_gain": 1e-5}
    source, load = instrument("fluke/f6105a", "source", gains), wire("source")
    source.say("PHAS2:VOLT:MHAR:HARM1 100,0", "PHAS2:CURR:MHAR:HARM1 1,-60", ON)
    source.ask("*OPC?")
    power = load.received("power")
    assert power.phases[1] == pytest.approx((100.01, 1.0002, math.pi / 3 + 1e-3))
    assert power.frequency == pytest.approx(50.0005)


def test_reset_switches_off(source, load):
    source.say("PHAS1:VOLT:MHAR:AMPL 200", ON, "*RST")
    assert source.ask("OUTP:STAT?;:PHAS1:VOLT:MHAR:AMPL?;:FREQ?") == "0;0.0E0;5.0E1"
    source.wait(10)
    assert load.received("power") is None


def test_models(instrument):
    assert instrument("fluke/f6105a", "a", {"model": "6100B"}).ask("PHAS1:MOD?") == '"6100B"'
    with pytest.raises(UsageError, match="6105A or 6100B"):
        instrument("fluke/f6105a", "b", {"model": "6003A"})


def test_seeded_units_differ_a_little(instrument, wire):
    powers = set()
    for number in range(5):
        source, load = instrument("fluke/f6105a", f"s{number}"), wire(f"s{number}")
        source.say("PHAS1:VOLT:MHAR:AMPL 230", "PHAS1:CURR:MHAR:AMPL 5", ON)
        source.ask("*OPC?")
        powers.add(load.received("power").active)
    assert len(powers) == 5
    assert all(abs(power / 1150 - 1) < 2e-4 for power in powers)
