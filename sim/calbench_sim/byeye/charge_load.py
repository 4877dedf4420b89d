"""A load that a charger delivers energy to, as a vehicle would take it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Load, Phase


class ChargeLoad(Device):
    """One phase. Terminal: `plug`, wired to charger and standard. Truth, at each charging: `energy.active` (J)."""

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "voltage": "(V) of the supply; default 220",
            "largest": "(W) largest power; default 44 kW",
            "stopping": "(1) standard deviation of how well an energy is stopped; default 0.002",
            "setting": "(1) standard deviation of how well a power is set; default 0.005",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        settings = bench.settings
        self._voltage = settings.get("voltage", 220.0)
        self._largest = settings.get("largest", 44e3)
        self._stopping = settings.get("stopping", 2e-3)
        self._setting = settings.get("setting", 5e-3)
        self._emit(0.0)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Take energy (`energy.active`: value in J, power in W), and stop.

        Raises:
            UsageError: Something else is asked for, no energy, or a power that it does not take.
        """
        name, rng = self.bench.name, self.bench.rng
        if quantity != "energy.active":
            raise UsageError(f"The simulated load {name!r} takes energy.active, not {quantity}.")
        energy, power = told["value"], told["power"]
        if energy <= 0 or not 0 < power <= self._largest:
            raise UsageError(
                f"The simulated load {name!r} takes energy above 0 at up to {self._largest:g} W, not {energy:g} J "
                f"at {power:g} W."
            )
        power *= 1 + rng.gauss(0.0, self._setting)
        energy *= 1 + rng.gauss(0.0, self._stopping)
        self._emit(power)
        self.clock.sleep(energy / power)
        self._emit(0.0)
        self.bench.truth("energy.active", energy)

    def _emit(self, power: float) -> None:
        load = Load((Phase(self._voltage, power / self._voltage, 0.0),), 50.0)
        self.bench.terminal("plug").emit("power", lambda _: load)
