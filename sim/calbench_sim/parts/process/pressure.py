"""A pneumatic pressure controller: sensor with hidden errors, regulator, supplies, vent valve. Pa, gauge."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal

from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.course import Course

SETTINGS: Final[dict[str, str]] = {
    "gain": "(1) gain error of the sensor; else seeded, 3e-5 rms",
    "offset": "(Pa) zero error of the sensor; else seeded, 1e-5 of the range rms",
    "linearity": "(Pa) largest deviation, near 0.58 of the range; else seeded, 1e-5 of the range rms",
    "noise": "(Pa) rms noise of one reading; default 2e-6 of the range",
    "tempco": "(1/K) change of gain per kelvin from 20 degC; default 1e-6",
    "settling": "(s) time constant with which the regulator nears its set-point; default 1.5",
    "supply": "(Pa) positive supply, gauge; default 1.1 times the range",
    "vacuum": "(Pa) negative supply, gauge; default -95e3; 0 where there is none",
    "leak": "(s) time constant with which a closed volume loses its pressure; default 20000",
}
Mode = Literal["measure", "control", "vent"]
_VENT_TIME_CONSTANT = 0.8  # s
_VENTED = 1e-4  # of the range: then the valve reports the end
_STILL = 1e-9  # 1/s of the range: below it the sensor sees no change
_BENT = 0.3849  # largest value of x - x^3 for 0 <= x <= 1
_REFERENCE_TEMPERATURE = 20.0  # degC


class PressureController:
    """One control module with its port.

    It regulates what its own sensor indicates; what is at the port differs by the sensor's error. It emits
    `pressure` at the port while it controls or vents. While it measures it reads what another instrument emits
    there, or else what is left in its own volume.

    Args:
        bench: place in the world.
        span: upper end of the range (Pa); the lower end is `bottom`.
        mark: put behind names of settings, terminal and truth: "" or "2" for a second module.
    """

    def __init__(self, bench: Bench, span: float, mark: str = "") -> None:
        self._bench, self._mark = bench, mark
        self.span = span
        settings, rng = bench.settings, bench.rng
        drawn = [rng.gauss(0.0, 1.0) for _ in range(3)]

        def setting(name: str, default: float) -> float:
            return settings.get(name + mark, default)

        self._gain = setting("gain", 3e-5 * drawn[0])
        self._offset = setting("offset", 1e-5 * span * drawn[1])
        self._linearity = setting("linearity", 1e-5 * span * drawn[2])
        self._noise = setting("noise", 2e-6 * span)
        self._tempco = setting("tempco", 1e-6)
        self._settling = setting("settling", 1.5)
        self.supply = setting("supply", 1.1 * span)
        self.vacuum = setting("vacuum", -95e3)
        self._leak = setting("leak", 20e3)
        self.bottom = max(-1e5, -span)
        self.port = bench.terminal("port" + mark)
        self.mode: Mode = "measure"
        self.set_point = 0.0
        self.rate = math.inf
        self.course = Course(self._error(0.0, bench.clock.monotonic()))

    def _error(self, pressure: float, at: float) -> float:
        """Give what the sensor shows too much (Pa) at this pressure."""
        if self._bench.deviation is not None:
            stated = self.set_point if self.mode == "control" else pressure
            decided = self._bench.deviation("pressure", stated, 0.0)
            if decided is not None:
                return -decided  # a deviation is that of the true value from what is shown
        part = pressure / self.span
        gain = self._gain + self._tempco * (self._bench.ambient.temperature(at) - _REFERENCE_TEMPERATURE)
        return self._offset + gain * pressure + self._linearity * (part - part**3) / _BENT

    def _true(self, at: float) -> float:
        """Give the pressure (Pa) at the port that belongs to what is indicated."""
        true = indicated = self.course.at(at)
        for _ in range(4):  # the errors are small: each step is worth three digits or more
            true = indicated - self._error(true, at)
        return true

    # --- what is commanded ---

    def control(self) -> None:
        """Regulate to `set_point` at `rate`, as far as the supplies reach."""
        self.mode = "control"
        target = min(max(self.set_point, self.vacuum), self.supply)
        fastest = self.span / 5
        self.course.go(target, self._now(), min(self.rate, fastest), self._settling)
        self.port.emit("pressure", self._true)

    def measure(self) -> None:
        """Close the valves: the volume keeps its pressure, and leaks."""
        self.mode = "measure"
        now = self._now()
        self.course.go(self._error(0.0, now), now, math.inf, self._leak)
        self.port.emit("pressure", None)

    def vent(self) -> None:
        """Open the volume to the room."""
        self.mode = "vent"
        now = self._now()
        self.course.go(self._error(0.0, now), now, math.inf, _VENT_TIME_CONSTANT)
        self.port.emit("pressure", self._true)

    # --- what is seen ---

    def reading(self) -> float:
        """Give one reading (Pa); its truth is logged."""
        now = self._now()
        received = self.port.received("pressure") if self.mode == "measure" else None
        if isinstance(received, float):
            true, indicated = received, received + self._error(received, now)
        else:
            true, indicated = self._true(now), self.course.at(now)
        self._bench.truth("pressure" + self._mark, true)
        return indicated + self._bench.rng.gauss(0.0, self._noise)

    def slope(self) -> float:
        """Give the rate (Pa/s) at which the pressure moves now."""
        rate = self.course.rate(self._now())
        return rate if abs(rate) > _STILL * self.span else 0.0

    def inside_from(self, band: float) -> float:
        """Give the time (s) from which it controls within `band` (Pa) of the set-point; infinite if never."""
        return self.course.within(self.set_point, band) if self.mode == "control" else math.inf

    def vented_at(self) -> float:
        """Give the time (s) at which venting ends; infinite if it does not vent."""
        if self.mode != "vent":
            return math.inf
        return self.course.within(self.course.target, _VENTED * self.span)

    def effort(self) -> float:
        """Give the effort of the regulator in percent, signed; 0 while it does not control."""
        if self.mode != "control":
            return 0.0
        moving = 100 * self.slope() / (self.span / 5)
        missing = self.set_point - self.course.target
        return math.copysign(100.0, missing) if missing else max(-100.0, min(100.0, moving))

    def _now(self) -> float:
        return self._bench.clock.monotonic()


def notice(bench: Bench, at: float, look: Callable[[], None]) -> None:
    """Have `look` called at a time (s) of the clock, if it ever comes."""
    if at < math.inf:
        bench.clock.call_at(max(at, bench.clock.monotonic()), look)
