from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from calbench.instruments.link import LineFormat, Link
from calbench.instruments.opening import LinkSpec, open_link

Handler = Callable[[socket.socket], None]
Open = Callable[..., Link]

KINDS = {
    "tcp": "127.0.0.1:{port}",
    "visa": "TCPIP::127.0.0.1::{port}::SOCKET",
    "serial": "socket://127.0.0.1:{port}",
    "visa-serial": "ASRLsocket://127.0.0.1:{port}::INSTR",
}


class Peer:
    """A real TCP server on a free port of this machine; a thread serves each connection."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self._handler(connection)

    def close(self) -> None:
        for one in (self._listener, *self._connections):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()


def answering(answer: Callable[[str], bytes]) -> Handler:
    """A handler that answers each line with bytes; empty bytes: no answer."""

    def handler(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            for line in lines:
                reply = answer(line.decode("latin-1").rstrip("\r\n"))
                if reply:
                    connection.sendall(reply)

    return handler


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], int]]:
    """Give a function that serves a handler and gives its port."""
    peers: list[Peer] = []

    def start(handler: Handler) -> int:
        peers.append(Peer(handler))
        return peers[-1].port

    yield start
    for peer in peers:
        peer.close()


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_to(kind: str) -> Iterator[Open]:
    """Give a function that opens a link of this kind to a port, and closes it at the end."""
    links: list[Link] = []

    def start(port: int, *, timeout: float = 5.0, read_end: str = "\n") -> Link:
        address = KINDS[kind].format(port=port)
        spec = LinkSpec("visa", address, library="@py") if kind.startswith("visa") else address
        links.append(open_link(spec, line=LineFormat(timeout=timeout, read_end=read_end)))
        return links[-1]

    yield start
    for link in links:
        with suppress(Exception):
            link.close()


@pytest.fixture
def free_port() -> int:
    """Give a port that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def answer() -> Callable[[Callable[[str], bytes]], Handler]:
    return answering


@pytest.fixture
def abort() -> Callable[[socket.socket], None]:
    return reset
