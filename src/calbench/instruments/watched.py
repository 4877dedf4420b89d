"""TCP sockets that tell a dead peer and keep a deadline, for the LAN sessions of pyvisa-py 0.8.1.

Its HiSLIP and VXI-11 clients read from sockets without looking at either: a VXI-11 peer that is gone keeps them
busy at full load until the timeout, and one that sends a byte now and then puts the deadline off for ever. Both
happen in `recv`, so that is what is replaced.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from calbench.clock import RealClock

_WIRE = RealClock()
_SOCKETS = ("_sync", "_async", "sock")  # what its HiSLIP and VXI-11 clients call them
_LEAST = 1e-6  # s; no time at all would mean to fail at once


class WatchedSocket(socket.socket):
    """A connected socket that raises what the peer's end and the end of the time mean.

    Attributes:
        until: When the time is over, on the monotonic clock of the machine.
        grace: Seconds more than is allowed.
    """

    until = float("inf")
    grace = 0.0
    _moved = False  # whether something came since the deadline was set

    def allow(self, seconds: float) -> None:
        """Set the deadline of everything that is received from now on."""
        self.until = _WIRE.monotonic() + seconds + self.grace
        self._moved = False

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive; see `socket.recv`.

        Raises:
            ConnectionResetError: The peer closed the connection.
            TimeoutError: The time is over.
        """
        self._wait()
        data = super().recv(size, flags)
        self._came(len(data), size)
        return data

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:  # noqa: ANN401 - as the library has it
        """Receive into a buffer; errors as `recv`."""
        self._wait()
        count = super().recv_into(buffer, size, flags)
        self._came(count, size or len(buffer))
        return count

    def _wait(self) -> None:
        remaining = self.until - _WIRE.monotonic()
        if remaining <= 0 and self._moved:
            raise TimeoutError("The time is over, and the reply is not complete.")
        if remaining < float("inf"):
            self.settimeout(max(remaining, _LEAST))

    def _came(self, count: int, asked: int) -> None:
        if not count and asked:
            raise ConnectionResetError("The peer closed the connection.")
        self._moved = True


def watch(interface: object) -> tuple[WatchedSocket, ...]:
    """Replace the sockets of a pyvisa-py HiSLIP or VXI-11 client, and give the new ones; of anything else none."""
    return tuple(_watched(interface, name, line) for name, line in _sockets(interface))


def hang_up(line: WatchedSocket) -> None:
    """End a connection at once, so that nobody waits on it any more."""
    with suppress(OSError):  # it is closed, or its peer was first
        line.shutdown(socket.SHUT_RDWR)


def close_sockets(error: BaseException) -> None:
    """Close the sockets that pyvisa-py opened and then left, when opening ended with this error.

    Its clients have gone by then; only the frames that the error went through still know them.
    """
    seen: BaseException | None = error
    while seen is not None:
        trace = seen.__traceback__
        while trace is not None:
            for _, line in _sockets(trace.tb_frame.f_locals.get("self")):
                line.close()
            trace = trace.tb_next
        seen = seen.__cause__ or seen.__context__


def _watched(interface: object, name: str, line: socket.socket) -> WatchedSocket:
    timeout = line.gettimeout()
    watched = WatchedSocket(fileno=line.detach())
    watched.settimeout(timeout)
    setattr(interface, name, watched)
    return watched


def _sockets(interface: object) -> Iterator[tuple[str, socket.socket]]:
    for name in _SOCKETS:
        line = getattr(interface, name, None)
        if isinstance(line, socket.socket):
            yield name, line
