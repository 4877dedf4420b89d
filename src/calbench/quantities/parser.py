"""The parser of expressions: operator precedence over a closed grammar (Pratt, 1973).

```text
expression  or | and | not | < <= > >= == != (once) | + - | * / | - (sign) | ^ (whole exponent, -4 to 4)
atom        NUMBER [NAME] | NUMBER RATIO factor | NAME | $NAME | 'word' | FUNCTION(…) | (expression)
factor      NAME | $NAME | FUNCTION(…) | (expression), with or without ^; RATIO is %, ppm or ppb
```

A number followed by a name binds tighter than `/`: `10 V / 2 s` is 5 V/s, and `10 V / 4 mV/K` is
(10 V / 4 mV) / K.

Whether a FUNCTION is one of `FUNCTIONS`, or a formula of the author's, is looked at where the scope is known.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from calbench.quantities.decimals import literal
from calbench.quantities.errors import ExpressionError, QuantityError, shown
from calbench.quantities.syntax import (
    BINDING,
    COMPARISONS,
    NEGATIVE,
    NOT,
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
)
from calbench.quantities.tokens import Token, tokenize
from calbench.quantities.units import UNITS

DEEPEST = 60
MOST_OPERATORS = 100
HIGHEST_EXPONENT = 4

_RATIOS = {"%", "ppm", "ppb"}
_EXPONENTS = {str(n) for n in range(HIGHEST_EXPONENT + 1)}
_FACTORS = {"name", "parameter", "("}


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse an expression, such as `0.0035 % rdg + 0.0005 % rng + 2 uV`.

    Raises:
        ExpressionError: with offset and length in the text, and how to mend it.
    """
    return Expression(_Parser(text).whole(), text)


