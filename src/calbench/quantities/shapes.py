"""What is known of a name before there are values: a dimension, a vector, a word, a truth.

A scope for `dimension_of` maps names to shapes, a scope for `evaluate` maps the same names to values. A
parameter that is written `$name` stands in a scope under `$name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calbench.quantities.dimension import Dimension
from calbench.quantities.syntax import Expression
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


@dataclass(frozen=True, slots=True)
class Formula:
    """A function that the author wrote: what its arguments are, and what it gives.

    Attributes:
        name: As it is called.
        arguments: Name and shape of each.
        body: What is computed of them, and of other formulas.
        result: What that is.
        units: Names in the body that are units: where one of them is something else, the formula means nothing.
        valid: From where to where an argument may lie, as quantities; both ends included.
    """

    name: str
    arguments: tuple[tuple[str, Dimension | Celsius], ...]
    body: Expression
    result: Dimension | Celsius
    units: frozenset[str] = frozenset()
    valid: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(name for name, _ in self.arguments)})"


Shape = Dimension | Celsius | Vector | Word | Truth | Truths | Formula

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
    if isinstance(shape, Formula):
        return f"the formula {shape}"
    return describe(shape) if isinstance(shape, Dimension) else str(shape)
