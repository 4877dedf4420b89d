"""What is known of a name before there are values: a dimension, a vector, a word, a truth.

A scope for `dimension_of` maps names to shapes, a scope for `evaluate` maps the same names to values. A
parameter that is written `$name` stands in a scope under `$name`.
"""

from __future__ import annotations

from dataclasses import dataclass

from calbench.quantities.dimension import Dimension
from calbench.quantities.units import Unit, describe, find_unit


@dataclass(frozen=True, slots=True)
class Celsius:
    """A temperature as a point on the Celsius scale; has no sum, multiple or sign."""

    def __str__(self) -> str:
        return "a temperature in degC"


@dataclass(frozen=True, slots=True)
class Vector:
    """Several values of one dimension, such as the readings of a point."""

    of: Dimension | Celsius

    def __str__(self) -> str:
        return f"a vector of {shape_text(self.of)}"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, such as the value of a choice; with `choices`, it can only be one of these."""

    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "a word"


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""

    def __str__(self) -> str:
        return "a condition"


@dataclass(frozen=True, slots=True)
class Truths:
    """True or false for each value of a vector: what a comparison of a vector gives, and `count` counts."""

    def __str__(self) -> str:
        return "a condition for each of several values"


Shape = Dimension | Celsius | Vector | Word | Truth | Truths

NUMBER = Dimension()
CELSIUS = Celsius()
WORD = Word()
TRUTH = Truth()
TRUTHS = Truths()
KELVIN = find_unit("K").dimension


def shape_of_unit(unit: Unit) -> Dimension | Celsius:
    """Give the shape of a value in this unit."""
    return CELSIUS if unit.offset else unit.dimension


def shape_text(shape: Shape) -> str:
    """Name a shape in a message: `voltage (V)`, `a vector of voltage (V)`, `a word`."""
    return describe(shape) if isinstance(shape, Dimension) else str(shape)
