"""Resistance of an industrial platinum thermometer (IEC 60751): nominal values over temperature, in degC and ohms."""

from __future__ import annotations

import math
from typing import Final

A: Final = 3.9083e-3  # 1/K
B: Final = -5.775e-7  # 1/K^2
C: Final = -4.183e-12  # 1/K^4, below 0 degC only


def ratio(celsius: float) -> float:
    """Give the resistance at a temperature over that at 0 degC."""
    below = C * (celsius - 100.0) * celsius**3 if celsius < 0 else 0.0
    return 1.0 + A * celsius + B * celsius**2 + below


def celsius(share: float) -> float:
    """Give the temperature (from 0 degC to 850 degC) of a resistance over that at 0 degC: the inverse of `ratio`."""
    return (math.sqrt(A * A + 4 * B * (share - 1.0)) - A) / (2 * B)
