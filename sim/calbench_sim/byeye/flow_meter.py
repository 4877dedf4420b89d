"""A water meter, gas meter, fuel dispenser or master meter that is read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow import register
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.register import Register

_LITRES, _HOUR = 1e3, 3600.0


class FlowMeter(Device):
    """Shows the volume on its register in litres, the flow, and temperature and pressure of what is in it.

    Temperature and pressure are as a person noted them while the last passage flowed.

    Terminals: `inlet` and `outlet`. Truth: as `Register`; `temperature` (degC) and `pressure` (Pa) when they are read,
    and their errors, which are 0.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        register.SETTINGS | {"step": "(m3) of the register, as a person reads it; default 0.00001"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._register = Register(bench, begins_anew=False)
        self._step = bench.settings.get("step", 1e-5)

    def zero(self) -> None:
        """Set the register to zero where each passage begins there."""
        self._register.zero()

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the register, the flow, or the thermometer or gauge in it.

        Raises:
            UsageError: It is asked for something else, or nothing is connected to it.
        """
        if quantity == "volume":
            return shown(self._register.volume() * _LITRES, self._step * _LITRES, "L")
        if quantity == "volume.flow":
            return shown(self._register.flow() * _HOUR, 1e-5, "m^3/h")
        self._register.pipe.look()
        stream = self._register.pipe.flowed or self._register.pipe.stream()
        if stream is None or quantity not in ("temperature", "pressure"):
            raise UsageError(
                f"The simulated meter {self.bench.name!r} shows volume and volume.flow, and temperature and pressure "
                f"where it is connected, not {quantity}."
            )
        if quantity == "temperature":
            self.bench.truth("temperature", stream.temperature)
            self.bench.truth("temperature.error", 0.0)
            return shown(stream.temperature, 0.01, "degC")
        self.bench.truth("pressure", stream.pressure)
        self.bench.truth("pressure.error", 0.0)
        return shown(stream.pressure, 1.0, "Pa")
