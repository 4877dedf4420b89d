"""What a name in an expression stands for: first the scope, then the table of units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from calbench.quantities.errors import DimensionError, ExpressionError, UnknownUnit, did_you_mean, shown
from calbench.quantities.shapes import Formula
from calbench.quantities.syntax import Call, Name, Node, Scaled
from calbench.quantities.units import UNITS, Unit, find_unit

T = TypeVar("T")

# functions that make one value of a vector; min and max also choose among scalars
REDUCTIONS = ("min", "max", "mean", "stdev", "count", "sum")
ROUNDED = ("round", "round_up")  # of a value and a step
WITHIN = "within"
"""Put around an argument that is written out: `within(t, low, high, 'what')` is t, or no value. No author has it."""
FUNCTIONS = (
    "min", "max", "abs", "sqrt", "exp", "log", "sin", "cos", "ceil", "floor", "round", "round_up",
    "mean", "stdev", "count", "sum",
)  # fmt: skip


def unit_of(node: Name | Scaled, scope: Mapping[str, T]) -> Unit:
    """Give the unit that a name outside the scope stands for.

    Raises:
        ExpressionError: neither the scope nor the table of units knows it; suggestions from both.
    """
    try:
        unit = find_unit(node.name)
    except (UnknownUnit, DimensionError) as error:
        raise unknown(node, scope) from error
    if unit.offset and isinstance(node, Name):
        message = f"{shown(node.name)} alone is no quantity"
        raise ExpressionError(message, node.offset, node.length, "write delta_degC or K for a difference")
    return unit


def unknown(node: Name | Scaled, scope: Mapping[str, T]) -> ExpressionError:
    """Say that a name is unknown, and which come close."""
    offset, length = place_of_name(node)
    if node.name.startswith("$"):
        parameters = [name for name in scope if name.startswith("$")]
        known = f"parameters: {', '.join(parameters)}" if parameters else "there are no parameters"
        mend = did_you_mean(node.name, parameters) or known
        return ExpressionError(f"there is no parameter {shown(node.name)}", offset, length, mend)
    mend = did_you_mean(node.name, [*scope, *UNITS])
    mend = mend or f"names in scope: {', '.join(sorted(scope)) or 'none'}; or a unit such as mV"
    return ExpressionError(f"{shown(node.name)} is neither a name in scope nor a unit", offset, length, mend)


def place_of_name(node: Name | Scaled) -> tuple[int, int]:
    """Give offset and length of the name itself: in `5 foo`, of `foo`."""
    return node.offset + node.length - len(node.name), len(node.name)


def no_function(node: Call, scope: Mapping[str, T]) -> ExpressionError:
    """Say that a name before a parenthesis is neither a function nor a formula, and which come close."""
    known = [*FUNCTIONS, *(name for name, one in scope.items() if isinstance(one, Formula))]
    mend = did_you_mean(node.function, known) or f"allowed functions: {', '.join(known)}"
    return ExpressionError(f"{shown(node.function)} is no function", node.offset, node.length, mend)


def wrong_number(node: Call, formula: Formula) -> ExpressionError:
    """Say that a formula is not given as many values as it has arguments."""
    wanted = ", ".join(name for name, _ in formula.arguments)
    message = f"{node.function} takes {len(formula.arguments)} ({wanted}), not {len(node.arguments)}"
    return ExpressionError(message, node.offset, node.length, f"write {formula}")


def bare_word(node: Node, scope: Mapping[str, T]) -> str | None:
    """Give the word that a bare name outside the scope may be, in a comparison with a word."""
    return node.name if isinstance(node, Name) and node.name not in scope and node.name[0] != "$" else None
