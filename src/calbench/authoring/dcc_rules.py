"""An asset that names a digital certificate: the file is read, compared with the asset, and its results put in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as File

from calbench.authoring.findings import Findings
from calbench.authoring.source import Source
from calbench.authoring.validation import Document
from calbench.dcc.certified import Unusable, certified
from calbench.dcc.content import Certificate
from calbench.dcc.entries import ends, entries
from calbench.dcc.reading import read
from calbench.documents.asset import Asset, Entry
from calbench.documents.canonical import sha256
from calbench.errors import InvalidFile, Problem


def certify(document: Document[Asset], path: File) -> tuple[Document[Asset], list[Problem], Source | None]:
    """Give the asset with the entries of its digital certificate, the problems, and the text of the certificate."""
    findings, asset = Findings(document), document.model
    if asset.dcc is None:
        return document, [], None
    file = path.parent / asset.dcc
    data = _data(findings, file)
    if data is None:
        return document, findings.problems, None
    source = Source(str(file), data.decode("utf-8", "replace"))
    try:
        certificate = read(data, str(file))
    except InvalidFile as invalid:
        return document, invalid.problems, source
    _same(findings, asset, certificate)
    provides = {
        capability: [
            made
            for index, entry in enumerate(each)
            for made in _entries(findings, ("provides", capability, index), capability, entry, certificate)
        ]
        for capability, each in asset.provides.items()
    }
    return replace(document, model=asset.model_copy(update={"provides": provides})), findings.problems, source


def _data(findings: Findings[Asset], file: File) -> bytes | None:
    asset = findings.document.model
    if asset.dcc != file.name or not file.is_file():
        message = f"there is no file {asset.dcc} beside the asset"
        findings.add(
            ("dcc",), "A016", message, "put the XML file of the certificate there, and write its name"
        )
        return None
    data = file.read_bytes()
    if asset.certificate.sha256 not in (None, sha256(data)):
        stated = asset.certificate.sha256
        message = f"{asset.dcc} is another file: its SHA-256 is {sha256(data)}, and {stated} is stated"
        findings.add(
            ("certificate", "sha256"), "A016", message, "find the file that was reviewed, or review this one"
        )
        return None
    return data


def _same(findings: Findings[Asset], asset: Asset, certificate: Certificate) -> None:
    number = certificate.administration.core.identifier
    if asset.certificate.number != number:
        message = f"the digital certificate has the number {number}"
        findings.add(("certificate", "number"), "A017", message, "write the number as the certificate has it")
    given = [each.value for item in certificate.administration.items for each in item.identifications]
    if given and asset.serial not in given:
        message = f"the digital certificate is of an instrument with {', '.join(given)}"
        findings.add(("serial",), "A017", message, "name the certificate of this instrument")


def _entries(
    findings: Findings[Asset],
    path: tuple[str | int, ...],
    capability: str,
    entry: Entry,
    certificate: Certificate,
) -> list[Entry]:
    if entry.result is None:
        return [entry]
    try:
        groups = certified(certificate, capability, entry.result)
        between = entry.between or "linear"
        if between == "nothing" or findings.document.model.correlation == "1":
            found = entries(groups, between)
        else:
            found = [*entries(groups, "nothing"), *ends(groups, entry.result)]
        return [one.model_copy(update={"mpe": entry.mpe}) for one in found] if entry.mpe else found
    except Unusable as reason:
        findings.add(
            (*path, "result"), "A018", str(reason), "name another result, or enter the values by hand"
        )
        return []
