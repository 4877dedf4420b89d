"""The value of an expression, exact to 34 decimal digits; only `sin` and `cos` go through float."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from calbench.quantities.errors import ExpressionError, QuantityError
from calbench.quantities.functions import OF_ONE, OF_SEVERAL, OF_TWO, count_true
from calbench.quantities.quantity import Quantity, require_comparable
from calbench.quantities.resolution import REDUCTIONS, WITHIN, bare_word, no_function, unit_of
from calbench.quantities.syntax import (
    COMPARISONS,
    Binary,
    Call,
    Expression,
    Known,
    Name,
    Node,
    Number,
    Power,
    Quoted,
    Scaled,
    Unary,
)


@dataclass(frozen=True, slots=True)
class TruthValues:
    """What a comparison of a vector gives: whether it holds, for each of its values."""

    each: tuple[bool, ...]


Value = Quantity | tuple[Quantity, ...] | bool | TruthValues | str
Scope = Mapping[str, Value]
_Operand = Quantity | tuple[Quantity, ...]
_T = TypeVar("_T")

_ARITHMETIC: dict[str, Callable[[Quantity, Quantity], Quantity]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def evaluate(expression: Expression, scope: Scope) -> Value:
    """Give the value of an expression: a quantity, a vector (tuple), a truth, truths or a word.

    Arithmetic, comparisons, abs, sqrt, exp, log, sin and cos of a vector are element by element; a single value
    goes with every element. `and` and `or` of single truths stop at the first side that decides. A sum is shown in
    the unit of its first term.

    Raises:
        ExpressionError: an unknown name, sides that do not fit, division by zero, a logarithm of zero or
            less, a result beyond 1e6144; with its place in the text.
    """
    return _value(expression.root, scope)


def _value(node: Node, scope: Scope) -> Value:
    try:
        return _OF_KIND[type(node)](node, scope)
    except ExpressionError:
        raise
    except QuantityError as error:
        raise ExpressionError(error.message, node.offset, node.length, error.mend) from error
    except DecimalException as error:
        message = "the result is too large or too small (beyond 1e6144 or 1e-6143)"
        raise ExpressionError(message, node.offset, node.length) from error


def _power(node: Power, scope: Scope) -> Value:
    exponent = node.exponent
    return _each(lambda q: q**exponent, _operand(node.base, scope, "^"))


def _named(node: Name, scope: Scope) -> Value:
    value = scope.get(node.name)
    return Quantity.of(1, unit_of(node, scope)) if value is None else value


def _scaled(node: Scaled, scope: Scope) -> Value:
    value = scope.get(node.name)
    if value is None:
        unit = unit_of(node, scope)
        if node.power == 1:
            return Quantity.of(node.value, unit)
        value = Quantity.of(1, unit)
    if isinstance(value, bool | TruthValues | str):
        raise _wrong(node, f"{node.name} is {_kind(value)} and has no multiple")
    number, power = Quantity(node.value), node.power
    return _each(lambda q: number * q**power, value)


def _unary(node: Unary, scope: Scope) -> Value:
    if node.operator == "not":
        held = _condition(node.operand, scope, "not")
        return not held if isinstance(held, bool) else TruthValues(tuple(not one for one in held.each))
    return _each(lambda q: -q, _operand(node.operand, scope, "-"))


def _binary(node: Binary, scope: Scope) -> Value:
    operator = node.operator
    if operator in {"and", "or"}:
        return _both(node, scope)
    if operator in COMPARISONS:
        return _comparison(node, scope)
    left, right = _operand(node.left, scope, operator), _operand(node.right, scope, operator)
    function = _ARITHMETIC[operator]
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return function(left, right)
    return _pairs(node, function, left, right)


def _both(node: Binary, scope: Scope) -> bool | TruthValues:
    """Give what `and` or `or` says; of single truths the right one is not looked at if the left one decides."""
    decides = node.operator == "or"
    left = _condition(node.left, scope, node.operator)
    if left is decides:
        return left
    right = _condition(node.right, scope, node.operator)
    if isinstance(left, bool) and isinstance(right, bool):
        return right
    if isinstance(left, bool) or isinstance(right, bool):
        raise _wrong(node, f"{node.operator} does not take one condition and several", "count(…) one side")
    if len(left.each) != len(right.each):
        raise _unequal(node, len(left.each), len(right.each))
    pairs = zip(left.each, right.each, strict=True)
    return TruthValues(tuple(one or other if decides else one and other for one, other in pairs))


def _comparison(node: Binary, scope: Scope) -> bool | TruthValues:
    words = _words(node, scope)
    if words is not None:
        return (words[0] == words[1]) == (node.operator == "==")
    left, right = _operand(node.left, scope, node.operator), _operand(node.right, scope, node.operator)
    order = _ORDER[node.operator]

    def compared(one: Quantity, other: Quantity) -> bool:
        require_comparable(one, other)
        return order(one.value, other.value)

    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return compared(left, right)
    return TruthValues(_pairs(node, compared, left, right))


def _words(node: Binary, scope: Scope) -> tuple[str, str] | None:
    sides = (node.left, node.right)
    known = [_word(side, scope) for side in sides]
    if known == [None, None]:
        return None
    if node.operator not in {"==", "!="}:
        raise _wrong(node, f"words cannot be compared with {node.operator}", "write == or !=")
    one, other = (
        word if word is not None else bare_word(side, scope) for word, side in zip(known, sides, strict=True)
    )
    if one is None or other is None:
        raise _wrong(node, "a word is compared with something else")
    if not any(isinstance(side, Name) and side.name in scope for side in sides):
        raise _wrong(node, "two words are compared, and neither is a name in scope")
    return one, other


def _word(node: Node, scope: Scope) -> str | None:
    if isinstance(node, Quoted):
        return node.word
    value = scope.get(node.name) if isinstance(node, Name) else None
    return value if isinstance(value, str) else None


def _call(node: Call, scope: Scope) -> Value:
    name = node.function
    if name == WITHIN:
        return _within(node, scope)
    found = [_value(argument, scope) for argument in node.arguments]
    if name == "count" and len(found) == 1 and isinstance(found[0], TruthValues):
        return count_true(found[0].each)
    values = [_no_word(one, value, name) for one, value in zip(node.arguments, found, strict=True)]
    if name in OF_TWO:
        return _stepped(node, values)
    if name not in OF_ONE and name not in REDUCTIONS:
        raise no_function(node, scope)
    if name not in REDUCTIONS:
        if len(values) != 1:
            raise _wrong(node, f"{name} takes one value, not {len(values)}")
        function = OF_ONE[name]
        return _each(function, values[0])
    if len(values) == 1 and isinstance(values[0], tuple):
        return OF_SEVERAL[name](values[0])
    single = tuple(value for value in values if isinstance(value, Quantity))
    if name not in {"min", "max"} or len(single) != len(values) or len(single) <= 1:
        raise _wrong(
            node, f"{name} takes one vector" + (", or two values or more" if name in {"min", "max"} else "")
        )
    return OF_SEVERAL[name](single)


def _within(node: Call, scope: Scope) -> Quantity:
    """Give the argument of a formula that was written out, if the formula holds there."""
    value, low, high = (_value(one, scope) for one in node.arguments[:3])
    said = node.arguments[3]
    if not (isinstance(value, Quantity) and isinstance(low, Quantity) and isinstance(high, Quantity)):
        raise _wrong(node, "a formula takes single quantities")
    require_comparable(low, value)
    if not low <= value <= high:
        what = said.word if isinstance(said, Quoted) else "it"
        raise _wrong(node, f"{what} is {value}, and the formula holds from {low} to {high} alone")
    return value


def _stepped(node: Call, values: list[_Operand]) -> Value:
    """Round a value, or each of a vector, to a step."""
    step = values[-1] if len(values) == 2 else ()  # noqa: PLR2004 - a value and a step
    if isinstance(step, tuple):
        raise _wrong(node, f"{node.function} takes a value and one step", f"write {node.function}(x, 0.1 g)")
    return _each(lambda one: OF_TWO[node.function](one, step), values[0])


def _each(function: Callable[[Quantity], Quantity], operand: _Operand) -> _Operand:
    return tuple(map(function, operand)) if isinstance(operand, tuple) else function(operand)


def _pairs(
    node: Binary, function: Callable[[Quantity, Quantity], _T], left: _Operand, right: _Operand
) -> tuple[_T, ...]:
    """Go through two vectors, or one and a single value, element by element."""
    lefts = left if isinstance(left, tuple) else (left,) * len(right if isinstance(right, tuple) else ())
    rights = right if isinstance(right, tuple) else (right,) * len(lefts)
    if len(lefts) != len(rights):
        raise _unequal(node, len(lefts), len(rights))
    return tuple(map(function, lefts, rights))


def _unequal(node: Node, one: int, other: int) -> ExpressionError:
    return _wrong(node, f"vectors of {one} and {other} values go not together element by element")


def _operand(node: Node, scope: Scope, operator: str) -> _Operand:
    return _no_word(node, _value(node, scope), operator)


def _no_word(node: Node, value: Value, operator: str) -> _Operand:
    if isinstance(value, bool | TruthValues | str):
        raise _wrong(node, f"{operator} does not take {_kind(value)}", "use a quantity or a number")
    return value


def _condition(node: Node, scope: Scope, operator: str) -> bool | TruthValues:
    value = _value(node, scope)
    if not isinstance(value, bool | TruthValues):
        raise _wrong(node, f"{operator} takes a condition, not {_kind(value)}", "compare it, as in x > 0 V")
    return value


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "a condition"
    if isinstance(value, TruthValues):
        return "a condition for each of several values"
    return "a word" if isinstance(value, str) else "a vector" if isinstance(value, tuple) else str(value)


def _wrong(node: Node, message: str, mend: str = "") -> ExpressionError:
    return ExpressionError(message, node.offset, node.length, mend)


_OF_KIND: dict[
    type, Callable[[Any, Scope], Value]
] = {  # a table, for a `match` asks for one kind after another
    Number: lambda node, _: Quantity(node.value),
    Scaled: _scaled,
    Name: _named,
    Quoted: lambda node, _: node.word,
    Unary: _unary,
    Binary: _binary,
    Power: _power,
    Call: _call,
    Known: lambda node, _: node.value,
}
