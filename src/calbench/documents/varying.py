"""Values that differ from point to point: entries of `vary` and of `points`."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator
from pydantic_core import CoreSchema

from calbench.documents.fields import EXPRESSION, ExpressionText, read_expression
from calbench.documents.model import Authored
from calbench.documents.scalars import PlainScalar, Text
from calbench.quantities import ExpressionError, QuantityError, find_unit, parse
from calbench.quantities.syntax import Name


def _kept(value: Any, check: ValidatorFunctionWrapHandler) -> str:  # noqa: ANN401 - whatever the file holds there
    """Keep whether a text stood in quotes: only then it may be a word."""
    text: str = check(value)
    if isinstance(value, PlainScalar):
        read_expression(value)
        return value
    return text


VariedText = Annotated[
    Text,
    EXPRESSION,
    WrapValidator(_kept),
    WithJsonSchema(
        {
            "type": ["string", "number", "integer", "boolean"],
            "description": "A quantity or a small formula; in quotes also a word.",
            "examples": ["0.5 Imax", "5 A"],
        }
    ),
]


class EntryStated(Authored):
    """A value with a condition: it is left out where `only_if` does not hold. `label` is how points name it."""

    at: ExpressionText
    only_if: ExpressionText | None = None
    label: Text | None = None


class VariedEntry(EntryStated):
    """A varied value with a condition."""

    at: VariedText


REVERSED = "reversed"
"""Instead of the points of a direction: those of the direction before it, back from the one before the last."""


class _OrReversed:
    """Tells editors of a word that is written out before the model is built."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"const": REVERSED}]}


PointEntry = ExpressionText | EntryStated
Direction = Annotated[list[PointEntry], _OrReversed()]
Variation = VariedText | VariedEntry


def at_of(entry: str | EntryStated) -> str:
    """Give the expression of an entry, as it was written."""
    return entry.at if isinstance(entry, EntryStated) else entry


def condition_of(entry: str | EntryStated) -> str | None:
    """Give the condition of an entry; None if it has none."""
    return entry.only_if if isinstance(entry, EntryStated) else None


def label_of(entry: str | EntryStated) -> str:
    """Give how points name an entry: its label, else its text without the quotes of a word."""
    if isinstance(entry, EntryStated) and entry.label is not None:
        return entry.label
    text = at_of(entry).strip()
    return text[1:-1] if text[:1] == text[-1:] == "'" and len(text) > 1 else text


def word_of(text: str, known: Container[str]) -> str | None:
    """Give the word that a text is: in quotes, and no expression of these names; None if it is an expression."""
    if isinstance(text, PlainScalar):
        return None
    try:
        root = parse(text).root
    except ExpressionError:
        return text
    if not isinstance(root, Name) or root.name.startswith("$") or root.name in known:
        return None
    try:
        find_unit(root.name)
    except QuantityError:
        return text
    return None
