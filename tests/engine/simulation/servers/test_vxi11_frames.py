"""VXI-11 and its RPC byte by byte: numbers from RFC 5531 (9, 11), RFC 4506, and the tables of VXI-11."""

from __future__ import annotations

import socket
import struct

import pytest

CORE, ABORT, INTR = 0x0607AF, 0x0607B0, 0x0607B1


@pytest.fixture
def server(serve):
    return serve("vxi11")


@pytest.fixture
def core(server, connect):
    return connect(server.port("talker", "vxi11"))


def words(*values):
    return struct.pack(f">{len(values)}I", *(value & 0xFFFF_FFFF for value in values))


def call(xid, program, version, procedure, arguments=b""):
    """Write a call: xid, CALL, RPC version 2, program, version, procedure, no credential, no verifier."""
    return words(xid, 0, 2, program, version, procedure, 0, 0, 0, 0) + arguments


def record(data):
    return words(0x8000_0000 | len(data)) + data


@pytest.fixture
def ask(exactly):
    """Make a call, and give the results of its reply."""

    def asked(sock, procedure, *arguments, program=CORE, data=b""):
        sock.sendall(record(call(7, program, 1, procedure, words(*arguments) + data)))
        reply = exactly(sock, int.from_bytes(exactly(sock, 4)) & 0x7FFF_FFFF)
        assert reply[:24] == words(7, 1, 0, 0, 0, 0)  # xid, REPLY, accepted, no verifier, SUCCESS
        return reply[24:]

    return asked


@pytest.fixture
def link(core, ask):
    error, number, _, size = struct.unpack(">4I", ask(core, 10, 1, 0, 0, 5, data=b"inst0\0\0\0"))
    assert error == 0
    assert size >= 1024  # VXI-11, B.6.3: at least 1024
    return number


def answered(exactly, sock):
    return exactly(sock, int.from_bytes(exactly(sock, 4)) & 0x7FFF_FFFF)


@pytest.mark.parametrize(
    ("program", "version", "procedure", "status", "results"),
    [
        (CORE, 1, 0, 0, ()),  # the null procedure: SUCCESS
        (0x0607AE, 1, 10, 1, ()),  # PROG_UNAVAIL
        (CORE, 2, 10, 2, (1, 1)),  # PROG_MISMATCH: lowest and highest version
        (CORE, 1, 21, 3, ()),  # PROC_UNAVAIL
        (ABORT, 1, 10, 3, ()),
        (CORE, 1, 11, 4, ()),  # GARBAGE_ARGS: device_write without arguments
    ],
)
def test_accept_stat(core, exactly, program, version, procedure, status, results):
    core.sendall(record(call(0xABCD, program, version, procedure)))
    assert answered(exactly, core) == words(0xABCD, 1, 0, 0, 0, status, *results)


def test_another_rpc_version_is_denied(core, exactly):
    core.sendall(record(words(5, 0, 3, CORE, 1, 0, 0, 0, 0, 0)))
    assert answered(exactly, core) == words(5, 1, 1, 0, 2, 2)  # MSG_DENIED, RPC_MISMATCH, low, high


@pytest.mark.parametrize("bad", [b"", words(1, 1, 2), b"GET / HTTP/1.0", words(1, 0, 2, CORE, 1, 0, 0, 999)])
def test_what_is_no_call_ends_the_connection(core, rest, bad):
    core.sendall(record(bad))
    assert rest(core) == b""


def test_a_record_may_come_in_fragments(core, exactly):
    whole = call(9, CORE, 1, 0)
    for part in (whole[:3], b"", whole[3:20]):
        core.sendall(words(len(part)) + part)
    core.sendall(record(whole[20:]))
    assert answered(exactly, core) == words(9, 1, 0, 0, 0, 0)


def test_a_record_that_is_too_long_ends_the_connection(core, rest):
    core.sendall(words(0x7FFF_FFFF))
    assert rest(core) == b""


def test_write_and_read(core, ask, link):
    assert ask(core, 11, link, 1000, 0, 0, 2, data=b"*E\0\0") == words(0, 2)  # no END: not complete
    assert ask(core, 11, link, 1000, 0, 8, 3, data=b"SE?\0") == words(0, 3)
    assert ask(core, 12, link, 100, 1000, 0, 0, 0) == words(0, 4, 2) + b"0\n\0\0"  # END
    assert ask(core, 12, link, 100, 1000, 0, 0, 0) == words(15, 0, 0)  # I/O timeout


