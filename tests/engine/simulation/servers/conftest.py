"""A talkative instrument, and clients that were written elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from calbench.simulation import Bench, CommandTree, Device, Status488, World
from calbench.simulation.servers import LoopbackServer

BLOCK = b"a\nb\r\n\xff\x00+\x1b"
LONG = 20_000


class Talker(Device):
    """Long replies, blocks, late replies, and silence."""

    BLOCKS = True

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.triggered = 0
        scpi = self.status = Status488("EXAMPLE,TALKER,0,1.0")
        self._commands = CommandTree(
            {
                "LONG?": lambda: "x" * LONG,
                "BLOCk?": lambda: f"#1{len(BLOCK)}" + BLOCK.decode("latin-1"),
                "HUSH": lambda: None,
                "TRIGgers?": lambda: str(self.triggered),
            },
            scpi,
        )

    def receive(self, line: str) -> None:
        if line == "LATE?":
            self.reply("late", after=30.0)
            return
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def trigger(self) -> None:
        self.triggered += 1


@pytest.fixture
def talker(world: World) -> Device:
    return world.add("talker", Talker)


@pytest.fixture
def serve(world: World, talker: Device) -> Iterator[Callable[..., LoopbackServer]]:
    """Start a server that ends with the test."""
    running: list[LoopbackServer] = []

    def start(*protocols: str, names: tuple[str, ...] = ("talker", "meter"), **more: Any) -> LoopbackServer:
        given = dict.fromkeys(names, protocols)
        running.append(LoopbackServer(world, names, protocols=given, **more).start())  # type: ignore[arg-type]
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def py() -> Iterator[pyvisa.ResourceManager]:
    opened = pyvisa.ResourceManager("@py")
    yield opened
    opened.close()


@pytest.fixture
def visa(py: pyvisa.ResourceManager) -> Callable[..., MessageBasedResource]:
    """Open a resource with pyvisa-py."""

    def opened(name: str, **more: Any) -> MessageBasedResource:
        settings: dict[str, Any] = {"read_termination": "\n", "timeout": 5000, **more}
        found = py.open_resource(name, **settings)
        assert isinstance(found, MessageBasedResource)
        return found

    return opened


@pytest.fixture
def connect() -> Iterator[Callable[[int], socket.socket]]:
    """Open a plain connection that is closed after the test."""
    opened: list[socket.socket] = []

    def to(port: int) -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=5))
        return opened[-1]

    yield to
    for one in opened:
        one.close()


@pytest.fixture
def exactly() -> Callable[[socket.socket, int], bytes]:
    """Receive so many bytes."""

    def receive(sock: socket.socket, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = sock.recv(count - len(data))
            assert more, f"the server has closed after {data!r}"
            data += more
        return data

    return receive


@pytest.fixture
def rest() -> Callable[[socket.socket], bytes]:
    """Receive until the server has closed."""

    def receive(sock: socket.socket) -> bytes:
        data = b""
        while more := sock.recv(65536):
            data += more
        return data

    return receive
