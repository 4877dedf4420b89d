"""What pyvisa-py 0.8.1 and pyserial 3.5 do badly, as they do it, so that an upgrade that mends it is noticed.

Each has its other half in `test_pitfalls_links` or `test_pitfalls_lan`: the same is hidden by our links. If a test here
fails after an upgrade, what hides the pitfall may go.
"""

from __future__ import annotations

import gc
import queue
import socket
import threading
import time
from typing import Any

import pytest
import pyvisa
import serial
import serial.rfc2217
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.resources import MessageBasedResource
from pyvisa_py import tcpip
from pyvisa_py.protocols import hislip, rpc
from pyvisa_py.sessions import UnknownAttribute

TIMEOUT = 60  # ms
FULL_LOAD = 200  # turns in this time; waiting takes some 20


@pytest.fixture
def visa():
    """Open a resource with plain pyvisa and pyvisa-py."""
    opened: list[MessageBasedResource] = []
    manager = pyvisa.ResourceManager("@py")

    def start(name: str, **more: Any) -> MessageBasedResource:
        settings: dict[str, Any] = {"read_termination": "\n", "write_termination": "\n", "timeout": TIMEOUT}
        found = manager.open_resource(name, **(settings | more))
        assert isinstance(found, MessageBasedResource)
        opened.append(found)
        return found

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def ended():
    """Give a socket whose peer has closed the connection."""
    near, far = socket.socketpair()
    far.close()
    yield near
    near.close()


def raw(port: int) -> str:
    return f"TCPIP0::127.0.0.1::{port}::SOCKET"


def test_a_refused_socket_opens(visa, free_port):
    opened = visa(raw(free_port))
    with pytest.raises(ConnectionRefusedError):
        opened.write("*IDN?")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("TCPIP0::127.0.0.1::hislip0,{}::INSTR", pyvisa.VisaIOError),
        ("TCPIP0::127.0.0.1,{}::inst0::INSTR", ConnectionRefusedError),
    ],
)
def test_a_refused_instrument_leaves_its_socket_open(visa, free_port, name, error):
    before = {id(one) for one in open_sockets()}
    with pytest.raises(error):
        visa(name.format(free_port))
    left = [one for one in open_sockets() if id(one) not in before]
    assert len(left) == 1
    left[0].close()


def open_sockets() -> list[socket.socket]:
    return [one for one in gc.get_objects() if isinstance(one, socket.socket) and one.fileno() >= 0]


def test_a_dead_socket_burns_the_timeout_and_is_told_as_one(serve, visa, monkeypatch):
    opened = visa(raw(serve(lambda connection: connection.close())))
    turns, select = [0], tcpip.select.select

    def counted(*more: Any) -> Any:
        turns[0] += 1
        return select(*more)

    monkeypatch.setattr(tcpip.select, "select", counted)
    start = time.perf_counter()
    with pytest.raises(pyvisa.VisaIOError) as caught:
        opened.read()
    assert caught.value.error_code == StatusCode.error_timeout
    assert time.perf_counter() - start >= TIMEOUT / 1000
    assert turns[0] > FULL_LOAD


def test_a_dead_vxi11_peer_burns_the_timeout(ended):
    turns = [0]

    def counted(size: int) -> Any:
        turns[0] += 1
        return ended.recv(size)

    with pytest.raises(TimeoutError, match="stopped responding"):
        rpc._recvrecord(ended, TIMEOUT / 1000, counted)
    assert turns[0] > FULL_LOAD


def test_a_vxi11_call_that_is_not_answered_takes_a_second_more(monkeypatch):
    client = rpc.RawTCPClient.__new__(rpc.RawTCPClient)
    monkeypatch.setattr(rpc.Client, "make_call", lambda self, *_: self.timeout)
    assert client.make_call(12, (0, 0, 5000), None, None) == 6.0


def test_two_writes_before_a_read_stall(serve, answer, visa):
    opened = visa(raw(serve(answer(lambda line: b"ok\n" if line.endswith("?") else b""))), timeout=2000)
    opened.query("A?")
    start = time.perf_counter()
    for _ in range(3):
        opened.write("VOLT 1")
        opened.write("OUTP ON")
        opened.query("MEAS?")
    assert time.perf_counter() - start > 0.06  # 40 ms a round where acknowledgements are delayed


def test_the_attribute_that_would_mend_it_cannot_be_set(serve, answer, visa):
    opened = visa(raw(serve(answer(lambda _: b""))))
    with pytest.raises(UnknownAttribute, match="VI_ATTR_TCPIP_NODELAY"):
        opened.set_visa_attribute(ResourceAttribute.tcpip_nodelay, True)


@pytest.mark.parametrize("kind", ["raw", "vxi11", "serial"])
def test_a_late_reply_answers_the_next_query(stage, visa, kind):
    server = stage.server
    opened = visa(
        server.serial_resource("one") if kind == "serial" else server.resource("one", kind), timeout=20
    )
    with pytest.raises(pyvisa.VisaIOError):
        opened.query("LATE?")
    threading.Event().wait(stage.late + 0.02)
    opened.timeout = 2000
    assert opened.query("A?") == "late"


