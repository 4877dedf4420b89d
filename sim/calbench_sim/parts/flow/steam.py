"""Specific volume and enthalpy of liquid water: IAPWS-IF97, region 1 (R7-97(2012), eq. 7 and table 2)."""

from __future__ import annotations

from typing import Final

_R: Final = 461.526  # J/(kg K)
_PRESSURE, _TEMPERATURE = 16.53e6, 1386.0  # Pa, K
_TERMS: Final = (
    (0, -2, 0.14632971213167), (0, -1, -0.84548187169114), (0, 0, -3.7563603672040), (0, 1, 3.3855169168385),
    (0, 2, -0.95791963387872), (0, 3, 0.15772038513228), (0, 4, -0.16616417199501e-1), (0, 5, 0.81214629983568e-3),
    (1, -9, 0.28319080123804e-3), (1, -7, -0.60706301565874e-3), (1, -1, -0.18990068218419e-1),
    (1, 0, -0.32529748770505e-1), (1, 1, -0.21841717175414e-1), (1, 3, -0.52838357969930e-4),
    (2, -3, -0.47184321073267e-3), (2, 0, -0.30001780793026e-3), (2, 1, 0.47661393906987e-4),
    (2, 3, -0.44141845330846e-5), (2, 17, -0.72694996297594e-15), (3, -4, -0.31679644845054e-4),
    (3, 0, -0.28270797985312e-5), (3, 6, -0.85205128120103e-9), (4, -5, -0.22425281908000e-5),
    (4, -2, -0.65171222895601e-6), (4, 10, -0.14341729937924e-12), (5, -8, -0.40516996860117e-6),
    (8, -11, -0.12734301741641e-8), (8, -6, -0.17424871230634e-9), (21, -29, -0.68762131295531e-18),
    (23, -31, 0.14478307828521e-19), (29, -38, 0.26335781662795e-22), (30, -39, -0.11947622640071e-22),
    (31, -40, 0.18228094581404e-23), (32, -41, -0.93537087292458e-25),
)  # fmt: skip


def specific_volume(temperature: float, pressure: float) -> float:
    """Give the specific volume in m3/kg, at degC and Pa (absolute)."""
    x, y = 7.1 - pressure / _PRESSURE, _TEMPERATURE / (temperature + 273.15) - 1.222
    slope = sum(-n * i * x ** (i - 1) * y**j for i, j, n in _TERMS if i)
    return _R * (temperature + 273.15) * slope / _PRESSURE


def enthalpy(temperature: float, pressure: float) -> float:
    """Give the specific enthalpy in J/kg, at degC and Pa (absolute)."""
    x, y = 7.1 - pressure / _PRESSURE, _TEMPERATURE / (temperature + 273.15) - 1.222
    return _R * _TEMPERATURE * sum(n * x**i * j * y ** (j - 1) for i, j, n in _TERMS if j)
