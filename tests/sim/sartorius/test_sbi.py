"""Sartorius SBI: bytes in, bytes out as in protocols.md section 7.4 and the Master series manual, p. 5-5."""

from __future__ import annotations

import pytest

IDEAL = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "repeatability": 0.0, "noise": 0.0,
    "eccentricity_x": 0.0, "eccentricity_y": 0.0, "zero": 0.0, "tempco": 0.0,
}  # fmt: skip


class Port:
    """A client on the serial line of the balance."""

    def __init__(self, world, settings):
        self.world = world
        device = world.add("scale", "sartorius/sbi", {**IDEAL, **settings}, serial_number="34309393")
        self.connection = device.connect(message_based=False, serial=True)

    def ask(self, command, within=0.01):
        self.connection.write(command)
        self.world.clock.sleep(within)
        received = b""
        while chunk := self.connection.take(1000)[0]:
            received += chunk
        return received

    def place(self, mass):
        self.world.place("scale.pan", [mass])
        self.world.clock.sleep(20)


@pytest.fixture
def unit(world):
    return lambda **settings: Port(world, settings)


def test_a_value_has_22_characters(unit):
    port = unit()
    port.place(1.23456)
    assert port.ask(b"\x1bP\r\n") == b"N     +  1234.56 g  \r\n"
    assert len(port.ask(b"\x1bP\r\n")) == 22


def test_short_output_has_16_characters(unit):
    port = unit(short=1)
    port.place(0.1)
    assert port.ask(b"\x1bP") == b"+   100.00 g  \r\n"


def test_no_unit_while_it_is_not_stable(unit, world):
    port = unit()
    world.place("scale.pan", [1.0])
    reply = port.ask(b"\x1bP", within=0.3)
    assert reply[17:20] == b"   "
    assert len(reply) == 22
    world.clock.sleep(20)
    assert port.ask(b"\x1bP")[17:20] == b"g  "


def test_waiting_for_rest(unit, world):
    port = unit(wait=1)
    world.place("scale.pan", [1.0])
    assert port.ask(b"\x1bP", within=0.5) == b""
    assert port.ask(b"", within=9) == b"N     +  1000.00 g  \r\n"


def test_negative_and_brackets(unit):
    port = unit(brackets=1)
    port.place(0.12356)
    assert port.ask(b"\x1bP") == b"N     + 123.5[6] g  \r\n"  # the digits of section 7.4
    port.ask(b"\x1bU")
    port.place(0.1)
    assert port.ask(b"\x1bP") == b"N     -  23.5[6] g  \r\n"


@pytest.mark.parametrize(
    ("load", "settings", "reply"),
    [
        (4.0, {}, b"Stat        High    \r\n"),
        (-0.1, {}, b"Stat        Low     \r\n"),
        (4.0, {"short": 1}, b"      High    \r\n"),
    ],
)
def test_overload_and_underload(unit, load, settings, reply):
    port = unit(**settings)
    port.place(load)
    assert port.ask(b"\x1bP") == reply


def test_zero_tare_and_the_command_of_both(unit):
    port = unit()
    port.place(0.02)
    port.ask(b"\x1bV\r\n")
    assert port.ask(b"\x1bP") == b"N     +     0.00 g  \r\n"
    port.place(1.0)
    port.ask(b"\x1bU")
    assert port.ask(b"\x1bP") == b"N     +     0.00 g  \r\n"
    port.place(1.5)
    assert port.ask(b"\x1bP") == b"N     +   500.00 g  \r\n"
    port.ask(b"\x1bT")
    assert port.ask(b"\x1bP") == b"N     +     0.00 g  \r\n"


def test_a_zero_beyond_the_range_is_an_error(unit):
    port = unit()
    port.place(1.0)
    port.ask(b"\x1bV")
    assert port.ask(b"\x1bP") == b"Stat     ERR  02    \r\n"  # three places for the code: p. 5-5
    port.ask(b"", within=3)
    assert port.ask(b"\x1bP") == b"N     +  1000.00 g  \r\n"


def test_a_tare_waits_for_rest(unit, world):
    port = unit()
    world.place("scale.pan", [1.0])
    port.ask(b"\x1bU", within=20)
    assert port.ask(b"\x1bP") == b"N     +     0.00 g  \r\n"


def test_adjustment(unit):
    port = unit()
    port.ask(b"\x1bW")
    assert port.ask(b"\x1bP") == b"Stat     Cal. Ext.  \r\n"
    port.ask(b"\x1bs3_")
    assert port.ask(b"\x1bP").startswith(b"N ")


@pytest.mark.parametrize(
    ("command", "reply"), [(b"\x1bx1_", b"ENTRIS3202-1S\r\n"), (b"\x1bx2_\r\n", b"34309393\r\n")]
)
def test_identity(unit, command, reply):
    assert unit().ask(command) == reply


@pytest.mark.parametrize("sent", [b"P", b"\x1bq", b"\x1bX", b"\x1bx9_", b"\r\n", b"\x1bK", b"\x1bO"])
def test_no_reply(unit, sent):
    port = unit()
    assert port.ask(sent) == b""
    assert port.ask(b"\x1bP").startswith(b"N ")


def test_a_command_in_pieces_and_two_at_once(unit):
    port = unit()
    assert port.ask(b"\x1b") == b""
    assert port.ask(b"x") == b""
    assert port.ask(b"2_") == b"34309393\r\n"
    assert port.ask(b"\x1bP\x1bx2_") == b"N     +     0.00 g  \r\n34309393\r\n"
