"""Fixtures: environments of peers, simulated stations for their clients, our drivers on their servers."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest
from peers.environments import ROOT, Environments, Peer
from peers.pairs import Outcomes, pairs_of

from calbench.instruments.opening import open_link, parse_spec
from calbench.instruments.roles import Driver
from calbench.simulation.device import Device
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.servers.serving import Protocol
from calbench.simulation.signals import Load, Phase
from calbench.simulation.world import World

SERVE_LIMIT = 300  # real seconds
ENVIRONMENTS, OUTCOMES = pytest.StashKey[Environments](), pytest.StashKey[Outcomes]()
EXACT = ("gain", "phase", "light", "heavy", "temperature_coefficient", "voltage_gain")
D = TypeVar("D", bound=Driver)


@dataclass(frozen=True)
class Bench:
    """A simulated station as a client sees it: VISA library, and resource names by instrument."""

    library: str
    resources: Mapping[str, str]


Serve = Callable[..., Bench]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "pair(driver, peer, direction, line, exchanged): what meets whom")
    config.stash[ENVIRONMENTS], config.stash[OUTCOMES] = Environments(), Outcomes()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run first what is installed first, and begin to install."""
    environments = config.stash[ENVIRONMENTS]

    def weight(item: pytest.Item) -> int:
        return max((environments.weight(pair.peer) for pair in pairs_of(item)), default=0)

    items.sort(key=weight)
    if not config.option.collectonly:
        environments.prepare(pair.peer for item in items for pair in pairs_of(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None] | pytest.TestReport:
    report: pytest.TestReport = yield  # type: ignore[misc, assignment] # what the hooks inside give
    if call.when == "call" or report.outcome != "passed":
        item.config.stash[OUTCOMES].add(pairs_of(item), report.outcome)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.section("pairs")
    for line in config.stash[OUTCOMES].table():
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[ENVIRONMENTS].close()


@pytest.fixture(scope="session")
def peer(pytestconfig: pytest.Config) -> Callable[[str], Peer]:
    """Give the environment of a peer by the name of its package."""
    return pytestconfig.stash[ENVIRONMENTS].of


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Serve a station until the module is done, in virtual time.

    Takes the station and a protocol; instruments whose link does not offer that get another.
    """
    with ExitStack() as running:
        yield lambda station, protocol="raw": running.enter_context(_served(station, protocol))


@pytest.fixture
def start(peer: Callable[[str], Peer]) -> Iterator[Callable[..., Any]]:
    """Start a server of a peer until the test is done: its package, program and arguments; gives what it says."""
    with ExitStack() as running:
        yield lambda package, *words: running.enter_context(peer(package).started(*words))


@pytest.fixture
def drive() -> Iterator[Callable[..., Any]]:
    """Open one of our drivers until the test is done: class, address, unit on its bus, timeout in s."""
    with ExitStack() as opened:

        def find(driver: type[D], address: str, unit: str = "", timeout: float | None = None) -> D:
            spec = replace(parse_spec(address), unit=unit, timeout=timeout)
            return driver(opened.enter_context(closing(open_link(spec, line=driver.LINE))))

        yield find


class Supply(Device):
    """A source of power."""

    def put(self, load: Load) -> None:
        """Feed this load from now on."""
        self.bench.terminal("output").emit("power", lambda _: load)


@pytest.fixture
def metered() -> Iterator[Callable[..., str]]:
    """Serve one simulated meter from this process until the test is done, in virtual time, under a constant load.

    Takes model, protocol of the server, serial number and settings; gives what a client of pyserial opens. It has no
    errors of its own, the load is 220.5 V, 5 A, 60 degrees lagging, on three phases at 50 Hz: 1653.75 W.
    """
    world = World(seed=1)
    supply = world.add("supply", Supply)
    assert isinstance(supply, Supply)
    supply.put(Load((Phase(220.5, 5.0, math.pi / 3),) * 3, 50.0))

    def served(
        model: str, protocol: Protocol = "raw", *, serial: str = "1234567", **settings: float | str
    ) -> str:
        world.add("meter", model, {**dict.fromkeys(EXACT, 0.0), **settings}, serial_number=serial)
        world.connect("supply.output", "meter.input")
        server = LoopbackServer(world, ["meter"], protocols={"meter": (protocol,)}).start()
        return server.url("meter", protocol)

    yield served
    world.close()


@contextmanager
def _served(station: str, protocol: str) -> Iterator[Bench]:
    words = [sys.executable, "-m", "calbench", "sim", "serve", station, "--virtual-time", "--json"]
    words += [] if protocol == "raw" else ["--protocol", "auto"]
    with subprocess.Popen(
        [*words, "--for", str(SERVE_LIMIT)], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            if not line:
                pytest.fail(f"'calbench sim serve {station}' ended without addresses.", pytrace=False)
            offers = {
                name: offer if isinstance(offer, str) else offer.get(protocol) or list(offer.values())[-1]
                for name, offer in json.loads(line).items()
            }
            yield Bench("@py", offers)
        finally:
            server.terminate()
