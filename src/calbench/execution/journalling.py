"""Writing the journal: one canonical line an event, chained, and on the disk before the run goes on.

A run whose events are evaluated at once and then forgotten, as thousands of them are in a proof, keeps them in memory.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

from calbench.clock import Clock, give_way
from calbench.documents.canonical import sha256
from calbench.documents.journal import FIRST_PREV, Actor, Event, EventType, line_of, made
from calbench.errors import RunFailed
from calbench.execution.reserve import release, says_full

_MANY = ("exchange", "reading", "attempt_started", "attempt_finished", "attempt_discarded")
"""What several units write at the same time, while they hold no lock: one flush does for all."""
FULL = "The disk is full: {path} goes on in its reserve, and the run ends. Nothing that was measured is lost."
Listener = Callable[[Event], None]


def _written(utc: datetime) -> str:
    """Write a time in UTC as ISO 8601 has it, to the microsecond; `isoformat` takes three times as long."""
    day = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % day  # noqa: UP031 - a third of the time of a format


class Notes(Protocol):
    """Where events are written: a journal, or what one of several units under test sees of it."""

    keeps_traffic: bool

    def note(
        self,
        type_: EventType,
        body: Mapping[str, object] | None = None,
        *,
        point: str = "",
        attempt: int = 0,
        actor: Actor | None = None,
        position: str | None = None,
    ) -> Event:
        """Append one event; see `Journal.note`."""


class _Pending(NamedTuple):
    """The line at hand: its hash, its bytes with line end, and where it ends in the file."""

    event: Event
    head: str
    line: bytes
    end: int


class Journal:
    """An append-only file of events; `listeners` are told of each event after it is on the disk, in order.

    A listener that fails is told no more, and the journal says so: who looks on must not endanger the bench.
    With `after`, number and hash of its last line, an existing journal is carried on.

    Any thread may write. Lines that several write at once share a flush: each gets its own event back only when
    that is on the disk and the listeners were told. So a listener must not wait for another thread that writes.
    """

    keeps_traffic = True
    """Whether every exchange with an instrument is an event."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        listeners: tuple[Listener, ...] = (),
        *,
        after: tuple[int, str] | None = None,
    ) -> None:
        self._file = path.open("xb" if after is None else "ab", buffering=0)
        self._path = path
        self._clock = clock
        self._listeners = list(listeners)
        self._first: list[Listener] = []
        # Ctrl-C may keep one from being given back: the runner must get it again, or nothing would be made safe.
        # They are taken one after the other, or in the order flushing, writing; only the last is held while a listener
        # may write in its turn.
        self._writing, self._flushing, self._telling = threading.RLock(), threading.RLock(), threading.RLock()
        self._seq, self._prev = after or (0, FIRST_PREV)
        self._flushed = self._seq
        """Number of the last line that is on the disk."""
        self._size = self._file.tell()
        self._pending: _Pending | None = None
        self._again = False
        """Whether the lines behind the last flush must be written again: a full disk may have dropped them."""
        self._untold: deque[Event] = deque()
        self._teller = 0
        self._ended = False
        self.position = ""
        self.actor: Actor = "runner"
        """Who writes, unless a line says otherwise."""
        self.lost: OSError | None = None
        """Why the disk takes no more, once it does not."""
        self.full = False
        """Whether the disk is full: lines go into the room of the reserve, and the run must end."""
        self.making_safe = False
        """Set at the end of a run: from then on a lost journal keeps nothing from being made safe."""

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._writing:
            self._finish()  # Ctrl-C may have come in the middle of a line,
        self._flush(self._seq)  # or between it and its flush
        self._file.close()

    def note(
        self,
        type_: EventType,
        body: Mapping[str, object] | None = None,
        *,
        point: str = "",
        attempt: int = 0,
        actor: Actor | None = None,
        position: str | None = None,
    ) -> Event:
        """Append one event and flush it to the disk; None for the position is that of the journal.

        Raises:
            RunFailed: The disk does not take it, or is full and took it into the room of the reserve; the run must
                stop. Not raised while the bench is made safe.
        """
        with self._writing:
            self._finish()
            event = made(
                seq=self._seq + 1,
                prev=self._prev,
                t_utc=_written(self._clock.utc()),
                t_mono=f"{self._clock.monotonic():.6f}",
                actor=actor or self.actor,
                type_=type_,
                position=self.position if position is None else position,
                point=point,
                attempt=attempt,
                body=dict(body or {}),
            )
            self._write(event, line_of(event))
        if type_ in _MANY and self._teller != threading.get_ident():
            give_way(self._clock, lambda: self._flushed >= event.seq)
        self._flush(event.seq)
        if event.seq <= self._flushed:
            self._tell_all()
        else:
            self._go_on_without(event)
        if self.full and not self.making_safe:
            raise RunFailed(FULL.format(path=self._path))
        return event

    def tell_first(self, *listeners: Listener) -> None:
        """Tell these of every event but exchanges from now on, before the others: the runner's own, that follow it."""
        self._first[:0] = listeners

    @property
    def head(self) -> str:
        """SHA-256 of the last line."""
        with self._writing:
            self._settle()
            return self._prev

    @property
    def ended(self) -> bool:
        """Whether the last line is written, or none can be written any more."""
        with self._writing:
            self._settle()
            return self._ended or self.lost is not None

    def _write(self, event: Event, line: bytes) -> None:
        """Put a line into the file and count it; not if the journal is lost, or is by that."""
        if self.lost is not None:
            return
        line += b"\n"
        self._pending = _Pending(event, sha256(line[:-1]), line, self._size + len(line))
        self._put(line)
        self._settle()

    def _finish(self) -> None:
        """Write the rest of a line in the middle of which Ctrl-C came, and count it."""
        if self._again:
            self._restore()
        if self._pending is not None and self.lost is None and 0 < self._missing < len(self._pending.line):
            self._put(self._pending.line[-self._missing :])
        self._settle()

    def _put(self, data: bytes) -> None:
        """Put bytes at the end of the file; once the disk is full, into the room of the reserve."""
        while data and self.lost is None:
            try:
                data = data[self._file.write(data) :]
            except OSError as error:
                self._give_room(error)

    def _give_room(self, error: OSError) -> None:
        """Give the reserve back if the disk is full; the journal is lost if that was done before, or it is not that."""
        if self.full or not says_full(error):
            self.lost = error
            return
        release(self._path.parent)  # first: Ctrl-C in between comes to a run that ends, and has this room
        self.full = True

    @property
    def _missing(self) -> int:
        """Bytes of the line at hand that are not in the file yet: it alone knows, whenever Ctrl-C comes."""
        return 0 if self._pending is None else self._pending.end - self._file.tell()

    def _settle(self) -> None:
        """Count a line once it is in the file: Ctrl-C may have come between writing and counting."""
        if self._pending is not None and self._missing == 0:
            event, head, _, size = self._pending
            self._count(event, head, size)

    def _count(self, event: Event, head: str, size: int) -> None:
        """Go on behind a line; done again after an interruption, it comes to the same."""
        if not self._untold or self._untold[-1] is not event:
            self._untold.append(event)
        self._prev, self._size, self._ended = head, size, event.type == "run_closed"
        self._seq = event.seq
        self._pending = None

    def _flush(self, seq: int) -> None:
        """Have a line on the disk, with all that are in the file by then: threads that wait meanwhile need not flush.

        A flush that failed is not tried again: a system may have dropped what it could not write, and say so once.
        Where the disk was full, the lines themselves are written again, into the room of the reserve.
        """
        with self._flushing:
            if self._flushed >= seq or self.lost is not None:
                return
            through = self._seq
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self._give_room(error)
                self._again = True
            if self._again:
                self._flush_again()
            else:
                self._flushed = through

    def _flush_again(self) -> None:
        """Write the lines behind the last flush again and flush them, unless the journal is lost."""
        with self._writing:
            self._restore()
            if self.lost is not None:
                return
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self.lost = error
                return
            self._flushed, self._again = self._seq, False

    def _restore(self) -> None:
        """Put the lines behind the last flush into the file again; done again after Ctrl-C, it comes to the same."""
        if self.lost is not None:
            return
        waiting = [line_of(one) for one in self._untold.copy() if one.seq > self._flushed]
        lines = b"".join(line + b"\n" for line in waiting)
        try:
            self._file.seek(self._size - len(lines))
            self._file.truncate()
        except OSError as error:
            self.lost = error
        self._put(lines)

    def _go_on_without(self, event: Event) -> None:
        if not self.making_safe:
            why = "" if self.lost is None else f": {self.lost.strerror}"
            raise RunFailed(f"The journal {self._path} cannot be written{why}.") from self.lost
        with self._telling:
            before, self._teller = self._teller, threading.get_ident()
            try:
                self._tell(event)
            finally:
                self._teller = before

    def _tell_all(self) -> None:
        """Tell the listeners of all that is on the disk and that they have not heard of, in order."""
        with self._telling:
            before, self._teller = self._teller, threading.get_ident()
            try:
                while self._untold and self._untold[0].seq <= self._flushed:
                    self._tell(self._untold.popleft())
            finally:
                self._teller = before

    def _hearing(self, event: Event) -> tuple[Listener, ...]:
        """Give who is told of an event, in order."""
        return tuple(self._listeners) if event.type == "exchange" else (*self._first, *self._listeners)

    def _tell(self, event: Event) -> None:
        for listener in self._hearing(event):
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - whatever it is, the run does not depend on who looks on
                (self._first if listener in self._first else self._listeners).remove(listener)
                message = f"A listener failed and is told no more: {type(error).__name__}: {error}"
                self.note("fault", {"message": message})


