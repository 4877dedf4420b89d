"""One draw: how the standards, the weights and the unit under test really are in one run. All by its seed alone."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Mapping, Sequence

from calbench.proof.sketching import Limits, Open, Sketch, Stated
from calbench.simulation.nature import Deviation, Shift

DERIVATION = "SHA-256 of 'calbench.proof/1:SEED:INDEX', first eight bytes, big-endian"
_SAME = 1e-9  # values that differ by less, relatively, are the same value


def seed_of(seed: int, index: int) -> int:
    """Give the seed of one run (`DERIVATION`), the same in whatever process it is done."""
    return int.from_bytes(hashlib.sha256(f"calbench.proof/1:{seed}:{index}".encode()).digest()[:8], "big")


class Drawn:
    """What is decided of one world (`calbench.simulation.nature.Nature`)."""

    def __init__(self, sketch: Sketch, seed: int) -> None:
        self._sketch = sketch
        self._seed = seed
        self.shifted: set[str] = set()
        """Instruments that took the error that was drawn for them; others do not know how."""

    def deviation(self, instrument: str) -> Deviation | None:
        """Give by how much the values of a standard really deviate, at the values that its plan uses."""
        stated = self._sketch.standards.get(instrument)
        if stated is None:
            return None
        known: dict[tuple[str, float, float], float | None] = {}

        def deviation(quantity: str, value: float, frequency: float) -> float | None:
            key = quantity, value, frequency
            if key not in known:
                one = _fitting(stated, quantity, value, frequency)
                known[key] = None if one is None else one.correction + self._open(one.open)
            return known[key]

        return deviation

    def shift(self, instrument: str) -> Shift | None:
        """Give the errors of a unit under test beside those of its model: those of the nearest point of the plan."""
        limits = self._sketch.units.get(instrument)
        if limits is None or self._sketch.population.shape == "none":
            return None
        drawn = [(one, self._error(instrument, one)) for one in limits]
        known: dict[tuple[str, float], list[tuple[float, float]]] = {}

        def shift(quantity: str, value: float, on: float) -> float:
            self.shifted.add(instrument)
            key = quantity, on
            if key not in known:
                known[key] = [
                    (one.value, error)
                    for one, error in drawn
                    if one.quantity == quantity and (not one.range or _same(one.range, on))
                ]
                if quantity == "mass":
                    known[key].append((0.0, 0.0))
            nearest = min(known[key], key=lambda one: abs(one[0] - value), default=(0.0, 0.0))
            return nearest[1]

        return shift

    def masses(self) -> Mapping[str, float]:
        """Give what each weight really weighs, in kg."""
        return {name: one.mass + self._open(one.open) for name, one in self._sketch.weights.items()}

    def _open(self, several: Sequence[Open]) -> float:
        return math.fsum(self._drawn(one) for one in several)

    def _drawn(self, one: Open) -> float:
        draws = self._stream(f"standard:{one.family}")
        if one.shape == "rectangular":
            return one.u * math.sqrt(3) * draws.uniform(-1.0, 1.0)
        if one.shape == "triangular":
            return one.u * math.sqrt(6) * draws.triangular(-1.0, 1.0)
        z = draws.gauss(0.0, 1.0)
        if math.isinf(one.dof):
            return one.u * z
        chi2 = draws.gammavariate(one.dof / 2, 2.0)  # a scaled t, as JCGM 101 6.4.9 has it
        return one.u * z * math.sqrt(one.dof / chi2)

    def _error(self, unit: str, limits: Limits) -> float:
        name = f"population:{unit}:{limits.quantity}:{limits.range!r}:{limits.value!r}"
        return limits.middle + self._sketch.population.draw(limits.half, self._stream(name))

    def _stream(self, name: str) -> random.Random:
        return random.Random(f"{self._seed}:{name}")  # noqa: S311 - physics, not secrets


def _fitting(several: Sequence[Stated], quantity: str, value: float, frequency: float) -> Stated | None:
    """Give what is stated of a value; of a measuring standard what is stated nearest to it."""
    exact = next((one for one in several if _fits(one, quantity, value, frequency)), None)
    near = [one for one in several if one.measured and one.quantity == quantity]
    return exact or min(near, key=lambda one: abs(one.value - value), default=None)


def _fits(stated: Stated, quantity: str, value: float, frequency: float) -> bool:
    return stated.quantity == quantity and _same(stated.value, value) and _same(stated.frequency, frequency)


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=0.0)
