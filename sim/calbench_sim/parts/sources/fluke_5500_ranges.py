"""Ranges of the Fluke 5520A and 5522A beside DC voltage and resistance, as published.

Specifications are the 1-year ones (99 %), with one floor for all frequencies of a range. Names of the AC voltage
ranges as in protocols.md, section 2.1; the other names follow the same plan.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from calbench_sim.parts.sources.calibrator_functions import SignalRange

FREQUENCY_SPECIFICATION: Final = 2.5e-6

_VOLTAGE = (
    SignalRange("AC33MV", 0.0329999, 1e-7, 6e-6,
                ((45, 8e-4), (10e3, 1.5e-4), (20e3, 2e-4), (50e3, 1e-3), (100e3, 3.5e-3), (500e3, 8e-3)), 5.0, 1e-3,
                10),
    SignalRange("AC330MV", 0.329999, 1e-6, 8e-6,
                ((45, 3e-4), (10e3, 1.45e-4), (20e3, 1.6e-4), (50e3, 3.5e-4), (100e3, 8e-4), (500e3, 2e-3)), 5.0, 0.033,
                10),
    SignalRange("AC3_3V", 3.29999, 1e-5, 6e-5,
                ((45, 3e-4), (10e3, 1.5e-4), (20e3, 1.9e-4), (50e3, 3e-4), (100e3, 7e-4), (500e3, 2.4e-3)), 5.0, 0.33,
                10),
    SignalRange("AC33V", 32.9999, 1e-4, 6e-4,
                ((45, 3e-4), (10e3, 1.5e-4), (20e3, 2.4e-4), (50e3, 3.5e-4), (100e3, 9e-4)), 5.0, 3.3, 10),
    SignalRange("AC330V", 329.999, 1e-3, 2e-3,
                ((1e3, 1.9e-4), (10e3, 2e-4), (20e3, 2.5e-4), (50e3, 3e-4), (100e3, 2e-3)), 5.0, 33.0, 45),
    SignalRange("AC1000V", 1020.0, 1e-2, 1e-2, ((1e3, 3e-4), (5e3, 2.5e-4), (10e3, 3e-4)), 6.0, 330.0, 45),
)  # fmt: skip

_DIRECT_CURRENT = tuple(
    SignalRange(name, top, resolution, floor, ((0, relative),), 3.0)
    for name, top, resolution, floor, relative in (
        ("DC330UA", 329.999e-6, 1e-9, 2e-8, 1.5e-4), ("DC3_3MA", 3.29999e-3, 1e-8, 5e-8, 1e-4),
        ("DC33MA", 32.9999e-3, 1e-7, 2.5e-7, 1e-4), ("DC330MA", 0.329999, 1e-6, 2.5e-6, 1e-4),
        ("DC1_1A", 1.09999, 1e-5, 4e-5, 2e-4), ("DC3A", 2.99999, 1e-5, 4e-5, 3.8e-4),
        ("DC11A", 10.9999, 1e-4, 5e-4, 5e-4), ("DC20A", 20.5, 1e-4, 7.5e-4, 1e-3),
    )
)  # fmt: skip

_CURRENT = (
    SignalRange("AC330UA", 329.99e-6, 1e-8, 1e-7,
                ((20, 2e-3), (45, 1.5e-3), (1e3, 1.25e-3), (5e3, 3e-3), (10e3, 8e-3), (30e3, 1.6e-2)), 5.0, 29e-6, 10),
    SignalRange("AC3_3MA", 3.2999e-3, 1e-7, 1.5e-7,
                ((20, 2e-3), (45, 1.25e-3), (1e3, 1e-3), (5e3, 2e-3), (10e3, 5e-3), (30e3, 1e-2)), 5.0, 0.33e-3, 10),
    SignalRange("AC33MA", 32.999e-3, 1e-6, 2e-6,
                ((20, 1.8e-3), (45, 9e-4), (1e3, 4e-4), (5e3, 8e-4), (10e3, 2e-3), (30e3, 4e-3)), 5.0, 3.3e-3, 10),
    SignalRange("AC330MA", 0.32999, 1e-5, 2e-5,
                ((20, 1.8e-3), (45, 9e-4), (1e3, 4e-4), (5e3, 1e-3), (10e3, 2e-3), (30e3, 4e-3)), 5.0, 33e-3, 10),
    SignalRange("AC1_1A", 1.09999, 1e-5, 1e-4, ((45, 1.8e-3), (1e3, 5e-4), (5e3, 6e-3), (10e3, 2.5e-2)), 5.0, 0.33, 10),
    SignalRange("AC3A", 2.99999, 1e-5, 1e-4, ((45, 1.8e-3), (1e3, 6e-4), (5e3, 6e-3), (10e3, 2.5e-2)), 5.0, 1.1, 10),
    SignalRange("AC11A", 10.9999, 1e-4, 2e-3, ((100, 6e-4), (1e3, 1e-3), (5e3, 3e-2)), 5.0, 3.0, 45),
    SignalRange("AC20A", 20.5, 1e-4, 5e-3, ((100, 1.2e-3), (1e3, 1.5e-3), (5e3, 3e-2)), 5.0, 11.0, 45),
)  # fmt: skip

_CAPACITANCE = tuple(
    SignalRange(name, top, resolution, floor, ((0, relative),), 5.0, bottom)
    for name, bottom, top, resolution, floor, relative in (
        ("C_0_4NF", 0.22e-9, 0.3999e-9, 1e-13, 1e-11, 5e-3), ("C_1_1NF", 0.4e-9, 1.0999e-9, 1e-13, 1e-11, 5e-3),
        ("C_3_3NF", 1.1e-9, 3.2999e-9, 1e-13, 1e-11, 5e-3), ("C_11NF", 3.3e-9, 10.9999e-9, 1e-13, 1e-11, 2.5e-3),
        ("C_33NF", 11e-9, 32.9999e-9, 1e-13, 1e-10, 2.5e-3), ("C_110NF", 33e-9, 109.999e-9, 1e-12, 1e-10, 2.5e-3),
        ("C_330NF", 110e-9, 329.999e-9, 1e-12, 3e-10, 2.5e-3), ("C_1_1UF", 0.33e-6, 1.09999e-6, 1e-11, 1e-9, 2.5e-3),
        ("C_3_3UF", 1.1e-6, 3.29999e-6, 1e-11, 3e-9, 2.5e-3), ("C_11UF", 3.3e-6, 10.9999e-6, 1e-10, 1e-8, 2.5e-3),
        ("C_33UF", 11e-6, 32.9999e-6, 1e-10, 3e-8, 4e-3), ("C_110UF", 33e-6, 109.999e-6, 1e-9, 1e-7, 4.5e-3),
        ("C_330UF", 110e-6, 329.999e-6, 1e-9, 3e-7, 4.5e-3), ("C_1_1MF", 0.33e-3, 1.09999e-3, 1e-8, 1e-6, 4.5e-3),
        ("C_3_3MF", 1.1e-3, 3.29999e-3, 1e-8, 3e-6, 4.5e-3), ("C_11MF", 3.3e-3, 10.9999e-3, 1e-7, 1e-5, 4.5e-3),
        ("C_33MF", 11e-3, 32.9999e-3, 1e-7, 3e-5, 7.5e-3), ("C_110MF", 33e-3, 110e-3, 1e-6, 1e-4, 1.1e-2),
    )
)  # fmt: skip

SIGNALS: Final = MappingProxyType(
    {"ACV": _VOLTAGE, "DCI": _DIRECT_CURRENT, "ACI": _CURRENT, "CAP": _CAPACITANCE}
)
