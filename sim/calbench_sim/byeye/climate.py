"""A thermometer and hygrometer on the wall, read by eye to a tenth."""

from __future__ import annotations

from calbench.errors import UsageError
from calbench.simulation.device import Device


class Climate(Device):
    """Shows the temperature and the relative humidity of the room, without an error of its own."""

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity == "temperature":
            return f"{self.bench.ambient.temperature():.1f} degC"
        if quantity == "humidity":
            return f"{self.bench.ambient.humidity():.1f} %RH"
        raise UsageError(
            f"The simulated climate {self.bench.name!r} shows temperature and humidity, not {quantity}."
        )
