"""One connection to a simulated instrument: bytes in, bytes out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from typing import ClassVar, Protocol

from calbench.clock import EventClock
from calbench.simulation.framing import Framer

Late = bytes | Callable[[], bytes]
"""Bytes of a reply, or what gives them when the reply leaves."""

_MOST_REPLIES = 1024  # that a client may have waiting when it writes


def wait_on(clock: EventClock, reached: Callable[[], bool], deadline: float | None) -> bool:
    """Wait until `reached()` or the deadline; None is for ever, but only while something can still happen."""
    if deadline is not None:
        return clock.wait_until(reached, deadline)
    while not reached():
        following = clock.run_due()
        if following is None:
            return reached()
        clock.wait_until(reached, following)
    return True


class FarEnd(Protocol):
    """The instrument at the end of a connection, as the connection knows it; `device.Device` says what each does."""

    MESSAGE_ENDS: ClassVar[tuple[bytes, ...]]
    BLOCKS: ClassVar[bool]
    CONTROLS: ClassVar[bytes]
    MAX_MESSAGE: ClassVar[int]
    serial_setting: str
    clock: EventClock

    def deliver(self, message: str, connection: Connection) -> None:
        """Take one message."""

    def interrupted(self, connection: Connection) -> None:
        """Act on a message that comes while a reply waits."""

    def unterminated(self) -> None:
        """Act on a read when nothing was asked."""

    def overrun(self) -> None:
        """Act on a message that is too long."""

    def deadlocked(self, connection: Connection) -> None:
        """Act on a client that asks and asks, and reads nothing."""

    def control(self, code: int) -> None:
        """Act on a control character."""

    def taken(self) -> None:
        """Note that a reply has left."""

    def holds(self, connection: Connection) -> bool:
        """Tell whether messages wait for the end of a hold."""

    def disconnected(self, connection: Connection) -> None:
        """Forget a connection."""


class Connection:
    """A path of bytes between a client and a device, with its own input buffer and output queue.

    Skins (VISA backend, servers, serial handler) write to and read from it and never see the device's inside.

    Attributes:
        device: the instrument at the far end.
        message_based: whether the line has END and addresses talkers (GPIB, USB, VXI-11, HiSLIP), so that the
            rules for interrupted and unterminated queries hold; a socket or serial line is a mere stream.
        serial: whether it is a serial line (RS-232), on which some instruments start in local.
        lost: set when the instrument has dropped the connection.
        unread: set by lines that say when a client has read a reply (HiSLIP): one has left that was not read yet;
            the device counts it as available.
        on_output: called after each reply that is queued, so that a server wakes up.
    """

    def __init__(self, device: FarEnd, *, message_based: bool, serial: bool = False) -> None:
        self.device = device
        self.message_based = message_based
        self.serial = serial
        self.lost = False
        self.unread = False
        self.on_output: Callable[[], None] | None = None
        self._clock = device.clock
        self._framer = Framer(device.MESSAGE_ENDS, blocks=device.BLOCKS, limit=device.MAX_MESSAGE)
        self._feed = self._framer.feed
        self._output: deque[tuple[float, Late]] = deque()
        self._awaited: float | None = None
        self._controls = b"" if message_based else device.CONTROLS
        self._present = b""
        self._repeated: bytes | None = None
        self._repeat: Callable[[], bool] = bool

    def write(self, data: bytes, *, end: bool = True) -> None:
        """Hand bytes to the device; `end` says that END came with the last one (message-based lines only)."""
        if data == self._repeated and end and not self._output and self._repeat():
            return
        self._repeated, self._present = None, data
        if not self.message_based:
            end = False
            if self._controls:
                data = self._act_on_controls(data)
        elif self._output:
            self.device.interrupted(self)
        for message in self._feed(data, end=end):
            if message is None:
                self.device.overrun()
            else:
                self.device.deliver(message, self)
            if len(self._output) > _MOST_REPLIES:
                self.device.deadlocked(self)

    def repeat(self, message: str, action: Callable[[], bool]) -> None:
        """Let `action` act on the next write if that is the same as the present one (message-based lines only).

        For messages that come thousands of times: what makes a message of the bytes and finds the device free is
        left out.

        Args:
            message: the message that the device acts on now; it must be all that was written.
            action: does the same as the message, and tells whether it did; if not, the message goes the usual way.
        """
        if self.message_based and self._framer.whole(self._present) == message:
            self._repeated, self._repeat = self._present, action

    def read(self, limit: int, termchar: int | None, timeout: float | None) -> tuple[bytes, bool] | None:
        """Take from the first reply like `take`, after waiting for it up to `timeout` seconds (None: for ever).

        Returns:
            As `take`; None if nothing is ready by then or the connection is lost.
        """
        output = self._output
        if not output and not self.lost and not self.device.holds(self):
            self.device.unterminated()
        there = output and self._clock.jump(output[0][0], inf if timeout is None else timeout)
        if not there and not self.wait_ready(None if timeout is None else self._clock.monotonic() + timeout):
            return None
        ready, data = output[0]
        if not isinstance(data, bytes):
            data = data()
        if len(data) > limit or (termchar is not None and termchar in data[:-1]):
            output[0] = ready, data
            return self.take(limit, termchar)
        output.popleft()
        self.device.taken()
        return data, True

    def ready_at(self) -> float | None:
        """Give the time when the next reply is or was ready (seconds of the clock); None if there is none."""
        return self._output[0][0] if self._output else None

    def take(self, limit: int, termchar: int | None = None) -> tuple[bytes, bool]:
        """Take up to `limit` bytes of the first reply, if it is ready, up to and with `termchar`.

        Returns:
            The bytes (none if nothing is ready) and whether the last of them is the end of the reply.
        """
        output = self._output
        if not output or output[0][0] > self._clock.monotonic():
            return b"", False
        ready, data = output[0]
        if not isinstance(data, bytes):
            data = data()
        if termchar is not None and 0 <= (at := data.find(termchar)) < limit:
            limit = at + 1
        if len(data) <= limit:
            output.popleft()
            self.device.taken()
            return data, True
        output[0] = (ready, data[limit:])
        return data[:limit], False

    def wait_ready(self, deadline: float | None) -> bool:
        """Wait until a reply is ready; False if the deadline comes first or the connection is lost.

        Args:
            deadline: time of the clock; None waits as long as anything can still happen.
        """
        clock, output = self._clock, self._output
        while True:
            ready = output[0][0] if output else None
            now = clock.monotonic()
            if ready is not None and ready <= now:
                return True
            if self.lost or (deadline is not None and now >= deadline):
                return False
            until = ready if deadline is None or (ready is not None and ready < deadline) else deadline
            self._awaited = ready
            if until is not None:
                clock.wait_until(self._changed, until)
            elif not wait_on(clock, self._changed, None):
                return False

    def waiting(self) -> int:
        """Give how many bytes can be taken now."""
        now = self._clock.monotonic()
        for index, (ready, data) in enumerate(self._output):
            if ready <= now and not isinstance(data, bytes):
                self._output[index] = ready, data()
        return sum(len(data) for ready, data in self._output if ready <= now and isinstance(data, bytes))

    def queue(self, data: Late, ready: float) -> float:
        """Put a reply behind those already there (for the device); give when it will be ready."""
        output = self._output
        if not data or self.lost:
            return ready
        if output and output[-1][0] > ready:
            ready = output[-1][0]
        output.append((ready, data))
        if self.on_output is not None:
            self.on_output()
        return ready

    def discard_output(self) -> None:
        """Throw away replies that were not taken."""
        self._output.clear()
        self.unread = False

    def clear(self) -> None:
        """Throw away input and output."""
        self._framer.clear()
        self.discard_output()

    def drop(self) -> None:
        """End the connection from the instrument's side."""
        self.lost = True
        self.clear()
        if self.on_output is not None:
            self.on_output()

    def close(self) -> None:
        """End the connection from the client's side."""
        self.clear()
        self.device.disconnected(self)

    def _changed(self) -> bool:
        """Tell whether there is something else at the head of the output than what is waited for."""
        output = self._output
        return (output[0][0] if output else None) != self._awaited or self.lost

    def _act_on_controls(self, data: bytes) -> bytes:
        """Hand over what stands before each control character, then let that act; give what is behind the last."""
        start = 0
        for at, code in enumerate(data):
            if code in self._controls:
                self.write(data[start:at])
                self.device.control(code)
                start = at + 1
        return data[start:]
