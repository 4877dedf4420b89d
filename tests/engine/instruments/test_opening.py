from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from typing import ClassVar

import pytest

from calbench.errors import LinkError, LinkTimeout, UnexpectedReply, UsageError, WrongInstrument
from calbench.instruments import Identity, LineFormat, Link, LinkSpec, Verified, open_driver, open_link, scpi
from calbench.instruments.opening import parse_spec


class Toy:
    LINE: ClassVar[LineFormat] = LineFormat(read_end="\r\n", timeout=0.5)
    LINKS: ClassVar[tuple[str, ...]] = ("socket",)
    MODELS: ClassVar[tuple[str, ...]] = ("T1", "T2")
    PROVIDES: ClassVar[tuple[str, ...]] = ()
    COMMANDS: ClassVar[Mapping[str, Verified]] = {"*IDN?": "assumed"}

    def __init__(self, link: Link) -> None:
        self.link = link

    def identify(self) -> Identity:
        return scpi.identity(self.link.query("*IDN?"))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("GPIB0::22::INSTR", "visa"),
        ("gpib0::22::instr", "visa"),
        ("TCPIP::192.168.0.7::5025::SOCKET", "visa"),
        ("USB0::0x2A8D::0x0101::MY1::INSTR", "visa"),
        ("ASRL/dev/ttyUSB0::INSTR", "visa"),
        ("ASRLcalbench://meter1::INSTR", "visa"),
        ("PRLGX-TCPIP0::127.0.0.1::1234::INTFC", "visa"),
        ("192.168.0.7:5025", "socket"),
        ("calibrator.lab:5025", "socket"),
        ("[::1]:5025", "socket"),
        ("COM3", "serial"),
        (r"\\.\COM12", "serial"),
        ("/dev/ttyUSB0", "serial"),
        ("calbench://bench/scale", "serial"),
        ("socket://127.0.0.1:4001", "serial"),
        ("rfc2217://10.0.0.5:2217", "serial"),
        (" COM3 ", "serial"),
    ],
)
def test_an_address_tells_what_kind_of_line_it_is(address, kind):
    assert parse_spec(address) == LinkSpec(kind, address.strip())


def test_with_a_visa_library_an_address_is_visa():
    assert parse_spec("DMM", library="@py") == LinkSpec("visa", "DMM", library="@py")


@pytest.mark.parametrize("address", ["", "DMM", "192.168.0.7", "ttyUSB0", "a b:1", "::1:5025"])
def test_other_addresses_are_refused(address):
    with pytest.raises(UsageError, match="GPIB0::22::INSTR"):
        parse_spec(address)


@pytest.mark.parametrize(
    "spec",
    [
        LinkSpec("socket", "127.0.0.1"),
        LinkSpec("socket", "127.0.0.1:0"),
        LinkSpec("socket", "127.0.0.1:70000"),
        LinkSpec("serial", "loop://", line="fast"),
        LinkSpec("serial", "loop://", library="@py"),
        LinkSpec("serial", "loop://", timeout=0),
    ],
)
def test_specs_that_make_no_sense_are_refused(spec):
    with pytest.raises(UsageError):
        open_link(spec)


def test_the_spec_goes_before_the_driver(serve, answer):
    port = serve(answer(lambda _: b""))
    link = open_link(LinkSpec("socket", f"127.0.0.1:{port}", timeout=0.05), line=LineFormat(timeout=60))

    with pytest.raises(LinkTimeout, match=r"0\.05 s"):
        link.query("A?")
    link.close()


@pytest.mark.parametrize(
    ("address", "library"),
    [
        ("127.0.0.1:{}", ""),
        ("socket://127.0.0.1:{}", ""),
        ("TCPIP::127.0.0.1::{}::SOCKET", "@py"),
    ],
)
def test_a_driver_is_opened_by_address(serve, answer, address, library):
    port = serve(answer(lambda _: b"ACME,T2,7,1.0\r\n"))
    toy = open_driver(Toy, address.format(port), library=library, timeout=2)

    assert toy.identify().model == "T2"
    toy.link.close()


def test_a_driver_for_any_model_takes_any(serve, answer, monkeypatch):
    monkeypatch.setattr(Toy, "MODELS", ("*",))
    port = serve(answer(lambda _: b"ACME,T3,7,1.0\r\n"))
    toy = open_driver(Toy, f"127.0.0.1:{port}")

    assert toy.identify().model == "T3"
    toy.link.close()


def serve_identity(reply, closed):
    def handler(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(reply)
        if connection.recv(4096) == b"":  # the other side ended the connection
            closed.set()

    return handler


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"ACME,T3,7,1.0\r\n", WrongInstrument),
        (b"hello\r\n", UnexpectedReply),
        (b"", LinkTimeout),
    ],
)
def test_a_stranger_is_refused_and_the_line_closed(serve, reply, error):
    closed = threading.Event()
    port = serve(serve_identity(reply, closed))
    with pytest.raises(error):
        open_driver(Toy, f"127.0.0.1:{port}", timeout=0.1)

    assert closed.wait(5)


def test_a_stranger_is_named_with_what_was_expected(serve, answer):
    port = serve(answer(lambda _: b"ACME,T3,7,1.0\r\n"))

    with pytest.raises(WrongInstrument, match=rf"{port}.*ACME,T3,7,1\.0.*T3.*Toy is for T1, T2"):
        open_driver(Toy, f"127.0.0.1:{port}")


def test_nothing_there_is_a_link_error(free_port):
    with pytest.raises(LinkError, match="cannot connect"):
        open_driver(Toy, f"127.0.0.1:{free_port}")


def test_settings_beside_a_spec_are_refused():
    with pytest.raises(UsageError, match="LinkSpec"):
        open_driver(Toy, LinkSpec("serial", "loop://"), timeout=1)
