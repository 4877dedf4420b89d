"""One stream of bytes between a client and its handler: what is sent waits here if the client does not read.

A channel and its handler know each other, and each knows the loop only as a `Host`.
"""

from __future__ import annotations

import selectors
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from calbench.clock import EventClock
from calbench.simulation.servers.errand import SLICE

CHUNK = 65536
"""Bytes that are sent at once."""
HIGH = 4 * CHUNK
"""Bytes that wait for a client: above it, nothing more is taken from the instrument or from the client."""
_MOST_DISCARDED = 1 << 24  # bytes that a client may still send after it was told to go


class Stream(Protocol):
    """What carries the bytes: a socket that does not block, or the like of one."""

    def fileno(self) -> int:
        """Give what a selector waits on."""

    def recv(self, count: int, /) -> bytes:
        """Take what has come, at most so many bytes; none when the other side has closed."""

    def send(self, data: bytes | bytearray, /) -> int:
        """Send what can be sent now; give how many bytes it was."""

    def close(self) -> None:
        """Give the stream back."""


class Host(Protocol):
    """What serves channels and their handlers: the loop.

    Attributes:
        selector: waits on the streams.
        clock: of the world.
        virtual: whether simulated time is moved for clients that wait.
    """

    selector: selectors.BaseSelector
    clock: EventClock
    virtual: bool

    def mark(self, handler: Handler) -> None:
        """Have the handler's `pump` called soon."""

    def adopt(self, stream: Stream, service: Service, *, client: bool = True) -> Channel:
        """Serve one more stream; a client for whom there is no place is told so."""
        ...

    def linger(self, channel: Channel) -> None:
        """Give a client a moment to read its last words, then close its channel."""

    def forget(self, channel: Channel) -> None:
        """Take a channel out that was closed."""


class Service(Protocol):
    """What is behind a port: it makes a handler for each client."""

    def accept(self, channel: Channel) -> Handler:
        """Make the handler of a new client."""

    def too_many(self) -> bytes:
        """Give what a client is told for whom there is no place."""


class RefusalError(Exception):
    """A client has broken the protocol; `farewell` is what the protocol has to say to that."""

    def __init__(self, farewell: bytes = b"") -> None:
        super().__init__(farewell)
        self.farewell = farewell


class Handler(ABC):
    """Understands the protocol of one channel.

    Attributes:
        channel: the way to the client.
        marked: whether the loop will call `pump` soon; the loop keeps it.
        chunk: bytes that are taken from the client at once.
    """

    marked = False
    chunk = 16384

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.loop = channel.loop
        self.clock = channel.loop.clock

    @abstractmethod
    def received(self, data: bytes) -> None:
        """Take what the client has sent; `RefusalError` if it makes no sense."""

    @abstractmethod
    def pump(self) -> None:
        """Do what can be done now; called after `received`, and whenever something may have changed."""

    def due(self) -> float | None:
        """Give when `pump` is to be called again (time of the clock); None: only when something changes."""
        return None

    def give_way(self, start: float) -> bool:
        """Tell whether this client has moved the clock long enough since `start`; it has another turn soon."""
        if self.clock.monotonic() - start < SLICE:
            return False
        self.loop.mark(self)
        return True

    def closed(self) -> None:  # noqa: B027 - a handler that keeps nothing has nothing to do
        """Give back what the client had; may be called again."""


class Channel:
    """A stream in a loop, with the handler that understands its protocol.

    Attributes:
        loop: the loop that waits on the stream.
        handler: understands what comes; set once, when the stream is accepted.
        client: whether it counts as one of the clients that the loop takes.
        open: whether the client is still served; it is not while it reads its last words.
    """

    handler: Handler

    def __init__(self, loop: Host, stream: Stream, *, client: bool) -> None:
        self.loop = loop
        self.client = client
        self.open = True
        self._stream = stream
        self._backlog = bytearray()
        self._paused = False
        self._closed = False
        self._discarded = 0
        self._events = 0
        self._interest()

    @property
    def full(self) -> bool:
        """Whether the client is behind with reading."""
        return len(self._backlog) > HIGH

    def send(self, data: bytes) -> None:
        """Send bytes, or have them wait until the client reads."""
        if not self.open:
            return
        if self._backlog:
            self._backlog += data
            self._interest()
            return
        try:
            sent = self._stream.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        if sent < len(data):
            self._backlog += memoryview(data)[sent:]
            self._interest()

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - a switch
        """Take nothing more from the client for now, or go on."""
        if paused != self._paused:
            self._paused = paused
            self._interest()

    def finish(self) -> None:
        """End the stream when what waits is sent; what the client still sends is thrown away."""
        if self.open:
            self.open = False
            if not self._backlog:
                self._say_goodbye()
            self._interest()

    def close(self) -> None:
        """End the stream now."""
        if self._closed:
            return
        self.open, self._closed = False, True
        if self._events:
            self.loop.selector.unregister(self._stream)
        self.loop.forget(self)
        self._stream.close()
        self.handler.closed()

    def ready(self, events: int) -> None:
        """Send and receive what can be; the loop calls this."""
        if events & selectors.EVENT_WRITE and not self._closed:
            self._send_backlog()
        if events & selectors.EVENT_READ and not self._closed:
            self._receive()

    def poll(self) -> None:
        """Take what has come already, without waiting for the loop's turn."""
        if self._events & selectors.EVENT_READ:
            self._receive()

    def _receive(self) -> None:
        try:
            data = self._stream.recv(self.handler.chunk)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._discarded += 0 if self.open else len(data)
        if not data or self._discarded > _MOST_DISCARDED:
            self.close()
        elif self.open:
            self.guard(lambda: self.handler.received(data))
            self.loop.mark(self.handler)

    def guard(self, action: Callable[[], None]) -> None:
        """Do something for the client; if it has broken the protocol it is told so and let go."""
        try:
            action()
        except RefusalError as refusal:
            self.send(refusal.farewell)
            self.finish()
            self.handler.closed()

    def _send_backlog(self) -> None:
        try:
            while self._backlog:
                del self._backlog[: self._stream.send(self._backlog[:CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if not self._backlog:
            if not self.open:
                self._say_goodbye()
            self.loop.mark(self.handler)
        self._interest()

    def _say_goodbye(self) -> None:
        """Let the client see the end of the stream; closing at once could take the last words from it."""
        shutdown = getattr(self._stream, "shutdown", None)
        if shutdown is None:
            self.close()
            return
        try:
            shutdown(1)  # SHUT_WR
        except OSError:
            self.close()
        else:
            self.loop.linger(self)

    def _interest(self) -> None:
        """Have the selector wait for what can be done now."""
        if self._closed:
            return
        events = selectors.EVENT_WRITE if self._backlog else 0
        if not self.open or not (self._paused or self.full):
            events |= selectors.EVENT_READ
        if events == self._events:
            return
        if not self._events:
            self.loop.selector.register(self._stream, events, self)
        elif not events:
            self.loop.selector.unregister(self._stream)
        else:
            self.loop.selector.modify(self._stream, events, self)
        self._events = events
