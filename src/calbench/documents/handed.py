"""What a test hands on beside `use` or `apply`: `with`."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from calbench.documents.fields import Name, ScalarText
from calbench.quantities import ExpressionError, names, parse

COMPUTED = ("quantity", "number", "integer")
"""Types of parameters that an expression can give a value."""


class _OrNames:
    """Tells editors of a list that is written out before the model is built: names, and maps of what differs."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        given = handler(core)
        named = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$"}
        return {"anyOf": [given, {"type": "array", "items": {"anyOf": [named, given]}}]}


Handed = Annotated[dict[Name, ScalarText | list[ScalarText]], _OrNames()]


def is_computed(kind: str, text: str, known: Container[str]) -> bool:
    """Tell whether what a parameter of a kind is given is an expression of names that are known, and no plain value."""
    if kind not in COMPUTED:
        return False
    try:
        return any(name.removeprefix("$") in known for name in names(parse(text)))
    except ExpressionError:
        return False
