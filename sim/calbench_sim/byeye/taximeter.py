"""A taximeter that is read by eye: it counts the pulses of the vehicle's sensor, and divides by its constant k."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Value
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.passage import Passage

_ROUNDING = 1e-9  # of a step: what a sum of floating-point numbers may lack


class Taximeter(Device):
    """Each drive begins at zero. Terminal: `drive`, wired to that of the rollers.

    Truth, logged at each reading: `length` (m) that was really driven, `length.error` (m) of what it shows before it
    is cut off to whole steps; `time` (s) that the drive took; `count` of pulses, with `count.error`, which is 0.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "k": "(1/m) its constant: pulses that it takes for a metre; default 1",
            "w": "(1/m) pulses that the vehicle gives for a metre; else seeded, within 0.5 % of k",
            "rate": "(1) error of its clock; else seeded, 0.01 % rms",
            "step": "(m) of the distance that it shows, cut off; default 10",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn, rate = bench.rng.gauss(0.0, 2.5e-3), bench.rng.gauss(0.0, 1e-4)
        settings = bench.settings
        self._k = settings.get("k", 1.0)
        self._w = settings.get("w", self._k * (1 + drawn))
        self._rate = settings.get("rate", rate)
        self._step = settings.get("step", 10.0)
        self._driven = 0.0
        self._drive = Passage(
            bench.terminal("drive"), "speed", bench.clock, rate=_speed, piece=self._piece, begin=self._begin
        )

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the distance, the duration or the pulses of the last drive.

        Raises:
            UsageError: It is asked for something else.
        """
        self._drive.look()
        if quantity == "length":
            distance = self._driven * self._w / self._k
            if self.bench.shift is not None:
                distance += self.bench.shift("length", self._driven, 0.0)
            self.bench.truth("length", self._driven)
            self.bench.truth("length.error", distance - self._driven)
            return shown(math.floor(distance / self._step + _ROUNDING) * self._step, self._step, "m")
        if quantity == "time":
            self.bench.truth("time", self._drive.seconds)
            return shown(self._drive.seconds * (1 + self._rate), 1.0, "s")
        if quantity == "count":
            self.bench.truth("count", self._driven * self._w)
            self.bench.truth("count.error", 0.0)
            return shown(math.floor(self._driven * self._w + _ROUNDING), 1.0, "")
        raise UsageError(
            f"The simulated taximeter {self.bench.name!r} shows length, time and count, not {quantity}."
        )

    def _begin(self) -> None:
        self._driven = 0.0

    def _piece(self, value: Value, seconds: float) -> None:
        self._driven += _speed(value) * seconds


def _speed(value: Value) -> float:
    return value if isinstance(value, float) else 0.0
