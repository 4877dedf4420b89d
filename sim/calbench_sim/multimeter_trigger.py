"""Trigger system and reading memory of the 34401A family: idle, waiting for a trigger, measuring, memory."""

from __future__ import annotations

from collections.abc import Callable

from calbench.simulation.answer import Answer
from calbench.simulation.parameters import ScpiError

_DEADLOCK = -214  # READ? while the trigger can only come over the same line


class Trigger:
    """One acquisition at a time.

    `measure(samples)` gives that many readings and the seconds they take.
    """

    def __init__(self, now: Callable[[], float], measure: Callable[[int], tuple[list[float], float]]) -> None:
        self._now = now
        self._measure = measure
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
        """Go to idle."""
        self._armed = False
        self._finished = self._now()

    def forget(self) -> None:
        """Empty the memory."""
        self._memory: list[float] = []

    def initiate(self) -> None:
        """Do `INITiate`: measure at once, or wait for the trigger.

        Raises:
            ScpiError: -213 while waiting or measuring, -221 without an end.
        """
        if self._armed or self.busy() > 0:
            raise ScpiError(-213)
        self.forget()
        if self.source == "IMM":
            self._acquire()
        else:
            self._armed = True

    def bus(self) -> None:
        """Act on `*TRG` or a group execute trigger (-211 when nothing waits for it)."""
        if not self._armed or self.source != "BUS":
            raise ScpiError(-211)
        self._armed = False
        self._acquire()

    def read(self) -> Answer:
        """Do `READ?`: initiate and fetch."""
        if self.source == "BUS":
            raise ScpiError(_DEADLOCK, text="Trigger deadlock")
        if self.source == "EXT":
            raise ScpiError(-230, detail="no external trigger")
        self.initiate()
        return self.fetch()

    def fetch(self) -> Answer:
        """Do `FETCh?`: the readings in memory, when they are finished (-230 if there are none)."""
        if not self._memory:
            raise ScpiError(-230)
        return Answer(",".join(f"{value:+.8E}" for value in self._memory), self.busy())

    def take(self, most: int) -> list[float]:
        """Give up to `most` finished readings, oldest first, and remove them."""
        if self.busy() > 0:
            return []
        taken, self._memory = self._memory[:most], self._memory[most:]
        return taken

    def points(self) -> int:
        """Give how many finished readings are in memory."""
        return 0 if self.busy() > 0 else len(self._memory)

    def busy(self) -> float:
        """Give the seconds until the acquisition is finished."""
        return max(0.0, self._finished - self._now())

    def _acquire(self) -> None:
        if self.count > 1e6:  # noqa: PLR2004 - INFinite is 9.9E37
            raise ScpiError(-221, detail="endless triggering is not simulated")
        self._memory, duration = self._measure(self.samples * int(self.count))
        self._finished = self._now() + duration
