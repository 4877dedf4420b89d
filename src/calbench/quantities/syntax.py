"""The syntax tree of an expression: frozen nodes that know where they stand in the text.

`offset` is the character column from 0, `length` the number of characters; both are left out of equality,
so that two spellings of one expression are equal trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from calbench.quantities.decimals import plain


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number."""

    value: Decimal
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number and a name: `5 V`, `0.5 e`, `2 m^2`. A name in scope makes it a product, else it is a unit."""

    value: Decimal
    name: str
    power: int = 1
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name, with dots or without, or a parameter `$name`. May turn out to be a unit or a word."""

    name: str
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A word in quotes."""

    word: str
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `not` before an operand."""

    operator: str
    operand: Node
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands: `+ - * /`, a comparison, `and`, `or`. The place is that of the operator."""

    operator: str
    left: Node
    right: Node
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Power:
    """A base and a whole exponent, -4 to 4. The place is that of `^`."""

    base: Node
    exponent: int
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the closed list. The place is that of its name."""

    function: str
    arguments: tuple[Node, ...]
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What was evaluated already, in an expression that is evaluated again and again (`settling`); none is parsed."""

    value: object
    offset: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)


Node = Number | Scaled | Name | Quoted | Unary | Binary | Power | Call | Known


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its tree, and its text as the author wrote it."""

    root: Node
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.text or unparse(self)


BINDING = {
    "or": 1,
    "and": 2,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "==": 4,
    "!=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
COMPARISONS = frozenset(operator for operator, binding in BINDING.items() if binding == 4)  # noqa: PLR2004 - the level above
NOT, NEGATIVE, POWER, ATOM = 3, 7, 8, 9


def names(expression: Expression) -> frozenset[str]:
    """Give every name in an expression, parameters with their `$`.

    Without a scope nobody can tell names from units and bare words: those are among them (`5 V` gives `V`).
    """
    return frozenset(node.name for node in walk(expression) if isinstance(node, Name | Scaled))


def unparse(expression: Expression) -> str:
    """Write an expression in its canonical spelling; parsing that gives an equal tree."""
    return _written(expression.root, 0)


def walk(expression: Expression) -> Iterator[Node]:
    """Give every node of an expression, the root first."""
    waiting: list[Node] = [expression.root]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case Unary():
                waiting.append(node.operand)
            case Binary():
                waiting += (node.left, node.right)
            case Power():
                waiting.append(node.base)
            case Call():
                waiting += node.arguments


def _written(node: Node, level: int) -> str:
    text, binding = _spelling(node)
    return f"({text})" if binding < level else text


def _spelling(node: Node) -> tuple[str, int]:  # noqa: PLR0911 - one return for each kind of node
    match node:
        case Number(value):
            return plain(value), ATOM if value >= 0 else NEGATIVE
        case Scaled(value, name, power):
            return f"{plain(value)} {name}" + (f"^{power}" if power != 1 else ""), NEGATIVE
        case Name(name):
            return name, ATOM
        case Known(value):
            return str(value), ATOM
        case Quoted(word):
            return (f'"{word}"' if "'" in word else f"'{word}'"), ATOM
        case Unary("not", operand):
            return f"not {_written(operand, NOT)}", NOT
        case Unary(_, operand):
            return f"-{_negated(operand)}", NEGATIVE
        case Binary(operator, left, right):
            binding = BINDING[operator]
            lower = binding + (operator in COMPARISONS)
            return f"{_written(left, lower)} {operator} {_written(right, binding + 1)}", binding
        case Power(base, exponent):
            return f"{_written(base, ATOM)}^{exponent}", POWER
        case Call(function, arguments):
            return f"{function}({', '.join(_written(argument, 0) for argument in arguments)})", ATOM


def _negated(operand: Node) -> str:
    # -5 V is one literal; the negative of (5 V) keeps its parentheses
    return _written(operand, ATOM + 1 if isinstance(operand, Number | Scaled) else NEGATIVE)
