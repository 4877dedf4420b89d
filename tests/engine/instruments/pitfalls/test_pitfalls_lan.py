"""HiSLIP and VXI-11 with peers that misbehave, IPv6, and remote serial ports: what the links make of them."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import pyvisa
from pyvisa_py.protocols import rpc

from calbench.errors import ConnectionLost, LinkError, LinkTimeout
from calbench.instruments.link import LineFormat
from calbench.instruments.opening import LinkSpec, open_link
from calbench.instruments.visa import VisaLink
from calbench.instruments.visalibrary import session_interface
from calbench.instruments.watched import WatchedSocket
from calbench.simulation import Device, World
from calbench.simulation.servers import LoopbackServer

HEADER = struct.Struct("!2sBBIQ")  # IVI-6.1, 2.4
INITIALIZE, DATA_END, ASYNC_INITIALIZE, ASYNC_CLEAR = 0, 7, 17, 19
ASYNC_SIZE, CLEAR_COMPLETE = 15, 8
LARGEST = (1 << 20).to_bytes(8)
ANSWERS = {
    INITIALIZE: HEADER.pack(b"HS", 1, 0, 1 << 24 | 1, 0),
    ASYNC_INITIALIZE: HEADER.pack(b"HS", 18, 0, 0, 0),
    ASYNC_SIZE: HEADER.pack(b"HS", 16, 0, 0, 8) + LARGEST,
    ASYNC_CLEAR: HEADER.pack(b"HS", 23, 0, 0, 0),
    CLEAR_COMPLETE: HEADER.pack(b"HS", 9, 0, 0, 0),
}


def hislip_peer(
    answer: Callable[[socket.socket, int], None], *, without: int = -1
) -> Callable[[socket.socket], None]:
    """A server that does what every session needs (but one thing), and leaves the answer to a message to the test."""

    def handler(connection: socket.socket) -> None:
        while header := connection.recv(HEADER.size, socket.MSG_WAITALL):
            _, kind, _, parameter, size = HEADER.unpack(header)
            if size:
                connection.recv(size, socket.MSG_WAITALL)
            if kind in ANSWERS:
                connection.sendall(b"" if kind == without else ANSWERS[kind])
            else:
                answer(connection, parameter)

    return handler


@pytest.fixture
def open_hislip(serve):
    links = []

    def start(answer: Callable[[socket.socket, int], None], *, timeout: float = 5.0):
        name = f"TCPIP0::127.0.0.1::hislip0,{serve(hislip_peer(answer))}::INSTR"
        links.append(open_link(LinkSpec("visa", name, library="@py"), line=LineFormat(timeout=timeout)))
        return links[-1]

    yield start
    for link in links:
        link.close()


@pytest.mark.parametrize("stale", [False, True])
def test_a_hislip_peer_that_dies_within_a_message_is_lost_at_once(open_hislip, stale):
    def die(connection: socket.socket, message: int) -> None:
        connection.sendall(HEADER.pack(b"HS", DATA_END, 0, 2 if stale else message, 100) + b"part")
        connection.close()

    link = open_hislip(die)
    start = time.perf_counter()
    with pytest.raises(ConnectionLost):
        link.query("A?")
    assert time.perf_counter() - start < 1.0


def test_a_hislip_reply_that_trickles_does_not_move_the_deadline_and_the_line_can_be_used_again(open_hislip):
    turns = iter((True, False))
    slow = threading.Event()

    def answer(connection: socket.socket, message: int) -> None:
        if next(turns):
            connection.sendall(HEADER.pack(b"HS", DATA_END, 0, message, 20))
            for _ in range(20):
                if not slow.wait(0.01):
                    connection.sendall(b"x")
        else:
            connection.sendall(HEADER.pack(b"HS", DATA_END, 0, message, 3) + b"ok\n")

    link = open_hislip(answer)
    start = time.perf_counter()
    with pytest.raises(LinkTimeout):
        link.query("A?", timeout=0.05)
    assert time.perf_counter() - start < 0.15
    slow.set()
    assert link.query("B?") == "ok"


def test_a_watched_socket_keeps_its_deadline_while_bytes_keep_coming():
    near, far = socket.socketpair()
    with far, WatchedSocket(fileno=near.detach()) as watched:
        far.sendall(b"abc")
        watched.allow(0)
        assert watched.recv(1) == b"a"  # what is there is given
        with pytest.raises(TimeoutError):
            watched.recv(1)
        watched.settimeout(5)
        watched.allow(0.02)
        assert watched.recv(2) == b"bc"
        start = time.perf_counter()
        with pytest.raises(TimeoutError):
            watched.recv(1)  # counted from when it was allowed, not from the last byte
        assert time.perf_counter() - start < 1
        far.sendall(b"de")
        watched.allow(1)
        assert watched.recv_into(bytearray(4)) == 2
        far.close()
        with pytest.raises(ConnectionResetError):
            watched.recv(1)


def test_a_line_feed_at_the_end_of_a_full_buffer_does_not_end_a_hislip_message(open_hislip):
    text = "x" * (20 * 1024 - 1) + "\n" + "y" * 10  # a read takes 20 KiB

    def answer(connection: socket.socket, message: int) -> None:
        data = text.encode() + b"\n"
        connection.sendall(HEADER.pack(b"HS", DATA_END, 0, message, len(data)) + data)

    link = open_hislip(answer)
    assert link.query("A?") == text
    assert link.query("B?") == text


@pytest.mark.parametrize("without", [ASYNC_CLEAR, CLEAR_COMPLETE])
def test_a_clear_that_is_not_acknowledged_ends(serve, without):
    port = serve(hislip_peer(lambda *_: None, without=without))
    name = f"TCPIP0::127.0.0.1::hislip0,{port}::INSTR"
    link = open_link(LinkSpec("visa", name, library="@py"), line=LineFormat(timeout=0.05))
    with pytest.raises(LinkTimeout, match="clearing the line"):
        link.clear()
    link.close()


def test_a_service_request_does_not_break_a_hislip_clear(stage):
    link = stage.open("hislip", "requester")
    assert link.query("*SRE 32;*ESE 1;*OPC;*OPC?") == "1"
    link.clear()
    link.write("LONG?")
    link.clear()
    assert link.query("*IDN?") == "EXAMPLE,REQUESTER,0,1.0"


def test_a_hislip_clear_brings_the_client_to_the_state_after_opening(stage):
    link = stage.open("hislip")
    assert isinstance(link, VisaLink)
    client = session_interface(link._visa)
    fresh = (client._message_id, client._rmt, client._payload_remaining, client._msg_type)
    link.send(b"LONG?\n")
    link.receive(stage.block_form.of(10))
    link.clear()
    assert (client._message_id, client._rmt, client._payload_remaining, client._msg_type) == fresh


def test_a_hislip_clear_does_not_take_a_tenth_of_a_second(stage):
    link = stage.open("hislip")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        link.clear()
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05


def record(call: bytes, *results: bytes) -> bytes:
    """The reply to an ONC RPC call (RFC 5531), in one fragment."""
    body = call[:4] + struct.pack("!5I", 1, 0, 0, 0, 0) + b"".join(results)
    return struct.pack("!I", 1 << 31 | len(body)) + body


def vxi11_peer(connection: socket.socket) -> None:
    """A server that makes a link, takes what is written, and answers nothing else (VXI-11, B.6)."""
    create_link, device_write, procedure = 10, 11, slice(20, 24)
    while header := connection.recv(4, socket.MSG_WAITALL):
        call = connection.recv(struct.unpack("!I", header)[0] & (1 << 31) - 1, socket.MSG_WAITALL)
        number = struct.unpack("!I", call[procedure])[0]
        if number == create_link:
            connection.sendall(record(call, struct.pack("!4I", 0, 1, 0, 1024)))
        elif number == device_write:
            connection.sendall(record(call, struct.pack("!2I", 0, 3)))


def test_a_vxi11_call_that_is_never_answered_is_a_timeout_and_closing_does_not_wait_for_it(
    serve, monkeypatch
):
    receive = rpc._recvrecord
    grace = 1.0  # s that pyvisa-py adds to every call

    def sooner(line: socket.socket, timeout: float, **more: int) -> bytes:
        data: bytes = receive(line, timeout - grace, **more)
        return data

    monkeypatch.setattr(rpc, "_recvrecord", sooner)
    name = f"TCPIP0::127.0.0.1,{serve(vxi11_peer)}::inst0::INSTR"
    link = open_link(LinkSpec("visa", name, library="@py"), line=LineFormat())
    with pytest.raises(LinkTimeout, match=r"no reply within 0\.05 s"):
        link.query("A?", timeout=0.05)
    start = time.perf_counter()
    link.close()
    assert time.perf_counter() - start < 0.5


class Seven(Device):
    """A line of 7 bits with even parity."""

    SERIAL = "4800 7E1"

    def receive(self, line: str) -> None:
        self.reply(line[::-1])


@pytest.fixture
def remote():
    world = World()
    world.add("scale", Seven)
    with LoopbackServer(world, protocols={"scale": ("rfc2217",)}) as server:
        yield server.url("scale", "rfc2217")


def test_a_remote_port_carries_7e1_and_a_wrong_setting_garbles(remote):
    link = open_link(LinkSpec("serial", remote, line="4800 7E1"), line=LineFormat(timeout=2))
    assert link.query("abc") == "cba"
    link.close()
    wrong = open_link(LinkSpec("serial", remote, line="4800 8N1"), line=LineFormat(timeout=2))
    assert wrong.query("abc") == "c"  # a and b have three ones: their parity is wrong, and they are dropped
    wrong.close()


@pytest.fixture
def port_v6():
    """An echo on the loopback address of IPv6."""
    listener = socket.create_server(("::1", 0), family=socket.AF_INET6)

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while data := connection.recv(4096):
                connection.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(5)
    listener.close()


@pytest.mark.parametrize("address", ["[::1]:{}", "socket://[::1]:{}", "modbus+tcp://[::1]:{}"])
def test_ipv6(port_v6, address):
    link = open_link(address.format(port_v6))
    assert link.query("A?") == "A?"
    link.close()


def test_an_ipv6_address_in_a_visa_name_is_refused_by_pyvisa_py_as_a_link_error():
    with pytest.raises(LinkError, match="INV_RSRC_NAME"):
        open_link(LinkSpec("visa", "TCPIP0::[::1]::5025::SOCKET", library="@py"))


def test_a_serial_line_of_pyvisa_py_is_read_in_bulk():
    link = VisaLink("ASRLloop://::INSTR", library="@py", line=LineFormat(timeout=2))
    port: Any = link._port
    sizes: list[int] = []
    read = port.read

    def noted(size: int) -> object:
        sizes.append(size)
        return read(size)

    port.read = noted
    assert link.query("x" * 30) == "x" * 30
    assert sizes == [31]
    link.close()


def test_gpib_through_pyvisa_pys_prologix_is_refused_with_the_link_to_use(stage):
    manager = pyvisa.ResourceManager("@py")
    controller = manager.open_resource(stage.server.resource("GPIB0", "prologix"))
    with pytest.raises(LinkError, match="prologix://host:port/address"):
        open_link(LinkSpec("visa", "GPIB0::5::INSTR", library="@py"), line=LineFormat())
    controller.close()
