"""Units of pressure, in pascal: exact definitions, mercury at 0 degC and water at 4 degC (conventional densities)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_PSI, _MERCURY, _WATER, _INCH = 6894.757293168, 133.322387415, 9.80665, 25.4
PASCALS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "PA": 1.0, "HPA": 100.0, "KPA": 1e3, "MPA": 1e6, "MBAR": 100.0, "BAR": 1e5, "ATM": 101325.0,
        "PSI": _PSI, "TORR": 101325.0 / 760, "MMHG": _MERCURY, "CMHG": 10 * _MERCURY, "MHG": 1e3 * _MERCURY,
        "INHG": _INCH * _MERCURY, "MMH2O": _WATER, "CMH2O": 10 * _WATER, "MH2O": 1e3 * _WATER,
        "INH2O": _INCH * _WATER, "FTH2O": 12 * _INCH * _WATER, "KG/CM2": 98066.5, "KG/M2": 9.80665,
        "LB/FT2": _PSI / 144,
    }
)  # fmt: skip
"""Name of a unit, in capitals, to what it is in Pa."""
