"""Keysight 34470A Truevolt multimeter, 7½ digits.

Written from protocols.md, section 3.2, as the 34465A.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from calbench_sim.keysight.k34465a import K34465A, functions
from calbench_sim.parts.multimeters.multimeter import RESISTANCE_RANGES, Quality

_RESOLUTION: Final = MappingProxyType(
    {
        0.001: 3e-5,
        0.002: 1e-5,
        0.006: 3e-6,
        0.02: 1e-6,
        0.06: 5e-7,
        0.2: 3e-7,
        1.0: 1e-7,
        10.0: 3e-8,
        100.0: 1e-8,
    }
)


class K34470A(K34465A):
    """34470A: 7½ digits, firmware A.03 with digitizing. Terminal: `input`."""

    IDENTITY = "Keysight Technologies,34470A,{serial},A.03.01-03.15-03.01-00.52-04-02"
    QUALITY = Quality(0.5, 0.2, _RESOLUTION, (*RESISTANCE_RANGES, 1e9))
    FUNCTIONS = functions(_RESOLUTION, (*RESISTANCE_RANGES, 1e9))
