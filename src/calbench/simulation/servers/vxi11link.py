"""A VXI-11 link: one client's session with the instrument, its lock, and the procedures that may have to wait."""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntEnum

from calbench.simulation.device import Device
from calbench.simulation.locks import locks_of
from calbench.simulation.servers.channel import Handler
from calbench.simulation.servers.errand import Wait, reply_wait

MOST_RECEIVED = 1 << 16
"""Bytes that one device_write or device_read carries at most."""
_WAIT_LOCK, _END, _TERMCHAR = 1, 8, 128
_BY_COUNT, _BY_CHARACTER, _BY_END = 1, 2, 4


class Status(IntEnum):
    """Error codes (VXI-11, table B.2)."""

    NONE = 0
    NOT_ACCESSIBLE = 3
    INVALID_LINK = 4
    PARAMETER = 5
    NO_CHANNEL = 6
    NOT_SUPPORTED = 8
    OUT_OF_RESOURCES = 9
    LOCKED = 11
    NO_LOCK = 12
    TIMEOUT = 15
    IO = 17
    ABORTED = 23
    CHANNEL_EXISTS = 29


class LinkError(Exception):
    """A procedure ends with an error code."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Link:
    """One link.

    Attributes:
        device: the instrument.
        handler: the connection on which the link was made.
        number: by which the client names it.
        srq_handle: what the client wants to be told with a service request; None if it wants none.
    """

    def __init__(self, device: Device, handler: Handler, number: int) -> None:
        self.device = device
        self.handler = handler
        self.number = number
        self.srq_handle: bytes | None = None
        self._clock = handler.clock
        self._connection = device.connect(message_based=True)
        self._connection.on_output = self._changed
        self._locks = locks_of(device)
        self._unlisten = self._locks.on_release(self._changed)
        self._aborted = False

    def close(self) -> None:
        """Give everything back."""
        self._unlisten()
        self._connection.close()
        self._locks.release(self)

    def abort(self) -> None:
        """End the procedure that waits, if one does."""
        self._aborted = True
        self._changed()

    def permission(self, flags: int, timeout: int) -> Generator[Wait, None, None]:
        """Wait for others to give their lock back, if the flags say so.

        Raises:
            LinkError: it is locked, or the procedure was aborted.
        """
        self._aborted = False
        if self._locks.refuses(self):
            if flags & _WAIT_LOCK:
                yield self._wait(timeout, lambda: not self._locks.refuses(self))
            self._check_abort()
            if self._locks.refuses(self):
                raise LinkError(Status.LOCKED)

    def lock(self, *, wait: bool, timeout: int) -> Generator[Wait, None, None]:
        """Take the lock, waiting `timeout` milliseconds at most. A link that has it is refused: locks do not nest.

        Raises:
            LinkError: it is locked, or the procedure was aborted.
        """
        self._aborted = False
        if self._locks.exclusive(self):
            raise LinkError(Status.LOCKED)
        if wait and self._locks.held:
            yield self._wait(timeout, lambda: not self._locks.held)
        self._check_abort()
        if not self._locks.try_lock(self, None, exclusive=True):
            raise LinkError(Status.LOCKED)

    def unlock(self) -> None:
        """Give the lock back (`LinkError` if there is none)."""
        if not self._locks.unlock(self):
            raise LinkError(Status.NO_LOCK)

    def write(self, data: bytes, flags: int) -> int:
        """Hand bytes to the instrument; give how many."""
        if len(data) > MOST_RECEIVED:
            raise LinkError(Status.PARAMETER)
        if self._connection.lost:
            raise LinkError(Status.IO)
        with self._clock.hold():
            self._connection.write(data, end=bool(flags & _END))
        return len(data)

    def read(
        self, size: int, timeout: int, flags: int, character: int
    ) -> Generator[Wait, None, tuple[int, bytes]]:
        """Wait for a reply and take `size` bytes of it at most, up to the termination character if it is set.

        Returns:
            The reasons why it ends there, and the bytes.

        Raises:
            LinkError: nothing came in `timeout` milliseconds, the procedure was aborted, the instrument has gone.
        """
        connection = self._connection
        if connection.ready_at() is None and not connection.lost and not self.device.holds(connection):
            self.device.unterminated()
        deadline = self._clock.monotonic() + timeout / 1000.0
        yield reply_wait(connection, self._clock, deadline, lambda: self._aborted)
        self._check_abort()
        if connection.lost:
            raise LinkError(Status.IO)
        ready = connection.ready_at()
        if ready is None or ready > self._clock.monotonic():
            raise LinkError(Status.TIMEOUT)
        data, end = connection.take(min(size, MOST_RECEIVED), character if flags & _TERMCHAR else None)
        reason = _BY_END if end else 0
        reason |= _BY_COUNT if len(data) == size else 0
        reason |= _BY_CHARACTER if flags & _TERMCHAR and data[-1:] == bytes([character]) else 0
        return reason, data

    def _wait(self, timeout: int, over: Callable[[], bool]) -> Wait:
        return Wait(lambda: self._aborted or over(), self._clock.monotonic() + timeout / 1000.0)

    def _check_abort(self) -> None:
        if self._aborted:
            raise LinkError(Status.ABORTED)

    def _changed(self) -> None:
        self.handler.loop.mark(self.handler)
