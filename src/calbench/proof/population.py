"""The population that units under test are drawn from: its shape, and its spread against the limits of each point."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Literal

from calbench.errors import UsageError

Shape = Literal["normal", "uniform", "none"]
_TEXT = re.compile(r"(normal|uniform)[ :]([0-9]+(?:\.[0-9]+)?)")
_LARGEST = 10.0


@dataclass(frozen=True)
class Population:
    """Errors around the middle of the limits, independent from point to point.

    `spread` is in terms of half the distance between the limits (the MPE, where they are symmetrical): the standard
    deviation of a normal population, the half-width of a uniform one. `none` adds nothing to the simulated unit.
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
        return draws.gauss(0.0, width) if self.shape == "normal" else draws.uniform(-width, width)


DEFAULT = Population("normal", 0.5)
"""Some 4.6 % of all units are then beyond a limit, which is what an in-tolerance probability of 95 % supposes."""


def population(text: str) -> Population:
    """Read a population: `normal 0.5`, `uniform 1.2` or `none`.

    Raises:
        UsageError: It is none of these, or the spread is not above zero and at most 10.
    """
    if text == "none":
        return Population("none", 0.0)
    found = _TEXT.fullmatch(text.strip())
    spread = float(found[2]) if found else math.nan
    if found is None or not 0 < spread <= _LARGEST:
        raise UsageError(
            f"--population {text!r}: write 'normal S', 'uniform S' or 'none'; S is the standard deviation or the "
            f"half-width in terms of the MPE, above 0 and at most {_LARGEST:g}, such as 'normal 0.5'."
        )
    return Population("normal" if found[1] == "normal" else "uniform", spread)
