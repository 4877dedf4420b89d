"""Serial ports: pyserial's loop://, pseudo-terminals, and a port that keeps its own time."""

from __future__ import annotations

import os
import pty
import threading
from contextlib import suppress

import pytest
import serial

from calbench.clock import RealClock
from calbench.errors import ConnectionLost, LinkError, LinkTimeout
from calbench.instruments import LineFormat, LinkSpec
from calbench.instruments.opening import open_link
from calbench.instruments.serialport import SerialLink


@pytest.fixture
def terminal():
    """Give the far end of a pseudo-terminal and the name of the near end."""
    far, near = pty.openpty()
    yield far, os.ttyname(near)
    for descriptor in (far, near):
        with suppress(OSError):
            os.close(descriptor)


def answer_once(far: int, reply: bytes) -> threading.Thread:
    def run() -> None:
        os.read(far, 4096)
        os.write(far, reply)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_looped_line_gives_back_what_is_written():
    link = open_link("loop://", line=LineFormat(write_end="\r\n", read_end="\r\n", timeout=1))

    assert link.query("S") == "S"
    link.close()


def test_a_pseudo_terminal_with_8n1_works(terminal):
    far, name = terminal
    link = open_link(name, line=LineFormat(read_end="\r\n", timeout=2))
    thread = answer_once(far, b"S S     100.00 g\r\n")

    assert link.query("S") == "S S     100.00 g"
    thread.join()
    link.close()


@pytest.mark.parametrize("setting", ["9600 8E1", "4800 7E1", "1200 7N1", "9600 8O2"])
def test_a_pseudo_terminal_refuses_parity_and_7_bits_in_a_clear_sentence(terminal, setting):
    _, name = terminal

    with pytest.raises(
        LinkError, match=rf"{name}.*refuses the line setting {setting}.*parity nor 7 data bits"
    ):
        open_link(LinkSpec("serial", name, line=setting))


def test_a_port_that_is_unplugged_is_a_lost_connection(terminal):
    far, name = terminal
    link = open_link(name, line=LineFormat(timeout=2))
    os.close(far)

    with pytest.raises(ConnectionLost, match=name):
        link.query("S")
    link.close()


@pytest.mark.parametrize("port", ["/dev/no-such-port", "COM250", "nosuch://x", "socket://127.0.0.1"])
def test_a_port_that_is_not_there_fails_at_open(port):
    with pytest.raises(LinkError, match="Check the name of the port"):
        open_link(port)


class TimedPort:
    """A port as pyserial's handlers are, whose time passes only while it is read."""

    def __init__(self) -> None:
        self.is_open = True
        self.timeout = 5.0
        self.now = 0.0
        self.replies: list[tuple[float, bytes]] = []
        self.clock = RealClock()

    @property
    def in_waiting(self) -> int:
        return sum(len(data) for due, data in self.replies if due <= self.now)

    def write(self, data: bytes) -> None:  # noqa: ARG002 - any message is answered alike
        self.replies += [(self.now + 3.0, b"7" * 10), (self.now + 3.5, b"8" * 10 + b"\n")]

    def read(self, size: int) -> bytes:  # noqa: ARG002 - replies come as they are
        if not self.replies or self.replies[0][0] > self.now + self.timeout:
            self.now += self.timeout
            return b""
        due, data = self.replies.pop(0)
        self.now = max(self.now, due)
        return data

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def timed(monkeypatch):
    port = TimedPort()
    monkeypatch.setattr(serial, "serial_for_url", lambda *_, **__: port)
    return port


def test_a_port_with_its_own_time_is_waited_for_in_that_time(timed):
    link = SerialLink("calbench://bench/scale", line=LineFormat())

    assert link.query("S") == "7" * 10 + "8" * 10
    assert timed.now == 3.5
    assert link.clock is timed.clock


def test_a_timeout_passes_in_the_time_of_the_port(timed):
    link = SerialLink("calbench://bench/scale", line=LineFormat())

    with pytest.raises(LinkTimeout, match="2 s"):
        link.query("S", timeout=2)
    assert timed.now == 2.0
    assert link.query("S") == "7" * 10 + "8" * 10  # the late reply came at 3.5 s, and was not taken
