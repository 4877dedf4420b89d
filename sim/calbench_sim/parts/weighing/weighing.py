"""The weighing cell of an electronic scale: what it would indicate, without rounding, at any time."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Final

from calbench.errors import UsageError
from calbench.simulation.nature import Shift

SETTINGS: Final[dict[str, str]] = {
    "gain": "(1) gain error; else seeded, some 0.15 d at Max",
    "linearity": "(kg) largest deviation, near 0.58 Max; else seeded, some 0.15 d",
    "kink": "(kg) load from which kink_gain holds, as where two segments of its adjustment meet; default 0",
    "kink_gain": "(1) further gain error of what lies above kink; default 0",
    "hysteresis": "(kg) largest excess when unloading; else seeded, some 0.1 d",
    "repeatability": "(kg) standard deviation from one loading to the next; default 0.08 d",
    "noise": "(kg) rms of one reading; default 0.03 d",
    "eccentricity_x": "(1) error as part of the load at the right, the opposite at the left; else seeded",
    "eccentricity_y": "(1) error as part of the load at the back, the opposite at the front; else seeded",
    "settling": "(s) time constant after a change of load; default 0.3",
    "zero": "(kg) what is left after zero-setting at power-on; else seeded, below 0.2 d",
    "tempco": "(1/K) change of gain per kelvin from 20 degC; default 2e-6",
    "drift": "(kg/s) change of its zero with time, which no reading can tell from a load; default 0",
    "friction": "(1) part of the load by which it hangs back when the load grows or shrinks; default 0",
    "vibration": "(kg) peak of a shaking table; above half a division it never comes to rest; default 0",
}
REFERENCE_TEMPERATURE: Final = 20.0  # degC
_WORDS = {"left": (-1, 0), "right": (1, 0), "front": (0, -1), "back": (0, 1), "rear": (0, 1)}
_CENTRE = ("", "centre", "center", "middle")


class LoadCell:
    """One unit's platform and cell, with its hidden errors. Loads and results in kg.

    `SETTINGS` says how a unit can be made to differ from the seeded one.
    """

    def __init__(
        self,
        settings: Mapping[str, float],
        rng: random.Random,
        capacity: float,
        division: float,
        shift: Shift | None = None,
    ) -> None:
        self._rng = rng
        self._shift = shift
        seeded = [rng.gauss(0.0, 1.0) for _ in range(6)]
        per_capacity = division / capacity
        self._capacity = capacity
        self._gain = settings.get("gain", 0.15 * per_capacity * seeded[0])
        self._linearity = settings.get("linearity", 0.15 * division * seeded[1])
        self._hysteresis = settings.get("hysteresis", 0.1 * division * abs(seeded[2]))
        self._kink, self._kink_gain = settings.get("kink", 0.0), settings.get("kink_gain", 0.0)
        self._tilt_x = settings.get("eccentricity_x", 0.3 * per_capacity * seeded[3])
        self._tilt_y = settings.get("eccentricity_y", 0.3 * per_capacity * seeded[4])
        self._zero = settings.get("zero", 0.2 * division * math.tanh(seeded[5]))
        self._repeatability = settings.get("repeatability", 0.08 * division)
        self._noise = settings.get("noise", 0.03 * division)
        self._tempco = settings.get("tempco", 2e-6)
        self._vibration = settings.get("vibration", 0.0)
        self._drift = settings.get("drift", 0.0)
        self._friction = settings.get("friction", 0.0)
        self._time_constant = settings.get("settling", 0.3)
        self._rest = 0.02 * division  # what may be left of a step for the reading to count as stable
        self._still = self._vibration <= 0.5 * division
        self._load = self._peak = 0.0
        self._start = self._target = self._systematic = self._zero
        self._key: tuple[float, float, str] | None = None
        self._placings: int | None = None
        self._placing = 0.0
        self._changed = -math.inf

    def put(
        self, load: float, spot: str, changed_at: float, temperature: float, placings: int | None = None
    ) -> None:
        """Tell what lies on the platform: `load` (kg) at `spot` since `changed_at` (s).

        `placings` says how often the load was put down anew: as long as it stays the same, so does what differs from
        one loading to the next. Without it every change is a new loading.
        """
        if (changed_at, load, spot) == self._key:
            return
        self._key = (changed_at, load, spot)
        self._start = self._transient(changed_at)
        self._changed = changed_at
        self._peak = load if load >= self._peak or load <= 1e-3 * self._capacity else self._peak
        self._load = load
        if placings is None or placings != self._placings:
            self._placing = self._rng.gauss(0.0, self._repeatability)
        self._placings = placings
        self._target = self._held(self._indication(load, spot, temperature), load)

    def read(self, now: float) -> float:
        """Give the indication (kg) at time `now` (s), not rounded, with the noise of one reading."""
        shaking = self._vibration * self._rng.uniform(-1.0, 1.0)
        return self._transient(now) + self._rng.gauss(0.0, self._noise) + shaking + self._drift * now

    def expected(self) -> float:
        """Give the indication (kg) at rest, not rounded, without the noise of one reading."""
        return self._target

    def systematic(self) -> float:
        """Give the indication (kg) as `expected`, the mean over all loadings: without how well this one repeats."""
        return self._systematic

    def stable_from(self) -> float:
        """Give the time (s) from which the reading is at rest; infinite on a shaking table."""
        if not self._still:
            return math.inf
        step = abs(self._target - self._start)
        if step <= self._rest:
            return self._changed
        return self._changed + self._time_constant * math.log(step / self._rest)

    def _transient(self, now: float) -> float:
        elapsed = now - self._changed
        if elapsed == math.inf or self._time_constant <= 0:
            return self._target
        return self._target + (self._start - self._target) * math.exp(-elapsed / self._time_constant)

    def _indication(self, load: float, spot: str, temperature: float) -> float:
        x, y = _position(spot)
        relative = self._gain + self._tempco * (temperature - REFERENCE_TEMPERATURE)
        relative += self._tilt_x * x + self._tilt_y * y
        part = load / self._capacity
        bent = self._linearity * (part - part**3) / 0.3849
        bent += self._kink_gain * max(0.0, load - self._kink)
        fallen = load / self._peak if self._peak > 0 else 1.0
        hysteresis = self._hysteresis * 4 * fallen * (1 - fallen)
        shifted = 0.0 if self._shift is None else self._shift("mass", load, 0.0)
        self._systematic = self._zero + load * (1 + relative) + bent + hysteresis + shifted
        return self._systematic + self._placing

    def _held(self, indication: float, load: float) -> float:
        """Give where the cell comes to rest: by its friction it hangs back, and does not move for a small change."""
        play = self._friction * load
        return min(max(self._target, indication - play), indication + play) if play else indication


def _position(spot: str) -> tuple[float, float]:
    """Give the place on the platform: x to the right and y to the back, each -1 to 1."""
    words = [word for word in spot.lower().replace("_", " ").replace("-", " ").split() if not word.isdigit()]
    if " ".join(words) in _CENTRE:
        return 0.0, 0.0
    unknown = [word for word in words if word not in _WORDS]
    if unknown:
        raise UsageError(
            f"A load was put on spot {spot!r}, but a platform knows centre, left, right, front and back "
            "(also together, 'front left'). Name one of these."
        )
    return float(sum(_WORDS[w][0] for w in words)), float(sum(_WORDS[w][1] for w in words))
