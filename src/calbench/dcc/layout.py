"""How a class of the content stands in XML: one field of it, one line; reading and writing follow the same lines.

The order of the fields is the order of the elements in the schema (dcc.xsd 3.3.0).
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from functools import lru_cache
from typing import Any, Literal

DCC, SI = "https://ptb.de/dcc", "https://ptb.de/si"
PROVENANCE = "urn:x-calbench:provenance:1"
XML_PREFIXES = {"dcc": DCC, "si": SI}
SIMULATED = "SIMULATED-"
"""How the number of a certificate begins that calbench made from simulated instruments."""

Texts = dict[str, str]
"""A text by its language; the language is "" where the certificate says none."""

Kind = Literal[
    "attribute", "leaf", "flag", "leaves", "words", "texts", "many_texts", "child", "children", "numbers"
]


@dataclass(frozen=True)
class Line:
    """One field in XML: `name` of the element or attribute, `within` an element that holds several of them."""

    kind: Kind
    name: str
    model: str = ""
    within: str = ""
    required: bool = False


def _field(line: Line, empty: Any) -> Any:  # noqa: ANN401
    if callable(empty):
        return field(default_factory=empty, metadata={"line": line})
    return field(default=empty, metadata={"line": line})


def attribute(name: str) -> Any:  # noqa: ANN401
    """Declare an attribute; "" if it is not there."""
    return _field(Line("attribute", name), "")


def leaf(name: str, *, required: bool = False) -> Any:  # noqa: ANN401
    """Declare an element with text; "" if it is not there."""
    return _field(Line("leaf", name, required=required), "")


def flag(name: str) -> Any:  # noqa: ANN401
    """Declare an element with true or false; None if it is not there."""
    return _field(Line("flag", name), None)


def leaves(name: str) -> Any:  # noqa: ANN401
    """Declare elements with text, any number."""
    return _field(Line("leaves", name), ())


def words(name: str) -> Any:  # noqa: ANN401
    """Declare an element that holds a list of words with spaces between them."""
    return _field(Line("words", name), ())


def texts(name: str, *, required: bool = False) -> Any:  # noqa: ANN401
    """Declare an element with a text in several languages."""
    return _field(Line("texts", name, required=required), dict)


def many_texts(name: str) -> Any:  # noqa: ANN401
    """Declare elements with a text in several languages each."""
    return _field(Line("many_texts", name), ())


def child(name: str, model: str, *, required: bool = False) -> Any:  # noqa: ANN401
    """Declare an element with a class of its own; None if it is not there."""
    return _field(Line("child", name, model, required=required), None)


def children(name: str, model: str, within: str = "", *, required: bool = False) -> Any:  # noqa: ANN401
    """Declare elements with a class of their own, which may stand within an element."""
    return _field(Line("children", name, model, within, required=required), ())


def numbers() -> Any:  # noqa: ANN401
    """Declare the numbers of a quantity: one of the elements of D-SI."""
    return _field(Line("numbers", ""), ())


@lru_cache(maxsize=64)
def lines(model: type) -> tuple[tuple[str, Line], ...]:
    """Give the fields of a class with their lines, in the order in which they stand."""
    return tuple((one.name, one.metadata["line"]) for one in fields(model) if "line" in one.metadata)


def empty(model: type, name: str) -> object:
    """Give what a field holds where the certificate has nothing."""
    one: Field[Any] = next(each for each in fields(model) if each.name == name)
    return one.default if one.default_factory is MISSING else one.default_factory()
