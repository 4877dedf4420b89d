"""Units, exact quantities, and the expressions that limits and conditions are written in."""

from __future__ import annotations

from calbench.quantities.dimension import Dimension
from calbench.quantities.dimensions import dimension_of
from calbench.quantities.errors import DimensionError, ExpressionError, QuantityError, UnknownUnit
from calbench.quantities.evaluator import TruthValues, Value, evaluate
from calbench.quantities.formulas import Held, TooLong, called, formulas_of, written_out
from calbench.quantities.parser import parse
from calbench.quantities.quantity import Quantity, parse_quantity
from calbench.quantities.resolution import FUNCTIONS, WITHIN
from calbench.quantities.rounding import last_place, round_to, significant
from calbench.quantities.settling import settled
from calbench.quantities.shapes import (
    CELSIUS,
    NUMBER,
    TRUTH,
    TRUTHS,
    WORD,
    Celsius,
    Formula,
    Shape,
    Truth,
    Truths,
    Vector,
    Word,
)
from calbench.quantities.syntax import Expression, names, unparse
from calbench.quantities.units import ONE, Unit, coherent_unit, describe, display, find_unit

__all__ = [
    "CELSIUS",
    "FUNCTIONS",
    "NUMBER",
    "ONE",
    "TRUTH",
    "TRUTHS",
    "WITHIN",
    "WORD",
    "Celsius",
    "Dimension",
    "DimensionError",
    "Expression",
    "ExpressionError",
    "Formula",
    "Held",
    "Quantity",
    "QuantityError",
    "Shape",
    "TooLong",
    "Truth",
    "TruthValues",
    "Truths",
    "Unit",
    "UnknownUnit",
    "Value",
    "Vector",
    "Word",
    "called",
    "coherent_unit",
    "describe",
    "dimension_of",
    "display",
    "evaluate",
    "find_unit",
    "formulas_of",
    "last_place",
    "names",
    "parse",
    "parse_quantity",
    "round_to",
    "settled",
    "significant",
    "unparse",
    "written_out",
]
