"""How many queries a second one process serves to many clients, and what one more instrument costs it in memory.

The server is a process of its own, with simulated 34401As, each behind a raw socket and HiSLIP. The clients are
connections of this process, to different instruments, with one query under way on each.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import IO

from processes import MEGABYTE

INSTRUMENTS = (1, 64, 256)
CLIENTS = (1, 16, 64)
SECONDS, WARMING = 0.5, 0.1  # of each measurement of a rate; where only memory is looked at
LIMIT = 60  # real seconds after which a server ends by itself
QUERY, REPLY = b"*ESE?\n", b"0\n"
INITIALIZE = bytes.fromhex("4853 00 00 0100 7878 0000000000000007") + b"hislip0"
HEADER = struct.Struct("!2sBBIQ")
SERVER = """
import json, re, sys
from pathlib import Path
from calbench.simulation import World
from calbench.simulation.servers import LoopbackServer

def peak():
    status = Path("/proc/self/status")  # of this program alone; getrusage counts what was there before it too
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS: in bytes

count, limit = int(sys.argv[1]), float(sys.argv[2])
world = World(seed=1)
names = [f"meter{index}" for index in range(count)]
for name in names:
    world.add(name, "agilent/a34401a")
ways = ("raw", "hislip")
with LoopbackServer(world, protocols={name: ways for name in names}, idle_limit=limit) as server:
    print(json.dumps([{way: server.port(name, way) for way in ways} for name in names]), flush=True)
    for _ in sys.stdin:
        print(peak(), flush=True)
"""


@dataclass(frozen=True)
class Serving:
    """What was measured.

    Attributes:
        rates: queries per second of all clients together, by protocol and number of clients.
        peaks: peak memory of the server (MB) after that, by number of instruments; empty on Windows.
    """

    rates: dict[tuple[str, int], float]
    peaks: dict[int, float]

    def added(self, fewer: int, more: int) -> float | None:
        """Give the kilobytes that each instrument adds, between these two numbers of instruments."""
        if not self.peaks:
            return None
        return (self.peaks[more] - self.peaks[fewer]) * 1e3 / (more - fewer)


class _Server:
    """A server process."""

    def __init__(self, process: subprocess.Popen[str], stdin: IO[str], stdout: IO[str]) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self.ports: list[dict[str, int]] = json.loads(stdout.readline())

    def peak(self) -> float:
        """Give its peak memory in MB; 0 on Windows."""
        self._stdin.write("\n")
        self._stdin.flush()
        return int(self._stdout.readline()) / MEGABYTE


@contextmanager
def _serving(count: int) -> Iterator[_Server]:
    command = [sys.executable, "-c", SERVER, str(count), str(LIMIT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The server has no pipes.")
        try:
            yield _Server(process, process.stdin, process.stdout)
        finally:
            process.terminate()


class _RawClient:
    """One connection on a raw socket."""

    expected = len(REPLY)

    def __init__(self, port: int) -> None:
        self.sock = _connected(port)

    def ask(self) -> None:
        self.sock.sendall(QUERY)

    def close(self) -> None:
        self.sock.close()


class _HislipClient:
    """One session of HiSLIP; its asynchronous connection is only held open."""

    expected = HEADER.size + len(REPLY)

    def __init__(self, port: int) -> None:
        self.sock, self._other = _connected(port), _connected(port)
        self.sock.sendall(INITIALIZE)
        number = self.sock.recv(HEADER.size)[6:8]
        self._other.sendall(HEADER.pack(b"HS", 17, 0, int.from_bytes(number), 0))
        self._other.recv(HEADER.size)
        self._id = 0xFFFF_FF00
        self._delivered = 0

    def ask(self) -> None:
        self.sock.sendall(HEADER.pack(b"HS", 7, self._delivered, self._id, len(QUERY)) + QUERY)
        self._id, self._delivered = (self._id + 2) & 0xFFFF_FFFF, 1

    def close(self) -> None:
        self.sock.close()
        self._other.close()


def _connected(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=5)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _rate(ports: list[int], kind: type[_RawClient] | type[_HislipClient], seconds: float) -> float:
    """Give how many queries a second clients on these ports get answered together."""
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        for port in ports:
            client = kind(port)
            opened.callback(client.close)
            selector.register(client.sock, selectors.EVENT_READ, client)
            client.ask()
        asked, start, passed = 0, perf_counter(), 0.0
        while passed < seconds:
            ready = selector.select(5)
            if not ready:
                raise RuntimeError("The server does not answer any more.")
            for key, _ in ready:
                reply = key.data.sock.recv(100)
                if len(reply) != kind.expected or not reply.endswith(REPLY):
                    raise RuntimeError(f"The server answered {reply!r}.")
                key.data.ask()
                asked += 1
            passed = perf_counter() - start
    return asked / passed


def measure() -> Serving:
    """Start servers of one to many instruments, one after the other, and have all clients talk to each."""
    rates: dict[tuple[str, int], float] = {}
    peaks: dict[int, float] = {}
    for count in INSTRUMENTS:
        with _serving(count) as server:
            for way, kind in (("raw", _RawClient), ("hislip", _HislipClient)):
                counted = count == max(INSTRUMENTS)
                for clients in CLIENTS if counted else (max(CLIENTS),):
                    ports = [server.ports[index * count // clients][way] for index in range(clients)]
                    rates[way, clients] = _rate(ports, kind, SECONDS if counted else WARMING)
            if peak := server.peak():
                peaks[count] = peak
    return Serving(rates, peaks)


if __name__ == "__main__":
    found = measure()
    for (way, clients), rate in sorted(found.rates.items()):
        print(f"{way:<8}{clients:>3} clients {rate:>10,.0f}/s")
    print({count: f"{peak:.1f} MB" for count, peak in found.peaks.items()})
    print(f"each more: {found.added(1, 64)} kB up to 64, {found.added(64, 256)} kB up to 256")
