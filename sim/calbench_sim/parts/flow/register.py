"""The register of a flow meter that is fed by a pipe, with its error as a function of flow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow import pipe
from calbench_sim.parts.flow.pipe import Pipe, volume_flow

_PLACES = range(1, 7)
CURVE: Final[dict[str, str]] = {
    **{f"q{n}": f"(m3/s) flow {n} at which the error is stated, rising" for n in _PLACES},
    **{
        f"e{n}": f"(1) error at q{n}; between two flows on a line over the logarithm of the flow"
        for n in _PLACES
    },
}
SETTINGS: Final[dict[str, str]] = {
    **pipe.SETTINGS,
    **CURVE,
    "error": "(1) error where no flows are stated; else seeded, 0.5 % rms",
    "repeatability": "(1) standard deviation of the error from one passage to the next; default 0.0003",
    "begins_anew": "(1) 1 where each passage begins at zero, as with a dispenser or in test mode; default as the model",
    "start": "(m3) on the register at the start; default 0",
}


class Register:
    """Counts what flows through it.

    Truth, logged when it is read: `volume` (m3) that passed last, behind what was on a register that goes on, and
    `volume.error` (m3) of what it counted of it.
    """

    def __init__(self, bench: Bench, *, begins_anew: bool) -> None:
        settings = bench.settings
        drawn = bench.rng.gauss(0.0, 5e-3)
        self._bench = bench
        self._curve = curve(bench.name, settings) or ((1.0, settings.get("error", drawn)),)
        self._repeatability = settings.get("repeatability", 3e-4)
        self._begins_anew = bool(settings.get("begins_anew", begins_anew))
        self._before = settings.get("start", 0.0)
        self._deviation = 0.0
        self.passed = 0.0
        """True volume of the last passage, in m3."""
        self.counted = 0.0
        """What it counted of it, in m3."""
        self.pipe = Pipe(bench, self._piece, self._begin)

    def volume(self) -> float:
        """Give what the register shows, in m3, not rounded."""
        self.pipe.look()
        counted = self.counted
        if self._bench.deviation is not None:
            decided = self._bench.deviation("volume", self.passed, 0.0)
            counted = counted if decided is None else self.passed - decided
        before = 0.0 if self._begins_anew else self._before
        self._bench.truth("volume", before + self.passed)
        self._bench.truth("volume.error", counted - self.passed)
        return before + counted

    def zero(self) -> None:
        """Set it to zero where each passage begins there; one that goes on stays as it is."""
        self.pipe.look()
        if self._begins_anew:
            self.passed = self.counted = 0.0
            self.begun()

    def flow(self) -> float:
        """Give the flow that is shown, in m3/s: the mean of the last passage."""
        self.pipe.look()
        seconds = self.pipe.seconds
        self._bench.truth("volume.flow", self.passed / seconds if seconds else 0.0)
        return self.counted / seconds if seconds else 0.0

    def _begin(self) -> None:
        self._before += self.counted
        self.passed = self.counted = 0.0
        self._deviation = self._bench.rng.gauss(0.0, self._repeatability)
        self.begun()

    def _piece(self, stream: Stream, volume: float) -> None:
        error = at_flow(self._curve, volume_flow(stream)) + self._deviation
        shifted = 0.0 if self._bench.shift is None else self._bench.shift("volume", volume, 0.0)
        self.passed += volume
        self.counted += volume * (1 + error) + shifted
        self.further(stream, volume * (1 + error) + shifted, volume)

    def begun(self) -> None:
        """Begin anew what else is counted."""

    def further(self, stream: Stream, counted: float, passed: float) -> None:
        """Count what else depends on a piece, of which so much was counted and has passed (m3)."""


def curve(name: str, settings: Mapping[str, float]) -> tuple[tuple[float, float], ...]:
    """Give the stated flows (m3/s) with their errors.

    Raises:
        UsageError: A flow has no error or an error no flow, or they do not rise.
    """
    stated = [(settings.get(f"q{n}"), settings.get(f"e{n}")) for n in _PLACES]
    pairs = [(flow, error) for flow, error in stated if flow is not None and error is not None]
    rising = all(0 < one[0] < other[0] for one, other in pairwise(pairs))
    if len(pairs) != sum(one != (None, None) for one in stated) or not rising:
        raise UsageError(
            f"The simulated meter {name!r}: give each flow q1, q2, … its error e1, e2, …, rising."
        )
    return tuple(pairs)


def at_flow(pairs: tuple[tuple[float, float], ...], flow: float) -> float:
    """Give the error at a flow (m3/s); beyond the stated flows that of the nearest one."""
    if flow <= pairs[0][0]:
        return pairs[0][1]
    for (low, first), (high, second) in pairwise(pairs):
        if flow <= high:
            return first + (second - first) * math.log(flow / low) / math.log(high / low)
    return pairs[-1][1]
