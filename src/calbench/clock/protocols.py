"""What may be asked of a clock, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What may be asked of time."""

    def monotonic(self) -> float:
        """Give seconds since an arbitrary start; never goes back."""

    def utc(self) -> datetime:
        """Give the time of day, with time zone UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait. Zero or negative seconds do not wait."""


class EventClock(Clock, Protocol):
    """A clock that also runs events: what a simulated world lives on."""

    def call_at(self, when: float, event: Callable[[], None]) -> None:
        """Run `event` at time `when` (seconds, as `monotonic`); the past means at the next chance."""

    def wait_until(self, reached: Callable[[], bool], deadline: float) -> bool:
        """Run due events and wait until `reached()` holds or the deadline is there; tell which."""

    def jump(self, when: float, most: float) -> bool:
        """Be at time `when` at once, if this clock can; tell whether it was done or is past.

        It is not done if an event is due by then, or if it is more than `most` seconds ahead.
        """

    def run_due(self) -> float | None:
        """Run the events that are due by now; give the time of the next one, None if there is none."""

    def hold(self) -> AbstractContextManager[object]:
        """Keep other threads from running events within a `with` block; may be nested."""
