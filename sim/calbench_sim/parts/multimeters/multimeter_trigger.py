"""Trigger system and reading memory of the 34401A family: idle, waiting for a trigger, measuring, memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from calbench.simulation.answer import Answer
from calbench.simulation.parameters import ScpiError
from calbench_sim.parts.multimeters.multimeter_series import INSTANT, Series

_MOST = 1_000_000  # readings of one acquisition; INFinite is 9.9E37
_DEADLOCK = -214  # READ? while the trigger can only come over the same line
_answer = tuple.__new__  # what `Answer(...)` does, without the call of a Python function


class Trigger:
    """One acquisition at a time; `begin(samples, now)` starts that many readings at a time (s)."""

    def __init__(self, now: Callable[[], float], begin: Callable[[int, float], Series]) -> None:
        self._now = now
        self._begin = begin
        self.series: Series | None = None
        """The readings in memory and those under way."""
        self.reset()

    def reset(self) -> None:
        """Go to idle with the settings of `*RST`; the memory is empty."""
        self.source = "IMM"
        self.samples = 1
        self.count = 1.0  # 9.9E37 without end
        self.delay = 0.0
        self.auto_delay = True
        self.abort()
        self.forget()

    def preset(self) -> None:
        """Take the settings that `CONFigure` and `MEASure` imply."""
        self.source, self.samples, self.count = "IMM", 1, 1.0
        self.delay, self.auto_delay = 0.0, True
        self.abort()
        self.forget()

    def abort(self) -> None:
        """Go to idle; readings that are finished stay in memory."""
        self._armed = False
        if self.series is not None:
            self.series.stop(self._now())

    def forget(self) -> None:
        """Empty the memory."""
        self.series = None
        self._taken = 0

    def advance(self) -> None:
        """Make the readings whose time is over."""
        if self.series is not None and self.series.left:
            self.series.advance(self._now())

    def note(self) -> None:
        """Take note of the input up to now: it is about to change."""
        if self.series is not None and self.series.left:
            self.series.note(self._now())

    def initiate(self) -> None:
        """Do `INITiate`: measure at once, or wait for the trigger.

        Raises:
            ScpiError: -213 while waiting or measuring, -221 without an end.
        """
        if self._armed or (self.series is not None and self.busy() > 0):
            raise ScpiError(-213)
        if self.source == "IMM":
            self._acquire(self._now())
        else:
            self.forget()
            self._armed = True

    def bus(self) -> None:
        """Act on `*TRG` or a group execute trigger (-211 when nothing waits for it)."""
        if not self._armed or self.source != "BUS":
            raise ScpiError(-211)
        self._armed = False
        self._acquire(self._now())

    def read(self) -> Answer:
        """Do `READ?`: initiate and fetch."""
        if self.source != "IMM":
            if self.source == "BUS":
                raise ScpiError(_DEADLOCK, text="Trigger deadlock")
            raise ScpiError(-230, detail="no external trigger")
        now, series = self._now(), self.series
        if self._armed or (series is not None and series.finish - now > INSTANT):
            raise ScpiError(-213)
        series = self._acquire(now)
        return _answer(Answer, (series.text, series.finish - now))

    def fetch(self) -> Answer:
        """Do `FETCh?`: the readings in memory, when they are finished (-230 if there are none)."""
        self.advance()
        series = self.series
        if series is None or not (series.left or series.readings[self._taken :]):
            raise ScpiError(-230)
        return Answer(partial(series.text, self._taken), self.busy())

    def take(self, most: int) -> list[float]:
        """Give up to `most` finished readings, oldest first, and remove them."""
        self.advance()
        taken = self.series.readings[self._taken :][:most] if self.series is not None else []
        self._taken += len(taken)
        return taken

    def points(self) -> int:
        """Give how many finished readings are in memory."""
        self.advance()
        return len(self.series.readings) - self._taken if self.series is not None else 0

    def busy(self) -> float:
        """Give the seconds until the acquisition is finished."""
        left = self.series.finish - self._now() if self.series is not None else 0.0
        return left if left > INSTANT else 0.0

    def _acquire(self, now: float) -> Series:
        samples = self.samples * self.count
        if samples > _MOST:
            raise ScpiError(-221, detail=f"more than {_MOST} readings are not simulated")
        series = self.series = self._begin(int(samples), now)
        self._taken = 0
        return series
