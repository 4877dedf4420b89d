"""Density of what flows: water, fuel, air; and what a balance shows of a mass that air bears up.

Temperatures in degC, pressures in Pa (absolute), densities in kg/m3.
"""

from __future__ import annotations

from math import exp
from typing import Final

from calbench.errors import UsageError
from calbench_sim.parts.flow.steam import specific_volume

FLUIDS: Final = ("water", "fuel", "air")
NORMAL_PRESSURE: Final = 101_325.0
_A: Final = (-3.983035, 301.797, 522_528.9, 69.34881, 999.974_950)
_COMPRESSIBILITY: Final = (50.74e-11, -0.326e-11, 0.004_16e-11)  # 1/Pa
_FUEL_AT_20, _FUEL_EXPANSION = 740.0, 1.2e-3  # petrol; 1/K, taken at 20 degC
_AIR_CONSTANT: Final = 287.055  # J/(kg K), dry air
_TANAKA_UP_TO: Final = 40.0
_WEIGHTS = 8000.0  # of the weights that a balance is adjusted with, OIML D 28


def density(fluid: str, temperature: float, pressure: float) -> float:
    """Give the density of a fluid.

    Raises:
        UsageError: There is no such fluid.
    """
    if fluid == "water":
        return water(temperature, pressure)
    if fluid == "fuel":
        return _FUEL_AT_20 / (1.0 + _FUEL_EXPANSION * (temperature - 20.0))
    if fluid == "air":
        return pressure / (_AIR_CONSTANT * (temperature + 273.15))
    raise UsageError(f"There is no simulated fluid {fluid!r}; there are {', '.join(FLUIDS)}.")


def water(temperature: float, pressure: float = NORMAL_PRESSURE) -> float:
    """Give the density of air-free water.

    The formula that the CIPM recommends (M. Tanaka et al., Metrologia 38 (2001) 301, eq. 1 and 2), for 0 to 40 degC;
    above that the formula of IAPWS-IF97 (`steam`).
    """
    if temperature > _TANAKA_UP_TO:
        return 1.0 / specific_volume(temperature, pressure)
    a1, a2, a3, a4, a5 = _A
    t = temperature
    at_normal = a5 * (1.0 - (t + a1) ** 2 * (t + a2) / (a3 * (t + a4)))
    k0, k1, k2 = _COMPRESSIBILITY
    return at_normal * (1.0 + (k0 + k1 * t + k2 * t * t) * (pressure - NORMAL_PRESSURE))


def moist_air(temperature: float, pressure: float, humidity: float) -> float:
    """Give the density of the air of a room, humidity in %RH (OIML R 111-1:2004, eq. E.3-1)."""
    hectopascal = pressure / 100.0
    return (0.34848 * hectopascal - 0.009 * humidity * exp(0.061 * temperature)) / (273.15 + temperature)


def borne(mass: float, own: float, air: float) -> float:
    """Give what a balance shows (kg) of a mass (kg) of density `own` in air of density `air`.

    m (1 - air/own) / (1 - air/8000), as it is adjusted with weights of 8000 kg/m3 (ISO 4787:2021, eq. 1, solved for
    the indication).
    """
    return mass * (1.0 - air / own) / (1.0 - air / _WEIGHTS)
