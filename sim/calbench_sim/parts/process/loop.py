"""A current loop of 4 mA to 20 mA: what a transmitter says of what it feels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from calbench.simulation.bench import Bench

ZERO: Final = 4e-3  # A, at the lower end of the range
SPAN: Final = 16e-3  # A
_LOWEST, _HIGHEST = 3.8e-3, 20.5e-3  # A, where a measured value ends (NAMUR NE 43)

Felt = Callable[[float], tuple[float, float]]
"""Gives the true value, and what the unit takes it for, at a time (seconds of the clock)."""


class Loop:
    """Emits `current.dc` at `output`, always: the bench feeds it.

    Truth, logged when somebody measures: what the unit feels, under its own name; `current.dc` (A), the current that
    belongs to it by the straight line of the range, and `current.dc.error` (A), by how much the unit puts out more.

    Args:
        bench: place in the world.
        low: lower end of the range, SI.
        high: upper end.
        quantity: name of what it feels.
        felt: gives it.
    """

    def __init__(self, bench: Bench, low: float, high: float, quantity: str, felt: Felt) -> None:
        self._bench, self._low, self._high, self._quantity, self._felt = bench, low, high, quantity, felt
        bench.terminal("output").emit("current.dc", self._current)

    def _current(self, at: float) -> float:
        true, taken = self._felt(at)
        ideal, meant = self._of(true), self._of(taken)
        current = min(max(meant, _LOWEST), _HIGHEST)
        self._bench.truth(self._quantity, true, at=at)
        self._bench.truth("current.dc", ideal, at=at)
        self._bench.truth("current.dc.error", current - ideal, at=at)
        return current

    def _of(self, value: float) -> float:
        return ZERO + SPAN * (value - self._low) / (self._high - self._low)
