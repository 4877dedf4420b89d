"""34465A and 34470A: protocols.md section 3.2; integration times and messages that QCoDeS 0.58 has and sends."""

from __future__ import annotations

import statistics

import pytest

NO_ERROR = '+0,"No error"'
MODELS = ("keysight/k34465a", "keysight/k34470a")
# QCoDeS 0.58, drivers of the two: PLC and the part of the range that is resolved
NPLC = (0.001, 0.002, 0.006, 0.02, 0.06, 0.2, 1, 10, 100)
PARTS = {
    "keysight/k34465a": (30e-6, 15e-6, 6e-6, 3e-6, 1.5e-6, 0.7e-6, 0.3e-6, 0.1e-6, 0.03e-6),
    "keysight/k34470a": (30e-6, 10e-6, 3e-6, 1e-6, 0.5e-6, 0.3e-6, 0.1e-6, 0.03e-6, 0.01e-6),
}


@pytest.fixture(params=MODELS)
def model(request):
    return request.param


def test_identity_and_options(instrument, model):
    maker, name, serial, firmware = instrument(model).ask("*IDN?").split(",")
    assert (maker, name, serial) == ("Keysight Technologies", model[-6:].upper(), "1234567")
    assert firmware >= "A.03"  # digitizing is in from there on


@pytest.mark.parametrize("index", range(len(NPLC)))
def test_resolution_by_integration_time(instrument, model, index):
    line = instrument(model)
    line.say("SENSe:VOLTage:DC:RANGe 10", f"SENSe:VOLT:NPLC {NPLC[index]}")
    assert float(line.ask("SENSe:VOLT:NPLC?")) == NPLC[index]
    assert float(line.ask("SENSe:VOLTage:DC:RESolution?")) == pytest.approx(10 * PARTS[model][index])


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*OPT?", "0"), ("SYST:LIC:CAT?", '""'), ("SYSTem:LFRequency?", "+50"), ("SENSe:FUNCtion?", '"VOLT"'),
        ("SAMPle:SOURce?", "IMM"), ("SAMPle:COUNt:PRETrigger?", "+0"), ("TRIGger:LEVel?", "+0.00000000E+00"),
        ("SENSe:VOLT:APERture:ENABled?", "0"), ("SENSe:VOLT:APERture?", "+2.00000000E-01"),
        ("CONF?", '"VOLT +1.00000000E+01,+1.00000000E-06"'),
    ],
)  # fmt: skip
def test_queries_after_power_on(instrument, message, reply):
    line = instrument("keysight/k34465a")
    assert line.ask(message) == reply
    assert line.ask("SYST:ERR?") == NO_ERROR


def test_aperture_in_seconds(instrument, model):
    line = instrument(model)
    line.say("SENSe:VOLT:APERture 5E-03")
    assert line.ask("SENSe:VOLT:APERture:ENABled?;:SENS:VOLT:APER?") == "1;+5.00000000E-03"
    assert line.timed("READ?")[1] == pytest.approx(0.01)
    line.say("SENSe:VOLT:APERture:ENABled 0")
    assert float(line.ask("SENSe:VOLT:NPLC?")) == 1.0


def test_a_timer_spaces_the_samples(instrument, model):
    line = instrument(model)
    line.say(
        "CONF:VOLT:DC 10,MAX", "SAMP:SOUR TIM", "SAMP:TIM 0.5", "SAMP:COUN 4", "TRIG:SOUR BUS", "INIT", "*TRG"
    )
    reply, time = line.timed("FETCH?")
    assert reply.count(",") == 3
    assert time == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("SENS:VOLT:APER 5", '-222,"Data out of range"'),
        ("SAMP:SOUR EXT", '-224,"Illegal parameter value"'),
        ("VOLT:NPLC 1E-4", '-222,"Data out of range"'),
        ("SYST:NONS?", '-113,"Undefined header"'),
    ],
)
def test_errors(instrument, model, sent, error):
    line = instrument(model)
    line.say(sent)
    assert line.ask("SYST:ERR?") == error
    assert line.ask("SYST:ERR?") == NO_ERROR


def test_a_gigaohm_and_a_microampere_have_a_range(instrument, model):
    line = instrument(model)
    line.say("CONF:RES 1E9", "CONF:CURR:DC 1E-6")
    assert line.ask("SYST:ERR?") == NO_ERROR
    assert float(line.ask("CURR:RANG?")) == 1e-6


def test_seven_digits_are_quieter_than_six(instrument):
    spread = []
    for index, model in enumerate(("agilent/a34401a", *MODELS)):
        line = instrument(model, f"it{index}", {"warmup": 0.0})
        line.say("CONF:VOLT:DC 0.1", "VOLT:NPLC 1", "SAMP:COUN 100")
        spread.append(statistics.stdev(float(text) for text in line.ask("READ?").split(",")))
    assert spread[0] > 1.4 * spread[1] > 2 * spread[2]
