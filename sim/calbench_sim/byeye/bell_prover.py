"""A bell prover: a bell that sinks into oil and drives air through gas meters; its scale is read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow import supply
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.fluids import NORMAL_PRESSURE
from calbench_sim.parts.flow.supply import Supply

_LITRES = 1e3


class BellProver(Device):
    """Air at the temperature of the room, 1.5 kPa above 101 325 Pa; the bell is raised before each passage.

    Terminal: `outlet`. Truth: as `Supply`; at each reading `volume` (m3, at the temperature and pressure in the bell)
    and `volume.error` (m3).
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        supply.SETTINGS
        | {
            "capacity": "(m3) of the bell; default 0.5",
            "error": "(1) of its scale; else seeded, 0.05 % rms",
            "step": "(m3) to which the scale is read; default 0.05 L",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, 5e-4)
        self._supply = Supply(bench, "air", NORMAL_PRESSURE + 1500.0)
        self._capacity = bench.settings.get("capacity", 0.5)
        self._error = bench.settings.get("error", drawn)
        self._step = bench.settings.get("step", 5e-5)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Let a volume pass (`volume`: value in m3, flow in m3/h).

        Raises:
            UsageError: Something else is asked for, more than the bell holds, or a flow that it does not have.
        """
        if quantity == "volume" and told["value"] > self._capacity:
            raise UsageError(
                f"The simulated bell {self.bench.name!r} holds {self._capacity:g} m^3, not {told['value']:g} m^3."
            )
        self._supply.let_pass(quantity, told)

    def shown(self, quantity: str) -> str:
        """Read what has left the bell, or its thermometer or pressure gauge (absolute).

        Raises:
            UsageError: It is asked for something else.
        """
        bell, bench = self._supply, self.bench
        if quantity == "temperature":
            return shown(self._deviating(quantity, bell.temperature), 0.01, "degC")
        if quantity == "pressure":
            return shown(self._deviating(quantity, bell.pressure), 1.0, "Pa")
        if quantity != "volume":
            raise UsageError(
                f"The simulated bell {bench.name!r} shows volume, temperature and pressure, not {quantity}."
            )
        decided = None if bench.deviation is None else bench.deviation("volume", bell.passed, 0.0)
        volume = bell.passed * (1 + self._error) if decided is None else bell.passed - decided
        bench.truth("volume", bell.passed)
        bench.truth("volume.error", volume - bell.passed)
        return shown(volume * _LITRES, self._step * _LITRES, "L")

    def _deviating(self, quantity: str, true: float) -> float:
        """Give what a thermometer or gauge without errors of its own shows, or as it is decided."""
        self.bench.truth(quantity, true)
        decided = None if self.bench.deviation is None else self.bench.deviation(quantity, true, 0.0)
        return true if decided is None else true - decided
