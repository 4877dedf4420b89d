"""A weight under test: there is nothing to read at it. It is put on the pan that its position is wired to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device

_STATED_DENSITY, _STATED_AIR = 8000.0, 1.2  # kg/m^3, by which conventional mass is defined (OIML D 28)
_KELVIN = 273.15


class Weight(Device):
    """Terminal: `pan`, connected with `pan` of the balance.

    Truth, logged each time that it is put down: `mass` (kg), its conventional mass; `mass.error` (kg), that less the
    nominal value; `air.density` (kg/m^3).
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "nominal": "(kg) nominal value; default 1",
            "error": "(kg) conventional mass less nominal value; else seeded, 2e-6 of it rms",
            "density": "(kg/m^3) of its material; default 8000",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        nominal = bench.settings.get("nominal", 1.0)
        self._density = bench.settings.get("density", _STATED_DENSITY)
        if nominal <= 0 or self._density <= _STATED_AIR:
            raise UsageError(
                f"The simulated weight {bench.name!r} has {nominal} kg and {self._density} kg/m^3; give more than 0 "
                f"and more than {_STATED_AIR}."
            )
        drawn = bench.rng.gauss(0.0, 2e-6 * nominal)
        self._error = bench.settings.get("error", drawn)
        if bench.shift is not None:
            self._error = bench.shift(
                "mass", nominal, 0.0
            )  # its mass is all that it is: no error remains beside it
        self._mass = nominal + self._error
        bench.terminal("pan")

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def put_down(self) -> float:
        """Give the mass (kg) that a balance sees which is adjusted for conventional mass, in the air of now."""
        room = self.bench.ambient
        air = air_density(room.temperature(), room.humidity(), room.pressure())
        self.bench.truth("mass", self._mass)
        self.bench.truth("mass.error", self._error)
        self.bench.truth("air.density", air)
        mass = self._mass * (1 - _STATED_AIR / _STATED_DENSITY) / (1 - _STATED_AIR / self._density)
        return mass * (1 - air / self._density) / (1 - air / _STATED_DENSITY)


def air_density(celsius: float, humidity: float, pascals: float) -> float:
    """Give the density of air in kg/m^3, by the simplified CIPM formula (OIML R 111-1:2004, E.3-1).

    Args:
        celsius: Temperature in degC.
        humidity: Relative humidity in %.
        pascals: Pressure in Pa.
    """
    return (0.34848 * pascals / 100 - 0.009 * humidity * math.exp(0.061 * celsius)) / (_KELVIN + celsius)
