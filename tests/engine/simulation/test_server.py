"""Loopback servers, with real sockets and real clients."""

from __future__ import annotations

import socket
import threading

import pytest
import pyvisa
import serial
from pyvisa.resources import MessageBasedResource

from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.simulation import Device, Fault, World
from calbench.simulation.servers import LoopbackServer


@pytest.fixture
def server(world):
    with LoopbackServer(world) as running:
        yield running


@pytest.fixture
def py():
    opened = pyvisa.ResourceManager("@py")
    yield opened
    opened.close()


def connect(server, name="meter"):
    return socket.create_connection(("127.0.0.1", server.port(name)), timeout=5)


def ask(sock, message, length=1000):
    sock.sendall(message)
    return sock.recv(length)


def test_pyvisa_py_socket_in_virtual_time(server, py, world):
    opened = py.open_resource(server.resource("meter"), read_termination="\n", write_termination="\n")
    assert isinstance(opened, MessageBasedResource)
    assert opened.query("*IDN?") == "EXAMPLE,TOY,0,1.0"
    for _ in range(50):
        assert opened.query("READ?") == "+1.00000000E+01"
    assert world.clock.monotonic() == pytest.approx(10.0)
    world.clock.sleep(1800)
    assert opened.query("SLOW;*OPC?") == "1"
    assert world.clock.monotonic() == pytest.approx(1813.0)


def test_pyvisa_py_serial_over_socket(server, py, world):
    world.place("balance.pan", [0.1])
    opened = py.open_resource(
        server.serial_resource("balance"), read_termination="\r\n", write_termination="\r\n"
    )
    assert opened.query("S") == "S S     100.00 g"


def test_pyserial_url(server, world):
    world.place("balance.pan", [0.1])
    with serial.serial_for_url(server.url("balance"), timeout=5) as port:
        port.write(b"S\r\n")
        assert port.readline() == b"S S     100.00 g\r\n"


def test_two_clients_of_one_instrument(server):
    with connect(server) as first, connect(server) as second:
        assert ask(first, b"*IDN?\n") == b"EXAMPLE,TOY,0,1.0\n"
        assert ask(second, b"CONF 100;CONF?\n") == b'"VOLT +1.00000000E+02"\n'
        assert ask(first, b"CONF?\n") == b'"VOLT +1.00000000E+02"\n'


def test_two_clients_at_the_same_time(server):
    results = {}

    def work(name, message):
        with connect(server, name) as sock:
            results[name] = [ask(sock, message) for _ in range(100)]

    threads = [
        threading.Thread(target=work, args=pair) for pair in (("meter", b"*IDN?\n"), ("source", b"X\n"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == {"meter": [b"EXAMPLE,TOY,0,1.0\n"] * 100, "source": [b"10\n"] * 100}


def test_messages_that_wait_are_waited_for(server, world):
    with connect(server) as sock:
        assert ask(sock, b"SLOW\n*WAI\n*ESE?\n") == b"0\n"
        assert world.clock.monotonic() == 3.0
        assert ask(sock, b"SLOW;*WAI;*OPC?\n") == b"1\n"
        assert world.clock.monotonic() == 6.0


def test_further_clients_are_turned_away(world):
    with LoopbackServer(world, ["meter"], max_clients=1) as server, connect(server) as first:
        assert ask(first, b"*ESE?\n") == b"0\n"
        with connect(server) as second:
            assert second.recv(10) == b""
        assert ask(first, b"*ESE?\n") == b"0\n"


def test_message_in_pieces_and_overlong_message(server):
    with connect(server) as sock:
        sock.sendall(b"*ID")
        assert ask(sock, b"N?\n") == b"EXAMPLE,TOY,0,1.0\n"
        assert ask(sock, b"x" * 100_000 + b"\nSYST:ERR?\n") == b'-363,"Input buffer overrun"\n'


def test_reading_with_nothing_pending_is_no_error_on_a_stream(server):
    with connect(server) as sock:
        sock.settimeout(0.01)
        with pytest.raises(TimeoutError):
            sock.recv(10)
        sock.settimeout(5)
        assert ask(sock, b"*CLS;*ESR?\n") == b"0\n"


def test_dropped_connection_and_reconnection(server, world):
    world.fault("meter", Fault("drop", after=1, count=1))
    with connect(server) as sock:
        assert ask(sock, b"*ESE?\n") == b"0\n"
        assert ask(sock, b"*ESE?\n") == b""
    with connect(server) as sock:
        assert ask(sock, b"*ESE?\n") == b"0\n"


def test_only_loopback_and_only_what_is_served(world):
    with LoopbackServer(world, ["meter"]) as server:
        assert server.resource("meter") == f"TCPIP0::127.0.0.1::{server.port('meter')}::SOCKET"
        with pytest.raises(UsageError, match="Served are: meter"):
            server.port("source")


def test_stops_with_its_block_with_its_world_and_when_idle(world):
    with LoopbackServer(world) as server:
        assert server.running
    assert not server.running
    with pytest.raises(ConnectionError):
        connect(server)
    second = LoopbackServer(world).start()
    world.close()
    assert not second.running
    idle = LoopbackServer(world, idle_limit=0.0).start()
    idle.join(10)
    assert not idle.running


def test_real_time(toy_meter):
    clock = RealClock()
    world = World(clock=clock)
    world.add("meter", toy_meter)
    with LoopbackServer(world) as server, connect(server) as sock:
        start = clock.monotonic()
        assert ask(sock, b"READ?\n") == b"+0.00000000E+00\n"
        assert clock.monotonic() - start >= 0.19


def test_a_raw_socket_hands_every_byte_on(world):
    class Echo(Device):
        MESSAGE_ENDS = ()

        def receive(self, line):
            self.send(line.encode("latin-1"))

    world.add("echo", Echo)
    request = bytes.fromhex("0001 0000 0006 11 03 006b 0003")  # Modbus TCP: read holding registers
    every = bytes(range(256))
    with LoopbackServer(world, ["echo"]) as server, connect(server, "echo") as sock:
        assert ask(sock, request) == request
        assert ask(sock, every) == every
