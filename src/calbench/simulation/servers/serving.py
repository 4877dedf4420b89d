"""Simulated instruments on loopback ports, for programs that know neither calbench nor pyvisa backends.

Virtual time works here too: when a client has asked and the reply is not ready yet, the server moves the
shared clock to the moment when it is. That is deterministic as long as one client at a time talks and every
command is answered before the next is sent or time is waited for (end each setting with a query, such as
`*OPC?`). An instrument that sends by itself, unasked, goes on when somebody else moves the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Literal

from calbench.errors import UsageError
from calbench.simulation.device import Device
from calbench.simulation.servers.hislipsession import HislipService
from calbench.simulation.servers.loop import HOST, Loop
from calbench.simulation.servers.raw import RawService
from calbench.simulation.servers.vxi11 import Vxi11Service
from calbench.simulation.world import World

Protocol = Literal["raw", "serial", "hislip", "vxi11", "pty", "rfc2217"]
"""How one instrument is served: as a raw socket, a raw socket that stands for its serial line, and so on."""


class LoopbackServer:
    """Serves instruments of a world, each on ports of its own, from one background thread.

    Use it as a context manager. It binds 127.0.0.1 only and stops by itself after `idle_limit` real seconds
    without traffic.

    Args:
        world: whose instruments are served.
        names: which of them; None serves all.
        protocols: by which protocols each is served; an instrument that is not named here is a raw socket.
        idle_limit: real seconds.
        max_clients: connections at a time, of all instruments together; further ones are told so and closed.
    """

    def __init__(
        self,
        world: World,
        names: Iterable[str] | None = None,
        *,
        protocols: Mapping[str, Iterable[Protocol]] | None = None,
        idle_limit: float = 600.0,
        max_clients: int = 256,
    ) -> None:
        self._world = world
        self._names = tuple(world.devices if names is None else names)
        self._protocols = {name: tuple((protocols or {}).get(name, ("raw",))) for name in self._names}
        self._loop = Loop(world.clock, idle_limit=idle_limit, max_clients=max_clients)
        self._ports: dict[tuple[str, str], int] = {}

    def start(self) -> LoopbackServer:
        """Bind the ports and begin to serve."""
        for name, protocols in self._protocols.items():
            for protocol in protocols:
                self._ports[name, protocol] = self._open(self._world.device(name), protocol)
        self._world.on_close(self.stop)
        self._loop.start()
        return self

    def join(self, timeout: float | None = None) -> None:
        """Wait until the server has stopped, at most `timeout` real seconds."""
        self._loop.join(timeout)

    def stop(self) -> None:
        """Close all connections and end the thread. May be called again."""
        self._loop.stop()

    @property
    def running(self) -> bool:
        """Whether it still serves."""
        return self._loop.running

    def port(self, name: str, protocol: Protocol = "raw") -> int:
        """Give the TCP port of an instrument (`UsageError` if it is not served so)."""
        found = self._ports.get((name, protocol))
        if found is None:
            served = ", ".join(f"{one} ({how})" for one, how in self._ports) or "none"
            raise UsageError(f"No instrument {name!r} is served as {protocol} here. Served are: {served}.")
        return found

    def resource(self, name: str, protocol: Protocol = "raw") -> str:
        """Give the VISA resource name of an instrument: what a client opens."""
        port = self.port(name, protocol)
        if protocol == "hislip":
            return f"TCPIP0::{HOST}::hislip0,{port}::INSTR"
        if protocol == "vxi11":
            return f"TCPIP0::{HOST},{port}::inst0::INSTR"
        return f"TCPIP0::{HOST}::{port}::SOCKET"

    def serial_resource(self, name: str) -> str:
        """Give the VISA resource name that makes pyvisa-py treat the socket as a serial line."""
        return f"ASRLsocket://{HOST}:{self.port(name)}::INSTR"

    def url(self, name: str) -> str:
        """Give the pyserial URL of an instrument."""
        return f"socket://{HOST}:{self.port(name)}"

    def __enter__(self) -> LoopbackServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _open(self, device: Device, protocol: Protocol) -> int:
        if protocol == "hislip":
            return self._loop.listen(HislipService(device))
        if protocol == "vxi11":
            service = Vxi11Service(device)
            service.port = self._loop.listen(service)
            return service.port
        return self._loop.listen(RawService(device, serial=protocol == "serial"))
