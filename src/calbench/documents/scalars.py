"""Scalars of authored files: what was written, and the field types that read it (YAML 1.2.2, 10.3).

A scalar without quotes arrives as a `PlainScalar`, which is the text exactly as it was written; one in quotes
or in a block arrives as `str`. The field says what it wants: `Text` takes `010`, `yes` and `12:30` as they
stand, `Whole` and `Exact` read digits, `Flag` reads `true` and `false`. A field that says nothing gets text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, Strict, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

LONGEST_NUMBER = 100
MOST_DIGITS = 34  # IEEE 754 decimal128
HIGHEST_EXPONENT = 60

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,6})?")
_TRUE_WORDS = frozenset({"yes", "y", "on"})
_FALSE_WORDS = frozenset({"no", "n", "off"})


class PlainScalar(str):
    """A scalar that was written without quotes: its original text."""

    __slots__ = ()

    @property
    def resolved(self) -> bool | int | Decimal | str | None:
        """What the core schema makes of it; numbers keep their digits, over 100 characters are text."""
        if _NULL.fullmatch(self):
            return None
        if self in _TRUE or self in _FALSE:
            return self in _TRUE
        whole = _as_whole(self)
        if whole is not None:
            return whole
        exact = _as_exact(self)
        return str(self) if exact is None else exact


def _as_whole(text: str) -> int | None:
    if len(text) > LONGEST_NUMBER:
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    return int(text, 0) if _BASED.fullmatch(text) else None


def _as_exact(text: str) -> Decimal | None:
    if len(text) > LONGEST_NUMBER:
        return None
    if _FLOAT.fullmatch(text):
        return Decimal(text)
    return Decimal(int(text, 0)) if _BASED.fullmatch(text) else None


def _error(kind: str, message: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{message}", {"message": message, "mend": mend})


def _shown(value: object) -> str:
    text = str(value)
    short = text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004 - what fits into a message
    return "'" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short) + "'"


def _quoted(value: str, wanted: str, kind: str) -> PydanticCustomError:
    mend = (
        "remove the quotes" if _as_exact(value) is not None or value in _TRUE | _FALSE else f"write {wanted}"
    )
    return _error(kind, f"{_shown(value)} stands in quotes, so it is text; {wanted} is needed", mend)


def _whole(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever the file holds at this place
    if isinstance(value, str):
        if not isinstance(value, PlainScalar) and info.mode == "python":
            raise _quoted(value, "a whole number", "whole_number")
        whole = _as_whole(value)
        if whole is None:
            raise _error("whole_number", f"{_shown(value)} is not a whole number", _mend_whole(value))
        return whole
    if isinstance(value, bool | float | Decimal):
        raise _error("whole_number", f"{_shown(value)} is not a whole number", "write digits only, as in 10")
    return value


def _mend_whole(text: str) -> str:
    exact = _as_exact(text)
    if exact is not None and abs(exact) < 10**15 and exact == exact.to_integral_value():
        return f"write {int(exact)}"
    return _mend_number(text) if exact is None else "write digits only, as in 10"


def _exact(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever the file holds at this place
    if isinstance(value, bool) or (isinstance(value, float) and info.mode == "python"):
        raise _error("exact_number", f"{_shown(value)} is not an exact number", "hand in a Decimal or an int")
    if isinstance(value, float):
        value = repr(value)
    elif isinstance(value, str) and not isinstance(value, PlainScalar) and info.mode == "python":
        raise _quoted(value, "a number", "exact_number")
    if isinstance(value, str):
        exact = _as_exact(value)
        if exact is None:
            raise _error("exact_number", f"{_shown(value)} is not a number", _mend_number(value))
        value = exact
    return _bounded(Decimal(value)) if isinstance(value, int | Decimal) else value


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise _error("exact_number", f"{_shown(value)} is not a finite number", "write a number")
    if len(value.as_tuple().digits) > MOST_DIGITS:
        raise _error(
            "exact_number",
            f"{_shown(value)} has more than {MOST_DIGITS} digits",
            "leave out digits that mean nothing",
        )
    if value and abs(value.adjusted()) > HIGHEST_EXPONENT:
        raise _error("exact_number", f"{_shown(value)} is beyond 1e±{HIGHEST_EXPONENT}", "check the exponent")
    return value


def _mend_number(text: str) -> str:
    bare = text.replace("_", "")
    if bare != text and _as_exact(bare) is not None:
        return f"write {bare}"
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", text):
        return f"write the decimal sign as a point: {text.replace(',', '.')}"
    if re.match(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*[^\W\d_]", text):
        return "write the number without a unit"
    return "write a number such as 10, 0.5 or 1e-3"


def _flag(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever the file holds at this place
    if isinstance(value, str):
        if not isinstance(value, PlainScalar) and info.mode == "python":
            raise _quoted(value, "true or false", "truth_value")
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        word = value.lower()
        if word in _TRUE_WORDS | _FALSE_WORDS:
            mend = "write true" if word in _TRUE_WORDS else "write false"
            raise _error("truth_value", f"{_shown(value)} is a word in YAML 1.2, not true or false", mend)
        raise _error("truth_value", f"{_shown(value)} is neither true nor false", "write true or false")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        raise _error("truth_value", f"{_shown(value)} is neither true nor false", "write true or false")
    return value


class _NumberSchema:
    """Says `number` in the JSON Schema of files: pydantic would also allow text."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        if handler.mode == "serialization":
            return handler(core)
        written = handler(core)
        number: JsonSchemaValue = next(
            (part for part in written.get("anyOf", ()) if part.get("type") == "number"), {}
        )
        rest = {key: value for key, value in written.items() if key not in ("anyOf", "type", "pattern")}
        return {**rest, **number, "type": "number"}


Text = Annotated[str, Strict()]
Whole = Annotated[int, BeforeValidator(_whole)]
Exact = Annotated[Decimal, BeforeValidator(_exact), _NumberSchema()]
Flag = Annotated[bool, BeforeValidator(_flag)]
