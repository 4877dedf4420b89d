"""Frames on every kind of line that carries bytes. The frame here: 02, a length, so many bytes, their sum mod 256."""

import socket

import pytest

from calbench.errors import ConnectionLost, LinkError, LinkTimeout, UnexpectedReply
from calbench.instruments.link import LineFormat, Span
from calbench.instruments.opening import open_link, parse_spec

HELLO = bytes.fromhex("02 05 48 45 4C 4C 0A 2F")  # 48+45+4C+4C+0A = 12F


class Counted:
    name = "counted"
    longest = 258

    def find(self, data):
        for start, first in enumerate(data):
            stop = start + 3 + data[start + 1] if start + 1 < len(data) else len(data) + 1
            if first == 2 and stop <= len(data) and sum(data[start + 2 : stop - 1]) % 256 == data[stop - 1]:
                return Span(start, stop)
        return None

    def complaint(self, data):
        return f"no sum of {len(data)} bytes fits"


def sending(*chunks):
    def handler(connection: socket.socket) -> None:
        connection.recv(100)
        for chunk in chunks:
            connection.sendall(chunk)
        connection.recv(100)

    return handler


def test_a_frame_comes_whole_with_noise_before_it_and_a_line_end_within(serve, open_to):
    with open_closing(open_to(serve(sending(b"\xfe\xfe\x02" + HELLO)))) as link:
        link.send(b"\x02\x00\x00")
        assert link.receive(Counted()) == HELLO


def test_a_frame_may_come_byte_by_byte_and_the_next_one_with_it(serve, open_to):
    with open_closing(open_to(serve(sending(*(bytes([one]) for one in HELLO + HELLO))))) as link:
        link.send(b"?")
        assert link.receive(Counted()) == HELLO
        assert link.receive(Counted()) == HELLO


def test_bytes_that_are_no_frame_are_shown_with_the_reason(serve, open_to):
    with open_closing(open_to(serve(sending(HELLO[:-1] + b"\x30")), timeout=0.1)) as link:
        link.send(b"?")
        with pytest.raises(
            UnexpectedReply, match=r"8 bytes that came \(02 05 48 45 4C 4C 0A 30\): no sum of 8 bytes fits"
        ):
            link.receive(Counted())


def test_silence_is_a_timeout(serve, open_to):
    with open_closing(open_to(serve(sending()), timeout=0.05)) as link:
        link.send(b"?")
        with pytest.raises(LinkTimeout):
            link.receive(Counted())


def test_a_peer_that_goes_is_lost(serve, open_to):
    with open_closing(open_to(serve(lambda connection: connection.recv(100)))) as link:
        link.send(b"?")
        with pytest.raises(ConnectionLost):
            link.receive(Counted())


@pytest.mark.parametrize("address", ["{host}", "socket://{host}"])  # through pyvisa-py 64 KiB take seconds
def test_endless_noise_is_given_up(serve, address):
    port = serve(sending(b"\xff" * 200_000))
    spec = parse_spec(address.format(host=f"127.0.0.1:{port}"))
    with open_closing(open_link(spec, line=LineFormat(timeout=5.0))) as link:
        link.send(b"?")
        with pytest.raises(LinkError, match="without one counted frame"):
            link.receive(Counted())


def test_what_has_come_is_thrown_away(serve, open_to):
    def handler(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(HELLO)
        connection.recv(100)
        connection.sendall(bytes.fromhex("02 01 41 41"))
        connection.recv(100)

    with open_closing(open_to(serve(handler))) as link:
        link.send(b"?")
        assert link.receive(Counted()) == HELLO
        link.send(b"?")
        assert link.receive(Counted()) == bytes.fromhex("02 01 41 41")
        link.discard()


def test_text_after_frames_still_ends_at_its_terminator(serve, open_to):
    with open_closing(open_to(serve(sending(HELLO + b"two\nthree\n")))) as link:
        link.send(b"?")
        assert link.receive(Counted()) == HELLO
        assert (link.read(), link.read()) == ("two", "three")


@pytest.mark.parametrize("address", ["{host}", "socket://{host}"])
def test_an_adapter_that_echoes(serve, address):
    def handler(connection: socket.socket) -> None:
        connection.sendall(connection.recv(100) + HELLO)
        connection.recv(100)
        connection.sendall(b"other")
        connection.recv(100)

    spec = parse_spec(address.format(host=f"127.0.0.1:{serve(handler)}"))
    with open_closing(open_link(spec, line=LineFormat(timeout=1.0, echo=True))) as link:
        link.send(b"\x02\x00\x00")
        assert link.receive(Counted()) == HELLO
        with pytest.raises(LinkError, match="6F 74 68 65 72 came back of 71 75 65 72 79"):
            link.send(b"query")


def test_an_address_of_a_modbus_device_says_how_it_goes_over_which_line(serve):
    spec = parse_spec(f"modbus+tcp://127.0.0.1:{serve(sending(HELLO))}")
    with open_closing(open_link(spec)) as link:
        assert (link.framing, link.unit) == ("tcp", "")
        link.send(b"?")
        assert link.receive(Counted()) == HELLO


class open_closing:  # noqa: N801 - reads as a function
    def __init__(self, link):
        self.link = link

    def __enter__(self):
        return self.link

    def __exit__(self, *_):
        self.link.close()
