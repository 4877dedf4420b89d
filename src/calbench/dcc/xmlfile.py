"""Reading XML of strangers: no document type, no entities, nothing from the network, and limits on everything.

The text goes through expat first, which stops at the first thing that is refused, before anything is built of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from calbench.errors import InvalidFile, Problem

if TYPE_CHECKING:
    from lxml import etree

MOST_BYTES = 64 * 1024 * 1024
DEEPEST = 100
MOST_ELEMENTS = 1_000_000
MOST_ATTRIBUTES = 100
_ENCODINGS = {None, "UTF-8", "UTF-16", "US-ASCII", "ISO-8859-1"}


class _Refused(Exception):  # noqa: N818 - is caught in this module alone
    def __init__(self, rule: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.mend = rule, message, mend


def parse_xml(data: bytes, file: str) -> etree._Element:
    """Give the root element of an XML text.

    Raises:
        InvalidFile: It is not well formed (D001), has a document type or entities (D002), or is too large (D003).
    """
    from lxml import etree  # noqa: PLC0415 - only those who read or write certificates need it

    if len(data) > MOST_BYTES:
        message = f"this file has {len(data)} bytes; certificates have at most {MOST_BYTES}"
        raise invalid(file, 1, "D003", message, "embed no large files in it")
    _guard(data, file)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=True,  # an embedded file may be long; the guard has counted and measured
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise invalid(file, line, "D001", f"not well-formed XML: {error.msg}", "see this line") from error


def invalid(file: str, line: int, rule: str, message: str, mend: str = "") -> InvalidFile:
    """Make the error of one problem in a file."""
    return InvalidFile([Problem(file, line, 1, rule, message, mend)])


def place(element: etree._Element) -> str:
    """Give the XPath of an element, with the prefixes of the file."""
    path: str = element.getroottree().getpath(element)
    return path


def problem_at(element: etree._Element, file: str, rule: str, message: str, mend: str = "") -> InvalidFile:
    """Make the error of a problem at an element: its line, and its XPath in the message."""
    return invalid(file, element.sourceline or 1, rule, f"{message} (at {place(element)})", mend)


def _guard(data: bytes, file: str) -> None:
    parser = expat.ParserCreate()
    depth = count = 0

    def start(_name: str, attributes: dict[str, Any]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST:
            raise _Refused("D003", f"elements stand more than {DEEPEST} deep", "certificates do not")
        if count > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise _Refused("D003", f"there are more than {MOST_ELEMENTS} elements", "use lists of values")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_: object) -> None:
        raise _Refused("D002", "a document type (<!DOCTYPE …>) is refused, and entities with it", "remove it")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in _ENCODINGS:
            raise _Refused("D001", f"the encoding {encoding[:40]!r} is not read", "save it as UTF-8")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declared
    try:
        parser.Parse(data, True)
    except _Refused as refused:
        raise invalid(file, parser.CurrentLineNumber, refused.rule, refused.message, refused.mend) from None
    except expat.ExpatError as error:
        message = f"not well-formed XML: {expat.errors.messages[error.code]} (column {error.offset + 1})"
        raise invalid(file, error.lineno, "D001", message, "see this line") from error
