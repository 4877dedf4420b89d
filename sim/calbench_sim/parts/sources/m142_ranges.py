"""Ranges of the Meatest M-142: spans as published, specifications (99 %) about as its data sheet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from calbench_sim.parts.sources.calibrator import VoltageRange
from calbench_sim.parts.sources.calibrator_functions import SignalRange

FREQUENCY_SPECIFICATION: Final = 5e-5
RESISTANCE_SETTLES: Final = 1.0  # s

VOLTAGE: Final = (
    VoltageRange("20 mV", 0.02, 1e-8, 1e-4, 5e-6, 2.0),
    VoltageRange("200 mV", 0.2, 1e-7, 5e-5, 6e-6, 2.0),
    VoltageRange("2 V", 2.0, 1e-6, 3e-5, 1.6e-5, 2.0),
    VoltageRange("20 V", 20.0, 1e-5, 3e-5, 1e-4, 2.0),
    VoltageRange("240 V", 240.0, 1e-4, 3e-5, 2.4e-3, 3.0),
    VoltageRange("1000 V", 1000.0, 1e-3, 5e-5, 2e-2, 3.0),
)
RESISTANCES: Final[Mapping[float, float]] = MappingProxyType(
    {100.0: 3e-4, 1e3: 1e-4, 1e4: 1e-4, 1e5: 1e-4, 1e6: 1.5e-4, 1e7: 3e-4, 1e8: 2e-3, 1e9: 5e-3}
)
"""Highest value (Ohm) of each range -> specification (1)."""

_LOW = ((45.0, 1e-3), (10e3, 3e-4), (50e3, 1e-3))
_VOLTAGE_AC = (
    SignalRange("20 mV AC", 0.02, 1e-7, 2e-5, ((45, 2e-3), (10e3, 1e-3), (50e3, 2e-3)), 3.0, 0.0, 20),
    SignalRange("200 mV AC", 0.2, 1e-6, 4e-5, _LOW, 3.0, 0.0, 20),
    SignalRange("2 V AC", 2.0, 1e-5, 1e-4, _LOW, 3.0, 0.0, 20),
    SignalRange("20 V AC", 20.0, 1e-4, 1e-3, _LOW, 3.0, 0.0, 20),
    SignalRange("240 V AC", 240.0, 1e-3, 1.2e-2, ((45, 1e-3), (10e3, 3e-4)), 4.0, 0.0, 20),
    SignalRange("1000 V AC", 1000.0, 1e-2, 1e-1, ((1e3, 4e-4),), 5.0, 0.0, 20),
)
_STEPS = (
    ("200 uA", 200e-6, 1e-9, 2e-8, 5e-4), ("2 mA", 2e-3, 1e-8, 1e-7, 2e-4), ("20 mA", 20e-3, 1e-7, 1e-6, 1.5e-4),
    ("200 mA", 0.2, 1e-6, 1e-5, 1.5e-4), ("2 A", 2.0, 1e-5, 2e-4, 2e-4), ("30 A", 30.0, 1e-4, 6e-3, 6e-4),
)  # fmt: skip
_CURRENT = tuple(
    SignalRange(name, top, resolution, floor, ((0, relative),), 2.0)
    for name, top, resolution, floor, relative in _STEPS
)
_CURRENT_AC = tuple(
    SignalRange(
        f"{name} AC",
        top,
        10 * resolution,
        2 * floor,
        ((45, 5 * relative), (1e3, 3 * relative), *(((10e3, 8 * relative),) if top <= 2 else ())),  # noqa: PLR2004 - A
        3.0,
        0.0,
        20,
    )
    for name, top, resolution, floor, relative in _STEPS
)
_CAPACITANCE = tuple(
    SignalRange(name, top, resolution, floor, ((0, relative),), 2.0, bottom)
    for name, bottom, top, resolution, floor, relative in (
        ("10 nF", 0.7e-9, 1e-8, 1e-12, 1.5e-11, 5e-3), ("100 nF", 1e-8, 1e-7, 1e-11, 1e-10, 5e-3),
        ("1 uF", 1e-7, 1e-6, 1e-10, 1e-9, 5e-3), ("10 uF", 1e-6, 1e-5, 1e-9, 1e-8, 1e-2),
        ("100 uF", 1e-5, 1e-4, 1e-8, 1e-7, 1.5e-2),
    )
)  # fmt: skip
SIGNALS: Final = MappingProxyType(
    {"ACV": _VOLTAGE_AC, "DCI": _CURRENT, "ACI": _CURRENT_AC, "CAP": _CAPACITANCE}
)
