"""Trigger arm, trigger and sample event of the 3458A, and its reading memory (protocols.md, section 3.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from calbench_sim.parts.multimeters.hp3458_format import SIZES
from calbench_sim.parts.multimeters.multimeter_series import INSTANT, Series

MEMORY: Final = 20480  # bytes without the extended memory
_COMES_BY_ITSELF = frozenset({"AUTO", "LEVEL", "LINE"})
_ON_REQUEST = _COMES_BY_ITSELF | {"SYN"}


class Trigger:
    """What starts readings; `begin(count, at)` starts that many at a time (s), `last` ends at the latest one's end.

    Args:
        now: gives the time (s).
        begin: makes a series of readings.
        each: gives how long (s) one reading takes.
    """

    def __init__(
        self, now: Callable[[], float], begin: Callable[[int, float], Series], each: Callable[[], float]
    ) -> None:
        self._now = now
        self._begin = begin
        self._each = each
        self.memory: list[float] = []
        self.reset()

    def reset(self) -> None:
        """Take the state after RESET: everything AUTO, memory off."""
        self.arm, self.event, self.sample = "AUTO", "AUTO", "AUTO"
        self.count = 1
        self.mode, self.last_mode = "OFF", "FIFO"
        self.form = "SREAL"
        self.memory.clear()
        self.restart()

    def restart(self) -> None:
        """Begin anew after a change of settings: what was under way is given up, a free run starts from here."""
        self.series: Series | None = None
        self._given: Series | None = None
        self._armed = 0
        self._from = self._now()
        if self.mode != "OFF" and self.free:
            self.series = self._begin(self._room(), self._now())

    @property
    def free(self) -> bool:
        """Whether readings come all the time by themselves."""
        return {self.arm, self.event, self.sample} <= _COMES_BY_ITSELF | {"TIMER"}

    def data(self) -> bool:
        """Tell whether a reading of the free run is there."""
        return self.mode == "OFF" and self.free and self._now() >= self._from + self._each()

    def note(self) -> None:
        """Take note of the input up to now: it is about to change."""
        now = self._now()
        if self.mode == "OFF" and self.free and (self.series is None or self.series.finish < now):
            self.series = self._begin(1, self._boundary(now))
        if self.series is not None and self.series.left:
            self.series.note(now)
            self._store()

    def advance(self) -> None:
        """Put readings that are finished into memory."""
        if self.series is not None and self.series.left and self.mode != "OFF":
            self.series.advance(self._now())
        self._store()

    def set_arm(self, word: str, arms: int) -> Series | None:
        """Do `TARM`; give the series that starts at once, if it is to be sent."""
        self.arm = word
        self.restart()
        if word != "SGL":
            return None
        self.arm, self._armed = "HOLD", max(1, arms)
        return self._cycle(self._armed) if self.event in _COMES_BY_ITSELF else None

    def set_event(self, word: str) -> Series | None:
        """Do `TRIG`; give the series that starts at once, if it is to be sent."""
        armed = self._armed
        self.event = word
        self.restart()
        self._armed = armed
        ready = self.arm in _COMES_BY_ITSELF or armed
        if word == "SGL":
            self.event = "HOLD"
            return self._cycle(max(1, armed)) if ready else None
        return self._cycle(armed) if armed and word in _COMES_BY_ITSELF else None

    def requested(self) -> Series | None:
        """Act on the controller's request for data with nothing to send: SYN, or the reading of the free run."""
        if self.mode != "OFF":
            return None
        if self.free:
            now = self._now()
            series = self.series
            if series is None or series is self._given or series.finish < now - INSTANT or self.count > 1:
                series = self.series = self._begin(self.count, self._boundary(now))
            self._given = series
            return series
        armed = self.arm in _ON_REQUEST or self._armed
        if not armed or self.event not in _ON_REQUEST or self.sample not in _ON_REQUEST | {"TIMER"}:
            return None
        return self._cycle(1)

    def take(self) -> float | None:
        """Do an implied read: remove a reading from memory, the oldest for FIFO, the newest for LIFO."""
        self.advance()
        if self.mode == "OFF" or not self.memory:
            return None
        return self.memory.pop(0 if self.mode == "FIFO" else -1)

    def recall(self, first: int, count: int, record: int) -> list[float] | None:
        """Do `RMEM`: number 1 is the newest; storing ends. None if there are not so many."""
        self.advance()
        self.mode = "OFF"
        self.restart()
        newest = self.memory[::-1]
        start = first - 1 + (record - 1) * self.count
        found = newest[start : start + count]
        return found if found and len(found) == count else None

    def set_mode(self, word: str) -> None:
        """Do `MEM`."""
        self.advance()
        if word in {"LIFO", "FIFO"}:
            self.memory.clear()
            self.last_mode = word
        self.mode = self.last_mode if word == "CONT" else word
        self.restart()

    def finish(self) -> float:
        """Give when (s) the readings under way are finished."""
        return self.series.finish if self.series is not None and self.series.left else self._now()

    def _cycle(self, arms: int) -> Series | None:
        """Take the readings of so many arms; they go into memory, or are given to be sent."""
        self._armed = 0
        if self.sample in {"EXTSYN"}:
            return None
        count = self.count * arms
        if self.mode != "OFF":
            self.series = self._begin(min(count, self._room()), self._now())
            return None
        self.series = self._begin(count, self._now())
        return self.series

    def _boundary(self, now: float) -> float:
        """Give when (s) the reading of the free run that is under way at a time began."""
        each = self._each()
        return self._from + int(max(0.0, now - self._from) / each + INSTANT) * each

    def _room(self) -> int:
        return max(0, MEMORY // SIZES[self.form] - len(self.memory))

    def _store(self) -> None:
        if self.mode != "OFF" and self.series is not None and self.series.readings:
            self.memory += self.series.readings
            self.series.readings.clear()
