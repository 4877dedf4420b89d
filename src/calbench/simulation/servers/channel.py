"""One stream of bytes between a client and its handler: what is sent waits here if the client does not read."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from calbench.simulation.servers.handler import Handler, RefusalError

if TYPE_CHECKING:
    from calbench.simulation.servers.loop import Loop

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


class Channel:
    """A stream in a loop, with the handler that understands its protocol.

    Attributes:
        loop: the loop that waits on the stream.
        handler: understands what comes; set once, when the stream is accepted.
        client: whether it counts as one of the clients that the loop takes.
        open: whether the client is still served; it is not while it reads its last words.
    """

    handler: Handler

    def __init__(self, loop: Loop, stream: Stream, *, client: bool) -> None:
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
