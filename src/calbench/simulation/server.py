"""Simulated instruments on loopback sockets, for programs that know neither calbench nor pyvisa backends.

Virtual time works here too: when a client has asked and the reply is not ready yet, the server moves the
shared clock to the moment when it is. That is deterministic as long as one client at a time talks and every
command is answered before the next is sent or time is waited for (end each setting with a query, such as
`*OPC?`). An instrument that sends by itself, unasked, goes on when somebody else moves the time.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterable
from types import TracebackType

from calbench.clock import RealClock, VirtualClock
from calbench.errors import UsageError
from calbench.simulation.connection import Connection, wait_on
from calbench.simulation.device import Device
from calbench.simulation.world import World

_HOST = "127.0.0.1"
_CHUNK = 65536
_BACKLOG_LIMIT = 1 << 20  # bytes that wait for a client who does not read; more ends the connection


class _Client:
    """One accepted connection."""

    def __init__(self, sock: socket.socket, connection: Connection) -> None:
        self.sock = sock
        self.connection = connection
        self.backlog = bytearray()


class LoopbackServer:
    """Serves instruments of a world, each on a port of its own, from one background thread.

    Use it as a context manager. It binds 127.0.0.1 only and stops by itself after `idle_limit` real seconds
    without traffic.

    Args:
        world: whose instruments are served.
        names: which of them; None serves all.
        idle_limit: real seconds.
        max_clients: further connections are closed at once.
    """

    def __init__(
        self,
        world: World,
        names: Iterable[str] | None = None,
        *,
        idle_limit: float = 600.0,
        max_clients: int = 16,
    ) -> None:
        self._world = world
        self._devices = {name: world.device(name) for name in (world.devices if names is None else names)}
        self._idle_limit = idle_limit
        self._max_clients = max_clients
        self._time = RealClock()
        self._virtual = isinstance(world.clock, VirtualClock)
        self._selector = selectors.DefaultSelector()
        self._ports: dict[str, int] = {}
        self._clients: set[_Client] = set()
        self._wake_in, self._wake_out = socket.socketpair()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="calbench-loopback", daemon=True)

    def start(self) -> LoopbackServer:
        """Bind the ports and begin to serve."""
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ, None)
        for name, device in self._devices.items():
            listener = socket.create_server((_HOST, 0))
            listener.setblocking(False)
            self._ports[name] = int(listener.getsockname()[1])
            self._selector.register(listener, selectors.EVENT_READ, device)
        self._world.on_close(self.stop)
        self._thread.start()
        return self

    def join(self, timeout: float | None = None) -> None:
        """Wait until the server has stopped, at most `timeout` real seconds."""
        self._thread.join(timeout)

    def stop(self) -> None:
        """Close all connections and end the thread. May be called again."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def running(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def port(self, name: str) -> int:
        """Give the TCP port of an instrument (`UsageError` if it is not served)."""
        try:
            return self._ports[name]
        except KeyError:
            served = ", ".join(self._ports) or "none"
            raise UsageError(f"No instrument {name!r} is served here. Served are: {served}.") from None

    def resource(self, name: str) -> str:
        """Give the VISA resource name of an instrument's socket."""
        return f"TCPIP0::{_HOST}::{self.port(name)}::SOCKET"

    def serial_resource(self, name: str) -> str:
        """Give the VISA resource name that makes pyvisa-py treat the socket as a serial line."""
        return f"ASRLsocket://{_HOST}:{self.port(name)}::INSTR"

    def url(self, name: str) -> str:
        """Give the pyserial URL of an instrument."""
        return f"socket://{_HOST}:{self.port(name)}"

    def __enter__(self) -> LoopbackServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- in the thread ---

    def _serve(self) -> None:
        last = self._time.monotonic()
        try:
            while not self._stopping.is_set():
                ready = self._selector.select(self._pause(last))
                for key, _ in ready:
                    self._handle(key)
                for client in tuple(self._clients):
                    self._pump(client)
                now = self._time.monotonic()
                last = now if ready else last
                if now - last > self._idle_limit:
                    break
        finally:
            self._close_all()

    def _pause(self, last: float) -> float:
        """Give how long nothing can happen, in real seconds."""
        pause = max(last + self._idle_limit - self._time.monotonic(), 0.0) + 0.01
        if self._virtual:
            return pause
        clock = self._world.clock
        times = [client.connection.ready_at() for client in self._clients]
        due = [time for time in (clock.run_due(), *times) if time is not None]
        return min([pause, *(max(time - clock.monotonic(), 0.0) for time in due)])

    def _handle(self, key: selectors.SelectorKey) -> None:
        if key.data is None:
            self._wake_out.recv(_CHUNK)
        elif isinstance(key.data, Device):
            self._accept(key.fileobj, key.data)
        elif isinstance(key.data, _Client):
            self._receive(key.data)

    def _accept(self, listener: object, device: Device) -> None:
        if not isinstance(listener, socket.socket):
            return
        sock, _ = listener.accept()
        if len(self._clients) >= self._max_clients:
            sock.close()
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        client = _Client(sock, device.connect(message_based=False))
        client.connection.on_output = self._wake
        self._clients.add(client)
        self._selector.register(sock, selectors.EVENT_READ, client)

    def _receive(self, client: _Client) -> None:
        try:
            data = client.sock.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(client)
            return
        with self._world.clock.hold():
            client.connection.write(data)

    def _pump(self, client: _Client) -> None:
        """Send what is ready; in virtual time, make ready what was asked for."""
        connection = client.connection
        if self._virtual and connection.device.holds(connection):
            wait_on(self._world.clock, lambda: not connection.device.holds(connection), None)
        while client in self._clients:
            data, _ = connection.take(_CHUNK)
            client.backlog += data
            awaited = self._virtual and connection.ready_at() is not None
            if not data and not (awaited and connection.wait_ready(None)):
                break
        try:
            while client.backlog:
                del client.backlog[: client.sock.send(client.backlog)]
        except BlockingIOError:
            pass
        except OSError:
            self._close(client)
            return
        if len(client.backlog) > _BACKLOG_LIMIT or (connection.lost and not client.backlog):
            self._close(client)

    def _close(self, client: _Client) -> None:
        if client in self._clients:
            self._clients.discard(client)
            self._selector.unregister(client.sock)
            client.sock.close()
            client.connection.close()

    def _close_all(self) -> None:
        for client in tuple(self._clients):
            self._close(client)
        for key in tuple(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        self._wake_in.close()

    def _wake(self) -> None:
        """Have the thread look at once; if the pipe is full or closed, it will look anyway or has ended."""
        try:
            self._wake_in.send(b"\0")
        except OSError:
            return
