"""Write the certificates of a record into a folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Certificate
from calbench.certificates.csv import table
from calbench.certificates.digital import digital, has_country
from calbench.certificates.html import page
from calbench.certificates.pdf import DCC, ISSUE, Attached, pdf
from calbench.certificates.wording import Language, require_language
from calbench.certificates.workbook import workbook
from calbench.dcc import write as write_dcc
from calbench.dcc.schemas import validate
from calbench.documents.canonical import canonical, sha256
from calbench.documents.issue import Issue
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError

Format = Literal["pdf", "html", "csv", "xlsx", "dcc"]


@dataclass(frozen=True)
class Issuing:
    """The issue of a certificate with what signs it: each takes the bytes of a file and gives them signed.

    `noted` is called once everything is made and signed, before the first file is written.
    """

    issue: Issue
    sign_xml: Callable[[bytes], bytes]
    sign_pdf: Callable[[bytes], bytes]
    noted: Callable[[], None] = lambda: None


def write(
    record: Record,
    record_bytes: bytes,
    folder: Path,
    formats: Sequence[Format],
    languages: Sequence[Language],
    schemas: Path | None = None,
    issuing: Issuing | Issue | None = None,
) -> list[Path]:
    """Write `certificate-en.pdf`, `certificate-zh.html`, …, `results.csv`: same record, same bytes.

    Everything is made before anything is written, so that a refusal leaves no half a set.

    Args:
        record: the record to certify.
        record_bytes: the bytes of record.json, which the PDF carries as they are.
        folder: where the files go; made if it does not exist. Files of the same names are replaced.
        formats: `pdf`, `html`, `csv`, `xlsx` (`results-en.xlsx`, …), `dcc`.
        languages: `en`, `zh`; the table of results is the same in every language and is written once, the digital
            certificate (`certificate.xml`) has all of them in one file.
        schemas: the folder of the schemas that a digital certificate is validated against; None does not validate.
        issuing: who signs and how; `issue.json` is written too. An issue alone is named by formats without
            signature, and nothing is signed. None writes certificates that nobody signs.

    Returns:
        The files, in the order of the formats, each in the order of the languages.

    Raises:
        UsageError: An unknown format or language; PDF or workbook need a package that is not installed; or a digital
            certificate needs the country of the laboratory, and the record has none.
        IntegrityFailure: The bytes are not those of the record.
        InvalidFile: The digital certificate is not valid by the schema.
        OSError: The disk does not take them; none was written then.
    """
    unknown = [name for name in formats if name not in get_args(Format)]
    if unknown:
        raise UsageError(f"Certificates are written as {', '.join(get_args(Format))}, not as {unknown[0]!r}.")
    chosen = [require_language(language) for language in dict.fromkeys(languages)]
    if not chosen and set(formats) - {"csv"}:
        raise UsageError("No language was chosen for the certificate; choose en, zh or both.")
    _require_same(record, record_bytes)
    kinds = dict.fromkeys(formats)
    signing = issuing if isinstance(issuing, Issuing) else None
    source = Source(record, record_bytes, tuple(chosen), issuing if signing is None else signing.issue)  # type: ignore[arg-type] # one of both
    if signing is None and source.issue is not None and {"pdf", "dcc"} & set(kinds):
        raise UsageError("PDF and DCC of an issue are signed, and nobody signs.")
    dcc = _dcc(source, kinds, signing)
    if schemas is not None and dcc is not None:
        validate(dcc, schemas, str(folder / DCC))
    made = [entry for kind in kinds for entry in _made(source, kind, dcc, signing)]
    if signing is not None:
        signing.noted()
    issued = [] if signing is None else [(ISSUE, canonical(signing.issue))]
    _put(folder, [*issued, *made])
    return [folder / name for name, _ in made]


def _put(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Write all files, or none: a part of one that is signed would stand in the way of the whole one.

    Raises:
        OSError: The disk does not take them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = [folder / f"{name}.new" for name, _ in files]
    try:
        for path, (_, content) in zip(beside, files, strict=True):
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except OSError:
        for path in beside:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    for path, (name, _) in zip(beside, files, strict=True):
        path.replace(folder / name)


@dataclass(frozen=True)
class Source:
    """What certificates are made from; without signatures they follow from it, to the byte."""

    record: Record
    record_bytes: bytes
    languages: tuple[Language, ...]
    issue: Issue | None = None

    def dcc(self) -> bytes:
        """Give the digital certificate, unsigned.

        Raises:
            UsageError: The record has no country of the laboratory.
        """
        hashed = sha256(self.record_bytes)
        return write_dcc(digital(self.record, hashed, self.languages, self.issue, self.record_bytes))

    def pdf(self, language: Language, dcc: bytes | None) -> bytes:
        """Give the PDF in a language, unsigned, with a digital certificate inside."""
        issue = None if self.issue is None else canonical(self.issue)
        return pdf(self._content(language), Attached(self.record_bytes, issue, dcc))

    def page(self, language: Language) -> bytes:
        """Give the page in a language."""
        return page(self._content(language))

    def table(self) -> bytes:
        """Give the table of results, the same in every language."""
        return table(self.record)

    def workbook(self, language: Language) -> bytes:
        """Give the workbook in a language.

        Raises:
            UsageError: openpyxl is not installed.
        """
        return workbook(self.record, sha256(self.record_bytes), language)

    def _content(self, language: Language) -> Certificate:
        return assemble(self.record, sha256(self.record_bytes), language, self.issue)


def _dcc(source: Source, kinds: Mapping[Format, None], issuing: Issuing | None) -> bytes | None:
    """Give the digital certificate, signed if it is issued: asked for, or to travel in a PDF where it can be made."""
    inside = "pdf" in kinds and has_country(source.record)
    if "dcc" not in kinds and not inside:
        return None
    unsigned = source.dcc()
    return unsigned if issuing is None else issuing.sign_xml(unsigned)


def _made(
    source: Source, name: Format, dcc: bytes | None, issuing: Issuing | None
) -> Iterator[tuple[str, bytes]]:
    """Make the files of a format. Order: record, DCC, its signature, PDF with it inside, its signature."""
    if name == "csv":
        yield "results.csv", source.table()
        return
    if name == "dcc":
        if dcc is not None:
            yield DCC, dcc
        return
    for language in source.languages:
        if name == "xlsx":
            yield f"results-{language}.xlsx", source.workbook(language)
            continue
        if name == "html":
            made = source.page(language)
        else:
            made = source.pdf(language, dcc)
            made = made if issuing is None else issuing.sign_pdf(made)
        yield f"certificate-{language}.{name}", made


def _require_same(record: Record, record_bytes: bytes) -> None:
    """Refuse bytes of another record: a certificate must carry the data that it shows.

    Raises:
        IntegrityFailure: They are.
    """
    try:
        same = Record.model_validate_json(record_bytes) == record
    except ValidationError:
        same = False
    if not same:
        raise IntegrityFailure(
            f"The bytes of record.json are not those of the record of run {record.run.id}; no certificate "
            "was written. Hand in the file that the record was read from, or evaluate the run again."
        )
