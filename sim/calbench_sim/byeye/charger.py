"""A charger for electric vehicles, or the standard beside it, read by eye: energy of a charging, and a clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Load, Value
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.passage import Passage

_KWH, _DAY = 3.6e6, 86_400.0
_ROUNDING = 1e-6  # of a step: what a sum of floating-point numbers may lack


class Charger(Device):
    """Each charging begins at zero. Terminal: `gun`, wired to the plug of the load.

    Truth, logged at each reading: `energy.active` (J) that was delivered, `energy.active.error` (J); `time` (s since
    midnight, UTC), `time.error` (s).
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "error": "(1) of the energy; else seeded, 0.2 % rms",
            "repeatability": "(1) standard deviation of the error from one charging to the next; default 0.0001",
            "step": "(J) of the energy that is shown; default 0.001 kWh",
            "offset": "(s) of its clock; else seeded, 1 s rms",
            "clock_step": "(s) of its clock; default 1",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        error, offset = bench.rng.gauss(0.0, 2e-3), bench.rng.gauss(0.0, 1.0)
        settings = bench.settings
        self._error = settings.get("error", error)
        self._repeatability = settings.get("repeatability", 1e-4)
        self._step = settings.get("step", 1e-3 * _KWH) / _KWH
        self._offset = settings.get("offset", offset)
        self._clock_step = settings.get("clock_step", 1.0)
        self._energy = self._deviation = 0.0
        self._charging = Passage(
            bench.terminal("gun"), "power", bench.clock, rate=_power, piece=self._piece, begin=self._begin
        )

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the energy of the last charging, or the time of day.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity == "energy.active":
            return shown(self._counted() / _KWH, self._step, "kWh")
        if quantity == "time":
            return self._time()
        raise UsageError(
            f"The simulated charger {self.bench.name!r} shows energy.active and time, not {quantity}."
        )

    def _counted(self) -> float:
        self._charging.look()
        bench, energy = self.bench, self._energy
        decided = None if bench.deviation is None else bench.deviation("energy.active", energy, 0.0)
        counted = energy * (1 + self._error + self._deviation) if decided is None else energy - decided
        counted += 0.0 if bench.shift is None else bench.shift("energy.active", energy, 0.0)
        bench.truth("energy.active", energy)
        bench.truth("energy.active.error", counted - energy)
        return counted

    def _time(self) -> str:
        utc = self.clock.utc()
        now = utc.hour * 3600 + utc.minute * 60 + utc.second + utc.microsecond / 1e6
        self.bench.truth("time", now)
        self.bench.truth("time.error", self._offset)
        ticks = math.floor((now + self._offset) % _DAY / self._clock_step + _ROUNDING)
        minutes, seconds = divmod(ticks * self._clock_step, 60.0)
        hours, minutes = divmod(int(minutes), 60)
        whole = self._clock_step >= 1
        return (
            f"{hours:02d}:{minutes:02d}:{seconds:02.0f}"
            if whole
            else f"{hours:02d}:{minutes:02d}:{seconds:06.3f}"
        )

    def _begin(self) -> None:
        self._energy = 0.0
        self._deviation = self.bench.rng.gauss(0.0, self._repeatability)

    def _piece(self, value: Value, seconds: float) -> None:
        self._energy += _power(value) * seconds


def _power(value: Value) -> float:
    return value.active if isinstance(value, Load) else 0.0
