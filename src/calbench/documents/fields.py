"""Field types of authored files: they stay text, and are checked when the file is read.

A `ValueError` raised here may carry `offset` and `length` (characters within the scalar), so that a message can
point into the text.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from calbench.documents.scalars import Text
from calbench.quantities import WITHIN, Expression, ExpressionError, parse, parse_quantity
from calbench.quantities.syntax import Call, walk

LANGUAGES = ("en", "zh")


def _quantity(text: str) -> str:
    parse_quantity(text)
    return text


def _expression(text: str) -> str:
    read_expression(text)
    return text


def read_expression(text: str) -> Expression:
    """Parse an expression that a person wrote.

    Raises:
        ExpressionError: It is none, or uses what only written out formulas have.
    """
    expression = parse(text)
    if WITHIN in text:
        for node in walk(expression):
            if isinstance(node, Call) and node.function == WITHIN:
                message = f"'{WITHIN}' is no function"
                raise ExpressionError(message, node.offset, node.length, "compare, as in a <= x and x <= b")
    return expression


def _matches(pattern: str, kind: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"'{text}' is not {kind}")
        return text

    return AfterValidator(check)


def _local(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds at this place
    return {"en": value} if isinstance(value, str) else value


def _listed(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds at this place
    return [value] if isinstance(value, str) else value


def _known_languages(texts: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(texts) - set(LANGUAGES))
    if unknown or not texts:
        raise ValueError(f"languages are {', '.join(LANGUAGES)}; got {', '.join(unknown) or 'none'}")
    return texts


def _translations(words: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    unknown = sorted(set(words) - set(LANGUAGES[1:]))
    if unknown:
        raise ValueError(f"words are translated into {', '.join(LANGUAGES[1:])}; got {', '.join(unknown)}")
    return words


_TEXT = {"type": "string"}
_SCALAR = {"type": ["string", "number", "integer", "boolean"]}

QuantityText = Annotated[
    Text,
    AfterValidator(_quantity),
    WithJsonSchema(
        {**_TEXT, "description": "A number with its unit, such as `0.1 uV`.", "examples": ["5 s", "10 V"]}
    ),
]


class _Expression:
    """Marks a field that holds an expression, for those who go through all of them."""


EXPRESSION = _Expression()
ExpressionText = Annotated[
    Text,
    EXPRESSION,
    AfterValidator(_expression),
    WithJsonSchema(
        {**_SCALAR, "description": "A quantity or a small formula.", "examples": ["0.5 max", "d / 2"]}
    ),
]
ScalarText = Annotated[
    Text, WithJsonSchema({**_SCALAR, "description": "A word, number or quantity, kept as written."})
]
Name = Annotated[
    Text,
    _matches(r"[A-Za-z_][A-Za-z0-9_]{0,63}", "a name: letters, digits and _, not starting with a digit"),
    WithJsonSchema({**_TEXT, "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$"}),
]
Identifier = Annotated[
    Text,
    _matches(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "an identifier: letters, digits, '.', '_' and '-'"),
    WithJsonSchema({**_TEXT, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}),
]
Version = Annotated[
    Text,
    _matches(r"\d{1,4}\.\d{1,4}\.\d{1,4}", "a version of three numbers, such as 1.2.0"),
    WithJsonSchema({**_TEXT, "pattern": r"^\d+\.\d+\.\d+$"}),
]
Capability = Annotated[
    Text,
    _matches(
        r"(source|measure|environment|standard)(\.[a-z0-9]+){1,3}",
        "a capability, such as source.voltage.dc or measure.mass",
    ),
    WithJsonSchema({**_TEXT, "examples": ["source.voltage.dc", "measure.mass"]}),
]
RoleQuantity = Annotated[
    Text,
    _matches(
        r"[A-Za-z_][A-Za-z0-9_]*(\.[a-z0-9]+){1,3}",
        "a role and a quantity, such as source.voltage.dc or uut.mass",
    ),
    WithJsonSchema({**_TEXT, "examples": ["source.voltage.dc", "uut.mass"]}),
]
DriverName = Annotated[
    Text,
    _matches(r"[a-z0-9_]{1,40}/[a-z0-9_]{1,40}|keyboard", "a driver: vendor/model, or keyboard"),
    WithJsonSchema({**_TEXT, "examples": ["fluke/f5730a", "keyboard"]}),
]
DateText = Annotated[
    Text,
    _matches(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date, such as 2026-03-12"),
    WithJsonSchema({**_TEXT, "format": "date"}),
]
TimeText = Annotated[
    Text,
    _matches(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
        "a time in UTC, such as 2026-03-12T08:00:00Z",
    ),
    WithJsonSchema({**_TEXT, "format": "date-time"}),
]
Hash = Annotated[
    Text,
    _matches(r"[0-9a-f]{64}", "a SHA-256 hash: 64 hexadecimal digits, small letters"),
    WithJsonSchema({**_TEXT, "pattern": "^[0-9a-f]{64}$"}),
]

Language = Annotated[
    Text,
    _matches(r"1", "a language number that this program knows: write 1"),
    WithJsonSchema({"const": 1, "description": "Version of the procedure language."}),
]
LocalText = Annotated[
    dict[str, Text],
    BeforeValidator(_local),
    AfterValidator(_known_languages),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {language: {"type": "string"} for language in LANGUAGES},
                    "additionalProperties": False,
                },
            ],
            "description": "Text, or text per language: {en: DC voltage, zh: 直流电压}.",
        }
    ),
]
TextList = Annotated[
    list[Text],
    BeforeValidator(_listed),
    WithJsonSchema(
        {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}], "description": "One text, or a list."}
    ),
]
Translations = Annotated[dict[str, dict[str, Text]], AfterValidator(_translations)]
