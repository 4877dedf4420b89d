"""A simulated world, and lines to its instruments: messages in, replies out, in simulated time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from calbench.simulation import signals
from calbench.simulation.device import Device
from calbench.simulation.electrical import Terminal
from calbench.simulation.world import World

LONGEST = 400.0  # s that a test waits for a reply


class Line:
    """A client on one instrument."""

    def __init__(self, world: World, device: Device, *, message_based: bool, serial: bool) -> None:
        self.world = world
        self.device = device
        self.connection = device.connect(message_based=message_based and not serial, serial=serial)
        kind = type(device)
        self.end = kind.MESSAGE_ENDS[0] if kind.MESSAGE_ENDS else b""
        self.reply_end = kind.REPLY_END

    def say(self, *messages: str) -> None:
        for message in messages:
            self.connection.write(message.encode("latin-1") + self.end)

    def hear(self, within: float = LONGEST) -> str | None:
        """Wait for one reply and take it; None if there is none."""
        clock = self.world.clock

        def ready() -> bool:
            at = self.connection.ready_at()
            return at is not None and at <= clock.monotonic()

        deadline = clock.monotonic() + within
        at = self.connection.ready_at()
        if at is not None:
            clock.wait_until(ready, min(at, deadline))
        if not ready() and not clock.wait_until(ready, deadline):
            return None
        data, _ = self.connection.take(1_000_000)
        return data.decode("latin-1").removesuffix(self.reply_end.decode())

    def ask(self, message: str) -> str:
        self.say(message)
        reply = self.hear()
        assert reply is not None, f"no reply to {message!r}"
        return reply

    def bytes(self, data: str, within: float = LONGEST) -> str:
        """Send bytes and wait for one reply; both in hexadecimal, no reply is empty."""
        self.connection.write(bytes.fromhex(data))
        return (self.hear(within) or "").encode("latin-1").hex(" ").upper()

    def timed(self, message: str) -> tuple[str, float]:
        """Ask; give the reply and how long it took (s)."""
        start = self.world.clock.monotonic()
        return self.ask(message), self.world.clock.monotonic() - start

    def wait(self, seconds: float) -> None:
        self.world.clock.sleep(seconds)


Connect = Callable[..., Line]
Wire = Callable[..., Terminal]


class Load(Device):
    """Something to connect to."""


@pytest.fixture
def world() -> World:
    world = World(seed=7)
    world.ambient.set(temperature=23.0, temperature_span=0.0, humidity=45.0, humidity_span=0.0)
    return world


class Supply(Device):
    """A source of power."""

    def put(self, load: signals.Load | None) -> None:
        self.bench.terminal("output").emit("power", None if load is None else lambda _: load)


@pytest.fixture
def supply(world: World) -> Supply:
    """A source of power whose terminal is `supply.output`."""
    device = world.add("supply", Supply)
    assert isinstance(device, Supply)
    return device


@pytest.fixture
def instrument(world: World) -> Connect:
    """Put a model into the world and give a line to it."""

    def add(
        model: str,
        name: str = "it",
        settings: Mapping[str, float | str] | None = None,
        *,
        serial_number: str = "1234567",
        message_based: bool = True,
        serial: bool = False,
    ) -> Line:
        device = world.add(name, model, settings, serial_number=serial_number)
        return Line(world, device, message_based=message_based, serial=serial)

    return add


@pytest.fixture
def wire(world: World) -> Wire:
    """Connect a load to an output of the instrument called so; give the load's terminal."""

    def connect(name: str, output: str = "output") -> Terminal:
        load = world.add(f"load of {name} {output}", Load)
        world.connect(f"{name}.{output}", f"load of {name} {output}.input")
        return load.bench.terminal("input")

    return connect
