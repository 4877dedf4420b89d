"""A heat meter that is read by eye: flow sensor in a pipe, a pair of temperature sensors, and a calculator."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.heat_register import SETTINGS, HeatRegister

_LITRES, _HOUR, _KWH = 1e3, 3600.0, 3.6e6


class HeatMeter(Device):
    """In test mode: each passage begins at zero. Terminals: `inlet`, `outlet`, and its sensors `supply` and `return`.

    Truth: as `HeatRegister`.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "step": "(m3) of the volume that is shown; default 0.00001",
            "heat_step": "(J) of the heat that is shown; default 1 Wh",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._register = HeatRegister(bench)
        self._step = bench.settings.get("step", 1e-5)
        self._heat_step = bench.settings.get("heat_step", 3600.0) / _KWH

    def zero(self) -> None:
        """Set volume and heat to zero."""
        self._register.zero()

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the volume, the heat, the flow, or the temperature of the supply sensor.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity == "volume":
            return shown(self._register.volume() * _LITRES, self._step * _LITRES, "L")
        if quantity == "volume.flow":
            return shown(self._register.flow() * _HOUR, 1e-5, "m^3/h")
        if quantity == "energy.heat":
            return shown(self._register.heat() / _KWH, self._heat_step, "kWh")
        if quantity == "temperature":
            return shown(self._register.temperatures()[0], 0.01, "degC")
        raise UsageError(
            f"The simulated heat meter {self.bench.name!r} shows volume, volume.flow, energy.heat and temperature "
            f"(of the supply), not {quantity}."
        )
