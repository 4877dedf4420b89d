"""Ranges of the Fluke 5720A and 5730A, as published; both have the same, with specifications of their own.

Specifications are the 1-year ones (99 %); those of AC and of current have one floor for all frequencies of a range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from calbench_sim.parts.sources.calibrator import VoltageRange
from calbench_sim.parts.sources.calibrator_functions import SignalRange

FREQUENCY_SPECIFICATION: Final = 1e-4

_STEPS = (
    ("220 mV", 0.22, 1e-8, 3.0), ("2.2 V", 2.2, 1e-7, 2.0), ("11 V", 11.0, 1e-6, 1.5), ("22 V", 22.0, 1e-6, 2.0),
    ("220 V", 220.0, 1e-5, 4.0), ("1100 V", 1100.0, 1e-4, 5.0),
)  # fmt: skip
_VOLTAGE_SPECIFICATIONS = {
    "5730A": ((6e-6, 4e-7), (4e-6, 7e-7), (3.5e-6, 2.5e-6), (3.5e-6, 4e-6), (5e-6, 4e-5), (6.5e-6, 4e-4)),
    "5720A": ((7.5e-6, 4e-7), (5e-6, 7e-7), (4e-6, 2.5e-6), (4e-6, 4e-6), (5e-6, 4e-5), (7e-6, 4e-4)),
}
VOLTAGE: Final[Mapping[str, Sequence[VoltageRange]]] = MappingProxyType(
    {
        model: tuple(
            VoltageRange(name, top, resolution, relative, floor, settle)
            for (name, top, resolution, settle), (relative, floor) in zip(_STEPS, pairs, strict=True)
        )
        for model, pairs in _VOLTAGE_SPECIFICATIONS.items()
    }
)
"""DC voltage by model."""

RESISTANCES: Final[Mapping[str, Mapping[float, float]]] = MappingProxyType(
    {
        "5730A": {
            0.0: 0.0, 1.0: 8.5e-5, 1.9: 8.5e-5, 10.0: 2.3e-5, 19.0: 2.3e-5, 100.0: 1e-5, 190.0: 1e-5, 1e3: 8e-6,
            1.9e3: 8e-6, 1e4: 8e-6, 1.9e4: 8e-6, 1e5: 9e-6, 1.9e5: 9e-6, 1e6: 1.3e-5, 1.9e6: 1.4e-5, 1e7: 3.1e-5,
            1.9e7: 3.9e-5, 1e8: 1e-4,
        },
        "5720A": {
            0.0: 0.0, 1.0: 9.5e-5, 1.9: 9.5e-5, 10.0: 2.7e-5, 19.0: 2.6e-5, 100.0: 1.3e-5, 190.0: 1.3e-5, 1e3: 1.1e-5,
            1.9e3: 1.1e-5, 1e4: 1.1e-5, 1.9e4: 1.1e-5, 1e5: 1.2e-5, 1.9e5: 1.3e-5, 1e6: 1.8e-5, 1.9e6: 2e-5,
            1e7: 4e-5, 1.9e7: 4.7e-5, 1e8: 1.1e-4,
        },
    }
)  # fmt: skip
"""Model -> nominal value (Ohm) of each resistor -> specification of the true against the stated value."""

_HIGH = (300e3, 500e3, 1e6)


def _alternating(
    name: str, top: float, resolution: float, floor: float, relative: Sequence[float]
) -> SignalRange:
    """Make an AC voltage range with the bands that all up to 220 V have."""
    tops = (20.0, 40.0, 20e3, 50e3, 100e3, *_HIGH[: len(relative) - 5])
    return SignalRange(
        name, top, resolution, floor, tuple(zip(tops, relative, strict=True)), 5.0, top / 10, 10.0
    )


_VOLTAGE_AC = (
    SignalRange("2.2 mV AC", 2.2e-3, 1e-9, 4.5e-6, ((20, 5e-4), (40, 2.1e-4), (20e3, 1.05e-4), (50e3, 2.3e-4),
                (100e3, 5e-4), (300e3, 1.1e-3), (500e3, 1.6e-3), (1e6, 3.1e-3)), 5.0, 0.0, 10.0),
    _alternating("22 mV AC", 22e-3, 1e-8, 4.5e-6, (5e-4, 2.1e-4, 1.05e-4, 2.3e-4, 5e-4, 1.1e-3, 1.6e-3, 3.1e-3)),
    _alternating("220 mV AC", 0.22, 1e-7, 7e-6, (4.6e-4, 1.8e-4, 8.5e-5, 2e-4, 4.6e-4, 9e-4, 1.5e-3, 2.9e-3)),
    _alternating("2.2 V AC", 2.2, 1e-6, 8e-6, (2.5e-4, 9.5e-5, 4.5e-5, 8e-5, 1.2e-4, 4e-4, 1e-3, 1.7e-3)),
    _alternating("22 V AC", 22.0, 1e-5, 5e-5, (2.5e-4, 9.5e-5, 4.5e-5, 8e-5, 1.1e-4, 3e-4, 1e-3, 1.5e-3)),
    _alternating("220 V AC", 220.0, 1e-4, 6e-4, (2.5e-4, 9.5e-5, 5.2e-5, 9e-5, 1.6e-4)),
    SignalRange("1100 V AC", 1100.0, 1e-3, 4e-3, ((50, 3e-4), (1e3, 7.5e-5)), 6.0, 220.0, 40.0),
)  # fmt: skip

_DIRECT_CURRENT = tuple(
    SignalRange(name, top, resolution, floor, ((0, relative),), 3.0)
    for name, top, resolution, floor, relative in (
        ("220 uA", 220e-6, 1e-10, 6e-9, 4e-5), ("2.2 mA", 2.2e-3, 1e-9, 7e-9, 3.5e-5),
        ("22 mA", 22e-3, 1e-8, 4e-8, 3.5e-5), ("220 mA", 0.22, 1e-7, 7e-7, 4.5e-5), ("2.2 A", 2.2, 1e-6, 1.2e-5, 8e-5),
    )
)  # fmt: skip

_CURRENT = tuple(
    SignalRange(name, top, resolution, floor, bands, 5.0, bottom, 10.0)
    for name, bottom, top, resolution, floor, bands in (
        ("220 uA AC", 9e-6, 220e-6, 1e-9, 1e-8,
         ((20, 2.6e-4), (40, 1.7e-4), (1e3, 1.2e-4), (5e3, 3e-4), (10e3, 1.1e-3))),
        ("2.2 mA AC", 220e-6, 2.2e-3, 1e-8, 3.5e-8,
         ((20, 2.6e-4), (40, 1.7e-4), (1e3, 1.2e-4), (5e3, 2.1e-4), (10e3, 1.1e-3))),
        ("22 mA AC", 2.2e-3, 22e-3, 1e-7, 3.5e-7,
         ((20, 2.6e-4), (40, 1.7e-4), (1e3, 1.2e-4), (5e3, 2.1e-4), (10e3, 1.1e-3))),
        ("220 mA AC", 22e-3, 0.22, 1e-6, 2.5e-6,
         ((20, 2.6e-4), (40, 1.7e-4), (1e3, 1.2e-4), (5e3, 2e-4), (10e3, 1.1e-3))),
        ("2.2 A AC", 0.22, 2.2, 1e-5, 3.5e-5, ((1e3, 2.7e-4), (5e3, 4.6e-4), (10e3, 7e-3))),
    )
)  # fmt: skip

SIGNALS: Final = MappingProxyType({"ACV": _VOLTAGE_AC, "DCI": _DIRECT_CURRENT, "ACI": _CURRENT})
