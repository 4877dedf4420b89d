"""Formulas: named functions that an author wrote, written out where they are used.

What is written out holds no name of a formula, and means the same: arguments take the place of their names in the tree
and not in the text, so that no bracket is lost and no name caught. It was checked by `dimension_of` before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from calbench.quantities.errors import ExpressionError, shown
from calbench.quantities.parser import DEEPEST, MOST_OPERATORS, parse
from calbench.quantities.resolution import WITHIN, wrong_number
from calbench.quantities.shapes import Formula, Shape
from calbench.quantities.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Node,
    Number,
    Power,
    Quoted,
    Scaled,
    Unary,
    unparse,
    walk,
)
from calbench.quantities.tokens import LONGEST

_MOST_STEPS = 20_000
_DEEPEST_STEPS = 150
_MEND = "shorten it, or compute a part of it in values"


class TooLong(ExpressionError):  # noqa: N818 - reads as a sentence where it is caught
    """An expression would be longer than one may be, with its formulas written out."""


class Held(NamedTuple):
    """An argument that has to lie within a range, both ends included, as the formula holds nowhere else."""

    formula: Formula
    argument: str
    value: str
    low: str
    high: str


def formulas_of(scope: Mapping[str, Shape]) -> dict[str, Formula]:
    """Give the formulas in a scope, by name."""
    return {name: one for name, one in scope.items() if isinstance(one, Formula)}


def called(expression: Expression) -> frozenset[str]:
    """Give the name of every function and formula in an expression."""
    return frozenset(node.function for node in walk(expression) if isinstance(node, Call))


def written_out(
    expression: Expression, formulas: Mapping[str, Formula], *, guarded: bool
) -> tuple[Expression, list[Held]]:
    """Give an expression without formulas, and what their arguments have to hold.

    Args:
        expression: What was written.
        formulas: By name; those that a formula uses are among them.
        guarded: Put the ranges into what is written out: outside of them it has no value then.

    Raises:
        TooLong: With the place of the formula.
        ExpressionError: A formula has not as many arguments.
    """
    if not called(expression) & formulas.keys():
        return expression, []
    writer = _Writer(formulas, guarded=guarded)
    root, _ = writer.node(expression.root, {}, 0)
    return _limited(expression, Expression(root), formulas), list(dict.fromkeys(writer.held))


def _limited(stated: Expression, whole: Expression, formulas: Mapping[str, Formula]) -> Expression:
    """Hold what was written out to the limits of every expression."""
    text = unparse(whole)
    try:
        return parse(text)
    except ExpressionError as error:
        node = next(one for one in walk(stated) if isinstance(one, Call) and one.function in formulas)
        raise _too_long(node) from error


class _Writer:
    """Writes formulas out. Sizes are counted before a tree is built, so that small texts cannot make large ones."""

    def __init__(self, formulas: Mapping[str, Formula], *, guarded: bool) -> None:
        self.formulas = formulas
        self.guarded = guarded
        self.held: list[Held] = []
        self.steps = 0
        self.outermost: Call | None = None

    def node(self, node: Node, given: Mapping[str, tuple[Node, int]], depth: int) -> tuple[Node, int]:
        """Give a node with the arguments put in, and how many nodes that are."""
        self.steps += 1
        if self.steps > _MOST_STEPS or depth > _DEEPEST_STEPS:
            raise _too_long(self.outermost or node)
        if isinstance(node, Call) and node.function in self.formulas:
            return self._formula(node, given, depth)
        if isinstance(node, Name) and node.name in given:
            return given[node.name]
        if isinstance(node, Scaled) and node.name in given:
            inner, size = given[node.name]
            power = inner if node.power == 1 else Power(inner, node.power)
            return Binary("*", Number(node.value), power), size + 3
        made, size = self._rebuilt(node, given, depth + 1)
        if size > LONGEST:
            raise _too_long(self.outermost or node)
        return made, size

    def _rebuilt(self, node: Node, given: Mapping[str, tuple[Node, int]], depth: int) -> tuple[Node, int]:
        match node:
            case Unary():
                operand, size = self.node(node.operand, given, depth)
                return replace(node, operand=operand), size + 1
            case Binary():
                left, one = self.node(node.left, given, depth)
                right, other = self.node(node.right, given, depth)
                return replace(node, left=left, right=right), one + other + 1
            case Power():
                base, size = self.node(node.base, given, depth)
                return replace(node, base=base), size + 1
            case Call():
                parts = [self.node(one, given, depth) for one in node.arguments]
                return replace(node, arguments=tuple(one for one, _ in parts)), 1 + sum(n for _, n in parts)
        return node, 1

    def _formula(self, node: Call, given: Mapping[str, tuple[Node, int]], depth: int) -> tuple[Node, int]:
        formula = self.formulas[node.function]
        outer = self.outermost is None
        if outer:
            self.outermost = node
        if len(node.arguments) != len(formula.arguments):
            raise wrong_number(node, formula)
        inner: dict[str, tuple[Node, int]] = {}
        for (name, _), argument in zip(formula.arguments, node.arguments, strict=True):
            made, size = self.node(argument, given, depth + 1)
            if name in formula.valid:
                made, size = self._held(formula, name, made, size)
            inner[name] = (made, size)
        found = self.node(formula.body.root, inner, depth + 1)
        if outer:
            self.outermost = None
        return found

    def _held(self, formula: Formula, name: str, made: Node, size: int) -> tuple[Node, int]:
        low, high = formula.valid[name]
        if self.guarded:
            said = f"{name} of {formula.name}"
            ends = (parse(low).root, parse(high).root)
            return Call(WITHIN, (made, *ends, Quoted(said))), size + 4
        self.held.append(Held(formula, name, unparse(Expression(made)), low, high))
        return made, size


def _too_long(node: Node) -> TooLong:
    name = shown(node.function) if isinstance(node, Call) else "this"
    message = (
        f"with {name} written out, this is longer than {LONGEST} characters, {MOST_OPERATORS} operators or "
        f"{DEEPEST} levels"
    )
    return TooLong(message, node.offset, node.length, _MEND)
