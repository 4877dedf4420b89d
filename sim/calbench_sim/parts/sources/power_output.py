"""The output of a power source: loads that stand still from step to step, so that meters can integrate them exactly."""

from __future__ import annotations

from functools import partial
from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Load, Phase

STEPS: Final = 10
"""Steps in which the output comes from one load to the next."""
_MARGIN: Final = 1e-6  # s, from the last step until the output counts as settled
_NO_PHASE: Final = Phase(0.0, 0.0, 0.0)


class PowerOutput:
    """Emits `power` at `output`: nothing until `go`, and nothing any more after `stop`.

    Truth, logged when a load is reached: `power` (W) and `power.reactive` (var).
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._terminal = bench.terminal("output")
        self._load: Load | None = None
        self._turn = 0
        self._settles_at = bench.clock.monotonic()

    def go(self, target: Load, ramp: float) -> None:
        """Go to a load in equal steps of voltage and current, within `ramp` seconds; angles turn at once."""
        self._turn += 1
        now = self._bench.clock.monotonic()
        start = self._load if self._load is not None else Load((), target.frequency)
        if start == target or ramp <= 0:
            self._settles_at = now
            self._reach(target)
            return
        self._settles_at = now + ramp + _MARGIN
        for step in range(1, STEPS + 1):
            event = partial(self._step, self._turn, start, target, step)
            self._bench.clock.call_at(now + ramp * step / STEPS, event)

    def stop(self) -> None:
        """Put nothing out any more, at once."""
        self._turn += 1
        self._settles_at = self._bench.clock.monotonic()
        self._load = None
        self._terminal.emit("power", None)

    def busy(self) -> float:
        """Give the seconds until the load is reached."""
        return max(0.0, self._settles_at - self._bench.clock.monotonic())

    def _step(self, turn: int, start: Load, target: Load, step: int) -> None:
        if turn != self._turn or not self._bench.powered:
            return
        if step == STEPS:
            self._reach(target)
        else:
            self._put(between(start, target, step / STEPS))

    def _reach(self, load: Load) -> None:
        self._put(load)
        self._bench.truth("power", load.active)
        self._bench.truth("power.reactive", load.reactive)

    def _put(self, load: Load) -> None:
        self._load = load
        self._terminal.emit("power", lambda _: load)


def between(start: Load, target: Load, share: float) -> Load:
    """Give the load that is so far on the way from one to another; frequency and angles are those of the target.

    A phase whose current goes to nothing keeps its angle on the way: the target has none.
    """
    phases = []
    for number, phase in enumerate(target.phases):
        before = start.phases[number] if number < len(start.phases) else _NO_PHASE
        voltage = before.voltage + share * (phase.voltage - before.voltage)
        current = before.current + share * (phase.current - before.current)
        phases.append(Phase(voltage, current, phase.lag if phase.current else before.lag))
    return Load(tuple(phases), target.frequency)