class MemoryJournal(Journal):
    """The events of a run that leaves no file: not serialised, not chained, and without the exchanges.

    What is evaluated from them is what a file would give; they prove nothing to anybody else.
    """

    keeps_traffic = False

    def __init__(self, clock: Clock, listeners: tuple[Listener, ...] = ()) -> None:
        self.events: list[Event] = []
        self._clock = clock
        self._listeners = list(listeners)
        self._first: list[Listener] = []
        self.position = ""
        self.actor = "runner"
        self.lost = None
        self.full = False
        self.making_safe = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to give back."""

    def note(
        self,
        type_: EventType,
        body: Mapping[str, object] | None = None,
        *,
        point: str = "",
        attempt: int = 0,
        actor: Actor | None = None,
        position: str | None = None,
    ) -> Event:
        """Keep one event, and tell the listeners; one that fails ends the run."""
        event = made(
            seq=len(self.events) + 1,
            prev=FIRST_PREV,
            t_utc=_written(self._clock.utc()),
            t_mono=f"{self._clock.monotonic():.6f}",
            actor=actor or self.actor,
            type_=type_,
            position=self.position if position is None else position,
            point=point,
            attempt=attempt,
            body=dict(body or {}),
        )
        self.events.append(event)
        for listener in self._hearing(event):
            listener(event)
        return event

    @property
    def head(self) -> str:
        """No line was written, so the chain has not begun."""
        return FIRST_PREV

    @property
    def ended(self) -> bool:
        """Whether the run is closed."""
        return bool(self.events) and self.events[-1].type == "run_closed"
