"""Real time, and long spans of simulated time, on every protocol that waits."""

from __future__ import annotations

import socket
import threading

import pytest
from pyvisa_py.protocols import hislip

from calbench.clock import RealClock
from calbench.simulation import Device, World
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.servers.serving import Protocol

DELAY = 0.02  # real seconds


class Slow(Device):
    """Answers everything a little later."""

    def receive(self, line: str) -> None:
        self.reply(line, after=DELAY)


class Chatter(Device):
    """Says something ten times a second, for ever, once it was addressed; each time before the next is due."""

    def receive(self, line: str) -> None:
        self.reply(line)
        self._go_on()

    def _go_on(self) -> None:
        self.send(b"x\n", after=0.1)
        self.after(0.1, self._go_on)


@pytest.fixture
def real():
    world = World(clock=RealClock())
    world.add("slow", Slow)
    ways: dict[str, tuple[Protocol, ...]] = {"slow": ("raw", "hislip", "vxi11", "rfc2217")}
    with LoopbackServer(world, protocols=ways, buses={"GPIB0": {(5, None): "slow"}}) as server:
        yield server


@pytest.mark.parametrize("protocol", ["raw", "hislip", "vxi11"])
def test_replies_take_real_time(real, visa, protocol):
    opened = visa(real.resource("slow", protocol))
    clock = RealClock()
    start = clock.monotonic()
    assert opened.query("hello").rstrip() == "hello"
    assert clock.monotonic() - start >= DELAY


@pytest.mark.parametrize(
    ("name", "protocol", "sent"), [("GPIB0", "prologix", b"hi\n++read eoi\n"), ("slow", "rfc2217", b"hi\n")]
)
def test_replies_take_real_time_on_streams_too(real, connect, exactly, name, protocol, sent):
    clock = RealClock()
    start = clock.monotonic()
    sock = connect(real.port(name, protocol))
    sock.sendall(sent)
    assert exactly(sock, 3) == b"hi\n"
    assert clock.monotonic() - start >= DELAY


def test_a_vxi11_read_times_out_in_real_time(real, visa):
    opened = visa(real.resource("slow", "vxi11"))
    session = opened.visalib.sessions[opened.session]
    opened.write("hello")
    assert session.interface.device_read(session.link, 9, 1, 0, 0, 0)[0] == 15
    assert session.interface.device_read(session.link, 9, 5000, 0, 0, 0) == (0, 4, b"hello\n")


def test_a_lock_is_waited_for_in_real_time(real, visa):
    first, second = (visa(real.resource("slow", "hislip")) for _ in range(2))
    third = visa(real.resource("slow", "vxi11"))
    mine, theirs = (one.visalib.sessions[one.session].interface for one in (first, second))
    assert mine.async_lock_request(0.0) == "success"
    assert theirs.async_lock_request(0.001) == "failure"
    hislip.send_msg(theirs._async, "AsyncLock", 1, 5000)
    mine.async_lock_release()
    assert hislip.AsyncLockResponse(theirs._async).lock_response == "success"
    session = third.visalib.sessions[third.session]
    assert session.interface.device_write(session.link, 1000, 0, 8, b"x") == (11, 0)
    found = []
    waiting = threading.Thread(
        target=lambda: found.append(session.interface.device_write(session.link, 1000, 5000, 9, b"x"))
    )
    waiting.start()
    theirs.async_lock_release()
    waiting.join(10)
    assert found == [(0, 1)]


@pytest.mark.parametrize("protocol", ["raw", "hislip", "prologix"])
def test_an_instrument_that_never_stops_does_not_stop_the_others(world, connect, exactly, protocol):
    world.add("chatter", Chatter)
    ways = {"chatter": (protocol,)} if protocol != "prologix" else {}
    with LoopbackServer(
        world, ("chatter", "meter"), protocols=ways, buses={"GPIB0": {(5, None): "chatter"}}
    ) as server:
        good = connect(server.port("meter"))
        lazy = connect(server.port("GPIB0" if protocol == "prologix" else "chatter", protocol))
        if protocol == "hislip":
            lazy.sendall(bytes.fromhex("4853 00 00 0100 7878 0000000000000000"))
            number = exactly(lazy, 16)[6:8]
            other = connect(server.port("chatter", "hislip"))
            other.sendall(bytes.fromhex("4853 11 00 0000") + number + bytes(8))
            exactly(other, 16)
            lazy.sendall(bytes.fromhex("4853 07 00 ffffff00 0000000000000001") + b"?")
            exactly(lazy, 18)
        else:
            lazy.sendall(b"?\n++read\n")
            exactly(lazy, 2)
        for _ in range(3):
            good.sendall(b"*IDN?\n")
            assert exactly(good, 18) == b"EXAMPLE,TOY,0,1.0\n"
        lazy.shutdown(socket.SHUT_RDWR)


def test_a_timeout_of_49_days_does_not_stop_the_others(world, serve, connect, exactly, visa):
    server = serve("vxi11", "raw")
    opened = visa(server.resource("talker", "vxi11"), timeout=None)
    session = opened.visalib.sessions[opened.session]
    good = connect(server.port("meter"))
    waiting = threading.Thread(
        target=lambda: session.interface.device_read(session.link, 9, 0xFFFF_FFFF, 0, 0, 0)
    )
    waiting.start()
    for _ in range(3):
        good.sendall(b"*IDN?\n")
        assert exactly(good, 18) == b"EXAMPLE,TOY,0,1.0\n"
    waiting.join(30)
    assert world.clock.monotonic() > 49 * 86_400