class _Parser:
    __slots__ = ("depth", "operators", "position", "token", "tokens")

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text)
        self.position = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.operators = 0

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise ExpressionError("the expression is empty", 0, mend="write a value, as in 0.01 % rdg + 2 uV")
        root = self.expression(0)
        if self.token.kind != "end":
            raise self.unexpected()
        return root

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        self.token = self.tokens[self.position]
        return token

    def expression(self, level: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                f"more than {DEEPEST} levels deep", self.token.offset, mend="divide the expression"
            )
        left, compared = self.prefix(), False
        while True:
            operator = self.token
            if operator.kind == "^":
                left = self.power(left)
                continue
            binding = BINDING.get(operator.kind, 0)
            if binding <= level:
                break
            if compared and operator.kind in COMPARISONS:
                mend = "write a < b and b < c"
                raise ExpressionError(
                    "one comparison after another", operator.offset, len(operator.text), mend
                )
            compared = operator.kind in COMPARISONS
            self.count(operator)
            self.advance()
            left = Binary(operator.kind, left, self.expression(binding), operator.offset, len(operator.text))
        self.depth -= 1
        return left

    def prefix(self) -> Node:
        token = self.token
        kind = token.kind
        if kind == "number":
            return self.number()
        if kind == "name":
            return self.name()
        if kind == "(":
            return self.parenthesis()
        if kind in {"-", "not", "+"}:
            return self.unary()
        if kind == "parameter":
            self.advance()
            return Name(token.text, token.offset, len(token.text))
        if kind == "word":
            self.advance()
            return Quoted(token.text[1:-1], token.offset, len(token.text))
        raise self.unexpected()

    def number(self) -> Node:
        token = self.advance()
        value = _value(token)
        unit = self.token
        if unit.kind not in {"name", "%"}:
            return Number(value, token.offset, len(token.text))
        if self.tokens[self.position + 1].kind == "(" and unit.text not in _RATIOS:
            raise ExpressionError(
                "an operator is missing before the function", unit.offset, len(unit.text), "write *"
            )
        self.advance()
        name, last = self.quotient(unit)
        power = self.exponent() if self.token.kind == "^" else 1
        scaled = Scaled(value, name, power, token.offset, last.offset + len(last.text) - token.offset)
        if unit.text in _RATIOS and self.token.kind in _FACTORS:
            self.count(unit)
            return Binary("*", scaled, self.expression(NEGATIVE), unit.offset, len(unit.text))
        return scaled

    def quotient(self, unit: Token) -> tuple[str, Token]:
        """Give the name of a unit and its last token: `s/day`, shown as `s/d`, is one, whatever d is called here."""
        below, after = (*self.tokens[self.position + 1 : self.position + 3], self.token, self.token)[:2]
        name = f"{unit.text}/{below.text}"
        if self.token.kind != "/" or after.kind == "^" or name not in UNITS:
            return unit.text, unit
        self.advance()
        return name, self.advance()

    def name(self) -> Node:
        token = self.advance()
        if self.token.kind != "(":
            return Name(token.text, token.offset, len(token.text))
        self.advance()
        arguments = [] if self.token.kind == ")" else [self.expression(0)]
        while self.token.kind == ",":
            self.advance()
            arguments.append(self.expression(0))
        self.close(token)
        return Call(token.text, tuple(arguments), token.offset, len(token.text))

    def parenthesis(self) -> Node:
        start = self.advance()
        inside = self.expression(0)
        self.close(start)
        return inside

    def close(self, start: Token) -> None:
        if self.token.kind == "end":
            raise ExpressionError("a ) is missing", start.offset, len(start.text), "close the parenthesis")
        if self.token.kind != ")":
            raise self.unexpected()
        self.advance()

    def unary(self) -> Node:
        token = self.advance()
        self.count(token)
        literal_follows = self.token.kind == "number"
        operand = self.expression(NOT - 1 if token.kind == "not" else NEGATIVE)
        if token.kind == "+":
            return operand
        if token.kind == "-" and literal_follows and isinstance(operand, Number | Scaled):
            return _negative(operand, token.offset)
        return Unary(token.kind, operand, token.offset, len(token.text))

    def power(self, base: Node) -> Node:
        token = self.token
        self.count(token)
        return Power(base, self.exponent(), token.offset)

    def exponent(self) -> int:
        self.advance()
        sign = self.advance().kind if self.token.kind == "-" else ""
        token = self.token
        if token.text not in _EXPONENTS:
            message = f"an exponent is a whole number, -{HIGHEST_EXPONENT} to {HIGHEST_EXPONENT}"
            raise ExpressionError(message, token.offset, len(token.text), "for a root write sqrt(x)")
        self.advance()
        if self.token.kind == "^":
            raise ExpressionError(
                "one ^ after another has no agreed meaning", self.token.offset, mend="use parentheses"
            )
        return int(sign + token.text)

    def count(self, operator: Token) -> None:
        self.operators += 1
        if self.operators > MOST_OPERATORS:
            raise ExpressionError(
                f"more than {MOST_OPERATORS} operators", operator.offset, mend="divide the expression"
            )

    def unexpected(self) -> ExpressionError:
        token = self.token
        previous = self.tokens[self.position - 1] if self.position else None
        if token.kind == "end":
            return ExpressionError("the expression ends too early", token.offset, mend="a value is missing")
        mend = ""
        if token.kind == "%":
            mend = "% follows a number, as in 0.01 % rdg"
        elif previous is not None and token.kind in {"name", "number", "parameter", "(", "word"}:
            mend = f"an operator is missing after {shown(previous.text)}"
        return ExpressionError(
            f"{shown(token.text)} is not expected here", token.offset, len(token.text), mend
        )


def _value(token: Token) -> Decimal:
    try:
        return literal(token.text)
    except QuantityError as error:
        raise ExpressionError(error.message, token.offset, len(token.text), error.mend) from error


def _negative(operand: Number | Scaled, offset: int) -> Number | Scaled:
    length = operand.offset + operand.length - offset
    if isinstance(operand, Number):
        return Number(operand.value.copy_negate(), offset, length)
    return Scaled(operand.value.copy_negate(), operand.name, operand.power, offset, length)
