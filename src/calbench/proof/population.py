"""The population that units under test are drawn from: its shape, and its spread against the limits of each point."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Literal

from calbench.errors import UsageError

Shape = Literal["normal", "uniform", "edge", "none"]
_TEXT = re.compile(r"(normal|uniform|edge)[ :]([0-9]+(?:\.[0-9]+)?)")
_LARGEST = 10.0


@dataclass(frozen=True)
class Population:
    """Errors around the middle of the limits, independent from point to point.

    `spread` is in terms of half the distance between the limits (the MPE, where they are symmetrical): the standard
    deviation of a normal population, the half-width of a uniform one. `edge` has every error that near to one of the
    two limits, inside or beyond: few runs then tell whether a decision rule keeps its promise. `none` adds nothing to
    the simulated unit.
    """

    shape: Shape
    spread: float

    def __str__(self) -> str:
        """Give it as it is written on the command line."""
        return "none" if self.shape == "none" else f"{self.shape} {self.spread:g}"

    def draw(self, half: float, draws: random.Random) -> float:
        """Draw one error for limits ± `half`, in the unit of `half`."""
        if self.shape == "none":
            return 0.0
        width = self.spread * half
        if self.shape == "edge":
            return draws.choice((-half, half)) + draws.uniform(-width, width)
        return draws.gauss(0.0, width) if self.shape == "normal" else draws.uniform(-width, width)


DEFAULT = Population("normal", 0.5)
"""Some 4.6 % of all units are then beyond a limit, which is what an in-tolerance probability of 95 % supposes."""


def population(text: str) -> Population:
    """Read a population: `normal 0.5`, `uniform 1.2`, `edge 0.2` or `none`.

    Raises:
        UsageError: It is none of these, or the spread is not above zero and at most 10.
    """
    if text == "none":
        return Population("none", 0.0)
    found = _TEXT.fullmatch(text.strip())
    spread = float(found[2]) if found else math.nan
    if found is None or not 0 < spread <= _LARGEST:
        raise UsageError(
            f"--population {text!r}: write 'normal S', 'uniform S', 'edge S' or 'none'; S is the standard deviation, "
            "the half-width, or the farthest from a limit, in terms of the MPE, above 0 and at most "
            f"{_LARGEST:g}, such as 'normal 0.5'."
        )
    shapes: dict[str, Shape] = {"normal": "normal", "uniform": "uniform", "edge": "edge"}
    return Population(shapes[found[1]], spread)
