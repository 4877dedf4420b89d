"""Rollers on which a vehicle drives a distance, for taximeters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow.display import shown


class Rollers(Device):
    """Terminal: `drive`, where the taximeter's sensor is. Shows the distance, and the pulses of its own counter.

    Truth, logged at each drive: `length` (m) that was really driven.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "error": "(1) of the distance that is shown; else seeded, 0.03 % rms",
            "pulses": "(1/m) of its counter, for each metre that it shows; default 100",
            "speed": "(m/s) at which is driven; default 40 km/h",
            "stopping": "(1) standard deviation of how well a distance is stopped; default 0.001",
            "step": "(m) of the distance; default 0.01",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, 3e-4)
        settings = bench.settings
        self._error = settings.get("error", drawn)
        self._pulses = settings.get("pulses", 100.0)
        self._speed = settings.get("speed", 40 / 3.6)
        self._stopping = settings.get("stopping", 1e-3)
        self._step = settings.get("step", 0.01)
        self._driven = 0.0

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Drive a distance (`length`: value in m), and stop.

        Raises:
            UsageError: Something else is asked for, or no distance.
        """
        distance = told["value"]
        if quantity != "length" or distance <= 0:
            name = self.bench.name
            raise UsageError(
                f"On the simulated rollers {name!r} a length is driven, not {quantity} {distance:g}."
            )
        self._driven = distance * (1 + self.bench.rng.gauss(0.0, self._stopping))
        speed, drive = self._speed, self.bench.terminal("drive")
        drive.emit("speed", lambda _: speed)
        self.clock.sleep(self._driven / speed)
        drive.emit("speed", lambda _: 0.0)
        self.bench.truth("length", self._driven)

    def shown(self, quantity: str) -> str:
        """Read the distance or the pulses of the last drive.

        Raises:
            UsageError: It is asked for something else.
        """
        self.bench.truth("length", self._driven)
        decided = None if self.bench.deviation is None else self.bench.deviation("length", self._driven, 0.0)
        distance = self._driven * (1 + self._error) if decided is None else self._driven - decided
        if quantity == "length":
            return shown(distance, self._step, "m")
        if quantity == "count":
            return shown(distance * self._pulses, 1.0, "")
        raise UsageError(f"The simulated rollers {self.bench.name!r} show length and count, not {quantity}.")
