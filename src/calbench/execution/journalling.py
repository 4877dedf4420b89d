"""Writing the journal: one canonical line an event, chained, and on the disk before the run goes on.

A run whose events are evaluated at once and then forgotten, as thousands of them are in a proof, keeps them in memory.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal

from calbench.clock import Clock
from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import FIRST_PREV, Event, EventType
from calbench.errors import RunFailed

Listener = Callable[[Event], None]
Actor = Literal["runner", "operator", "guard"]


def _written(utc: datetime) -> str:
    return f"{utc.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


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
        self._pending: tuple[Event, str, int] | None = None
        self._ended = False
        self.position = ""
        self.actor: Actor = "runner"
        """Who writes, unless a line says otherwise."""
        self.lost: OSError | None = None
        """Why the disk takes no more, once it does not."""
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
        position: str | None = None,
    ) -> Event:
        """Append one event and flush it to the disk.

        Raises:
            RunFailed: The disk does not take it; the run must stop. Not raised while the bench is made safe.
        """
        with self._lock:
            self._settle()
            event = Event(
                seq=self._seq + 1,
                prev=self._prev,
                t_utc=_written(self._clock.utc()),
                t_mono=f"{self._clock.monotonic():.6f}",
                actor=actor or self.actor,
                type=type_,
                position=self.position if position is None else position,
                point=point,
                attempt=attempt,
                body=dict(body or {}),
            )
            self._append(event)
        self._tell(event)
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
        try:
            self._write(event, line)
        except OSError as error:
            self.lost = error
            if not self.making_safe:
                raise RunFailed(f"The journal {self._path} cannot be written: {error.strerror}.") from error
        self._settle()

    def _write(self, event: Event, line: bytes) -> None:
        if self.lost is not None:
            raise self.lost
        self._pending = (event, sha256(line), self._file.tell() + len(line) + 1)
        if self._file.write(line + b"\n") != len(line) + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._file.fileno())

    def _settle(self) -> None:
        """Count a line once it is in the file: Ctrl-C may have come between writing and counting."""
        if self._pending is not None and self._file.tell() == self._pending[2]:
            event, self._prev, _ = self._pending
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
        event = Event.model_construct(
            seq=len(self.events) + 1,
            prev=FIRST_PREV,
            t_utc=_written(self._clock.utc()),
            t_mono=f"{self._clock.monotonic():.6f}",
            actor=actor or self.actor,
            type=type_,
            position=self.position if position is None else position,
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
