"""The words of an expression: numbers, names, parameters, quoted words, operators."""

from __future__ import annotations

import re
from typing import NamedTuple

from calbench.quantities.decimals import NUMBER
from calbench.quantities.errors import ExpressionError, shown

LONGEST = 2000
KEYWORDS = {"and", "or", "not"}


class Token(NamedTuple):
    """One word of an expression; `kind` is the text itself for operators and keywords."""

    kind: str
    text: str
    offset: int


_WORD = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_TOKENS = re.compile(
    rf"""[ \t\r\n]*(?:
      (?P<number>{NUMBER})
    | (?P<name>{_WORD}|°C?|%RH(?!\w))
    | (?P<operator>[-+/^(),%]|\*(?!\*)|[<>]=?|==|!=)
    | (?P<parameter>\${_WORD})
    | (?P<word>'[^'\\]*'|"[^"\\]*")
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_MENDS = {
    "*": "a power is written with ^, as in x^2",
    "=": "equality is written ==",
    "&": "write and",
    "|": "write or, or abs(x)",
    "!": "write not, or !=",
    "×": "write *",
    "·": "write *",
    "÷": "write /",
    "−": "write - (a plain minus)",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "²": "write ^2",
    "³": "write ^3",
    "±": "a limit is written without ±",
    "$": "a parameter is written $name",
    "{": "{name} is for text; write the name alone",
    "[": "use min, max, mean, stdev or count of the whole vector",
    "'": "close the quotation",
    '"': "close the quotation",
    ".": "a part of a name is written after the point, as in repeatability.stdev",
}


def tokenize(text: str) -> list[Token]:
    """Cut an expression into tokens, ended by one of kind `end`.

    Raises:
        ExpressionError: the text is too long, or a character has no meaning here.
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression is longer than {LONGEST} characters", LONGEST, mend="divide it"
        )
    tokens: list[Token] = []
    match = _TOKENS.match
    position = 0
    while True:
        found = match(text, position)
        if found is None:
            raise _unreadable(text, position)
        kind = found.lastgroup or "end"
        word = found[kind]
        end = found.end()
        if kind == "operator" or (kind == "name" and word in KEYWORDS):
            kind = word
        tokens.append(Token(kind, word, end - len(word)))
        if kind == "end":
            return tokens
        position = end


def _unreadable(text: str, position: int) -> ExpressionError:
    offset = len(text) - len(text[position:].lstrip(" \t\r\n"))
    character = text[offset]
    return ExpressionError(f"{shown(character)} has no meaning here", offset, mend=_MENDS.get(character, ""))
