"""One control module of a Druck PACE: its settings, its vent latch and its conditions."""

from __future__ import annotations

import math
from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.registers import EventRegister
from calbench_sim.parts.process.pressure import PressureController, notice

VENT_COMPLETE, IN_LIMITS = 1 << 0, 1 << 2
"""Bits of the pressure operation register."""
_IDLE, _VENTING, _VENTED = 0, 1, 2
_LIMIT: Final = 0.01  # % of full scale, default
_DWELL: Final = 2.0  # s, default


class PaceModule:
    """A controller with what the PACE adds: in-limits with dwell, vent states, slew, and a register.

    Attributes:
        physics: sensor and regulator.
        register: conditions and events of `:STATus:OPERation:PRESsure`.
        limit: in-limits band, % of full scale.
        dwell: time (s) within the band that counts as in limits.
        linear: whether the rate that is set holds; else it goes as fast as it can.
        overshoot: whether overshoot is allowed; it changes nothing here.
        slew: rate that is set, Pa/s.
        passive: output mode, `ACT`, `PASS` or `GAUG`.
        isolated: whether the isolation valve is shut.
    """

    def __init__(self, bench: Bench, span: float, mark: str) -> None:
        self._bench = bench
        self.physics = PressureController(bench, span, mark)
        self.register = EventRegister()
        self._vent = _IDLE
        self.reset()

    def reset(self) -> None:
        """Take the settings of power-on: output off, linear slew at 1 % of the span per second."""
        self.limit, self.dwell = _LIMIT, _DWELL
        self.linear, self.overshoot, self.isolated = False, False, False
        self.slew = 0.01 * self.physics.span
        self.passive = "ACT"
        self.physics.set_point = 0.0
        self.output(on=False)

    @property
    def range_name(self) -> str:
        """The name of the range, such as `7.00barg`."""
        return f"{self.physics.span / 1e5:.2f}barg"

    @property
    def controlling(self) -> bool:
        """Whether the output is on."""
        return self.physics.mode == "control"

    def output(self, *, on: bool) -> None:
        """Switch the controller on or off; a vent that is under way ends."""
        self._vent = _IDLE
        if on:
            self.apply()
        else:
            self.physics.measure()
            self.look()

    def apply(self) -> None:
        """Regulate with what is set now."""
        self.physics.rate = self.slew if self.linear else math.inf
        self.physics.control()
        self.look()
        notice(self._bench, self._in_limits_from(), self.look)

    def changed(self) -> None:
        """Take up a setting that has changed, if it controls."""
        if self.controlling:
            self.apply()

    def vent(self, *, start: bool) -> None:
        """Begin to vent, or end it and forget that it was done."""
        if start:
            self._vent = _VENTING
            self.physics.vent()
            notice(self._bench, self.physics.vented_at(), self.look)
        else:
            self._vent = _IDLE
            if self.physics.mode == "vent":
                self.physics.measure()
        self.look()

    def vent_state(self) -> int:
        """Give 0 for idle, 1 in progress, 2 completed; 2 stays until the next command."""
        self.look()
        return self._vent

    def in_limits(self) -> bool:
        """Tell whether it has been within the band for the dwell."""
        return self._bench.clock.monotonic() >= self._in_limits_from()

    def look(self) -> None:
        """Bring the conditions up to date."""
        if self._vent == _VENTING and self._bench.clock.monotonic() >= self.physics.vented_at():
            self._vent = _VENTED
            self.physics.measure()
        self.register.set(VENT_COMPLETE, raised=self._vent == _VENTED)
        self.register.set(IN_LIMITS, raised=self.in_limits())

    def _in_limits_from(self) -> float:
        return self.physics.inside_from(self.limit / 100 * self.physics.span) + self.dwell
