"""A plain TCP socket to an instrument."""

from __future__ import annotations

import socket
from collections.abc import Callable
from math import inf

from calbench.clock import Clock, RealClock
from calbench.errors import CalbenchError, ConnectionLost, LinkError, LinkTimeout
from calbench.instruments.arrival import await_frame, own_echo
from calbench.instruments.draining import drain
from calbench.instruments.failures import endless, gone, late, require_end, translate, translated
from calbench.instruments.link import LONGEST_REPLY, QUIET, FrameFormat, LineFormat, decode, encode
from calbench.instruments.tape import Stream, Tape

_CHUNK = 65536
_AWAKE = 1e-4  # s; to be put to sleep and woken takes longer than a quick instrument does
_ASLEEP = 32  # waits, after one in which nothing came while awake: a slow instrument, or a busy machine
_WIRE = RealClock()  # deadlines on a wire are the operating system's, whatever clock the procedure waits on


class TcpLink:
    """A `Link` over a TCP connection that carries lines of text (port 5025 and the like).

    Connected when built, with TCP_NODELAY: two messages in a row would otherwise stall for 40 ms.

    Raises:
        UsageError: The line format has no terminator for replies.
        LinkError: The connection is refused, or the host cannot be reached.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        line: LineFormat,
        clock: Clock | None = None,
        unit: str = "",
        framing: str = "",
        tape: Tape | None = None,
    ) -> None:
        self.resource = f"{host}:{port}"
        self.clock: Clock = clock or RealClock()
        self.unit = unit
        self.framing = framing
        self._line = line
        self._end = require_end(line, self.resource)
        self._pending = bytearray()
        self._stale = False
        self._socket: Stream | None = _carrier(self.resource, tape, lambda: connect(host, port, line.timeout))
        self._allowed = -1.0  # the timeout that is set; each change is a call of the system
        # a cassette holds what came, not how often it was looked
        self._asleep: float = 0 if tape is None else inf

    def write(self, message: str) -> None:
        """Send one message; after a timeout, first discard what has come of the late reply."""
        self._send(message)

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply; `timeout` (seconds) is for the whole of it."""
        line = self._open()
        self._stale = True  # until the reply is here; holds after a timeout, and after an interrupt
        limit = self._line.timeout if timeout is None else timeout
        left, deadline = limit, _WIRE.monotonic() + limit
        searched = 0
        while (found := self._pending.find(self._end, searched)) < 0:
            if len(self._pending) > LONGEST_REPLY:
                raise LinkError(endless(self.resource, self._line))
            searched = max(0, len(self._pending) - len(self._end) + 1)
            self._pending += self._receive(line, left, limit)
            left = deadline - _WIRE.monotonic()
        reply = self._pending[: found + len(self._end)]
        del self._pending[: len(reply)]
        self._stale = False
        return decode(reply, self._line.read_end)

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Send one message and wait for its reply."""
        self._send(message, replies=True)
        return self.read(timeout=timeout)

    def send(self, data: bytes) -> None:
        """Send bytes as they are; after a timeout, first discard what has come of the late reply."""
        self._put(data)

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        """Wait for one frame; `timeout` (seconds) is for the whole of it."""
        line = self._open()
        self._stale = True
        limit = self._line.timeout if timeout is None else timeout
        frame = await_frame(self._pending, form, self._until(line, limit), self.resource)
        self._stale = False
        return frame

    def discard(self) -> None:
        """Throw away what has come so far."""
        line = self._open()
        self._pending.clear()
        self._stale = False
        self._allowed = -1.0
        with translated(self.resource, "discarding what has come"):
            discard_arrived(line, self.resource)

    def wait(self, seconds: float) -> None:
        """Wait on the clock of the link."""
        self.clock.sleep(seconds)

    def clear(self) -> None:
        """Discard what is pending, until the line has been quiet for 50 ms."""
        line = self._open()
        self._pending.clear()
        self._allowed = -1.0
        with translated(self.resource, "discarding stale bytes"):
            drain(lambda: take_stale(line, self.resource), self.resource, self.clock, self._line.timeout)
        self._stale = False

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> Stream:
        """Give the socket, unless the link is closed."""
        if self._socket is None:
            raise LinkError(f"{self.resource}: the link is closed. Open it again.")
        return self._socket

    def _send(self, message: str, *, replies: bool = False) -> None:
        """Send one message on a line that holds nothing of an earlier one."""
        self._put(encode(message, self._line.write_end), replies=replies)

    def _put(self, data: bytes, *, replies: bool = False) -> None:
        if self._stale:
            self.clear()
        line = self._open()
        self._stale = replies
        try:
            self._allow(line, self._line.timeout)
            line.sendall(data)
        except CalbenchError:
            raise
        except Exception as error:
            raise translate(error, self.resource, "writing") from error
        if self._line.echo:
            own_echo(data, self._until(line, self._line.timeout), self._pending, self.resource)

    def _allow(self, line: Stream, seconds: float) -> None:
        """Set the timeout of the socket."""
        if seconds != self._allowed:
            line.settimeout(seconds)
            self._allowed = seconds

    def _until(self, line: Stream, limit: float) -> Callable[[], bytes]:
        """Give what waits for further bytes until the time is over, counted from now."""
        deadline = _WIRE.monotonic() + limit
        return lambda: self._receive(line, deadline - _WIRE.monotonic(), limit)

    def _receive(self, line: Stream, left: float, limit: float) -> bytes:
        """Take what comes next, or raise when the time that is left is over."""
        if left <= 0 and self._pending:  # a peer that trickles must not move the deadline
            raise LinkTimeout(late(self.resource, limit, self._pending, self._line))
        try:
            chunk = self._quickly(line, left)
            if chunk is None:
                self._allow(line, max(left, 1e-6))
                chunk = line.recv(_CHUNK)
        except TimeoutError as error:
            if error.errno is not None:  # TCP's own: the peer is dead
                raise translate(error, self.resource, "reading") from error
            raise LinkTimeout(late(self.resource, limit, self._pending, self._line)) from error
        except CalbenchError:
            raise
        except Exception as error:
            raise translate(error, self.resource, "reading") from error
        if not chunk:
            raise ConnectionLost(gone(self.resource))
        return chunk

    def _quickly(self, line: Stream, left: float) -> bytes | None:
        """Look again and again for a moment, if that has paid of late; None when nothing comes."""
        if self._asleep:
            self._asleep -= 1
            return None
        self._allow(line, 0.0)
        until = _WIRE.monotonic() + min(left, _AWAKE)
        while _WIRE.monotonic() < until:
            try:
                return line.recv(_CHUNK)
            except BlockingIOError:
                continue
        self._asleep = _ASLEEP
        return None


def _carrier(resource: str, tape: Tape | None, connecting: Callable[[], socket.socket]) -> Stream:
    return connecting() if tape is None else tape.socket(resource, connecting)


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """Connect a TCP socket without Nagle's delay.

    Raises:
        LinkError: There is no such host, nothing listens at the port, or no answer came in time.
    """
    try:
        line = socket.create_connection((host, port), timeout)
    except OSError as error:
        raise LinkError(
            f"{host}:{port}: cannot connect: {error}. Check that the instrument is on, in this "
            f"network, and listens at this port."
        ) from error
    send_at_once(line)
    return line


def take_stale(line: Stream, where: str) -> bytes:
    """Take what a socket receives within 50 ms; empty when nothing comes.

    Raises:
        ConnectionLost: The peer is gone.
    """
    line.settimeout(QUIET)
    try:
        chunk = line.recv(_CHUNK)
    except TimeoutError:
        return b""
    if not chunk:
        raise ConnectionLost(gone(where))
    return chunk


def discard_arrived(line: Stream, where: str) -> None:
    """Throw away what a socket has received, without waiting.

    Raises:
        ConnectionLost: The peer is gone.
    """
    line.setblocking(False)
    try:
        while line.recv(_CHUNK):
            pass
    except BlockingIOError:
        return
    raise ConnectionLost(gone(where))


def send_at_once(line: socket.socket) -> None:
    """Set TCP_NODELAY: two messages in a row would otherwise stall for 40 ms."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