def test_wrong_arguments(core, ask, link, server, connect):
    assert ask(core, 10, 1, 0, 0, 5, data=b"inst1\0\0\0") == words(3, 0, 0, 0)  # device not accessible
    assert ask(core, 13, 999, 0, 0, 0) == words(4, 0)  # invalid link identifier
    assert ask(core, 11, link, 0, 0, 8, 65540, data=b"x" * 65540) == words(5, 0)  # more than maxRecvSize
    assert ask(core, 22, link, 0, 0, 0, 0x020000, 1, 1, 0) == words(8, 0)  # device_docmd: not supported
    other = connect(server.port("talker", "vxi11"))
    assert ask(other, 13, link, 0, 0, 0) == words(4, 0)  # the link of another client
    assert ask(core, 23, link) == words(0)
    assert ask(core, 23, link) == words(4)


def test_links_are_limited(core, ask, link):
    errors = [int.from_bytes(ask(core, 10, 1, 0, 0, 5, data=b"inst0\0\0\0")[:4]) for _ in range(64)]
    assert errors == [0] * 63 + [9]  # out of resources


def test_locks(core, ask, link, server, connect):
    other = connect(server.port("talker", "vxi11"))
    theirs = int.from_bytes(ask(other, 10, 1, 0, 0, 5, data=b"inst0\0\0\0")[4:8])
    assert ask(core, 19, link) == words(12)  # no lock held by this link
    assert ask(core, 18, link, 0, 0) == words(0)
    assert ask(core, 18, link, 0, 0) == words(11)
    assert ask(other, 18, theirs, 1, 5000) == words(11)  # waits in simulated time
    assert ask(other, 15, theirs, 0, 0, 0) == words(11)
    assert ask(other, 10, 1, 1, 100, 5, data=b"inst0\0\0\0")[:4] == words(11)  # create_link with a lock
    core.close()
    assert ask(other, 18, theirs, 1, 5000) == words(0)


def test_abort_ends_a_read_that_waits(server, connect, ask, exactly, world):
    """In real time, so that the read does wait: without the abort it would do so for an hour."""
    from calbench.clock import RealClock
    from calbench.simulation import World
    from calbench.simulation.servers import LoopbackServer

    real = World(clock=RealClock())
    real.add("quiet", type(world.device("talker")))
    with LoopbackServer(real, protocols={"quiet": ("vxi11",)}) as running:
        core = connect(running.port("quiet", "vxi11"))
        _, number, abort_port, _ = struct.unpack(">4I", ask(core, 10, 1, 0, 0, 5, data=b"inst0\0\0\0"))
        core.sendall(record(call(8, CORE, 1, 12, words(number, 100, 3_600_000, 0, 0, 0))))
        aborting = connect(abort_port)
        assert ask(aborting, 1, 999, program=ABORT) == words(4)
        while True:  # until the read has arrived
            assert ask(aborting, 1, number, program=ABORT) == words(0)
            core.settimeout(0.02)
            try:
                reply = answered(exactly, core)
            except TimeoutError:
                continue
            break
        assert reply == words(8, 1, 0, 0, 0, 0, 23, 0, 0)


def test_service_request_on_the_interrupt_channel(core, ask, link, exactly):
    loopback = int.from_bytes(socket.inet_aton("127.0.0.1"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        port = listener.getsockname()[1]
        assert ask(core, 26) == words(6)  # destroy_intr_chan: channel not established
        assert ask(core, 25, 0x08080808, port, INTR, 1, 0) == words(6)  # never to another machine
        assert ask(core, 25, loopback, port, INTR, 1, 1) == words(8)  # UDP
        assert ask(core, 25, loopback, port, INTR, 1, 0) == words(0)
        assert ask(core, 25, loopback, port, INTR, 1, 0) == words(29)  # channel already established
        assert ask(core, 20, link, 1, 5, data=b"mine!\0\0\0") == words(0)
        sent = b"*SRE 32;*ESE 1;*OPC\n"
        assert ask(core, 11, link, 1000, 0, 8, len(sent), data=sent) == words(0, len(sent))
        channel, _ = listener.accept()
        with channel:
            channel.settimeout(5)
            expected = call(1, INTR, 1, 30, words(5) + b"mine!\0\0\0")  # device_intr_srq with the handle
            assert answered(exactly, channel) == expected
            assert ask(core, 13, link, 0, 0, 0) == words(0, 0x60)
            assert ask(core, 26) == words(0)
            assert channel.recv(1) == b""
        assert ask(core, 20, link, 0, 0) == words(0)


def test_interrupt_channel_to_a_port_where_nobody_listens(core, ask, link):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ask(core, 25, 0x7F000001, port, INTR, 1, 0) == words(6)
    assert ask(core, 25, 0x7F000001, 0x10000, INTR, 1, 0) == words(6)
