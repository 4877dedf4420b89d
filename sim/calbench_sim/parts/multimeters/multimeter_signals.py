"""What the 34401A family measures beside direct voltage and resistance: AC voltage, currents, frequency, capacitance.

Specifications are those of the maker's data sheet class (34401A user's guide, chapter 8; 34461A data sheet): the
standard deviation of many units is a quarter of the 1-year specification.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.multimeters.meter_unit import Accuracy, MeterUnit, Seen, alike
from calbench_sim.parts.multimeters.multimeter import LINE_FREQUENCY
from calbench_sim.parts.multimeters.multimeter_functions import Settings

QUANTITIES: Final = MappingProxyType(
    {
        "VOLT:AC": "voltage.ac",
        "CURR": "current.dc",
        "CURR:AC": "current.ac",
        "FREQ": "frequency",
        "PER": "period",
        "CAP": "capacitance",
    }
)
"""By function of `FUNC?`: the quantity that it measures."""
_CURRENTS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 3.0, 10.0)
_CAPACITANCES = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4)
_RANGES = {
    "voltage.ac": alike((0.1, 1.0, 10.0, 100.0, 750.0), 1.5e-4, 7e-5, 5e-6),
    "current.dc": alike(_CURRENTS, 1.2e-4, 1e-5, 2e-7),
    "current.ac": alike(_CURRENTS, 3e-4, 1e-4, 1e-5),
    "frequency": {1.0: Accuracy(2e-5, 0.0, 3e-7)},
    "capacitance": alike(_CAPACITANCES, 1e-3, 5e-4, 2e-5),
}
_USUAL_NOISE = 1e-6  # V, what the setting `noise` is by default: here it counts relative to that
_SECONDS = 0.2  # s that an AC or capacitance reading averages over


class Signals(MeterUnit):
    """The part of one unit that measures these quantities; it draws nothing from the generator of the others."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, _RANGES, noise=bench.settings.get("noise", _USUAL_NOISE) / _USUAL_NOISE)

    def measure(self, settings: Settings, seen: Seen, until: float) -> float:
        """Give the reading of what was seen until a time (s); without a signal noise alone, and 0 Hz or 0 s."""
        function, (value, resistance) = settings.function, seen
        quantity = QUANTITIES[function.name]
        if function.timing == "aperture":
            if resistance is None:
                return 0.0
            step = _least_digit(value, settings.aperture)
            return self.read(quantity, 1.0, settings.aperture, step, seen, until)
        settings.follow(value)
        seconds = settings.nplc / LINE_FREQUENCY if function.timing == "nplc" else _SECONDS
        there = (value if resistance is not None else 0.0), 0.0
        return self.read(quantity, settings.range, seconds, settings.resolution(), there, until)


def _least_digit(value: float, aperture: float) -> float:
    """Give the resolution of a frequency or period: 6½ digits with 1 s, one less with 0.1 s."""
    return 10.0 ** math.floor(math.log10(value)) * 1e-6 / aperture if value > 0 else 0.0
