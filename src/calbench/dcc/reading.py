"""From XML to a certificate: DCC 3.0 to 3.3 with D-SI 2.0 to 2.2."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calbench.dcc.content import MODELS, Certificate, Provenance
from calbench.dcc.layout import DCC, PROVENANCE, Line, Texts, lines
from calbench.dcc.reading_numbers import NUMBERS, numbers_of
from calbench.dcc.xmlfile import parse_xml, problem_at
from calbench.errors import UsageError

if TYPE_CHECKING:
    from lxml import etree

ROOT = f"{{{DCC}}}digitalCalibrationCertificate"
_VERSION = re.compile(r"3\.[0-3]\.[0-9]{1,2}")
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def read_file(path: Path) -> Certificate:
    """Read a certificate from a file.

    Raises:
        UsageError: There is no such file, or it cannot be read.
        InvalidFile: It is no certificate that can be read; the problem has line and XPath.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. Give the XML file of a DCC.") from error
    return read(data, str(path))


def read(data: bytes, file: str = "dcc.xml") -> Certificate:
    """Read a certificate; `file` is its name in messages. Signatures are counted, not checked.

    Raises:
        InvalidFile: Rules D001 to D009: not well formed, refused, no DCC of version 3.0 to 3.3, an element missing,
            or numbers that are none.
    """
    root = parse_xml(data, file)
    _require_dcc(root, file)
    made: Certificate = _Reader(file).model(Certificate, root)
    return replace(made, provenance=_provenance(root), signatures=_signatures(root))


def _require_dcc(root: etree._Element, file: str) -> None:
    if root.tag != ROOT:
        message = f"this is no digital calibration certificate: its root is {root.tag}"
        raise problem_at(root, file, "D004", message, f"the root of a DCC is {ROOT}")
    version = root.get("schemaVersion", "")
    if not _VERSION.fullmatch(version):
        message = f"DCC version {version[:20]!r} is not read here"
        raise problem_at(root, file, "D004", message, "versions 3.0.0 to 3.3.0 are: ask the issuer for one")


class _Reader:
    """Reads elements into classes of the content, field by field."""

    def __init__(self, file: str) -> None:
        self.file = file

    def model(self, model: type, element: etree._Element) -> Any:  # noqa: ANN401 - an instance of `model`
        """Read an element."""
        inner: dict[str, list[etree._Element]] = {}
        for each in element:
            inner.setdefault(each.tag, []).append(each)
        return model(**{name: self._value(line, element, inner) for name, line in lines(model)})

    def _value(self, line: Line, element: etree._Element, inner: dict[str, list[etree._Element]]) -> object:
        if line.kind == "attribute":
            return " ".join(element.get(line.name, "").split())
        if line.kind == "numbers":
            return self._numbers(element)
        found = inner.get(f"{{{DCC}}}{line.within or line.name}", [])
        if line.within:
            found = [each for outer in found for each in outer.iterchildren(f"{{{DCC}}}{line.name}")]
        if line.required and not found:
            message = f"<dcc:{line.within or line.name}> is missing"
            raise problem_at(element, self.file, "D006", message, "the schema demands it: ask the issuer")
        return self._read(line, found)

    def _read(self, line: Line, found: list[etree._Element]) -> object:  # noqa: PLR0911 - one line a kind
        match line.kind:
            case "leaf":
                return self._leaf(line, found[0]) if found else ""
            case "leaves":
                return tuple(" ".join((each.text or "").split()) for each in found)
            case "words":
                return tuple((found[0].text or "").split()) if found else ()
            case "flag":
                return self._flag(found[0]) if found else None
            case "texts":
                return _texts(found[0]) if found else {}
            case "many_texts":
                return tuple(_texts(each) for each in found)
            case "child":
                return self.model(MODELS[line.model], found[0]) if found else None
            case _:
                return tuple(self.model(MODELS[line.model], each) for each in found)

    def _leaf(self, line: Line, element: etree._Element) -> str:
        text = " ".join((element.text or "").split())
        if line.required and not text:
            message = f"<dcc:{line.name}> is empty"
            raise problem_at(element, self.file, "D006", message, "the schema demands a text")
        return text

    def _flag(self, element: etree._Element) -> bool:
        text = (element.text or "").strip()
        if text not in _TRUTH:
            message = f"{text[:40]!r} is neither true nor false"
            raise problem_at(element, self.file, "D007", message, "write true or false")
        return _TRUTH[text]

    def _numbers(self, element: etree._Element) -> object:
        for each in element:
            if each.tag in NUMBERS:
                return numbers_of(each, self.file)
        return ()


def _texts(element: etree._Element) -> Texts:
    """Give a text by language; several contents of one language are lines. If there are none, that of its name."""
    found: Texts = {}
    contents = list(element.iterchildren(f"{{{DCC}}}content"))
    for each in contents or element.iterfind(f"{{{DCC}}}name/{{{DCC}}}content"):
        text = " ".join((each.text or "").split())
        language = each.get("lang", "")
        found[language] = f"{found[language]}\n{text}" if language in found else text
    return found


def _provenance(root: etree._Element) -> Provenance | None:
    for each in root.iterfind(f"{{{DCC}}}comment/{{{PROVENANCE}}}provenance"):
        said = {
            name: (each.findtext(f"{{{PROVENANCE}}}{line.name}") or "").strip()
            for name, line in lines(Provenance)
        }
        return Provenance(**{name: "" if text == "none" else text for name, text in said.items()})
    return None


def _signatures(root: etree._Element) -> int:
    return sum(1 for _ in root.iterchildren(_SIGNATURE))
