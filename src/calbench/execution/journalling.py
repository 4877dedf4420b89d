"""Writing the journal: one canonical line an event, chained, and on the disk before the run goes on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal

from calbench.clock import Clock
from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import FIRST_PREV, Event, EventType

Listener = Callable[[Event], None]
Actor = Literal["runner", "operator", "guard"]


class Journal:
    """An append-only file of events; `listeners` are told of each event after it is on the disk."""

    def __init__(self, path: Path, clock: Clock, listeners: tuple[Listener, ...] = ()) -> None:
        self._file = path.open("xb", buffering=0)
        self._clock = clock
        self._listeners = listeners
        self._lock = threading.Lock()
        self._seq = 0
        self._prev = FIRST_PREV
        self.position = ""

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
        actor: Actor = "runner",
    ) -> Event:
        """Append one event and flush it to the disk.

        Raises:
            OSError: The disk does not take it; the run must stop.
        """
        with self._lock:
            event = Event(
                seq=self._seq + 1,
                prev=self._prev,
                t_utc=self._clock.utc().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                t_mono=f"{self._clock.monotonic():.6f}",
                actor=actor,
                type=type_,
                position=self.position,
                point=point,
                attempt=attempt,
                body=dict(body or {}),
            )
            line = canonical(event)
            self._file.write(line + b"\n")
            os.fsync(self._file.fileno())
            self._seq, self._prev = event.seq, sha256(line)
        for listener in self._listeners:
            listener(event)
        return event

    @property
    def head(self) -> str:
        """SHA-256 of the last line."""
        return self._prev
