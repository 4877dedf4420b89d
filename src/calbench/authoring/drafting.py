"""The draft of an asset from a digital certificate: everything in it is for a person to review."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from calbench.authoring import asset_rules
from calbench.authoring.source import source_of
from calbench.authoring.validation import read_lenient
from calbench.dcc.certified import Unusable, certified
from calbench.dcc.content import Certificate
from calbench.dcc.entries import Between, entries
from calbench.dcc.layout import Texts
from calbench.documents.asset import Asset, Entry
from calbench.errors import InvalidFile, UsageError


@dataclass(frozen=True)
class Draft:
    """What is asked for: id, due date, and for each capability the result that has it ("" for the one that fits)."""

    asset: str
    due: str
    capabilities: Mapping[str, str]
    between: Between = "linear"


def draft(certificate: Certificate, sha256: str, wanted: Draft) -> str:
    """Write an asset file with the values of a certificate.

    Raises:
        UsageError: The certificate does not say what is needed; the message says what.
        InvalidFile: What it says does not pass the rules of assets.
    """
    text = "\n".join(
        [
            *_head(certificate, wanted),
            *_identity(certificate, sha256, wanted),
            *_provides(certificate, wanted),
        ]
    )
    document, problems = read_lenient(source_of(f"{wanted.asset}.yaml", f"{text}\n".encode()), Asset)
    if document is None or problems or (problems := asset_rules.problems_of(document)):
        raise InvalidFile(list(problems))
    return f"{text}\n"


def _head(certificate: Certificate, wanted: Draft) -> list[str]:
    core = certificate.administration.core
    lines = [
        f"# From the digital certificate {_line(core.identifier)} (DCC {certificate.version}). Review every value.",
        "# A correction is the negative of the error that the certificate states.",
    ]
    if wanted.between == "linear":
        lines.append(
            "# Between two certified values, correction and uncertainty are taken from a line; beyond them, none."
        )
    if not core.issued:
        lines.append("# The certificate has no date of issue: date is the last day of the measurement.")
    if certificate.simulated:
        lines.append(
            "# SIMULATED: this certificate is of simulated instruments. It is refused for real work."
        )
    return lines


def _identity(certificate: Certificate, sha256: str, wanted: Draft) -> list[str]:
    administration = certificate.administration
    item, core, laboratory = administration.items[0], administration.core, administration.laboratory
    numbers = [one for one in item.identifications if one.issuer == "manufacturer"] or list(
        item.identifications
    )
    serial = next(
        (one for one in numbers if "serial" in one.ref_type.lower()), numbers[0] if numbers else None
    )
    if serial is None:
        raise UsageError("The certificate names no serial number of its item: enter this asset by hand.")
    made = {
        "number": core.identifier,
        "issuer": _text(laboratory.contact.name),
        **({"accreditation": laboratory.code} if laboratory.code else {}),
        "date": core.issued or core.ended,
        "sha256": sha256,
    }
    maker = _text(item.manufacturer.name) if item.manufacturer is not None else ""
    return [
        f"asset: {wanted.asset}",
        "language: 1",
        f"kind: {_quoted(_text(item.name))}",
        f"maker: {_quoted(maker or '?')}",
        f"model: {_quoted(item.model or '?')}",
        f"serial: {_quoted(serial.value)}",
        "certificate: {" + ", ".join(f"{key}: {_quoted(value, key)}" for key, value in made.items()) + "}",
        f"due: {wanted.due}",
    ]


def _provides(certificate: Certificate, wanted: Draft) -> list[str]:
    lines = ["provides:"]
    for capability, result in wanted.capabilities.items():
        try:
            made = entries(certified(certificate, capability, result or None), wanted.between)
        except Unusable as reason:
            raise UsageError(f"{capability}: {reason}.") from reason
        lines += [f"  {capability}:", *(f"    - {_flow(one)}" for one in made)]
    return lines


def _flow(entry: Entry) -> str:
    given = entry.model_dump(by_alias=True, exclude_none=True)
    return "{" + ", ".join(f"{key}: {value}" for key, value in given.items()) + "}"


def _text(texts: Texts) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str, key: str = "") -> str:
    return text if key == "date" else json.dumps(_line(text), ensure_ascii=False)
