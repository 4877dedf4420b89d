"""A small instrument behind real ports, one for each kind of link, for the tests of what links must hide."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calbench.clock import RealClock
from calbench.instruments.link import QUIET, LineFormat, Link, Span
from calbench.instruments.opening import LinkSpec, open_link
from calbench.simulation import Bench, CommandTree, Device, Fault, Status488, World, registry
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.servers.prologix import Address
from calbench.simulation.servers.pseudoterminal import can_carry
from calbench.simulation.servers.serving import Protocol

LONG = "x" * 20_000
DATA = b"a\nb\r\n\xff\x00+\x1b\n"
BLOCK = b"#2%d" % len(DATA) + DATA
LATE = 0.08  # s
FILES = Path("/proc/self/fd")
NAMES = ("one", "two")

INSTRUMENTS = ("hislip", "prologix", "vxi11")  # they mark the end of a message, and can be cleared
NETWORK = ("rfc2217", "serial", "socket", "visa-serial", "visa-socket", *INSTRUMENTS)
KINDS = (*NETWORK, "pty") if hasattr(os, "openpty") else NETWORK


class Speaker(Device):
    """Answers questions at once, late, at length, or never; `DIE?` ends its server, `BYE?` a little later."""

    SERIAL = "9600 8N1"
    die: Callable[[], None]

    def receive(self, line: str) -> None:
        if line == "DIE?":
            self.die()
        elif line == "BYE?":
            self.reply("bye")
            self.after(LATE / 4, self.die)
        elif line == "SLOW?":
            for number in range(20):
                self.send(b"x" if number < 19 else b"\n", after=number * QUIET * 0.6)
        elif line == "LATE?":
            self.reply("late", after=LATE)
        elif line == "LONG?":
            self.reply(LONG)
        elif line == "BLOCK?":
            self.reply(BLOCK.decode("latin-1"))
        elif line.endswith("?") and line != "HUSH?":
            self.reply(f"{line[:-1]}!")


class Requester(Device):
    """An instrument with IEEE 488.2 status, which can request service."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.status = scpi = Status488("EXAMPLE,REQUESTER,0,1.0")
        self._commands = CommandTree({"LONG?": lambda: LONG}, scpi)

    def receive(self, line: str) -> None:
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)


class Block:
    """The form of a definite block with two digits of length (IEEE 488.2, 8.7.9), and its line feed."""

    name = "block"
    longest = 200

    def find(self, data: bytes) -> Span | None:
        at = data.find(b"#2")
        if at < 0 or len(data) < at + 4:
            return None
        end = at + 4 + int(data[at + 2 : at + 4]) + 1
        return Span(at, end) if len(data) >= end else None

    def complaint(self, data: bytes) -> str:
        return f"{len(data)} bytes are no block"

    def of(self, size: int) -> Some:
        """Give the form of any so many bytes."""
        return Some(size)


class Some:
    """Any bytes, so many."""

    name = "some"

    def __init__(self, size: int) -> None:
        self.longest = size

    def find(self, data: bytes) -> Span | None:
        return Span(0, self.longest) if len(data) >= self.longest else None

    def complaint(self, data: bytes) -> str:
        return f"{len(data)} bytes are fewer than {self.longest}"


