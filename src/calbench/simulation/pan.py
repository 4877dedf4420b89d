"""The pan of a scale: which mass lies where on it, and what stands on it all by itself, such as a weighing tank."""

from __future__ import annotations

from collections.abc import Sequence

from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.simulation.electrical import Terminal

_ROUNDED = 1e-6
"""How much of a small weight the sum of many may be off, because it is no decimal number."""


class Pan:
    """The load receptor of one scale; the operator changes it, the scale's model looks at it.

    `stand` is where the `load` of other instruments reaches it, by a lead.
    """

    def __init__(self, clock: Clock, stand: Terminal | None = None) -> None:
        self._clock = clock
        self._stand = stand
        self._masses: tuple[float, ...] = ()
        self._beside = 0.0
        self.placings = 0
        """How often the load was put down anew; small weights beside it do not count."""
        self._changed_at = clock.monotonic()
        self.place: str = "centre"
        """The spot where the load lies, such as "centre" or "front left"."""

    def load(self) -> float:
        """Give the sum of the true conventional masses on the pan, in kg."""
        return sum(self._masses) + self._beside + self._standing()

    def _standing(self) -> float:
        if self._stand is None or not self._stand.leads:
            return 0.0
        load = self._stand.received("load")
        return load if isinstance(load, float) else 0.0

    @property
    def masses(self) -> tuple[float, ...]:
        """The true conventional mass of each weight on the pan, in kg."""
        return self._masses

    @property
    def small(self) -> float:
        """The small weights beside the load, in kg."""
        return self._beside

    @property
    def shared(self) -> bool:
        """Tell whether something stands on it by itself, such as a tank: then its load changes on its own."""
        return self._stand is not None and bool(self._stand.leads)

    def changed_at(self) -> float:
        """Give the simulated time (seconds, as the clock's `monotonic`) of the last change."""
        if self._stand is None or not self._stand.leads:
            return self._changed_at
        return max(self._changed_at, self._stand.disturbed_at)

    def put(self, masses: Sequence[float], spot: str = "centre") -> None:
        """Make `masses` (kg) the whole load, at `spot`; none empties the pan."""
        self._masses = tuple(masses)
        self._beside = 0.0
        self.placings += 1
        self.place = spot
        self._changed_at = self._clock.monotonic()

    def lay(self, mass: float) -> None:
        """Put small weights (kg) down beside the load, which stays as it lies; a negative mass takes them off again.

        Raises:
            UsageError: More would be taken off than lies there.
        """
        beside = self._beside + mass
        if beside < -_ROUNDED * abs(mass):
            raise UsageError(
                f"{-mass:g} kg of small weights cannot be taken off: {self._beside:g} kg lie there."
            )
        self._beside = max(0.0, beside)
        self._changed_at = self._clock.monotonic()
