"""A VISA resource: GPIB, USB, LAN and serial instruments, through any pyvisa library, real or simulated."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pyvisa
from pyvisa.constants import StatusCode

from calbench.clock import Clock, RealClock
from calbench.errors import ConnectionLost, LinkError, LinkTimeout, UnexpectedReply
from calbench.instruments.arrival import await_frame, own_echo
from calbench.instruments.draining import drain
from calbench.instruments.failures import cut_off, endless, gone, late, translated
from calbench.instruments.link import (
    LONGEST_REPLY,
    QUIET,
    FrameFormat,
    LineFormat,
    decode,
    encode,
    simulated_clock,
)
from calbench.instruments.mended import mended
from calbench.instruments.socketport import discard_waiting, release, waiting
from calbench.instruments.tape import Stream
from calbench.instruments.tcp import discard_arrived, take_stale
from calbench.instruments.visabytes import arrived, plain_bytes
from calbench.instruments.visalibrary import (
    Library,
    ends_messages,
    milliseconds,
    open_manager,
    open_resource,
    release_manager,
    session_interface,
    session_port,
    session_socket,
)

_CHUNK = 20 * 1024
_SLICE = 4096  # pyvisa-py takes at most this from a socket at once; more would be held back in its own buffer
_WIRE = RealClock()  # deadlines on a wire are the operating system's, whatever clock the procedure waits on


class VisaLink:
    """A `Link` over a VISA resource.

    What pyvisa-py 0.8.1 does badly is done here or below: on a SOCKET resource the link looks at the socket itself
    before each read (a dead peer would spin at full load until the timeout, and be told as a timeout); a serial line
    is read in bulk; its HiSLIP and VXI-11 sessions are mended (`mended`). A VXI-11 instrument that takes a call and
    never answers it is told one second after the timeout.

    Raises:
        UsageError: There is no such VISA library, or a plain line has no terminator for replies.
        LinkError: The resource cannot be opened.
    """

    def __init__(
        self,
        address: str,
        *,
        library: Library = "",
        line: LineFormat,
        clock: Clock | None = None,
        unit: str = "",
        framing: str = "",
    ) -> None:
        self.resource = address
        self.unit = unit
        self.framing = framing
        self._line = line
        with ExitStack() as opened:
            manager = open_manager(library)
            opened.callback(release_manager, library)
            self._visa = open_resource(manager, address, line)
            opened.callback(self._visa.close)
            opened.callback(release, session_interface(self._visa))
            opened.enter_context(
                self._visa.ignore_warning(
                    StatusCode.success_max_count_read, StatusCode.success_device_not_present
                )
            )
            self._cleanup = opened.pop_all()
        self.clock: Clock = clock or simulated_clock(manager.visalib) or RealClock()
        self._socket = session_socket(self._visa)
        self._port = session_port(self._visa)
        self._watched = mended(session_interface(self._visa))
        self._tells_every_end = "::HISLIP" in address.upper()
        self._messages_end = ends_messages(self._visa)
        self._end = line.read_end.encode("latin-1")
        self._pending = bytearray()
        self._timeout: int | None = None
        self._stale = False
        self._closed = False

    def write(self, message: str) -> None:
        """Send one message; after a timeout, first discard what has come of the late reply."""
        self._send(message)

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply; `timeout` (seconds) is for the whole of it."""
        self._require_open()
        self._stale = True  # until the reply is here; holds after a timeout, and after an interrupt
        limit = self._line.timeout if timeout is None else timeout
        remaining, deadline = limit, _WIRE.monotonic() + limit
        rest = self._behind_line()
        while rest is None:
            if len(self._pending) > LONGEST_REPLY:
                raise LinkError(endless(self.resource, self._line))
            try:
                with translated(self.resource, "reading"):
                    rest = self._receive(remaining)
            except LinkTimeout as error:
                raise LinkTimeout(late(self.resource, limit, self._pending, self._line)) from error
            remaining = deadline - _WIRE.monotonic()
        if not self._pending.endswith(self._end):
            raise UnexpectedReply(cut_off(self.resource, self._pending, self._line))
        reply = decode(self._pending, self._line.read_end)
        self._pending[:] = rest
        self._stale = False
        return reply

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Send one message and wait for its reply."""
        self._send(message, replies=True)
        return self.read(timeout=timeout)

    def send(self, data: bytes) -> None:
        """Send bytes as they are; after a timeout, first discard what has come of the late reply."""
        self._put(data)

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        """Wait for one frame; `timeout` (seconds) is for the whole of it."""
        self._require_open()
        self._stale = True
        frame = await_frame(self._pending, form, self._until(timeout), self.resource)
        self._stale = False
        return frame

    def discard(self) -> None:
        """Throw away what has come so far; a line with messages keeps nothing that was not asked for."""
        self._require_open()
        self._pending.clear()
        self._stale = False
        with translated(self.resource, "discarding what has come"):
            if self._socket is not None:
                discard_arrived(self._socket, self.resource)
            elif self._port is not None:
                discard_waiting(self._port)
            elif not self._messages_end:
                with plain_bytes(self._visa):
                    while count := arrived(self._visa):
                        self._visa.visalib.read(self._visa.session, count)

    def wait(self, seconds: float) -> None:
        """Wait on the clock of the link."""
        self.clock.sleep(seconds)

    def clear(self) -> None:
        """Send a device clear; a plain line has none: discard until it has been quiet for 50 ms."""
        self._require_open()
        self._pending.clear()
        with translated(self.resource, "clearing the line"):
            # pyvisa-py's own clear of a socket never ends when the peer is gone
            if not (self._messages_end and self._device_clear()):
                drain(self._take_stale, self.resource, self.clock, self._line.timeout)
        self._stale = False

    def close(self) -> None:
        """Close the resource; the VISA library stays open for the other instruments."""
        self._closed = True
        with translated(self.resource, "closing"):
            self._cleanup.close()

    def _require_open(self) -> None:
        """Refuse to use a closed link."""
        if self._closed:
            raise LinkError(f"{self.resource}: the link is closed. Open it again.")

    def _send(self, message: str, *, replies: bool = False) -> None:
        """Send one message on a line that holds nothing of an earlier one."""
        self._put(encode(message, self._line.write_end), replies=replies)

    def _put(self, data: bytes, *, replies: bool = False) -> None:
        self._require_open()
        if self._stale:
            self.clear()
        self._stale = replies
        with translated(self.resource, "writing"):
            self._allow(self._line.timeout)
            self._visa.write_raw(data)
        if self._line.echo:
            own_echo(data, self._until(None), self._pending, self.resource)

    def _until(self, timeout: float | None) -> Callable[[], bytes]:
        """Give what waits for further bytes until the time is over, counted from now."""
        limit = self._line.timeout if timeout is None else timeout
        clocks = (self.clock, _WIRE)  # bytes that trickle move simulated time, and real time
        deadlines = [clock.monotonic() + limit for clock in clocks]

        def more() -> bytes:
            left = min(end - clock.monotonic() for end, clock in zip(deadlines, clocks, strict=True))
            if left <= 0:
                raise LinkTimeout(late(self.resource, limit, b"", self._line))
            with translated(self.resource, "reading"):
                return self._bytes(left)

        return more

    def _behind_line(self) -> bytes | None:
        """Split a line off what came behind a frame, and give what is behind that line; None: no line is there."""
        line, end, rest = bytes(self._pending).partition(self._end) if self._pending else (b"", b"", b"")
        if not end:
            return None
        self._pending[:] = line + end
        return rest

    def _bytes(self, seconds: float) -> bytes:
        """Wait for bytes on a line that marks no ends; give those that are there."""
        if self._socket is not None:
            self._socket.settimeout(max(seconds, 1e-6))
            count = len(self._socket.recv(_SLICE, socket.MSG_PEEK))
            if not count:
                raise ConnectionLost(gone(self.resource))
        elif self._port is not None:
            return self._port_bytes(seconds)
        elif self._messages_end:
            count = _CHUNK
        else:
            count = max(1, arrived(self._visa))
        self._allow(seconds)
        with plain_bytes(self._visa):
            return bytes(self._visa.visalib.read(self._visa.session, count)[0])

    def _receive(self, remaining: float) -> bytes | None:
        """Take what comes next of a reply; if it is complete then, give what is behind it."""
        if remaining <= 0 and self._pending:
            raise TimeoutError  # a peer that trickles must not move the deadline
        if self._port is not None:
            self._pending += self._port_bytes(max(remaining, 0.0))
            return self._behind_line()
        count = _CHUNK if self._socket is None else self._ready(self._socket, remaining)
        self._allow(remaining)
        chunk, status = self._visa.visalib.read(self._visa.session, count)
        self._pending += chunk
        # only HiSLIP tells the end of a message from a full buffer in every case; with others the terminator does
        told = self._end and not self._tells_every_end and self._pending.endswith(self._end)
        ended = self._messages_end and status != StatusCode.success_max_count_read
        return b"" if told or ended else None

    def _port_bytes(self, seconds: float) -> bytes:
        """Take everything that a serial port holds, or wait for the first byte; pyvisa-py takes one at a time."""
        port: Any = self._port
        if port.timeout != seconds:
            port.timeout = seconds
        data = bytes(port.read(max(1, waiting(port))))
        if not data:
            raise TimeoutError
        return data

    def _ready(self, line: Stream, remaining: float) -> int:
        """Wait until a socket has bytes, and give how many of them belong to this reply."""
        line.settimeout(max(remaining, 1e-6))
        waiting = line.recv(_SLICE, socket.MSG_PEEK)
        if not waiting:
            raise ConnectionLost(gone(self.resource))
        return waiting.find(self._end[-1:]) + 1 or len(waiting)

    def _allow(self, seconds: float) -> None:
        """Set the timeout of the resource."""
        for line in self._watched:
            line.allow(seconds)
        timeout = milliseconds(seconds)
        if timeout != self._timeout:
            self._visa.timeout = timeout
            self._timeout = timeout

    def _device_clear(self) -> bool:
        """Send a device clear; tell whether the interface has one."""
        self._allow(self._line.timeout)
        try:
            self._visa.clear()
        except NotImplementedError:
            return False
        except pyvisa.errors.VisaIOError as error:
            if error.error_code != StatusCode.error_nonsupported_operation:
                raise
            return False
        return True

    def _take_stale(self) -> bytes:
        """Take what comes within 50 ms; empty when nothing comes."""
        if self._socket is not None:
            return take_stale(self._socket, self.resource)
        try:
            # byte by byte if need be: a long read would time out on a slow line, which is not quiet
            return self._bytes(QUIET)
        except pyvisa.errors.VisaIOError as error:
            if error.error_code == StatusCode.error_timeout:
                return b""
            raise
        except TimeoutError:
            return b""
