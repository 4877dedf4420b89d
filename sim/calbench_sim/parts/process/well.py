"""A dry well or bath: a heated and cooled body with its own sensor, which regulates. Temperatures in degC."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.branch import branch
from calbench_sim.parts.behaviour.course import Course
from calbench_sim.parts.behaviour.drift import Settling, SlowNoise

SETTINGS: Final[dict[str, str]] = {
    "offset": "(K) error of the own sensor at 25 degC; else seeded, 0.03 rms",
    "gain": "(1) error of the own sensor per kelvin from 25 degC; else seeded, 2e-4 rms",
    "noise": "(K) rms noise of one reading; default 0.002",
    "stability": "(K) rms of the slow wander of the well; default 0.004",
    "heating": "(K/min) fastest heating; default as the model",
    "cooling": "(K/min) fastest cooling; default as the model",
    "settling": "(s) time constant with which it nears its set-point; default 40",
    "cooldown": "(s) time constant towards the room with the heater off; default 1200",
    "uniformity": "(1) by how much its further wells are warmer or colder, rms, per kelvin from the room; default 1e-4",
    "start": "(degC) temperature at power-on; default that of the room",
}
_REFERENCE = 25.0  # degC
_MINUTE = 60.0
_WELLS = 4


class Well:
    """The body, which emits `temperature` at the terminal `well` always: hot stays hot when control ends.

    There are further wells, `well2` to `well4`, in which it is a little warmer or colder.

    It regulates what its own sensor shows; what is in it differs by the sensor's error.

    Args:
        bench: place in the world.
        heating: fastest heating of the model, K/min.
        cooling: fastest cooling of the model, K/min.
    """

    def __init__(self, bench: Bench, heating: float, cooling: float) -> None:
        self._bench = bench
        settings, rng = bench.settings, bench.rng
        drawn = rng.gauss(0.0, 0.03), rng.gauss(0.0, 2e-4)
        self._offset = settings.get("offset", drawn[0])
        self._gain = settings.get("gain", drawn[1])
        self._noise = settings.get("noise", 0.002)
        self._stability = settings.get("stability", 0.004)
        self._heating = settings.get("heating", heating)
        self._cooling = settings.get("cooling", cooling)
        self._settling = settings.get("settling", 40.0)
        self._cooldown = settings.get("cooldown", 1200.0)
        # a mean of 1 with this relative noise, less 1: the noise alone, as a function of time
        self._wander = SlowNoise(rng).around(Settling(1.0), self._stability, 0.0, -1.0)
        start = settings.get("start", bench.ambient.temperature())
        self._course = Course(start + self._error(start))
        self.controlling = False
        self.set_point = _REFERENCE
        bench.terminal("well").emit("temperature", self.true)
        spread, of_wells = settings.get("uniformity", 1e-4), branch(rng, "wells")
        for number in range(2, _WELLS + 1):
            share = of_wells.gauss(0.0, spread)
            bench.terminal(f"well{number}").emit("temperature", partial(self._in_well, share))

    def _error(self, temperature: float) -> float:
        return self._offset + self._gain * (temperature - _REFERENCE)

    def _in_well(self, share: float, at: float) -> float:
        """Give the temperature (degC) in a further well, which is the warmer the farther it all is from the room."""
        middle = self.true(at)
        return middle + share * (middle - self._bench.ambient.temperature(at))

    def true(self, at: float) -> float:
        """Give the temperature (degC) in the well at a time (s)."""
        shown = self._course.at(at)
        return _REFERENCE + (shown - _REFERENCE - self._offset) / (1 + self._gain) + self._wander(at, at)

    def control(self, set_point: float, rate: float = math.inf) -> None:
        """Regulate to a temperature (degC), at most at `rate` (K/min)."""
        self.set_point, self.controlling = set_point, True
        now = self._bench.clock.monotonic()
        fastest = self._heating if set_point >= self._course.at(now) else self._cooling
        self._course.go(set_point, now, min(rate, fastest) / _MINUTE, self._settling)

    def stop(self) -> None:
        """End to regulate: it drifts to the temperature of the room."""
        self.controlling = False
        room = self._bench.ambient.temperature()
        now = self._bench.clock.monotonic()
        self._course.go(room + self._error(room), now, math.inf, self._cooldown)

    def reading(self) -> float:
        """Give what the own sensor shows (degC), once; the truth is logged."""
        now = self._bench.clock.monotonic()
        self._bench.truth("temperature", self.true(now))
        return self._course.at(now) + self._wander(now, now) + self._bench.rng.gauss(0.0, self._noise)

    def stable_from(self, limit: float) -> float:
        """Give the time (s) from which it stays within `limit` (K) of the set-point; infinite if never.

        Twice the rms wander must fit into the limit.
        """
        if not self.controlling:
            return math.inf
        return self._course.within(self.set_point, limit - 2 * self._stability)

    def power(self) -> float:
        """Give the duty of the heater, in percent; 0 while it cools or is off."""
        if not self.controlling:
            return 0.0
        rising = self._course.rate(self._bench.clock.monotonic()) * _MINUTE / self._heating
        above = (self.set_point - self._bench.ambient.temperature()) / 500.0  # what it takes to hold
        return 100.0 * min(1.0, max(0.0, rising + above))
