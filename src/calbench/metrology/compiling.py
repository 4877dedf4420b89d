"""Expressions of the language as functions on arrays, in coherent units: what a measurement model is made of.

The tree is walked, never run as a program: the closed list of nodes and functions of `calbench.quantities` is all there
is. Every function is analytic where it has a derivative, so that the complex step holds: `abs`, `min` and `max` decide
by the real part.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from calbench.quantities import WITHIN, Expression, Quantity, evaluate, parse
from calbench.quantities.syntax import Binary, Call, Name, Node, Number, Power, Scaled, Unary

Array = Any
Scope = Mapping[str, Array]
Compiled = Callable[[Scope], Array]


def _absolute(z: Array) -> Array:
    return np.where(np.real(z) < 0, -z, z)


def _smaller(a: Array, b: Array) -> Array:
    return np.where(np.real(a) <= np.real(b), a, b)


def _greater(a: Array, b: Array) -> Array:
    return np.where(np.real(a) >= np.real(b), a, b)


_ARITHMETIC: dict[str, Callable[[Array, Array], Array]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_OF_ONE: dict[str, Callable[[Array], Array]] = {
    "abs": _absolute,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "ceil": np.ceil,
    "floor": np.floor,
}
_OF_SEVERAL = {"min": _smaller, "max": _greater}


class Model:
    """The outputs of a budget file as one function of its inputs, in their order; `outputs` are their names."""

    def __init__(self, expressions: Mapping[str, str], inputs: Sequence[str]) -> None:
        self.outputs = tuple(expressions)
        self._inputs = tuple(inputs)
        self._compiled = [compile_expression(parse(text), frozenset(inputs)) for text in expressions.values()]

    def __call__(self, arguments: Sequence[Array]) -> tuple[Array, ...]:
        """Give each output, from arrays in coherent units that broadcast together."""
        scope = dict(zip(self._inputs, arguments, strict=True))
        return tuple(one(scope) for one in self._compiled)


def compile_expression(expression: Expression, names: frozenset[str]) -> Compiled:
    """Give an expression as a function of the arrays of its names; other names are units.

    Raises:
        ValueError: it holds what gives no quantity, such as a comparison (rule B008 refuses that before).
    """
    return _node(expression.root, names)


def _node(node: Node, names: frozenset[str]) -> Compiled:  # noqa: PLR0911 - one return for each kind of node
    match node:
        case Name() if node.name in names:
            return operator.itemgetter(node.name)
        case Scaled() if node.name in names:
            factor, name, power = float(node.value), node.name, node.power
            return lambda scope: factor * scope[name] ** power
        case Number() | Name() | Scaled():
            return _constant(node)
        case Unary(operator="-"):
            inner = _node(node.operand, names)
            return lambda scope: -inner(scope)
        case Binary() if node.operator in _ARITHMETIC:
            function = _ARITHMETIC[node.operator]
            left, right = _node(node.left, names), _node(node.right, names)
            return lambda scope: function(left(scope), right(scope))
        case Power():
            base, exponent = _node(node.base, names), node.exponent
            return lambda scope: base(scope) ** exponent
        case Call() if node.function == WITHIN:  # where a formula holds was looked at, at the estimates
            return _node(node.arguments[0], names)
        case Call() if node.function in _OF_ONE:
            of_one, inner = _OF_ONE[node.function], _node(node.arguments[0], names)
            return lambda scope: of_one(inner(scope))
        case Call() if node.function in _OF_SEVERAL:
            of_two, parts = _OF_SEVERAL[node.function], [_node(one, names) for one in node.arguments]
            return lambda scope: reduce(of_two, [part(scope) for part in parts])
        case _:
            raise ValueError(
                "The model holds a comparison, a word or a vector; it is computed from single quantities."
            )


def _constant(node: Node) -> Compiled:
    value = evaluate(Expression(node), {})
    if not isinstance(value, Quantity):
        raise ValueError(f"{value!r} in the model is no quantity.")  # noqa: TRY004 - a wrong text, not a wrong call
    number = np.float64(value.value)
    return lambda _: number
