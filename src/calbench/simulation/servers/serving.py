"""Simulated instruments on loopback ports, for programs that know neither calbench nor pyvisa backends.

Virtual time works here too: when a client has asked and the reply is not ready yet, the server moves the
shared clock to the moment when it is. That is deterministic as long as one client at a time talks and every
command is answered before the next is sent or time is waited for (end each setting with a query, such as
`*OPC?`). An instrument that sends by itself, unasked, goes on when somebody else moves the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Literal

from calbench.errors import UsageError
from calbench.simulation.device import Device
from calbench.simulation.servers.hislipsession import HislipService
from calbench.simulation.servers.loop import HOST, Loop
from calbench.simulation.servers.prologix import Address, PrologixService
from calbench.simulation.servers.pseudoterminal import PseudoTerminal, TerminalService
from calbench.simulation.servers.raw import RawService
from calbench.simulation.servers.rfc2217 import Rfc2217Service
from calbench.simulation.servers.vxi11 import Vxi11Service
from calbench.simulation.world import World

Protocol = Literal["raw", "serial", "hislip", "vxi11", "pty", "rfc2217", "prologix"]
"""How an instrument is served: a raw socket, a raw socket that stands for its serial line, and so on; a bus is
served as `prologix`."""


_BOARD = re.compile(r"\d*$")  # the number of a bus, at the end of its name


class LoopbackServer:
    """Serves instruments of a world, each on ports of its own, from one background thread.

    Use it as a context manager. It binds 127.0.0.1 only and stops by itself after `idle_limit` real seconds
    without traffic.

    Args:
        world: whose instruments are served.
        names: which of them; None serves all.
        protocols: by which protocols each is served; an instrument that is not named here is a raw socket.
        buses: GPIB buses by name, such as GPIB0, each the instruments on it by primary and secondary address;
            each bus is a Prologix controller.
        idle_limit: real seconds.
        max_clients: connections at a time, of all instruments together; further ones are told so and closed.
    """

    def __init__(
        self,
        world: World,
        names: Iterable[str] | None = None,
        *,
        protocols: Mapping[str, Iterable[Protocol]] | None = None,
        buses: Mapping[str, Mapping[Address, str]] | None = None,
        idle_limit: float = 600.0,
        max_clients: int = 256,
    ) -> None:
        self._world = world
        self._names = tuple(world.devices if names is None else names)
        self._protocols = {name: tuple((protocols or {}).get(name, ("raw",))) for name in self._names}
        self._loop = Loop(world.clock, idle_limit=idle_limit, max_clients=max_clients)
        self._buses = dict(buses or {})
        self._ports: dict[tuple[str, str], int] = {}
        self._terminals: dict[str, str] = {}

    def start(self) -> LoopbackServer:
        """Bind the ports and begin to serve.

        Raises:
            UsageError: There is no such instrument, or a pseudo-terminal cannot be its line.
        """
        try:
            for name, protocols in self._protocols.items():
                for protocol in protocols:
                    self._open(name, self._world.device(name), protocol)
            for bus, names in self._buses.items():
                devices = {address: self._world.device(name) for address, name in names.items()}
                self._ports[bus, "prologix"] = self._loop.listen(PrologixService(devices))
        except BaseException:
            self._loop.stop()
            raise
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
        """Give the TCP port of an instrument or bus (`UsageError` if it is not served so)."""
        return self._ports[self._served(name, protocol)]

    def resource(self, name: str, protocol: Protocol = "raw") -> str:
        """Give what a client of pyvisa-py opens: a VISA resource name."""
        self._served(name, protocol)
        if protocol == "pty":
            return f"ASRL{self._terminals[name]}::INSTR"
        port = self._ports[name, protocol]
        if protocol == "prologix":
            return f"PRLGX-TCPIP{_BOARD.findall(name)[0]}::{HOST}::{port}::INTFC"
        if protocol == "hislip":
            return f"TCPIP0::{HOST}::hislip0,{port}::INSTR"
        if protocol == "vxi11":
            return f"TCPIP0::{HOST},{port}::inst0::INSTR"
        if protocol == "raw":
            return f"TCPIP0::{HOST}::{port}::SOCKET"
        return f"ASRL{self.url(name, protocol)}::INSTR"

    def serial_resource(self, name: str) -> str:
        """Give the VISA resource name that makes pyvisa-py treat the raw socket as a serial line."""
        return f"ASRL{self.url(name)}::INSTR"

    def url(self, name: str, protocol: Protocol = "raw") -> str:
        """Give what a client of pyserial opens, for a raw socket or a serial line."""
        self._served(name, protocol)
        if protocol == "pty":
            return self._terminals[name]
        scheme = "rfc2217" if protocol == "rfc2217" else "socket"
        return f"{scheme}://{HOST}:{self._ports[name, protocol]}"

    def __enter__(self) -> LoopbackServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _served(self, name: str, protocol: Protocol) -> tuple[str, Protocol]:
        """Refuse what is not served."""
        if (name, protocol) not in self._ports and not (protocol == "pty" and name in self._terminals):
            all_served = [*self._ports, *((one, "pty") for one in self._terminals)]
            served = ", ".join(f"{one} ({how})" for one, how in all_served) or "none"
            raise UsageError(f"No instrument {name!r} is served as {protocol} here. Served are: {served}.")
        return name, protocol

    def _open(self, name: str, device: Device, protocol: Protocol) -> None:
        if protocol == "pty":
            terminal = PseudoTerminal(name, device)
            self._terminals[name] = terminal.path
            self._loop.adopt(terminal, TerminalService(device), client=False)
        elif protocol == "vxi11":
            service = Vxi11Service(device)
            service.port = self._ports[name, protocol] = self._loop.listen(service)
        elif protocol == "hislip":
            self._ports[name, protocol] = self._loop.listen(HislipService(device))
        elif protocol == "rfc2217":
            self._ports[name, protocol] = self._loop.listen(Rfc2217Service(device))
        else:
            self._ports[name, protocol] = self._loop.listen(RawService(device, serial=protocol == "serial"))
