"""M-142: lines in, lines out as in protocols.md section 2.3 (M-142 manual, p. 87) and public scripts; physics."""

from __future__ import annotations

import pytest

EXACT = {"gain": 0.0, "offset": 0.0, "noise": 0.0, "resistance_gain": 0.0, "ac_gain": 0.0, "current_gain": 0.0,
         "ac_current_gain": 0.0, "capacitance_gain": 0.0, "signal_offset": 0.0, "signal_noise": 0.0,
         "frequency_gain": 0.0}  # fmt: skip


@pytest.fixture
def cal(instrument):
    return instrument("meatest/m142", "cal", EXACT)


def test_identity_and_state_at_power_on(cal):
    assert cal.ask("*IDN?") == "MEATEST,M-142,1234567,5.4"
    assert cal.ask("OUTP?;VOLT?;FUNC?") == "OFF;0.000000e+000;DC"


def test_the_manuals_example_switches_on(cal, wire):
    load = wire("cal")
    cal.say("VOLT 2.5 ; OUTP ON")
    assert cal.ask("OUTP?") == "ON"
    assert cal.ask("*OPC?") == "1"
    assert load.seen().voltage == pytest.approx(2.5, rel=1e-6)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_nothing_happens_before_the_end_of_the_line(instrument, end):
    cal = instrument("meatest/m142", "cal", message_based=False)
    cal.connection.write(b"VOLT 2.5 ; OUTP ON;VOLT?")
    assert cal.hear(within=1.0) is None
    cal.connection.write(end)
    assert cal.hear() == "2.500000e+000"


@pytest.mark.parametrize(
    ("sent", "quantity", "value"),  # the lines of a public script for the M-142
    [
        ("FUNC SIN;VOLT 5 V;FREQ 1000 Hz", "voltage.ac", (5.0, 1000.0)),
        ("FUNC DC;CURR 0.01 A", "current.dc", 0.01),
        ("FUNC DC;CURR -2 A", "current.dc", -2.0),
        ("FUNC SIN;CURR 1 A;FREQ 50 Hz", "current.ac", (1.0, 50.0)),
        ("CAP 1E-6", "capacitance", 1e-6),
        ("SOURce:CAPacitance:LEVel:IMMediate:AMPLitude 10NF", "capacitance", 1e-8),
    ],
)
def test_quantities_are_put_out_when_on(cal, wire, world, sent, quantity, value):
    load = wire("cal")
    cal.say(sent)
    assert load.received(quantity) is None
    cal.say("OUTP 1")
    cal.ask("*OPC?")
    assert load.received(quantity) == pytest.approx(value, rel=1e-6)
    rms = value[0] if isinstance(value, tuple) else value
    assert world.truth.of("cal", quantity)[-1].value == pytest.approx(rms, rel=1e-6)
    cal.say("OUTP OFF")
    assert load.received(quantity) is None
    assert cal.ask("SYST:ERR?") == '0,"No Error"'


def test_resistance(cal, wire):
    load = wire("cal")
    cal.say("RES 10000000 OHM", "OUTP ON")
    cal.ask("*OPC?")
    assert cal.ask("RES?;MODE?") == "1.000000e+007;RES"
    assert load.seen().resistance == pytest.approx(1e7, rel=1e-6)


def test_opc_query_is_withheld_until_settled(cal):
    assert cal.timed("VOLT 10;OUTP ON;*OPC?") == ("1", pytest.approx(2.0))
    assert cal.timed("*OPC?") == ("1", 0.0)


def test_another_quantity_switches_off(cal):
    cal.say("VOLT 1;OUTP ON", "VOLT 100")
    assert cal.ask("OUTP?") == "ON"
    cal.say("CURR 1")
    assert cal.ask("OUTP?") == "OFF"


def test_settings_of_one_message_count_together(cal):
    cal.say("FUNC SIN;VOLT 5;FREQ 50000", "VOLT 500;FREQ 50")
    assert cal.ask("SYST:ERR?;:VOLT?;:FREQ?") == '0,"No Error";5.000000e+002;5.000000e+001'
    cal.say("FREQ 50000")  # 1000 V range to 1 kHz
    assert cal.ask("SYST:ERR?;:VOLT?;:FREQ?") == '-221,"Settings conflict";5.000000e+002;5.000000e+001'
    cal.say("VOLT -5")
    assert cal.ask("SYST:ERR?;:VOLT?") == '-221,"Settings conflict";5.000000e+002'


@pytest.mark.parametrize(
    ("sent", "error", "event"),
    [
        ("VOLT 1000.1", -222, 16),
        ("CURR 31", -222, 16),
        ("RES -1", -222, 16),
        ("CAP 1E-10", -222, 16),
        ("FREQ 19", -222, 16),
        ("FUNC TRI", -224, 16),
        ("VOLT 5 A", -131, 32),
        ("VOLT", -109, 32),
        ("VOLT 1,2", -108, 32),
        ("VOLTS 1", -113, 32),
        ("MODE VOLT", -113, 32),
        ("OUTP MAYBE", -224, 16),
    ],
)
def test_errors(cal, sent, error, event):
    cal.say("*CLS", sent)
    assert cal.ask("*ESR?") == str(event)
    assert cal.ask("SYST:ERR?").startswith(f"{error},")


def test_reset(cal, wire):
    load = wire("cal")
    cal.say("FUNC SIN;VOLT 5;FREQ 60", "OUTP ON", "*RST")
    assert cal.ask("OUTP?;FUNC?;VOLT?;FREQ?") == "OFF;DC;0.000000e+000;1.000000e+003"
    assert load.seen().resistance is None


def test_settings_are_the_true_errors(instrument, wire):
    cal, load = instrument("meatest/m142", "cal", EXACT | {"gain": 5e-5, "ac_gain": -1e-4}), wire("cal")
    cal.say("VOLT 100;OUTP ON")
    cal.wait(30)
    assert load.seen().voltage == pytest.approx(100.005, abs=1e-9)
    cal.say("FUNC SIN;FREQ 50")
    cal.wait(30)
    assert load.received("voltage.ac").rms == pytest.approx(99.99, abs=1e-9)


def test_seeded_units_are_about_inside_their_specification(instrument, wire):
    errors = []
    for number in range(40):
        cal, load = instrument("meatest/m142", f"cal{number}"), wire(f"cal{number}")
        cal.say("VOLT 10;OUTP ON")
        cal.wait(30)
        errors.append(load.seen().voltage - 10)
    limit = 10 * 3e-5 + 1e-4  # data sheet, 20 V range
    assert sum(abs(error) < limit for error in errors) >= 37


def test_capacitance_after_a_sine_has_no_frequency(cal):
    cal.say("FUNC SIN;VOLT 5 V;FREQ 1000 Hz")
    cal.say("CAP 1E-8")

    assert cal.ask("CAP?") == "1.000000e-008"
    assert cal.ask("SYST:ERR?") == '0,"No Error"'
