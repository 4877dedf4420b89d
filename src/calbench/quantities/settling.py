"""Settling an expression: what the names that move say nothing of is evaluated once, the rest each time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from calbench.quantities.errors import ExpressionError
from calbench.quantities.evaluator import Scope, evaluate
from calbench.quantities.syntax import Binary, Call, Expression, Known, Name, Node, Power, Scaled, Unary


def settled(expression: Expression, scope: Scope, moving: Collection[str]) -> Expression:
    """Give an expression with the same value, as long as no name but those of `moving` has another one than in `scope`.

    What cannot be evaluated stays as it is, and is told when the whole is evaluated.
    """
    root, _ = _settled(expression.root, scope, moving)
    return Expression(root, expression.text)


def _settled(node: Node, scope: Scope, moving: Collection[str]) -> tuple[Node, bool]:
    """Give a node with what stands still in it evaluated, and whether something of it moves."""
    if isinstance(node, Name | Scaled):
        return node, node.name in moving  # whether it is a name, a unit or a word shows where it is used
    parts = _parts(node)
    done = [_settled(part, scope, moving) for part in parts]
    if not any(moves for _, moves in done):
        return node, False
    return _with(node, [part if moves else _known(part, scope) for part, moves in done]), True


def _known(node: Node, scope: Scope) -> Node:
    if not _parts(node):
        return node
    try:
        return Known(evaluate(Expression(node), scope), node.offset, node.length)
    except ExpressionError:
        return node


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Power():
            return (node.base,)
        case Call():
            return node.arguments
    return ()


def _with(node: Node, parts: list[Node]) -> Node:
    match node:
        case Unary():
            return replace(node, operand=parts[0])
        case Binary():
            return replace(node, left=parts[0], right=parts[1])
        case Power():
            return replace(node, base=parts[0])
        case Call():
            return replace(node, arguments=tuple(parts))
    return node
