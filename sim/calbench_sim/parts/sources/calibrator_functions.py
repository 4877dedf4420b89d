"""What a calibrator puts out beside DC voltage and resistance: AC voltage, currents, capacitance."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from calbench_sim.parts.behaviour.drift import Settling, SlowNoise
from calbench_sim.parts.sources.calibrator import SPREAD

QUANTITIES: Final[Mapping[str, str]] = {
    "ACV": "voltage.ac",
    "DCI": "current.dc",
    "ACI": "current.ac",
    "CAP": "capacitance",
}
"""Function, as the 5500 series calls it in `FUNC?` -> quantity at the terminals (`calbench.simulation.signals`)."""
SETTINGS: Final[dict[str, str]] = {
    "ac_gain": "(1) gain error of AC voltage on all ranges; else seeded inside the specification",
    "current_gain": "(1) gain error of DC current on all ranges; else seeded inside the specification",
    "ac_current_gain": "(1) gain error of AC current on all ranges; else seeded inside the specification",
    "capacitance_gain": "(1) gain error of capacitance on all ranges; else seeded inside the specification",
    "signal_offset": "(V, A or F) offset of all of these on all ranges; else seeded inside the specification",
    "frequency_gain": "(1) error of every frequency; else seeded inside the specification",
    "signal_noise": "(1) slow noise of all of these, rms, relative; default 2e-6",
}
_GAINS = {"ACV": "ac_gain", "DCI": "current_gain", "ACI": "ac_current_gain", "CAP": "capacitance_gain"}
_AC_OFFSET_SHARE = 0.3  # the floor of an AC specification is mostly noise and distortion, not offset


@dataclass(frozen=True)
class SignalRange:
    """One range of such a function; `floor` and the second member of `bands` are the 1-year specification (99 %).

    `bands` are the highest frequency (Hz) and the relative specification of each band; the first of them
    begins at `lowest` (Hz). Direct quantities have one band of frequency 0.
    """

    name: str
    top: float  # V, A or F, the largest value on this range
    resolution: float  # V, A or F
    floor: float  # V, A or F
    bands: Sequence[tuple[float, float]]
    settle: float  # s
    bottom: float = -math.inf  # V, A or F, the smallest value on this range
    lowest: float = 0.0  # Hz

    def holds(self, value: float, frequency: float) -> bool:
        """Tell whether this range has that value at that frequency (Hz)."""
        size = value if self.bottom >= 0 else abs(value)
        return self.bottom <= size <= self.top and self.lowest <= frequency <= self.bands[-1][0]

    def band(self, frequency: float) -> int:
        """Give the number of the band that a frequency (Hz) lies in."""
        return next(n for n, (highest, _) in enumerate(self.bands) if frequency <= highest)


def function_of(unit: str, frequency: float) -> str:
    """Give the function for a unit (`V`, `A`, `OHM`, `F`) and a frequency in Hz, 0 for direct quantities."""
    if unit in {"V", "A"}:
        return f"{'AC' if frequency else 'DC'}{'I' if unit == 'A' else 'V'}"
    return "RES" if unit == "OHM" else "CAP"


class SignalStage:
    """The hidden errors of these functions: gain per range and band, offset per range, slow noise, frequency.

    `value` is the settling value of the output, in the function's own unit.
    """

    def __init__(
        self,
        settings: Mapping[str, float],
        rng: random.Random,
        value: Settling,
        ranges: Mapping[str, Sequence[SignalRange]],
        frequency_specification: float,
    ) -> None:
        self._value = value
        self._gains: dict[tuple[str, str, int], float] = {}
        self._offsets: dict[tuple[str, str], float] = {}
        for function, its in ranges.items():
            for found in its:
                share = 1.0 if function == "DCI" else _AC_OFFSET_SHARE
                offset = rng.gauss(0.0, share * found.floor / SPREAD)
                self._offsets[function, found.name] = settings.get("signal_offset", offset)
                for number, (_, relative) in enumerate(found.bands):
                    gain = rng.gauss(0.0, relative / SPREAD)
                    self._gains[function, found.name, number] = settings.get(_GAINS[function], gain)
        drawn = rng.gauss(0.0, frequency_specification / SPREAD)
        self._frequency = settings.get("frequency_gain", drawn)
        self._slow = SlowNoise(rng)
        self._noise = settings.get("signal_noise", 2e-6)

    def course(
        self, function: str, found: SignalRange, frequency: float, deviation: float | None = None
    ) -> Callable[[float, float], float]:
        """Give what gives the true value, the mean from one time (s) to another.

        `deviation` (in the unit of the function) takes the place of this unit's own errors.
        """
        if deviation is not None:
            return self._slow.around(self._value, self._noise, 0.0, deviation)
        gain = self._gains[function, found.name, found.band(frequency)]
        return self._slow.around(self._value, self._noise, gain, self._offsets[function, found.name])

    def frequency(self, nominal: float) -> float:
        """Give the true frequency (Hz) of a nominal one."""
        return nominal * (1 + self._frequency)


def signal_range(ranges: Sequence[SignalRange], value: float, frequency: float) -> SignalRange | None:
    """Give the lowest range that holds a value at a frequency (Hz), None where there is none."""
    return next((found for found in ranges if found.holds(value, frequency)), None)


def frequency_text(frequency: float) -> str:
    """Write a frequency (Hz) as `4.42E+02`: two digits behind the point, and more where they are needed."""
    for digits in range(2, 8):
        text = f"{frequency:.{digits}E}"
        if float(text) == frequency:
            break
    return text
