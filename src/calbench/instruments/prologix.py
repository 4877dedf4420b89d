"""GPIB instruments behind a Prologix GPIB-ETHERNET or GPIB-USB controller (manual of firmware 6; protocols.md 12).

Several instruments share one controller, and with it one line; the controller is told whom it talks to each time.
Unlike pyvisa-py's, this link sends at once, keeps its deadlines, and tells a dead controller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from calbench.clock import Clock, RealClock
from calbench.errors import LinkError, LinkTimeout, UnexpectedReply
from calbench.instruments.arrival import await_frame
from calbench.instruments.failures import late
from calbench.instruments.link import LONGEST_REPLY, FrameFormat, LineFormat, Link, Span, decode, encode

_ESCAPE = b"\x1b"
_ESCAPED = (_ESCAPE, b"\r", b"\n", b"+")  # the first one first
_LONGEST_READ = 3.0  # s that the controller waits for an instrument at most
_ANSWER = 1.0  # s more, until what it has sent is here
_END_BY_EOI = b"\n"
_SETUP = b"++savecfg 0\n++mode 1\n++auto 0\n++eoi 1\n++eos 3\n++eot_char 10\n"
_WIRE = RealClock()


@dataclass(frozen=True)
class _Until:
    """Everything up to a terminator."""

    end: bytes
    name: str = "line"
    longest: int = LONGEST_REPLY

    def find(self, data: bytes) -> Span | None:
        """Give what ends with the terminator."""
        at = data.find(self.end)
        return Span(0, at + len(self.end)) if at >= 0 else None

    def complaint(self, data: bytes) -> str:
        """Say what is missing."""
        return f"the terminator {self.end!r} is not among the {len(data)} bytes"


@dataclass
class Controller:
    """One controller: the line to it, and who uses it."""

    line: Link
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: int = 0
    eot: bool | None = None


_CONTROLLERS: dict[str, Controller] = {}
_OPENING = threading.Lock()


class PrologixLink:
    """A `Link` to one GPIB address of a controller.

    Args:
        address: For messages, `prologix://host:1234/22`.
        controller: The address of the controller, `host:1234` or a serial port.
        pad: The GPIB address, `22` or with a secondary one `22 96`.
        line: Terminators and timeout.
        open_line: Opens the line to the controller, if it is not open yet.
        clock: What the link waits on.

    Raises:
        LinkError: The controller cannot be reached.
    """

    unit = ""
    framing = ""

    def __init__(
        self,
        address: str,
        controller: str,
        pad: str,
        *,
        line: LineFormat,
        open_line: Callable[[], Link],
        clock: Clock | None = None,
    ) -> None:
        self.resource = address
        self._line = line
        self._address = f"++addr {pad}\n".encode("ascii")
        self._end = line.read_end.encode("latin-1") or _END_BY_EOI
        self._name = controller
        self._controller: Controller | None = _acquire(controller, open_line)
        self.clock: Clock = clock or self._controller.line.clock
        self._pending = bytearray()
        self._stale = False

    def write(self, message: str) -> None:
        """Send one message; after a timeout, first clear the instrument."""
        self.send(encode(message, self._line.write_end))

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply; `timeout` (seconds) is for the whole of it."""
        try:
            reply = self.receive(_Until(self._end), timeout=timeout)
        except UnexpectedReply as error:  # part of a line
            limit = self._line.timeout if timeout is None else timeout
            raise LinkTimeout(late(self.resource, limit, self._pending, self._line)) from error
        return decode(reply, self._end.decode("latin-1"))

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Send one message and wait for its reply."""
        with self._open().lock:
            self.write(message)
            return self.read(timeout=timeout)

    def send(self, data: bytes) -> None:
        """Send bytes as they are; after a timeout, first clear the instrument."""
        controller = self._open()
        with controller.lock:
            if self._stale:
                self.clear()
            controller.line.send(self._told() + _escaped(data) + b"\n")

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        """Have the controller read, again and again until the frame is there or the time is over."""
        controller = self._open()
        limit = self._line.timeout if timeout is None else timeout
        self._stale = True
        with controller.lock:
            frame = await_frame(self._pending, form, self._reads(controller, limit), self.resource)
        self._stale = False
        return frame

    def discard(self) -> None:
        """Throw away what has come so far."""
        self._pending.clear()
        self._open().line.discard()
        self._stale = False

    def wait(self, seconds: float) -> None:
        """Wait on the clock of the link."""
        self.clock.sleep(seconds)

    def clear(self) -> None:
        """Send a selected device clear, and throw away what was on the way."""
        controller = self._open()
        with controller.lock:
            controller.line.send(self._told() + b"++clr\n")
            controller.line.clear()
        self._pending.clear()
        self._stale = False

    def close(self) -> None:
        """Give the controller back; its line closes with the last instrument."""
        if self._controller is not None:
            _release(self._name, self._controller)
            self._controller = None

    def _open(self) -> Controller:
        if self._controller is None:
            raise LinkError(f"{self.resource}: the link is closed. Open it again.")
        return self._controller

    def _told(self) -> bytes:
        """Give what tells the controller whom it talks to, and whether END is to be marked by a character."""
        controller = self._open()
        marked = not self._line.read_end
        told = b"" if controller.eot == marked else f"++eot_enable {marked:d}\n".encode("ascii")
        controller.eot = marked
        return self._address + told

    def _reads(self, controller: Controller, limit: float) -> Callable[[], bytes]:
        """Give what has the controller read and waits for bytes, until the time is over."""
        clocks = (self.clock, _WIRE)
        deadlines = [clock.monotonic() + limit for clock in clocks]
        state = {"until": 0.0}

        def more() -> bytes:
            left = min(end - clock.monotonic() for end, clock in zip(deadlines, clocks, strict=True))
            if left <= 0:
                raise LinkTimeout(late(self.resource, limit, b"", self._line))
            if _WIRE.monotonic() >= state["until"]:
                patience = min(max(left, 0.001), _LONGEST_READ)
                order = f"++read_tmo_ms {max(1, round(patience * 1000))}\n++read eoi\n"
                controller.line.send(self._told() + order.encode("ascii"))
                state["until"] = _WIRE.monotonic() + patience + _ANSWER
            try:
                return controller.line.receive(_SOME, timeout=min(left, state["until"] - _WIRE.monotonic()))
            except LinkTimeout:
                state["until"] = 0.0
                return b""

        return more


class _Some:
    """Any bytes at all."""

    name = "any"
    longest = LONGEST_REPLY

    def find(self, data: bytes) -> Span | None:
        """Give whatever is there."""
        return Span(0, len(data)) if data else None

    def complaint(self, data: bytes) -> str:
        """Say nothing: any bytes are found."""
        return f"{len(data)} bytes"


_SOME = _Some()


def _escaped(data: bytes) -> bytes:
    """Put ESC before the characters that mean something to the controller."""
    for character in _ESCAPED:
        data = data.replace(character, _ESCAPE + character)
    return data


def _acquire(name: str, open_line: Callable[[], Link]) -> Controller:
    with _OPENING:
        controller = _CONTROLLERS.get(name)
        if controller is None:
            line = open_line()
            try:
                line.send(_SETUP)
            except BaseException:
                line.close()
                raise
            controller = _CONTROLLERS[name] = Controller(line)
        controller.users += 1
        return controller


def _release(name: str, controller: Controller) -> None:
    with _OPENING:
        controller.users -= 1
        if controller.users == 0:
            _CONTROLLERS.pop(name, None)
            controller.line.close()
