"""A thermometer, hygrometer and barometer on the wall, read by eye to a tenth of their units."""

from __future__ import annotations

from calbench.errors import UsageError
from calbench.simulation.device import Device


class Climate(Device):
    """Shows temperature, relative humidity and pressure of the room, without an error of its own."""

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display.

        Raises:
            UsageError: It is asked for something else.
        """
        room = self.bench.ambient
        if quantity in ("temperature", "humidity", "pressure"):
            self.bench.truth(quantity, getattr(room, quantity)())
        if quantity == "temperature":
            return f"{self.bench.ambient.temperature():.1f} degC"
        if quantity == "humidity":
            return f"{self.bench.ambient.humidity():.1f} %RH"
        if quantity == "pressure":
            return f"{self.bench.ambient.pressure() / 100:.1f} hPa"
        raise UsageError(
            f"The simulated climate {self.bench.name!r} shows temperature, humidity and pressure, not {quantity}."
        )
