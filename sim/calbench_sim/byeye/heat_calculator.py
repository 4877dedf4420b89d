"""The calculator of a heat meter that is read by eye; resistances and pulses stand for its sensors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow import heat_calculator
from calbench_sim.parts.flow.display import shown

_LITRES, _KWH = 1e3, 3.6e6


class HeatCalculator(Device):
    """In test mode: it can be set to zero. Terminals: `supply`, `return`, `pulse_input`.

    Truth: as the part `HeatCalculator`.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        heat_calculator.SETTINGS
        | {
            "step": "(m3) of the volume that is shown; default 0.001 L",
            "heat_step": "(J) of the heat that is shown; default 0.1 Wh",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._calculator = heat_calculator.HeatCalculator(bench)
        self._step = bench.settings.get("step", 1e-6)
        self._heat_step = bench.settings.get("heat_step", 360.0) / _KWH

    def zero(self) -> None:
        """Set volume and heat to zero."""
        self._calculator.zero()

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the heat or the volume.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity == "energy.heat":
            return shown(self._calculator.heat() / _KWH, self._heat_step, "kWh")
        if quantity == "volume":
            return shown(self._calculator.volume() * _LITRES, self._step * _LITRES, "L")
        raise UsageError(
            f"The simulated heat calculator {self.bench.name!r} shows energy.heat and volume, not {quantity}."
        )
