"""From a certificate to XML: DCC 3.3.0 with D-SI 2.2.1; the same certificate always gives the same bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from calbench.dcc.content import Certificate, Provenance
from calbench.dcc.layout import DCC, PROVENANCE, SI, XML_PREFIXES, Line, Texts, empty, lines
from calbench.dcc.numbers import Numbers, Uncertainty

if TYPE_CHECKING:
    from lxml import etree

VERSION = "3.3.0"
LOCATION = f"{DCC} https://ptb.de/dcc/v{VERSION}/dcc.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPREAD = {"expanded": "expandedMU", "standard": "standardMU", "interval": "coverageIntervalMU"}


def write(certificate: Certificate) -> bytes:
    """Write a certificate: UTF-8, indented by two, in the order of the schema."""
    from lxml import etree  # noqa: PLC0415 - only those who read or write certificates need it

    root = etree.Element(f"{{{DCC}}}digitalCalibrationCertificate", nsmap={**XML_PREFIXES, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", LOCATION)
    _fill(root, certificate)
    root.set("schemaVersion", VERSION)
    if certificate.provenance is not None:
        comment = root.makeelement(f"{{{DCC}}}comment")
        root.insert(2, comment)  # before an embedded file
        own = etree.SubElement(comment, f"{{{PROVENANCE}}}provenance", nsmap={"calbench": PROVENANCE})
        for name, line in lines(Provenance):
            value = getattr(certificate.provenance, name)
            if value or name not in ("layout", "issue"):
                _leaf(own, line.name, value or "none", PROVENANCE)
    etree.indent(root, "  ")
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def _fill(element: etree._Element, model: object) -> None:
    kind: type = type(model)
    for name, line in lines(kind):
        value: Any = getattr(model, name)
        if value != empty(kind, name):
            _put(element, line, value)


def _put(element: etree._Element, line: Line, value: Any) -> None:  # noqa: ANN401 - what a field of this kind holds
    match line.kind:
        case "child":
            _fill(_sub(element, line.name), value)
        case "children":
            outer = _sub(element, line.within) if line.within else element
            for each in value:
                _fill(_sub(outer, line.name), each)
        case "numbers":
            _numbers(element, value)
        case "attribute":
            element.set(line.name, _clean(value))
        case "texts":
            _texts(_sub(element, line.name), value)
        case "many_texts":
            for each in value:
                _texts(_sub(element, line.name), each)
        case _:
            for each in _leaves(line, value):
                _leaf(element, line.name, each)


def _leaves(line: Line, value: Any) -> list[str]:  # noqa: ANN401 - what a field of this kind holds
    if line.kind == "flag":
        return ["true" if value else "false"]
    if line.kind == "words":
        return [" ".join(value)]
    return list(value) if line.kind == "leaves" else [value]


def _sub(element: etree._Element, name: str, space: str = DCC) -> etree._Element:
    made = element.makeelement(f"{{{space}}}{name}")
    element.append(made)
    return made


def _leaf(element: etree._Element, name: str, text: str, space: str = DCC) -> None:
    _sub(element, name, space).text = _clean(text)


def _texts(element: etree._Element, texts: Texts) -> None:
    for language, text in texts.items():
        for one in text.split("\n"):
            made = _sub(element, "content")
            if language:
                made.set("lang", language)
            made.text = _clean(one)


def _numbers(element: etree._Element, several: tuple[Numbers, ...]) -> None:
    outer = _sub(element, "hybrid", SI) if len(several) > 1 else element
    for numbers in several:
        suffix = "XMLList" if numbers.listed else ""
        made = _sub(outer, f"realList{suffix}" if suffix else "real", SI)
        _leaf(made, f"value{suffix}", " ".join(numbers.values), SI)
        _leaf(made, f"unit{suffix}", " ".join(numbers.units), SI)
        if numbers.uncertainty is not None:
            _uncertainty(made, numbers.uncertainty, suffix)


def _uncertainty(element: etree._Element, own: Uncertainty, suffix: str) -> None:
    spread = _sub(
        _sub(element, f"measurementUncertaintyUnivariate{suffix}", SI), f"{_SPREAD[own.kind]}{suffix}", SI
    )
    value = "valueExpandedMU" if own.kind == "expanded" else "valueStandardMU"
    parts = (
        (value, own.values),
        ("intervalMin", own.lower),
        ("intervalMax", own.upper),
        ("coverageFactor", own.k),
        ("coverageProbability", own.p),
        ("distribution", own.distribution),
    )
    for name, words in parts:
        if words:
            _leaf(spread, f"{name}{suffix}", " ".join(words), SI)


def _clean(text: str) -> str:
    """Put what XML cannot hold in brackets (`[U+0007]`); white space of any kind is one space."""
    return _FORBIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", " ".join(text.split()))
