"""Serial lines: pseudo-terminals and RFC 2217, with pyserial 3.5 and pyvisa-py 0.8.1 as clients."""

from __future__ import annotations

import sys

import pytest
import serial

from calbench.errors import UsageError
from calbench.simulation import Device
from calbench.simulation.servers import LoopbackServer, pseudoterminal
from calbench.simulation.servers.serving import Protocol

IAC_SB_COM, IAC_SE = bytes([255, 250, 44]), bytes([255, 240])


class Plain(Device):
    """An 8N1 instrument that says what it hears, late."""

    MESSAGE_ENDS = (b"\r\n",)
    REPLY_END = b"\r\n"

    def receive(self, line: str) -> None:
        self.reply(line[::-1], after=10.0)


@pytest.fixture
def server(world):
    world.add("plain", Plain)
    world.place("balance.pan", [0.1])
    lines: dict[str, tuple[Protocol, ...]] = {
        "plain": ("rfc2217", "serial"),
        "balance": ("rfc2217", "serial"),
    }
    if pseudoterminal.can_carry(world.device("plain")):
        lines["plain"] += ("pty",)
    with LoopbackServer(world, ("plain", "balance"), protocols=lines) as running:
        yield running


@pytest.fixture
def remote(server):
    """Open a line by RFC 2217."""
    opened = []

    def port(name, **more):
        # pyserial 3.5 starts its thread the old way.
        with pytest.warns(DeprecationWarning, match=r"set\w+\(\) is deprecated"):
            opened.append(serial.serial_for_url(server.url(name, "rfc2217"), **({"timeout": 5} | more)))
        return opened[-1]

    yield port
    for one in opened:
        one.close()


if sys.platform != "win32":

    def test_pyserial_on_a_pseudo_terminal(server, world):
        with serial.Serial(server.url("plain", "pty"), 9600, timeout=5) as port:
            for _ in range(3):
                port.write(b"a\x00\xff\x11\x13\x03b\r\n")
                assert port.read_until(b"\r\n") == b"b\x03\x13\x11\xff\x00a\r\n"
        assert world.clock.monotonic() == pytest.approx(30.0)

    def test_a_pseudo_terminal_can_be_opened_again_and_carries_20_kb(server):
        text = b"x" * 20_000
        for _ in range(2):
            with serial.Serial(server.url("plain", "pty"), 19200, timeout=5) as port:
                port.write(text + b"\r\n")
                assert port.read(20_002) == text + b"\r\n"

    def test_pyvisa_py_on_a_pseudo_terminal(server, visa):
        opened = visa(server.resource("plain", "pty"), read_termination="\r\n", write_termination="\r\n")
        assert opened.query("abc") == "cba"


def test_parity_and_7_bits_are_no_pseudo_terminal(world):
    with pytest.raises(
        UsageError, match="balance: its serial line is 4800 7E1, and a pseudo-terminal carries"
    ):
        LoopbackServer(world, ("balance",), protocols={"balance": ("pty",)}).start()


def test_a_system_without_pseudo_terminals_says_what_to_use(world, monkeypatch):
    world.add("plain", Plain)
    monkeypatch.setattr(pseudoterminal, "tty", None)  # as on Windows
    with pytest.raises(UsageError, match="Use socket://host:port"):
        LoopbackServer(world, ("plain",), protocols={"plain": ("pty",)}).start()
    assert not pseudoterminal.can_carry(world.device("plain"))


def test_7e1_through_rfc2217_and_what_a_wrong_parity_does(remote):
    port = remote("balance", baudrate=4800, bytesize=7, parity="E")
    port.write(b"S\r\n")
    assert port.read_until(b"\r\n") == b"S S     100.00 g\r\n"
    port.timeout = 0.05
    port.parity = "O"
    port.write(b"S\r\n")
    assert port.read_until(b"\r\n") == b""  # the balance drops characters of wrong parity
    port.parity = "E"
    port.write(b"S\r\n")
    assert port.read_until(b"\r\n") == b"S S     100.00 g\r\n"
    assert (port.cts, port.dsr, port.cd, port.ri) == (True, True, True, False)


