"""A serial port: RS-232, RS-485 and USB adapters, and everything that pyserial reaches by URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import serial

from calbench.clock import Clock, RealClock
from calbench.errors import LinkError, LinkTimeout
from calbench.instruments import remoteport
from calbench.instruments.arrival import await_frame, own_echo
from calbench.instruments.draining import drain
from calbench.instruments.failures import endless, late, require_end, translate, translated
from calbench.instruments.link import (
    LONGEST_REPLY,
    QUIET,
    FrameFormat,
    LineFormat,
    decode,
    encode,
    simulated_clock,
)
from calbench.instruments.socketport import discard_waiting, release, socket_below, waiting
from calbench.instruments.tape import Tape
from calbench.instruments.tcp import send_at_once

_SIMULATED = "calbench://"
_HANDLERS = "calbench.simulation.serialurl"  # where pyserial finds the handler of these addresses, by name
_WIRE = RealClock()  # deadlines on a wire are the operating system's, whatever clock the procedure waits on


class SerialLink:
    """A `Link` over a serial port: `COM3`, `/dev/ttyUSB0`, `socket://host:port`, `rfc2217://…`, `calbench://…`.

    Raises:
        UsageError: The line format has no terminator for replies.
        LinkError: There is no such port, another program has it, or it cannot do the line setting.
    """

    def __init__(
        self,
        port: str,
        *,
        line: LineFormat,
        clock: Clock | None = None,
        unit: str = "",
        framing: str = "",
        tape: Tape | None = None,
    ) -> None:
        self.resource = port
        self.unit = unit
        self.framing = framing
        self._line = line
        self._end = require_end(line, port)
        self._pending = bytearray()
        self._stale = False
        self._port = (
            _open(port, line) if tape is None else tape.port(port, line.serial, lambda: _open(port, line))
        )
        simulated = simulated_clock(self._port)
        self.clock: Clock = clock or simulated or RealClock()
        # where time is simulated nothing comes while nobody waits, and a clear must not move it
        self._quiet = QUIET if simulated is None else 0.0

    def write(self, message: str) -> None:
        """Send one message; after a timeout, first discard what has come of the late reply."""
        self._send(message)

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply; `timeout` (seconds) is for the whole of it."""
        self._require_open()
        self._stale = True  # until the reply is here; holds after a timeout, and after an interrupt
        limit = self._line.timeout if timeout is None else timeout
        remaining, deadline = limit, _WIRE.monotonic() + limit
        searched = 0
        while (found := self._pending.find(self._end, searched)) < 0:
            if len(self._pending) > LONGEST_REPLY:
                raise LinkError(endless(self.resource, self._line))
            chunk = self._receive(max(remaining, 0.0))
            if not chunk:
                raise LinkTimeout(late(self.resource, limit, self._pending, self._line))
            searched = max(0, len(self._pending) - len(self._end) + 1)
            self._pending += chunk
            remaining = deadline - _WIRE.monotonic()
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
        self._require_open()
        self._stale = True
        frame = await_frame(self._pending, form, self._until(timeout), self.resource)
        self._stale = False
        return frame

    def discard(self) -> None:
        """Throw away what has come so far."""
        self._require_open()
        self._pending.clear()
        self._stale = False
        with translated(self.resource, "discarding what has come"):
            discard_waiting(self._port)

    def wait(self, seconds: float) -> None:
        """Wait on the clock of the link."""
        self.clock.sleep(seconds)

    def clear(self) -> None:
        """Discard what is pending, until the line has been quiet for 50 ms."""
        self._require_open()
        self._pending.clear()
        drain(lambda: self._receive(self._quiet), self.resource, self.clock, self._line.timeout)
        self._stale = False

    def close(self) -> None:
        """Close the port."""
        with translated(self.resource, "closing"):
            if remoteport.is_remote(self._port):
                remoteport.release(self._port)
            release(self._port)
            self._port.close()

    def _require_open(self) -> None:
        """Refuse to use a closed link."""
        if not self._port.is_open:
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
            self._port.write(data)
        if self._line.echo:
            own_echo(data, self._until(None), self._pending, self.resource)

    def _until(self, timeout: float | None) -> Callable[[], bytes]:
        """Give what waits for further bytes until the time is over, counted from now."""
        limit = self._line.timeout if timeout is None else timeout
        clocks = (self.clock, _WIRE)  # bytes that trickle move simulated time, and real time
        deadlines = [clock.monotonic() + limit for clock in clocks]

        def more() -> bytes:
            left = min(end - clock.monotonic() for end, clock in zip(deadlines, clocks, strict=True))
            chunk = self._receive(max(left, 0.0))
            if not chunk:
                raise LinkTimeout(late(self.resource, limit, b"", self._line))
            return chunk

        return more

    def _receive(self, seconds: float) -> bytes:
        """Take everything that is there, or wait for the first byte; empty when the time is over.

        The port keeps the time: that of a simulated port is simulated.
        """
        with translated(self.resource, "reading"):
            if remoteport.is_remote(self._port):
                return remoteport.take(self._port, seconds)
            if self._port.timeout != seconds:
                self._port.timeout = seconds
            return bytes(self._port.read(max(1, waiting(self._port))))


def _open(port: str, line: LineFormat) -> Any:  # noqa: ANN401 - pyserial has no types
    """Open a port with its line setting.

    Raises:
        LinkError: It cannot be opened, or refuses the setting.
    """
    opened = None
    if port.startswith(_SIMULATED) and _HANDLERS not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(_HANDLERS)
    try:
        with remoteport.opening():
            opened = serial.serial_for_url(
                port,
                baudrate=line.baud,
                bytesize=line.bits,
                parity=line.parity,
                stopbits=int(line.stop) if line.stop in (1, 2) else line.stop,
                timeout=line.timeout,
                write_timeout=None if remoteport.is_remote(port) else line.timeout,
            )
        if not remoteport.is_remote(port):
            # a pseudo-terminal drops parity in silence, but refuses when the port is configured again
            opened.timeout = line.timeout
    except Exception as error:
        if opened is not None:
            opened.close()
        raise _refusal(error, port, line) from error
    below = socket_below(opened)
    if below is not None:
        send_at_once(below)
    return opened


def _refusal(error: Exception, port: str, line: LineFormat) -> Exception:
    """Say why a port does not open."""
    if type(error).__module__ == "termios":
        return LinkError(
            f"{port}: the port refuses the line setting {line.serial}: {error}. A pseudo-terminal carries "
            f"neither parity nor 7 data bits. Use a real port; for a simulated instrument, socket:// or "
            f"calbench://."
        )
    told = translate(error, port, "opening")
    return LinkError(f"{told} Check the name of the port, and that no other program has it.")