class Stage:
    """Two speakers and a requester in real time, each behind every kind of port; opens links to them."""

    long = LONG
    block = BLOCK.decode("latin-1")
    late = LATE
    block_form = Block()

    def __init__(self) -> None:
        world = World(clock=RealClock())
        for name in NAMES:
            speaker = world.add(name, Speaker)
            assert isinstance(speaker, Speaker)
            speaker.die = self.stop
        world.add("requester", Requester)
        ways: list[Protocol] = ["raw", "serial", "hislip", "vxi11", "rfc2217"]
        if can_carry(world.device("one")):
            ways.append("pty")
        buses: dict[str, dict[Address, str]] = {"GPIB0": {(5, None): "one", (6, None): "two"}}
        self.server = LoopbackServer(
            world, protocols=dict.fromkeys((*NAMES, "requester"), ways), buses=buses
        ).start()
        self.links: list[Link] = []

    def open(self, kind: str, name: str = "one", *, timeout: float = 5.0) -> Link:
        """Open a link of a kind."""
        link = open_link(self.spec(kind, name), line=LineFormat(timeout=timeout))
        self.links.append(link)
        return link

    def spec(self, kind: str, name: str) -> LinkSpec | str:
        """Give what opens an instrument by a kind of link."""
        server = self.server
        if kind in ("hislip", "vxi11"):
            return LinkSpec("visa", server.resource(name, kind), library="@py")  # type: ignore[arg-type]
        if kind == "prologix":
            return f"prologix://127.0.0.1:{server.port('GPIB0', 'prologix')}/{5 + NAMES.index(name)}"
        if kind.startswith("visa"):
            served = server.resource(name) if kind == "visa-socket" else server.serial_resource(name)
            return LinkSpec("visa", served, library="@py")
        if kind == "socket":
            return f"127.0.0.1:{server.port(name)}"
        return server.url(name, kind)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End the server, as when somebody pulls its plug."""
        self.server.stop()

    def close(self) -> None:
        """Close every link, and end the server."""
        for link in self.links:
            link.close()
        self.server.stop()


@pytest.fixture
def stage() -> Iterator[Stage]:
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=NETWORK)
def network_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=INSTRUMENTS)
def instrument_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


SECOND = {
    "gpib": "GPIB0::22::INSTR",
    "hislip": "TCPIP0::10.0.0.1::hislip0::INSTR",
    "vxi11": "TCPIP0::10.0.0.2::inst0::INSTR",
    "socket": "TCPIP0::10.0.0.3::5025::SOCKET",
    "serial": "ASRL3::INSTR",
    "usb": "USB0::0x2A8D::0x0101::MY1::INSTR",
}


class SecondStage:
    """The same speakers behind a second VISA library, which knows nothing of pyvisa-py; time is simulated."""

    long = LONG
    block = BLOCK.decode("latin-1")
    block_form = Block()

    def __init__(self, name: str, world: World, kind: str) -> None:
        self.library, self._kind, self.world = f"{name}@calbench", kind, world
        self.links: list[Link] = []

    def open(self, name: str = "one", *, timeout: float = 5.0) -> Link:
        """Open a link by the second library."""
        address = SECOND[self._kind].replace("0::", "1::", 1) if name == "two" else SECOND[self._kind]
        address = address.replace("ASRL3", "ASRL4") if name == "two" else address
        spec = LinkSpec("visa", address, library=self.library)
        self.links.append(open_link(spec, line=LineFormat(timeout=timeout)))
        return self.links[-1]

    def unplug(self) -> None:
        """End the connection at the next message."""
        self.world.device("one").faults.add(Fault("drop"))


@pytest.fixture(params=sorted(SECOND))
def second(request: pytest.FixtureRequest) -> Iterator[SecondStage]:
    world = World()
    first = SECOND[request.param]
    world.add("one", Speaker, resource=first)
    world.add("two", Speaker, resource=first.replace("0::", "1::", 1).replace("ASRL3", "ASRL4"))
    with registry.registered(world) as name:
        stage = SecondStage(name, world, request.param)
        yield stage
        for link in stage.links:
            link.close()
    world.close()


@pytest.fixture
def handles() -> Iterator[Callable[[], int]]:
    """Give what counts the open files of this process; 0 where the system does not tell.

    What was made before stays as it is meanwhile: to look through all objects of a long session takes 0.3 s each time.
    """

    def count() -> int:
        gc.collect()
        return len(list(FILES.iterdir())) if FILES.is_dir() else 0

    gc.freeze()
    yield count
    gc.unfreeze()
