"""The loop that serves all instruments of a world from one background thread."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from functools import partial

from calbench.clock import EventClock, RealClock, VirtualClock
from calbench.simulation.servers.channel import CHUNK, Channel, Handler, Service, Stream

HOST = "127.0.0.1"
"""The only address that servers bind and connect to."""
_LINGER = 1.0  # real seconds that a client has to read its last words
_LOG = logging.getLogger(__name__)


class _Listener:
    """A bound port."""

    def __init__(self, loop: Loop, sock: socket.socket, service: Service) -> None:
        self._loop = loop
        self.sock = sock
        self._service = service

    def ready(self, _events: int) -> None:
        try:
            sock, _ = self.sock.accept()
        except OSError:  # the client is gone already
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        self._loop.adopt(sock, self._service)


class Loop:
    """Waits on listeners and channels, and moves simulated time for clients that wait.

    Args:
        clock: of the world.
        idle_limit: real seconds without traffic after which it stops.
        max_clients: connections at a time; further ones are told so and closed.
    """

    def __init__(self, clock: EventClock, *, idle_limit: float, max_clients: int) -> None:
        self.clock = clock
        self.virtual = isinstance(clock, VirtualClock)
        self.selector: selectors.BaseSelector = selectors.DefaultSelector()
        self._idle_limit = idle_limit
        self._max_clients = max_clients
        self._time = RealClock()
        self._listeners: list[_Listener] = []
        self._channels: dict[Channel, None] = {}
        self._lingering: deque[tuple[float, Channel]] = deque()
        self._marked: deque[Handler] = deque()
        self._waiting: dict[Handler, None] = {}
        self._wake_in, self._wake_out = socket.socketpair()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="calbench-loopback", daemon=True)

    # --- for any thread ---

    def start(self) -> None:
        """Begin to serve."""
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        self.selector.register(self._wake_out, selectors.EVENT_READ, None)
        self._thread.start()

    def stop(self) -> None:
        """Close everything and end the thread. May be called again."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()
        elif not self._thread.ident:  # it was never started
            self._close_all()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, at most `timeout` real seconds."""
        self._thread.join(timeout)

    @property
    def running(self) -> bool:
        """Whether the thread serves."""
        return self._thread.is_alive()

    def mark(self, handler: Handler) -> None:
        """Have the handler's `pump` called soon."""
        if not handler.marked:
            handler.marked = True
            self._marked.append(handler)
            if threading.get_ident() != self._thread.ident:
                self._wake()

    # --- before the start, or in the thread ---

    def listen(self, service: Service) -> int:
        """Bind a free port for a service; gives its number."""
        sock = socket.create_server((HOST, 0))
        sock.setblocking(False)
        listener = _Listener(self, sock, service)
        self._listeners.append(listener)
        self.selector.register(sock, selectors.EVENT_READ, listener)
        return int(sock.getsockname()[1])

    def adopt(self, stream: Stream, service: Service, *, client: bool = True) -> Channel:
        """Serve a stream; a client for whom there is no place is told so."""
        channel = Channel(self, stream, client=client)
        if client and sum(one.client for one in self._channels) >= self._max_clients:
            channel.handler = _Nobody(channel)
            channel.send(service.too_many())
            channel.finish()
            return channel
        self._channels[channel] = None
        channel.handler = service.accept(channel)
        return channel

    def forget(self, channel: Channel) -> None:
        """Take a channel out that was closed."""
        self._channels.pop(channel, None)
        self._waiting.pop(channel.handler, None)

    def linger(self, channel: Channel) -> None:
        """Give a client a moment to read its last words, then close its channel."""
        self._lingering.append((self._time.monotonic() + _LINGER, channel))

    # --- in the thread ---

    def _serve(self) -> None:
        last = self._time.monotonic()
        try:
            while not self._stopping.is_set():
                ready = self.selector.select(self._pause(last))
                for key, events in ready:
                    if key.data is None:
                        self._wake_out.recv(CHUNK)
                    else:
                        self._safely(key.data, partial(key.data.ready, events))
                self._pump()
                now = self._time.monotonic()
                last = now if ready else last
                while self._lingering and self._lingering[0][0] <= now:
                    self._lingering.popleft()[1].close()
                if now - last > self._idle_limit:
                    break
        finally:
            self._close_all()

    def _pump(self) -> None:
        """Let handlers do what they can, each once a turn."""
        if not self.virtual:
            self.clock.run_due()
        now = self.clock.monotonic()
        for handler in tuple(self._waiting):
            due = handler.due()
            if self.virtual or (due is not None and due <= now):
                self.mark(handler)
        for _ in range(len(self._marked)):
            handler = self._marked.popleft()
            handler.marked = False
            channel = handler.channel
            if not channel.open:
                continue
            self._safely(channel, partial(channel.guard, handler.pump))
            if channel.open and handler.due() is not None:
                self._waiting[handler] = None
            else:
                self._waiting.pop(handler, None)

    def _safely(self, source: Channel | _Listener, action: Callable[[], None]) -> None:
        """Do something for one client; if a model breaks on what it sent, the others go on."""
        try:
            action()
        except Exception:  # noqa: BLE001 - whatever a simulated instrument raises must not end the others
            _LOG.exception("A simulated instrument failed; its client is disconnected.")
            if isinstance(source, Channel):
                source.close()

    def _pause(self, last: float) -> float:
        """Give how long nothing can happen, in real seconds."""
        if self._marked or (self.virtual and self._waiting):
            return 0.0
        now = self._time.monotonic()
        pause = max(last + self._idle_limit - now, 0.0) + 0.01
        if self._lingering:
            pause = min(pause, max(self._lingering[0][0] - now, 0.0))
        if self.virtual:
            return pause
        times = [self.clock.run_due(), *(handler.due() for handler in self._waiting)]
        now = self.clock.monotonic()
        return min([pause, *(max(time - now, 0.0) for time in times if time is not None)])

    def _close_all(self) -> None:
        for channel in (*self._channels, *(channel for _, channel in self._lingering)):
            self._safely(channel, channel.close)
        for listener in self._listeners:
            listener.sock.close()
        self.selector.close()
        self._wake_in.close()
        self._wake_out.close()

    def _wake(self) -> None:
        """Have the thread look at once; if the pipe is full or closed, it will look anyway or has ended."""
        try:
            self._wake_in.send(b"\0")
        except OSError:
            return


class _Nobody(Handler):
    """Has no place for a client."""

    def received(self, data: bytes) -> None:
        """Hear nothing."""

    def pump(self) -> None:
        """Say nothing."""
