"""CPC6050: lines in, lines out as in protocols.md section 9.3 (CPC6050 manual, p. 73 and 74)."""

from __future__ import annotations

import pytest

IDEAL = {"gain": 0.0, "offset": 0.0, "linearity": 0.0, "noise": 0.0, "tempco": 0.0}


@pytest.fixture
def cpc(instrument):
    return instrument("mensor/cpc6050", "cpc", IDEAL, serial_number="600123")


@pytest.fixture
def one_bar(cpc):
    cpc.say("Units 14", "Setpt 1", "Control")
    cpc.wait(60)
    return cpc


def test_identity_and_no_error_of_the_table(cpc):
    assert cpc.ask("ID?") == " MENSOR,600,600123,V 1.00"
    assert cpc.ask("Error?") == " E 00,No errors"


def test_a_reading_in_format_1(one_bar):
    assert one_bar.ask("?") == " +1.00000E+00"  # the example of section 9.3
    assert one_bar.ask("a?") == " +1.00000E+00"


@pytest.mark.parametrize(
    ("form", "reply"),
    [
        (2, " +1.00000E+00, bar, CONTROL"),
        (3, " +1.00000E+00, +0.00000E+00"),
        (5, " +1.00000E+00, P, 1"),
        (6, " +1.00000E+00, +1.00000E+00, stable"),
        (7, " +1.00000E+00, +1.01325E+00"),
    ],
)
def test_output_formats(one_bar, world, form, reply):
    world.ambient.set(pressure=101325.0, pressure_span=0.0)
    one_bar.say(f"OUTFORM {form}")
    one_bar.wait(300)
    assert one_bar.ask("?") == reply
    assert one_bar.ask("Outform?") == f" {form}"


def test_peaks_and_slewing(cpc):
    cpc.say("Outform 4")
    cpc.ask("?")
    cpc.say("Setpt 2", "Control")
    cpc.wait(60)
    assert cpc.ask("?") == " +2.00000E+00, +0.00000E+00, +2.00000E+00"
    cpc.say("Outform 6", "Setpt 1")
    assert cpc.ask("?").endswith(", +1.00000E+00, slewing")


def test_no_barometer(instrument):
    line = instrument("mensor/cpc6050", "cpc", {**IDEAL, "barometer": 0})
    line.say("OUTFORM 7")
    assert line.ask("?") == " +0.00000E+00, no barometer"


def test_stable_after_the_time_within_the_window(cpc):
    cpc.say("Stablewin 0.1", "Stabletime 10", "Setpt 1", "Control")
    while abs(float(cpc.ask("?")) - 1) > 0.007:  # 0.1 % of 7 bar
        assert cpc.ask("Stable?") == " NO"
        cpc.wait(0.1)
    inside = cpc.world.clock.monotonic()
    while cpc.ask("AS?") == " NO":
        cpc.wait(0.1)
    assert cpc.world.clock.monotonic() - inside == pytest.approx(10.0, abs=0.2)


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [(1, "psi", "+1.45038E+01"), (13, "atm", "+9.86923E-01"), (15, "mbar", "+1.00000E+03"),
     (19, "mmHg", "+7.50062E+02"), (22, "kPa", "+1.00000E+02"), (23, "Pa", "+1.00000E+05"),
     (26, "kgf/cm2", "+1.01972E+00"), (36, "MPa", "+1.00000E-01")],
)  # fmt: skip
def test_units(one_bar, code, name, value):
    one_bar.say(f"Units {code}")
    assert one_bar.ask("?") == f" {value}"  # 1 bar in this unit (ISO 80000-4; SI brochure)
    assert one_bar.ask("Units?") == f" {name}"
    one_bar.say("Units 14", f"Units {name}")
    assert one_bar.ask("?") == f" {value}"


def test_modes_and_the_port(one_bar, world):
    world.add("gauge", type(one_bar.device), IDEAL)
    world.connect("cpc.port", "gauge.port")
    gauge = world.terminal("gauge.port")
    assert one_bar.ask("Control?") == " YES"
    assert gauge.received("pressure") == pytest.approx(1e5)
    one_bar.say("Measure")
    assert one_bar.ask("Mode?") == " MEASURE"
    assert gauge.received("pressure") is None
    one_bar.say("Vent")
    assert one_bar.ask("Vent?") == " YES"
    one_bar.wait(30)
    assert abs(float(one_bar.ask("?"))) < 1e-6


@pytest.mark.parametrize(
    ("sent", "code"),
    [("Nonsense", 1), ("Setpt", 2), ("Setpt abc", 3), ("Setpt 8", 4), ("Outform 8", 4), ("Units 99", 4),
     ("Keylock perhaps", 3), ("ID", 1)],
)  # fmt: skip
def test_an_error_is_flagged_until_it_is_read(cpc, sent, code):
    cpc.say(sent)
    assert cpc.ask("?") == "E+0.00000E+00"
    assert cpc.ask("Error?").startswith(f" E {code:02d},")
    assert cpc.ask("?") == " +0.00000E+00"


def test_the_queue_keeps_the_last_ten_errors(cpc):
    cpc.say("Setpt", *["Nonsense"] * 10)
    found = [cpc.ask("Error?")[3:5] for _ in range(11)]
    assert found == ["01"] * 10 + ["00"]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_any_line_end(cpc, end):
    serial = cpc.device.connect(message_based=False)
    serial.write(b"outform?" + end)
    assert serial.take(100)[0] == b" 1\r\n"
    assert serial.ready_at() is None


@pytest.mark.parametrize(("word", "reply"), [("ON", "YES"), ("1", "YES"), ("no", "NO"), ("False", "NO")])
def test_booleans(cpc, word, reply):
    cpc.say(f"Keylock {word}")
    assert cpc.ask("Keylock?") == f" {reply}"


def test_acquire(cpc):
    assert cpc.ask("Acquire? Stand_1") == " YES, Stand_1"  # CPC6050 manual, p. 74
    assert cpc.ask("Acquire? Stand_2") == " NO, Stand_1"
    assert cpc.ask("Release? Stand_1") == " YES, "
