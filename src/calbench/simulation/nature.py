"""How the things of a world really are, where somebody decides it: what a proof of a budget draws for each run.

Models ask for it below their remote interface, so that no driver can tell. Quantities are named as in the truth log:
`voltage`, `voltage.ac`, `current.dc`, `current.ac`, `resistance`, `capacitance`, `mass`; values are in SI units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Deviation = Callable[[str, float, float], float | None]
"""Gives, for quantity, value that the standard states, and frequency (Hz, 0 for none): true value minus that value.

None where it is not decided; the model then is as its settings and its seed say.
"""
Shift = Callable[[str, float, float], float]
"""Gives, for quantity, true value and range (0 for none), the error of indication beside those of the model."""


class Nature(Protocol):
    """What is decided of each instrument of a world, by its name there; None where nothing is."""

    def deviation(self, instrument: str) -> Deviation | None:
        """Give by how much the values of a standard really deviate."""

    def shift(self, instrument: str) -> Shift | None:
        """Give the errors that a unit under test has beside those of its model."""
