"""Frames of bytes, what is thrown away unseen, and instruments behind one controller: recorded and replayed."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest

from calbench.errors import CassetteMismatch, LinkTimeout, UnexpectedReply
from calbench.instruments import LineFormat, LinkSpec, open_link
from calbench.instruments.cassettes import Player, Recorder, load_cassette
from calbench.instruments.link import Span
from calbench.instruments.opening import Kind

FRAME = bytes.fromhex("02 0A FF 03")
ADDRESSES: dict[str, tuple[Kind, str, str]] = {
    "tcp": ("socket", "127.0.0.1:{port}", ""),
    "visa": ("visa", "TCPIP::127.0.0.1::{port}::SOCKET", "@py"),
    "serial": ("serial", "socket://127.0.0.1:{port}", ""),
    "visa-serial": ("visa", "ASRLsocket://127.0.0.1:{port}::INSTR", "@py"),
    "modbus": ("modbus", "tcp://127.0.0.1:{port}", ""),
}


class Stx:
    """From 02 to 03."""

    name = "STX"
    longest = 100

    def find(self, data: bytes) -> Span | None:
        start, stop = data.find(2), data.find(3)
        return Span(start, stop + 1) if 0 <= start < stop else None

    def complaint(self, data: bytes) -> str:
        return f"no 03 in {len(data)} bytes"


def peer(connection: socket.socket) -> None:
    """Send a greeting unasked, answer `?` with a frame in two parts, and `!` with half a frame."""
    connection.sendall(b"hello, I send by myself\r\n")
    while data := connection.recv(100):
        if data == b"?":
            connection.sendall(FRAME[:2])
            connection.sendall(FRAME[2:])
        elif data == b"!":
            connection.sendall(FRAME[:2])


def talk(spec: LinkSpec) -> list[object]:
    with closing(open_link(spec, line=LineFormat(timeout=0.4))) as link:
        link.discard()
        link.send(b"?")
        seen: list[object] = [link.receive(Stx())]
        link.discard()
        link.send(b"!")
        with pytest.raises(UnexpectedReply) as garbled:
            link.receive(Stx())
        link.send(b"?")
        return [*seen, str(garbled.value), link.receive(Stx()), link.framing]


@pytest.mark.parametrize("kind", ADDRESSES)
def test_frames_replay_as_they_came(serve, tmp_path, kind):
    carrier, address, library = ADDRESSES[kind]
    place = address.format(port=serve(peer))
    with Recorder(tmp_path / "a.cassette") as recorder:
        came = talk(LinkSpec(carrier, place, library=library, tape=recorder))
    with Player(tmp_path / "a.cassette") as player:
        assert talk(LinkSpec(carrier, place, library=library, tape=player)) == came
    assert came[0] == came[2] == FRAME
    assert "02 0A" in str(came[1])
    assert came[3] == ("tcp" if kind == "modbus" else "")


@pytest.mark.parametrize("kind", ADDRESSES)
def test_what_is_thrown_away_is_not_what_comes_next(serve, tmp_path, kind):
    thrown = threading.Event()

    def late(connection: socket.socket) -> None:
        connection.recv(100)
        assert thrown.wait(5)
        connection.sendall(FRAME)
        connection.recv(100)

    carrier, address, library = ADDRESSES[kind]
    place = address.format(port=serve(late))
    for tape in (Recorder(tmp_path / "a.cassette"), None):
        with tape or Player(tmp_path / "a.cassette") as taped:
            spec = LinkSpec(carrier, place, library=library, tape=taped)
            with closing(open_link(spec)) as link:
                link.send(b"go")
                link.discard()
                thrown.set()
                assert link.receive(Stx()) == FRAME


def controller(connection: socket.socket) -> None:
    """A Prologix controller: it answers `++read` with what the addressed instrument says (protocols.md 12)."""
    address, silent = b"", False
    with connection.makefile("rb") as lines:
        for line in lines:
            if line.startswith(b"++addr "):
                address = line.split()[1]
            elif line.startswith(b"SILENT?"):
                silent = True
            elif line.startswith(b"++clr"):
                silent = False
            elif line.startswith(b"++read ") and not silent:
                connection.sendall(b"unit " + address + b"\n")


def share(port: int, tape: Recorder | Player) -> list[object]:
    """Two instruments behind one controller, one of which stays silent once."""

    def link(pad: int):
        spec = LinkSpec("prologix", f"127.0.0.1:{port}/{pad}", tape=tape.track(f"unit {pad}"))
        return closing(open_link(spec, line=LineFormat(timeout=0.3)))

    with link(4) as source, link(22) as meter:
        seen: list[object] = [source.query("*IDN?"), meter.query("*IDN?")]
        with pytest.raises(LinkTimeout) as late:
            meter.query("SILENT?")
        meter.clear()
        meter.write("READ?")
        return [*seen, type(late.value), meter.read(), source.query("OUT?")]


@pytest.mark.parametrize("mode", ["strict", "per_session", "by_query"])
def test_instruments_behind_one_controller_keep_their_own_names(serve, tmp_path, mode):
    port = serve(controller)
    with Recorder(tmp_path / "a.cassette") as recorder:
        came = share(port, recorder)
    loaded = load_cassette(tmp_path / "a.cassette")
    with Player(loaded, mode=mode) as player:
        assert share(port, player) == came
    assert came == ["unit 4", "unit 22", LinkTimeout, "unit 22", "unit 4"]
    assert set(loaded.sessions) == {"unit 4", "unit 22"}
    assert [one.data for one in loaded.operations if one.op == "write" and one.session == "unit 4"] == [
        b"*IDN?",
        b"OUT?",
    ]


def test_a_changed_message_behind_a_controller_is_caught(serve, tmp_path):
    port = serve(controller)
    with Recorder(tmp_path / "a.cassette") as recorder:
        share(port, recorder)
    player = Player(tmp_path / "a.cassette")
    spec = LinkSpec("prologix", f"127.0.0.1:{port}/4", tape=player.track("unit 4"))
    with closing(open_link(spec)) as link, pytest.raises(CassetteMismatch, match=r"asked: +write '\*OPT\?'"):
        link.query("*OPT?")
