"""The room: temperature, humidity and pressure that drift slowly around given centre values."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sin
from typing import Literal, NamedTuple

from calbench.clock import Clock

_Wave = tuple[float, float, float]


@dataclass(frozen=True)
class Drift:
    """A quantity that wanders around `centre` and stays within `centre` ± `span`.

    `waves` are shares of the span, angular frequencies (1/s) and phases.
    """

    centre: float
    span: float
    waves: tuple[_Wave, _Wave, _Wave]

    @classmethod
    def seeded(cls, centre: float, span: float, rng: random.Random) -> Drift:
        """Draw three waves with periods between 20 minutes and 6 hours."""
        shares = [rng.uniform(0.5, 1.0) for _ in range(3)]
        total = sum(shares)
        first, second, third = [
            (share / total, math.tau / rng.uniform(1200.0, 21600.0), rng.uniform(0.0, math.tau))
            for share in shares
        ]
        return cls(centre, span, (first, second, third))

    def at(self, time: float) -> float:
        """Give the value at simulated time `time` in seconds."""
        return self.course()(time)

    def course(self) -> Callable[[float], float]:
        """Give what gives the value at a time, as `at`; every reading asks it, so the three waves are written out."""
        centre, span = self.centre, self.span
        if not span:
            return lambda _: centre
        (share, rate, phase), (share2, rate2, phase2), (share3, rate3, phase3) = self.waves

        def at(time: float) -> float:
            swing = share * sin(rate * time + phase) + share2 * sin(rate2 * time + phase2)
            return centre + span * (swing + share3 * sin(rate3 * time + phase3))

        return at


class Turn(NamedTuple):
    """What a quantity becomes: from a time (s) on, evenly within so many seconds, to a value in its unit."""

    at: float
    over: float
    value: float


Quantity = Literal["temperature", "humidity"]


class Ambient:
    """The air around the bench; the same for every instrument of one world.

    Attributes:
        temperature_at: gives the air temperature in degC at a time (seconds of the clock).
    """

    def __init__(self, clock: Clock, seed: object) -> None:
        self._clock = clock
        self._seed = seed
        self.set()

    def set(
        self,
        *,
        temperature: float = 23.0,
        humidity: float = 45.0,
        pressure: float = 101325.0,
        temperature_span: float = 0.3,
        humidity_span: float = 3.0,
        pressure_span: float = 150.0,
    ) -> None:
        """Set centre values and spans: degC, %RH and Pa. A span of 0 stands still."""
        self._drift_of: dict[Quantity, Drift] = {
            "temperature": self._drift("temperature", temperature, temperature_span),
            "humidity": self._drift("humidity", humidity, humidity_span),
        }
        self.temperature_at = self._drift_of["temperature"].course()
        self._humidity_at = self._drift_of["humidity"].course()
        self._pressure = self._drift("pressure", pressure, pressure_span)

    def follow(self, quantity: Quantity, turns: Sequence[Turn], *, since: float = 0.0) -> None:
        """Let the centre of a quantity take a course; the times of its turns count from `since` (s, from now).

        Setting the air by `set` ends it.
        """
        if not turns:
            return
        origin = self._clock.monotonic() + since
        drift = self._drift_of[quantity]
        wander, centre = drift.course(), drift.centre

        def at(time: float) -> float:
            return wander(time) - centre + _centre(centre, turns, time - origin)

        if quantity == "temperature":
            self.temperature_at = at
        else:
            self._humidity_at = at

    def temperature(self, at: float | None = None) -> float:
        """Give the air temperature in degC, `at` a time (seconds of the clock) or now."""
        return self.temperature_at(self._clock.monotonic() if at is None else at)

    def humidity(self) -> float:
        """Give the relative humidity now, in %RH."""
        return self._humidity_at(self._clock.monotonic())

    def pressure(self) -> float:
        """Give the air pressure now, in Pa."""
        return self._pressure.at(self._clock.monotonic())

    def _drift(self, quantity: str, centre: float, span: float) -> Drift:
        rng = random.Random(f"{self._seed}:ambient:{quantity}")  # noqa: S311 - physics, not secrets
        return Drift.seeded(centre, span, rng)


def _centre(first: float, turns: Sequence[Turn], time: float) -> float:
    """Give the centre at a time (s after the start): where the last turn that has begun has brought it."""
    value = first
    for turn in sorted(turns):
        if time < turn.at:
            break
        done = 1.0 if turn.over <= 0 else min(1.0, (time - turn.at) / turn.over)
        value += (turn.value - value) * done
    return value
