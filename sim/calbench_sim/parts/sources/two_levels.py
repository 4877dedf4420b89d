"""High and low level of a generator with an output resistance: what is shown for a load, and what is there without."""

from __future__ import annotations

import math
from collections.abc import Callable

_OWN = 50.0  # Ohm
_TOP = 10.0  # V at an open circuit, the largest level either way
_LEAST = 1e-3  # V between the levels
_ROUNDING = 1 - 1e-9


class TwoLevels:
    """Begins as after *RST, at +0.05 V and -0.05 V into 50 Ohm. Another load changes what is shown, not what there is.

    Args:
        adjusted: is told the code of an error (-221 or -222) and why, where something else is set than was asked for.
    """

    def __init__(self, adjusted: Callable[[int, str], None]) -> None:
        self._adjusted = adjusted
        self._open = (-0.1, 0.1)
        self.load = _OWN
        """Ohm, for which levels are shown; infinite for an open circuit."""

    @property
    def low(self) -> float:
        """The low level as it is shown, in V."""
        return self._open[0] * self._share

    @property
    def high(self) -> float:
        """The high level as it is shown, in V."""
        return self._open[1] * self._share

    @property
    def top(self) -> float:
        """The largest level that can be set, either way, in V as it is shown."""
        return _TOP * self._share

    @property
    def swing(self) -> float:
        """High less low, in V at an open circuit."""
        return self._open[1] - self._open[0]

    def set_high(self, level: float) -> None:
        """Set the high level (V, as shown); a low one that is not below it moves down."""
        high = self._within(level, -self.top + _LEAST, self.top)
        self._put(min(self.low, high - _LEAST), high, moved=high - self.low < _LEAST * _ROUNDING)

    def set_low(self, level: float) -> None:
        """Set the low level (V, as shown); a high one that is not above it moves up."""
        low = self._within(level, -self.top, self.top - _LEAST)
        self._put(low, max(self.high, low + _LEAST), moved=self.high - low < _LEAST * _ROUNDING)

    @property
    def _share(self) -> float:
        return 1.0 if math.isinf(self.load) else self.load / (self.load + _OWN)

    def _within(self, level: float, low: float, high: float) -> float:
        limited = min(max(level, low), high)
        if limited != level:
            self._adjusted(-222, f"value clipped to {'lower' if limited > level else 'upper'} limit")
        return limited

    def _put(self, low: float, high: float, *, moved: bool) -> None:
        self._open = low / self._share, high / self._share
        if moved:
            self._adjusted(-221, "the other level was moved to 1 mV beside it")
