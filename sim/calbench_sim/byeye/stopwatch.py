"""A stopwatch in the hand of who opens and closes a valve, read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.pipe import Pipe


class Stopwatch(Device):
    """Shows how long the last passage took. Terminal: `inlet`, wired to the outlet of what flows.

    Truth, logged at each reading: `time` (s) of the passage, `time.error` (s).
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "reaction": "(s) standard deviation of start and stop together; default 0.1",
            "step": "(s) of its display; default 0.01",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._reaction = bench.settings.get("reaction", 0.1)
        self._step = bench.settings.get("step", 0.01)
        self._error = 0.0
        self._pipe = Pipe(bench, self._piece, self._begin)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display.

        Raises:
            UsageError: It is asked for something else than a time.
        """
        if quantity != "time":
            raise UsageError(f"The simulated stopwatch {self.bench.name!r} shows time, not {quantity}.")
        self._pipe.look()
        true = self._pipe.seconds
        decided = None if self.bench.deviation is None else self.bench.deviation("time", true, 0.0)
        error = self._error if decided is None else -decided
        self.bench.truth("time", true)
        self.bench.truth("time.error", error)
        return shown(max(0.0, true + error), self._step, "s")

    def _begin(self) -> None:
        self._error = self.bench.rng.gauss(0.0, self._reaction)

    def _piece(self, stream: Stream, volume: float) -> None:
        """Nothing but the time counts."""
