"""A decade of resistors that a person sets: four terminals, so that leads do not count where both ends have sense."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical

_GAIN = 1e-5  # rms: what a decade of 0.005 % leaves


class Decade(Device):
    """Terminal: `output`; open until it is set. Truth, logged when it is set: `resistance` (Ohm)."""

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "gain": "(1) error of every resistance; else seeded, 1e-5 rms",
            "residual": "(Ohm) that is there at zero; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, _GAIN)
        self._gain = bench.settings.get("gain", drawn)
        self._residual = bench.settings.get("residual", 0.0)
        self._output = bench.terminal("output")

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Set it (`resistance.4w` or `resistance.2w`: value in Ohm).

        Raises:
            UsageError: Something else is asked for, or nothing above zero.
        """
        ohms = told["value"]
        if quantity not in ("resistance.4w", "resistance.2w") or ohms <= 0:
            raise UsageError(
                f"The simulated decade {self.bench.name!r} has resistances above 0 Ohm, not {quantity} of {ohms:g}."
            )
        decided = None if self.bench.deviation is None else self.bench.deviation("resistance", ohms, 0.0)
        there = ohms * (1 + self._gain) + self._residual if decided is None else ohms + decided
        self._output.drive(Electrical(0.0, there))
        self.bench.truth("resistance", there)
