"""The chain of certificates behind a run: each standard, what its certificate rests on, and where the chain ends.

It goes as deep as there are documents at hand: the certificates that the run keeps, and those of a folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import sha256
from calbench.errors import InvalidFile
from calbench.workflow.storing import RECORD, SOURCES, read, stored

if TYPE_CHECKING:
    from calbench.dcc.content import Certificate, Equipment
    from calbench.documents.origin import Standard
    from calbench.documents.record import Record

DEEPEST = 20


@dataclass(frozen=True)
class Certified:
    """A certificate of the chain, with those that it rests on; `ends` says why the chain ends here, if it does."""

    of: str
    number: str
    issuer: str = ""
    accreditation: str = ""
    date: str = ""
    sha256: str = ""
    file: str = ""
    above: tuple[Certified, ...] = ()
    ends: str = ""


@dataclass(frozen=True)
class Chains:
    """A record, and the chain of each of its standards by the id of the asset."""

    record: Record
    chains: Mapping[str, Certified]


def trace(run: Path, documents: Path | None = None) -> Chains:
    """Give the chains of a run (its folder, or its record alone); `documents` is a folder with more certificates.

    Raises:
        UsageError: There is no record.
        IntegrityFailure: The record is damaged.
    """
    from calbench.documents.record import Record  # noqa: PLC0415 - loaded where it is used

    path = run / RECORD if run.is_dir() else run
    record = stored(Record, path)
    kept = path.parent / SOURCES
    at_hand = _Documents([kept] if documents is None else [kept, documents])
    return Chains(record, {one.id: at_hand.of_standard(one, kept) for one in record.plan.standards})


def named_above(file: Path) -> frozenset[str]:
    """Give numbers and hashes of the certificates that a digital certificate rests on, as it names them.

    Raises:
        UsageError: The file cannot be read.
        InvalidFile: It is no certificate that can be read.
    """
    from calbench.dcc.reading import read_file  # noqa: PLC0415 - heavy

    certificates = [one.certificate for one in _equipment(read_file(file)) if one.certificate is not None]
    every = [text for one in certificates for text in (one.number, _hash(one.value))]
    return frozenset(text for text in every if text)


class _Documents:
    """The certificates at hand, by the SHA-256 of their files."""

    def __init__(self, folders: list[Path]) -> None:
        self._files = {
            sha256(read(path)): path for folder in folders for path in sorted(folder.rglob("*.xml"))
        }

    def of_standard(self, standard: Standard, kept: Path) -> Certified:
        """Give the chain of a standard of the plan."""
        copy = kept / f"certificate-{standard.id}.xml"
        altered = ""
        if copy.is_file() and sha256(read(copy)) != standard.certificate_sha256:
            altered = f"{copy.name} is another file: its SHA-256 is {sha256(read(copy))}"
        chain = self._step(
            f"{standard.id}, {standard.maker} {standard.model}, {standard.serial}",
            standard.certificate_number,
            standard.certificate_sha256,
            (),
        )
        above = chain.above
        if not above and standard.traceable_to:
            what = "the standard that the asset file names as the one above"
            above = (self._step(what, standard.traceable_to, standard.traceable_to_sha256, ()),)
            above = (_issued(above[0], standard.traceable_to_issuer),)
        return Certified(
            chain.of,
            chain.number,
            standard.issuer,
            standard.accreditation,
            standard.certificate_date,
            chain.sha256,
            chain.file,
            above,
            altered or ("" if above else chain.ends),
        )

    def _step(self, of: str, number: str, digest: str, below: tuple[str, ...]) -> Certified:
        file = self._files.get(digest)
        if digest in below:
            return Certified(of, number, sha256=digest, ends="it rests on itself: the chain goes in a circle")
        if len(below) >= DEEPEST:
            return Certified(of, number, sha256=digest, ends=f"more than {DEEPEST} certificates deep")
        if file is None:
            why = "the document is not at hand" if digest else "nothing names its document by a hash"
            return Certified(of, number, sha256=digest, ends=why)
        from calbench.dcc.reading import read_file  # noqa: PLC0415 - heavy

        try:
            certificate = read_file(file)
        except InvalidFile as invalid:
            return Certified(
                of, number, sha256=digest, file=file.name, ends=f"cannot be read: {invalid.problems[0]}"
            )
        return self._read(of, certificate, digest, file, below)

    def _read(
        self, of: str, certificate: Certificate, digest: str, file: Path, below: tuple[str, ...]
    ) -> Certified:
        administration = certificate.administration
        used = [one for one in _equipment(certificate) if one.certificate is not None or one.identifications]
        above = tuple(self._of_equipment(one, (*below, digest)) for one in used)
        return Certified(
            of,
            administration.core.identifier,
            _text(administration.laboratory.contact.name),
            administration.laboratory.code,
            administration.core.issued or administration.core.ended,
            digest,
            file.name,
            above,
            "" if above else "it names no standards",
        )

    def _of_equipment(self, one: Equipment, below: tuple[str, ...]) -> Certified:
        numbers = {each.ref_type: each.value for each in one.identifications}
        serial = numbers.get("basic_serialNumber", "")
        of = ", ".join(text for text in (_text(one.name), one.model, serial) if text)
        named = one.certificate
        if named is None:
            number = numbers.get("calbench_certificateNumber", "")
            why = "nothing names its document by a hash" if number else "no certificate is named"
            return Certified(of, number, ends=why)
        if named.traceable is False:
            return Certified(
                of, named.number, sha256=_hash(named.value), ends="it is said not to be traceable"
            )
        return self._step(of, named.number, _hash(named.value), below)


def _equipment(certificate: Certificate) -> list[Equipment]:
    measurements = certificate.measurements
    found: list[Equipment] = []
    for one in (*measurements.equipment, *(one for each in measurements.each for one in each.equipment)):
        if one not in found:
            found.append(one)
    return found


def _issued(one: Certified, issuer: str) -> Certified:

    return one if one.issuer else replace(one, issuer=issuer)


def _hash(text: str) -> str:
    return "".join(text.split()).lower()


def _text(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")
