"""Writing the journal: one canonical line an event, chained, and on the disk before the run goes on.

A run whose events are evaluated at once and then forgotten, as thousands of them are in a proof, keeps them in memory.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple

from calbench.clock import Clock
from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import FIRST_PREV, Event, EventType
from calbench.errors import RunFailed
from calbench.execution.reserve import release, says_full

FULL = "The disk is full: {path} goes on in its reserve, and the run ends. Nothing that was measured is lost."
Listener = Callable[[Event], None]
Actor = Literal["runner", "operator", "guard"]


def _written(utc: datetime) -> str:
    return f"{utc.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


class _Pending(NamedTuple):
    """The line at hand: its hash, its bytes with line end, and where it ends in the file."""

    event: Event
    head: str
    line: bytes
    end: int


class Journal:
    """An append-only file of events; `listeners` are told of each event after it is on the disk.

    A listener that fails is told no more, and the journal says so: who looks on must not endanger the bench.
    With `after`, number and hash of its last line, an existing journal is carried on.
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
        # Ctrl-C may keep it from being given back: the runner must get it again, or nothing would be made safe.
        self._lock = threading.RLock()
        self._seq, self._prev = after or (0, FIRST_PREV)
        self._pending: _Pending | None = None
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
        self._file.close()

    def note(
        self,
        type_: EventType,
        body: Mapping[str, object] | None = None,
        *,
        point: str = "",
        attempt: int = 0,
        actor: Actor | None = None,
    ) -> Event:
        """Append one event and flush it to the disk.

        Raises:
            RunFailed: The disk does not take it, or is full and took it into the room of the reserve; the run must
                stop. Not raised while the bench is made safe.
        """
        with self._lock:
            self._finish()
            event = Event(
                seq=self._seq + 1,
                prev=self._prev,
                t_utc=_written(self._clock.utc()),
                t_mono=f"{self._clock.monotonic():.6f}",
                actor=actor or self.actor,
                type=type_,
                position=self.position,
                point=point,
                attempt=attempt,
                body=dict(body or {}),
            )
            self._append(event)
        self._tell(event)
        if self.full and not self.making_safe:
            raise RunFailed(FULL.format(path=self._path))
        return event

    def tell_first(self, *listeners: Listener) -> None:
        """Tell these of every event from now on, before the others."""
        self._listeners[:0] = listeners

    @property
    def head(self) -> str:
        """SHA-256 of the last line."""
        self._settle()
        return self._prev

    @property
    def ended(self) -> bool:
        """Whether the last line is written, or none can be written any more."""
        self._settle()
        return self._ended or self.lost is not None

    def _append(self, event: Event) -> None:
        line = canonical(event)
        if self.lost is None:
            self._pending = _Pending(event, sha256(line), line + b"\n", self._file.tell() + len(line) + 1)
        self._store()

    def _finish(self) -> None:
        """Write the rest of a line in the middle of which Ctrl-C came, and count it."""
        if self._pending is not None and 0 < self._missing < len(self._pending.line):
            self._store()
        self._settle()

    def _store(self) -> None:
        """Have the line on the disk and count it."""
        try:
            self._write()
        except OSError as error:
            self.lost = error
            if not self.making_safe:
                raise RunFailed(f"The journal {self._path} cannot be written: {error.strerror}.") from error
        self._settle()

    def _write(self) -> None:
        """Write the line; once the disk is full, into the room of the reserve."""
        if self.lost is not None:
            raise self.lost
        while self._pending is not None and self._missing:
            try:
                self._file.write(self._pending.line[-self._missing :])
            except OSError as error:
                if self.full or not says_full(error):
                    raise
                self.full = True
                release(self._path.parent)
        os.fsync(self._file.fileno())

    @property
    def _missing(self) -> int:
        """Bytes of the line at hand that are not in the file yet: it alone knows, whenever Ctrl-C comes."""
        return 0 if self._pending is None else self._pending.end - self._file.tell()

    def _settle(self) -> None:
        """Count a line once it is in the file: Ctrl-C may have come between writing and counting."""
        if self._pending is not None and self._missing == 0:
            event, self._prev = self._pending.event, self._pending.head
            self._seq, self._ended = event.seq, event.type == "run_closed"
            self._pending = None

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - whatever it is, the run does not depend on who looks on
                self._listeners.remove(listener)
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
    ) -> Event:
        """Keep one event, and tell the listeners; one that fails ends the run."""
        event = Event.model_construct(
            seq=len(self.events) + 1,
            prev=FIRST_PREV,
            t_utc=_written(self._clock.utc()),
            t_mono=f"{self._clock.monotonic():.6f}",
            actor=actor or self.actor,
            type=type_,
            position=self.position,
            point=point,
            attempt=attempt,
            body=dict(body or {}),
        )
        self.events.append(event)
        for listener in self._listeners:
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
