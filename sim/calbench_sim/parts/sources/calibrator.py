"""The output stage of a multifunction calibrator: ranges, hidden errors, settling, slow noise."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from calbench_sim.parts.behaviour.drift import Settling, SlowNoise

SETTINGS: Final[dict[str, str]] = {
    "gain": "(1) gain error of DC voltage on all ranges; else seeded inside the specification",
    "offset": "(V) offset of DC voltage on all ranges; else seeded inside the specification",
    "noise": "(1) slow noise of the voltage, rms, relative; default 2e-7",
    "resistance_gain": "(1) true resistance against what the instrument says; else seeded as above",
    "residual": "(Ohm) internal wiring in series when neither sensing nor compensation is on; default 0.005",
}
SPREAD: Final = 2.58  # a makers' 99 % specification in standard deviations


@dataclass(frozen=True)
class VoltageRange:
    """One DC voltage range; `relative` and `floor` (V) are the maker's 1-year specification (99 %)."""

    name: str
    top: float  # V, the largest value on this range
    resolution: float  # V
    relative: float
    floor: float
    settle: float  # s


class OutputStage:
    """What really comes out of the terminals.

    `resistances` gives for each cardinal value or range (Ohm) its specification (relative, 99 %).

    `SETTINGS` says how a unit can be made to differ from the seeded one.
    """

    def __init__(
        self,
        settings: Mapping[str, float],
        rng: random.Random,
        ranges: Sequence[VoltageRange],
        resistances: Mapping[float, float],
    ) -> None:
        gains = {r.name: rng.gauss(0.0, r.relative / SPREAD) for r in ranges}
        offsets = {r.name: rng.gauss(0.0, r.floor / SPREAD) for r in ranges}
        ohms = {step: rng.gauss(0.0, relative / SPREAD) for step, relative in resistances.items()}
        slow, noise, self.value = SlowNoise(rng), settings.get("noise", 2e-7), Settling(0.0)
        self.voltage: Mapping[str, Callable[[float, float], float]] = {
            name: slow.around(
                self.value, noise, settings.get("gain", gain), settings.get("offset", offsets[name])
            )
            for name, gain in gains.items()
        }
        """By name of a range: gives the true voltage (V) at the terminals, the mean from one time (s) to another."""
        self.exact: Callable[[float, float], float] = slow.around(self.value, noise, 0.0, 0.0)
        """As `voltage` on every range, without any error: for a unit whose deviation is decided elsewhere."""
        self._ohm_gain = {step: settings.get("resistance_gain", g) for step, g in ohms.items()}
        self._residual = settings.get("residual", 5e-3)

    def resistance(self, said: float, step: float, *, sensed: bool) -> float:
        """Give the true resistance (Ohm) at the terminals where the instrument says `said` (Ohm).

        `step` is the cardinal value or range (Ohm) in use; `sensed`: four-wire sensing or compensation is on,
        so that internal wiring does not count.
        """
        true = said * (1 + self._ohm_gain[step])
        return true if sensed else true + self._residual


def range_of(ranges: Sequence[VoltageRange], volts: float) -> VoltageRange | None:
    """Give the lowest range that holds `volts`, None where there is none."""
    return next((r for r in ranges if abs(volts) <= r.top), None)