def test_a_hislip_service_request_breaks_the_next_status_query_and_the_next_clear(stage, visa):
    for use in ("read_stb", "clear"):
        opened = visa(stage.server.resource("requester", "hislip"), timeout=2000)
        opened.query("*CLS;*SRE 32;*ESE 1;*OPC;*OPC?")
        with pytest.raises(RuntimeError, match="received 'AsyncServiceRequest'"):
            getattr(opened, use)()


def test_a_hislip_clear_takes_the_rest_of_a_reply_for_its_acknowledgement(stage, visa):
    opened = visa(stage.server.resource("one", "hislip"), timeout=2000)
    opened.write("LONG?")
    assert opened.read_bytes(10) == b"x" * 10
    with pytest.raises(RuntimeError, match="protocol synchronization error"):
        opened.clear()


def test_hislip_gives_empty_messages_behind_the_last(stage, visa):
    opened = visa(stage.server.resource("one", "hislip"), timeout=2000)
    assert opened.query("A?") == "A!"
    with pytest.warns(UserWarning, match="termination char"):
        assert opened.read() == ""


def test_a_hislip_reply_that_trickles_puts_the_deadline_off():
    near, far = socket.socketpair()
    near.settimeout(0.4)  # far more than one wait, less than all of them

    def trickle() -> None:
        for _ in range(4):
            threading.Event().wait(0.12)
            far.sendall(b"x")

    thread = threading.Thread(target=trickle)
    start = time.perf_counter()
    with near, far:
        thread.start()
        assert hislip.receive_exact(near, 4) == b"xxxx"
        thread.join()
    assert time.perf_counter() - start > 0.4


def test_a_hislip_peer_that_dies_in_a_message_that_is_thrown_away_is_read_for_ever():
    class Ended:
        reads = 0

        def recv_into(self, *_: object) -> int:
            self.reads += 1
            if self.reads > 1000:
                raise InterruptedError
            return 0

    with pytest.raises(InterruptedError):
        hislip.receive_flush(Ended(), 10)


def test_gpib_through_prologix_has_the_timeout_of_its_controller_and_nagles_algorithm(stage):
    manager = pyvisa.ResourceManager("@py")
    controller = manager.open_resource(stage.server.resource("GPIB0", "prologix"))
    opened = manager.open_resource("GPIB0::5::INSTR")
    with pytest.raises(pyvisa.VisaIOError, match="NSUP_ATTR"):
        opened.set_visa_attribute(ResourceAttribute.termchar, 10)
    opened.timeout = TIMEOUT
    visalib: Any = opened.visalib
    below = visalib.sessions[opened.session].interface
    assert below.timeout == 2.0  # s
    assert below.interface.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
    opened.close()
    controller.close()


def test_a_serial_line_is_read_byte_by_byte(visa):
    opened = visa("ASRLloop://::INSTR", timeout=2000)
    port = opened.visalib.sessions[opened.session].interface
    sizes: list[int] = []
    read = port.read

    def noted(size: int) -> object:
        sizes.append(size)
        return read(size)

    port.read = noted
    assert opened.query("x" * 30) == "x" * 30
    assert sizes == [1] * 31


def test_a_pyserial_socket_tells_of_one_byte_at_most(serve):
    sent = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.recv(1)
        connection.sendall(b"12345")
        sent.set()
        connection.recv(1)

    port = serial.serial_for_url(f"socket://127.0.0.1:{serve(talk)}", timeout=2)
    port.write(b"?")
    assert sent.wait(5)
    assert port.read(1) == b"1"
    assert port.in_waiting == 1
    port._socket.close()
    port.is_open = False


def remote_port(thread: threading.Thread | None, *came: bytes | None) -> Any:
    """A port of RFC 2217 as it is when these bytes came; None is the end of the connection."""
    port = serial.rfc2217.Serial(timeout=5)
    port._read_buffer = queue.Queue()
    for byte in came:
        port._read_buffer.put(byte)
    port._thread, port.is_open = thread, True
    return port


def test_a_remote_port_takes_no_write_timeout():
    port = serial.rfc2217.Serial(write_timeout=1)
    port._socket = object()
    with pytest.raises(NotImplementedError, match="write_timeout"):
        port._reconfigure_port()
    port._socket = None


def test_a_remote_port_tells_a_dead_peer_as_a_timeout_and_forgets_its_last_words():
    start = time.perf_counter()
    port = remote_port(threading.current_thread(), None)
    assert port.read(1) == b""
    assert time.perf_counter() - start < 1  # of 5 s
    port.is_open = port._thread = False
    port = remote_port(None, b"x", None)
    with pytest.raises(serial.SerialException, match="reader thread died"):
        port.read(1)
    port.is_open = False


@pytest.mark.parametrize("name", ["TCPIP0::[::1]::5025::SOCKET", "TCPIP0::[::1]::hislip0::INSTR"])
def test_an_ipv6_address_is_no_resource_name(visa, name):
    with pytest.raises(pyvisa.VisaIOError) as caught:
        pyvisa.ResourceManager("@py").open_resource(name)
    assert caught.value.error_code == StatusCode.error_invalid_resource_name
