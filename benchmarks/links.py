"""Our links against pyvisa-py's own, on the same server: queries, two messages before a reply, a long serial reply.

The server is a process of its own. Both sides are measured in turn, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import pyvisa
from pyvisa.resources import MessageBasedResource

from calbench.instruments import LineFormat, Link, LinkSpec, open_link

LIMIT = 60.0  # real seconds after which the server ends by itself
ROUNDS = 5
LONG = 20_000  # bytes
TIMEOUT = 5000  # ms, of pyvisa-py
SERVER = """
import json, os, socket, sys, threading

LIMIT, LONG = float(sys.argv[1]), int(sys.argv[2])
LAST = threading.Timer(LIMIT, os._exit, [1])
LAST.daemon = True
LAST.start()

def replies(line):
    if line == b"LONG?":
        return b"x" * LONG + b"\\n"
    return b"EXAMPLE,METER,123456,1.0\\n" if line.endswith(b"?") else b""

def serve(receive, send):
    rest = b""
    try:
        while data := receive():
            *lines, rest = (rest + data).split(b"\\n")
            for line in lines:
                if reply := replies(line.strip()):
                    send(reply)
    except OSError:  # the client is gone
        return

def accept(listener):
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        receive = lambda c=connection: c.recv(65536)
        threading.Thread(target=serve, args=(receive, connection.sendall), daemon=True).start()

def send_all(far, data):
    while data:
        data = data[os.write(far, data):]

listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, args=(listener,), daemon=True).start()
names = {"port": listener.getsockname()[1], "terminal": ""}
if hasattr(os, "openpty"):
    import tty
    far, near = os.openpty()
    tty.setraw(near)
    names["terminal"] = os.ttyname(near)
    threading.Thread(
        target=serve, args=(lambda: os.read(far, 65536), lambda data: send_all(far, data)), daemon=True
    ).start()
print(json.dumps(names), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Comparison:
    """Rates of both, one value a round."""

    name: str
    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios of the rounds."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))


@contextmanager
def _server() -> Iterator[tuple[int, str]]:
    """Give the port of a server, and the name of its pseudo-terminal; without any, the URL of its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(LIMIT), str(LONG)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("The server has no input or output.")
        names = json.loads(process.stdout.readline())
        yield names["port"], names["terminal"] or f"socket://127.0.0.1:{names['port']}"
        process.stdin.close()


@contextmanager
def _ours(spec: LinkSpec) -> Iterator[Link]:
    link = open_link(spec, line=LineFormat(timeout=TIMEOUT / 1000))
    try:
        yield link
    finally:
        link.close()


@contextmanager
def _theirs(name: str) -> Iterator[MessageBasedResource]:
    manager = pyvisa.ResourceManager("@py")
    found = manager.open_resource(name, read_termination="\n", write_termination="\n", timeout=TIMEOUT)
    try:
        if not isinstance(found, MessageBasedResource):
            raise TypeError(f"{name} carries no messages.")
        yield found
    finally:
        found.close()


def _rate(once: Callable[[], object], count: int) -> float:
    start = perf_counter()
    for _ in range(count):
        once()
    return count / (perf_counter() - start)


def _compare(
    name: str, ours: Callable[[], object], theirs: Callable[[], object], counts: tuple[int, int]
) -> Comparison:
    """Measure both in turn; a first round warms up."""
    rounds = [(_rate(ours, counts[0]), _rate(theirs, counts[1])) for _ in range(ROUNDS + 1)][1:]
    return Comparison(name, [one for one, _ in rounds], [other for _, other in rounds])


def _pair(line: Link | MessageBasedResource) -> str:
    line.write("VOLT 1")
    return line.query("MEAS?")


def measure() -> Iterator[Comparison]:
    """Compare queries on a socket, a write and a query on it, and a reply of 20 kB on a serial line."""
    with _server() as (port, serial):
        with (
            _ours(LinkSpec("socket", f"127.0.0.1:{port}")) as ours,
            _theirs(f"TCPIP0::127.0.0.1::{port}::SOCKET") as theirs,
        ):
            if ours.query("*IDN?") != theirs.query("*IDN?"):
                raise RuntimeError("The two do not read the same: nothing was compared.")
            yield _compare(
                "queries", lambda: ours.query("*IDN?"), lambda: theirs.query("*IDN?"), (1000, 1000)
            )
            yield _compare("write and query", lambda: _pair(ours), lambda: _pair(theirs), (500, 5))
        # one after the other: a pseudo-terminal is one line
        with _ours(LinkSpec("serial", serial)) as line:
            fast = [_rate(lambda: line.query("LONG?"), 50) for _ in range(ROUNDS)]
        with _theirs(f"ASRL{serial}::INSTR") as slow:
            if len(slow.query("LONG?")) != LONG:
                raise RuntimeError("The long reply did not come whole: nothing was compared.")
            yield Comparison(
                "serial reply of 20 kB", fast, [_rate(lambda: slow.query("LONG?"), 1) for _ in fast]
            )


if __name__ == "__main__":
    for found in measure():
        ours_rate, theirs_rate = statistics.median(found.ours), statistics.median(found.theirs)
        print(
            f"{found.name}: ours {ours_rate:,.0f}/s, pyvisa-py {theirs_rate:,.1f}/s, ratio {found.ratio:.1f}"
        )