def test_8n1_on_a_7e1_line_shows_the_parity_bit(remote):
    port = remote("balance", baudrate=4800)
    port.write(bytes([0x53, 0x8D, 0x0A]))  # S, CR, LF with their even parity in bit 7, by hand
    assert port.read(2) == bytes([0x53, 0xA0])  # S and a space, likewise


def test_all_bytes_pass_rfc2217(remote):
    port = remote("plain")
    every = bytes(code for code in range(256) if code not in b"\r\n")
    port.write(every + b"\r\n")
    assert port.read_until(b"\r\n") == every[::-1] + b"\r\n"


@pytest.fixture
def raw(server, connect):
    return connect(server.port("plain", "rfc2217"))


def test_negotiation_answers_changes_only(raw, exactly):
    raw.sendall(bytes([255, 253, 44]))  # DO COM-PORT-OPTION
    assert exactly(raw, 3) == bytes([255, 251, 44])  # WILL
    assert exactly(raw, 7) == IAC_SB_COM + bytes([107, 0xB0]) + IAC_SE  # NOTIFY-MODEMSTATE: CTS, DSR, CD
    raw.sendall(bytes([255, 253, 44, 255, 253, 1, 255, 251, 24]))  # again; DO ECHO; WILL TERMINAL-TYPE
    assert exactly(raw, 6) == bytes([255, 252, 1, 255, 254, 24])  # WONT, DONT
    raw.sendall(bytes([255, 254, 44, 255, 252, 24, 255, 251, 0]))  # DONT; WONT; WILL BINARY
    assert exactly(raw, 6) == bytes([255, 252, 44, 255, 253, 0])  # WONT, DO


@pytest.mark.parametrize(
    ("command", "value", "answer"),
    [
        (0, b"", b"\x64calbench"),  # signature
        (1, bytes.fromhex("00000960"), bytes.fromhex("65 00000960")),  # 2400 baud
        (1, bytes(4), bytes.fromhex("65 00002580")),  # what is the rate? 9600
        (1, b"\x01", bytes.fromhex("65 00002580")),  # no rate at all
        (2, b"\x07", b"\x66\x07"),
        (2, b"\x04", b"\x66\x08"),  # 4 bits: no, 8
        (3, b"\x03", b"\x67\x03"),  # even
        (3, b"\x09", b"\x67\x01"),  # no such parity: none, as before
        (4, b"\x03", b"\x68\x03"),  # 1.5 stop bits
        (5, b"\x00", b"\x69\x01"),  # flow control? none
        (5, b"\x08", b"\x69\x08"),  # DTR on
        (6, b"", b"\x6a\x00"),
        (10, b"\x12", b"\x6e\x12"),
        (11, b"\x34", b"\x6f\x34"),
        (12, b"\x03", b"\x70\x03"),  # purge both
    ],
)
def test_com_port_commands(raw, exactly, command, value, answer):
    """Numbers from RFC 2217; what the server says has the number of the command and 100."""
    raw.sendall(IAC_SB_COM + bytes([command]) + value + IAC_SE)
    assert exactly(raw, len(answer) + 5) == IAC_SB_COM + answer + IAC_SE


def test_suspend_and_resume(raw, exactly):
    raw.sendall(IAC_SB_COM + b"\x08" + IAC_SE + b"ab\r\n")
    raw.settimeout(0.02)
    with pytest.raises(TimeoutError):
        raw.recv(1)
    raw.settimeout(5)
    raw.sendall(IAC_SB_COM + b"\x09" + IAC_SE)
    assert exactly(raw, 4) == b"ba\r\n"


def test_strange_subnegotiations_are_ignored(raw, exactly):
    raw.sendall(b"a" + IAC_SE + bytes([255, 250]) + IAC_SE + bytes([255, 250, 24, 1]) + IAC_SE)
    raw.sendall(IAC_SB_COM + IAC_SE + IAC_SB_COM + b"\x63" + IAC_SE + IAC_SB_COM + b"x" * 100_000 + IAC_SE)
    raw.sendall(bytes([255, 241]) + b"b\r\n")  # NOP
    assert exactly(raw, 4) == b"ba\r\n"
