"""IEC 62056-21 mode C meter: vectors and sequence of protocols.md section 6.4, byte for byte."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.serialline import LineSetting, SerialConnection
from calbench.simulation.signals import Load, Phase

EXACT = {
    "gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0, "voltage_gain": 0.0,
}  # fmt: skip
KWH = 3.6e6
READ, PROGRAM = "\x06050\r\n", "\x06051\r\n"


def bcc(text):
    """Exclusive or of everything behind the start (IEC 62056-21, 5.10.2)."""
    value = 0
    for character in text[1:]:
        value ^= ord(character)
    return text + chr(value)


@pytest.fixture
def make(instrument, world, supply):
    def add(**changes):
        settings = {**EXACT, "unit": "12345678", **changes}
        line = instrument("iec62056/mode_c", "1", settings, message_based=False)
        world.connect("supply.output", "1.input")
        return line

    return add


@pytest.fixture
def meter(make):
    return make(energy=1234.567 * KWH)


@pytest.fixture
def programming(meter):
    meter.ask("/?!\r\n")
    assert meter.ask(PROGRAM) == bcc("\x01P0\x02(1234567)\x03")
    return meter


def quiet(line, message):
    line.say(message)
    return line.hear(3.0) is None


def test_sign_on_and_identification(meter, world):
    reply, took = meter.timed("/?!\r\n")
    assert reply == "/CLB5SIM1234567\r\n"
    assert took == pytest.approx(0.2)
    assert meter.ask("/?12345678!\r\n") == reply
    assert meter.ask("/?0012345678!\r\n") == reply
    assert quiet(meter, "/?12345679!\r\n")


def test_the_data_read_out(meter, supply):
    supply.put(Load((Phase(220.0, 5.0, 0.0), Phase(221.0, 6.0, 0.0), Phase(222.0, 7.5, 0.0)), 50.0))
    meter.ask("/?!\r\n")
    text = meter.ask(READ)
    assert text.startswith("\x020.0.0(12345678)\r\n1.8.0(001234.567*kWh)\r\n2.8.0(000000.000*kWh)\r\n")
    assert text.endswith("!\r\n\x03" + text[-1])
    assert text == bcc(text[:-1])
    for line in (
        "32.7.0(220.0*V)",
        "52.7.0(221.0*V)",
        "71.7.0(007.500*A)",
        "16.7.0(04.091*kW)",
        "14.7.0(50.00*Hz)",
    ):
        assert f"\r\n{line}\r\n" in text
    assert "\r\n0.9.1(080000)\r\n0.9.2(260105)\r\n" in text
    assert quiet(meter, PROGRAM)  # the session is over


def test_vectors_of_the_programming_mode(programming):
    assert programming.bytes("01 50 30 02 28 30 30 30 30 30 30 30 30 29 03 60") != ""
    read = "01 52 31 02 31 2E 38 2E 30 28 29 03 5A"
    assert programming.bytes(read) == (
        "02 31 2E 38 2E 30 28 30 30 31 32 33 34 2E 35 36 37 2A 6B 57 68 29 03 5B"
    )
    programming.connection.write(bytes.fromhex("01 42 30 03 71"))
    assert quiet(programming, bcc("\x01R1\x021.8.0()\x03"))


def test_p0_as_in_the_vector(make, instrument):
    meter = instrument("iec62056/mode_c", "2", serial_number="00000000", message_based=False)
    meter.ask("/?!\r\n")
    assert meter.bytes("06 30 35 31 0D 0A") == "01 50 30 02 28 30 30 30 30 30 30 30 30 29 03 60"


def test_passwords(programming):
    assert programming.ask(bcc("\x01P1\x02(00000000)\x03")) == "\x06"
    assert programming.ask(bcc("\x01P1\x02(11111111)\x03")) == "\x01B0\x03\x71"
    assert quiet(programming, bcc("\x01R1\x021.8.0()\x03"))


@pytest.mark.parametrize(
    ("command", "error"),
    [("R1\x029.9.9()", "ER01"), ("P2\x02(1)", "ER02"), ("W1\x021.8.0(0)", "ER03"), ("R5\x021.8.0()", "ER04")],
)
def test_refusals(programming, command, error):
    assert programming.ask(bcc(f"\x01{command}\x03")) == bcc(f"\x02({error})\x03")


def test_a_wrong_check_character_is_answered_by_nak(programming):
    assert programming.ask("\x01R1\x021.8.0()\x03\x00") == "\x15"
    assert programming.ask(bcc("\x01R1\x021.8.0()\x03")).startswith("\x021.8.0(")


def test_nak_has_the_last_message_again(programming):
    first = programming.ask(bcc("\x01R1\x021.8.0()\x03"))
    assert programming.ask("\x15") == first


def test_the_session_ends_after_two_minutes(programming):
    programming.wait(121.0)
    assert quiet(programming, bcc("\x01R1\x021.8.0()\x03"))
    assert programming.ask("/?!\r\n") != ""


def test_noise_and_chunks(meter, world):
    for character in "\xff/?/?!\r\n":
        meter.say(character)
        world.clock.sleep(0.03)
    assert meter.hear() == "/CLB5SIM1234567\r\n"


def serial_line(meter):
    serial = SerialConnection(meter.connection)

    def say(text):
        serial.write(text.encode("ascii"))
        meter.wait(0.5)
        return serial.take(10000).decode("latin-1")

    return serial, say


def test_the_baud_rate_follows_the_acknowledgement(meter):
    serial, say = serial_line(meter)
    assert serial.setting == LineSetting(300, 7, "E", 1)
    assert say("/?!\r\n") == "/CLB5SIM1234567\r\n"
    serial.write(PROGRAM.encode())
    serial.setting = LineSetting(9600, 7, "E", 1)
    meter.wait(0.5)
    assert serial.take(100).decode() == bcc("\x01P0\x02(1234567)\x03")
    assert say(bcc("\x01B0\x03")) == ""
    serial.setting = LineSetting(300, 7, "E", 1)
    assert say("/?!\r\n") == "/CLB5SIM1234567\r\n"


@pytest.mark.parametrize("character", ["0", "4"])
def test_it_stays_at_300_for_other_rates(meter, character):
    _, say = serial_line(meter)
    say("/?!\r\n")
    assert say(f"\x060{character}0\r\n").startswith("\x020.0.0")
    assert say("/?!\r\n") == "/CLB5SIM1234567\r\n"


def test_it_goes_back_to_300_after_the_read_out(meter):
    serial, say = serial_line(meter)
    say("/?!\r\n")
    serial.write(READ.encode())
    serial.setting = LineSetting(9600, 7, "E", 1)
    meter.wait(0.5)
    assert serial.take(10000).startswith(b"\x020.0.0")
    assert say("/?!\r\n") == ""
    serial.setting = LineSetting(300, 7, "E", 1)
    assert say("/?!\r\n") == "/CLB5SIM1234567\r\n"


def test_a_slower_meter(make):
    assert make(baud=300.0, delay=1.5).timed("/?!\r\n") == ("/CLB0SIM1234567\r\n", pytest.approx(1.5))


@pytest.mark.parametrize("settings", [{"baud": 1000.0}, {"delay": 2.0}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError, match="offers"):
        make(**settings)
