"""Links to instruments of a simulated world, in one process: time is that of the world."""

from __future__ import annotations

import time

import pytest

from calbench.clock import VirtualClock
from calbench.errors import LinkError, LinkTimeout
from calbench.instruments import LineFormat, LinkSpec, open_link
from calbench.simulation import registry
from calbench.simulation.device import Device
from calbench.simulation.world import World


class Slow(Device):
    """Answers `READ?` after 30 simulated seconds, everything else at once."""

    def receive(self, line: str) -> None:
        if line.endswith("?"):
            self.reply(f"{line}!", after=30.0 if line == "READ?" else 0.0)


GPIB, SOCKET, SERIAL = "GPIB0::22::INSTR", "TCPIP0::10.0.0.1::5025::SOCKET", "ASRL3::INSTR"


@pytest.fixture
def bench():
    """Give a world with one instrument on three lines, and the id of the world."""
    world = World(seed=1)
    world.add("meter", Slow, resource=GPIB)
    world.attach(SOCKET, "meter")
    world.attach(SERIAL, "meter")
    with registry.registered(world) as name:
        yield world, name
    world.close()


@pytest.fixture(params=[GPIB, SOCKET, SERIAL, "calbench://{}/meter"])
def link(request, bench):
    world, name = bench
    address = request.param.format(name)
    serial = "calbench" in address
    spec = address if serial else LinkSpec("visa", address, library=f"{name}@calbench")
    opened = open_link(spec, line=LineFormat(timeout=60), clock=world.clock if serial else None)
    yield opened
    opened.close()


def test_time_is_that_of_the_world(link, bench):
    world, _ = bench
    start, before = time.perf_counter(), world.clock.monotonic()
    assert isinstance(link.clock, VirtualClock)
    link.wait(3600)

    assert link.query("READ?") == "READ?!"
    assert world.clock.monotonic() - before == pytest.approx(
        3630, abs=0.1
    )  # a serial line takes a few ms more
    assert time.perf_counter() - start < 1


def test_a_timeout_takes_no_real_time_and_its_late_reply_is_not_taken(link, bench):
    world, _ = bench
    start = time.perf_counter()
    with pytest.raises(LinkTimeout):
        link.query("READ?", timeout=29.99)
    link.wait(1)

    assert link.query("VOLT?") == "VOLT?!"
    assert 30 < world.clock.monotonic() < 32
    assert time.perf_counter() - start < 1


def test_a_world_ends_with_its_last_link(bench):
    _, name = bench
    with pytest.raises(LinkError, match="GPIB0::9::INSTR"):
        open_link(LinkSpec("visa", "GPIB0::9::INSTR", library=f"{name}@calbench"))
    first = open_link(LinkSpec("visa", GPIB, library=f"{name}@calbench"))
    first.close()

    with pytest.raises(LinkError, match="closed"):
        first.query("*IDN?")
