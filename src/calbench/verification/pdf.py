"""Verify a PDF: signature, trust, its pages set again from the record inside, and the digital certificate inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from calbench.errors import IntegrityFailure, InvalidFile, UsageError
from calbench.evaluation.verifying import Check, same_program
from calbench.verification.dcc import WRITTEN, recomputed, source_of, verify_dcc
from calbench.verification.layout import not_compared
from calbench.verification.signatories import SIGNATURE, Against, signatory, without_signature

if TYPE_CHECKING:
    from calbench.certificates import Source
    from calbench.certificates.attachments import Contents
    from calbench.trust.pdfsignature import SignedPdf

PAGES = "pages"


def verify_pdf(data: bytes, against: Against) -> Iterator[Check]:
    """Verify a PDF, with the digital certificate inside; the checks come one by one, the cheap ones first."""
    from calbench.certificates.attachments import contents  # noqa: PLC0415 - loaded where it is used
    from calbench.trust.pdfsignature import confirmed, read_signature  # noqa: PLC0415 - as above

    signed, broken = None, False
    try:
        signed = read_signature(data)
    except IntegrityFailure as error:
        yield Check(SIGNATURE, False, str(error))
        broken = True
    if signed is not None:
        yield Check(SIGNATURE, True, "PAdES, fits, and covers every byte of the file")
    try:
        inside = contents(data)
    except IntegrityFailure as error:
        yield Check("form", False, str(error))
        return
    yield Check("form", True, f"a PDF; inside: {', '.join(sorted(inside.files)) or 'nothing'}")
    if signed is not None:
        second = confirmed(data, signed.certificate)
        yield Check("signature again", not second, second or "pyHanko agrees")
    if "record.json" not in inside.files:
        yield Check("record", None, "not recomputed: no record lies in this PDF; calbench did not make it")
        if not broken:
            yield from (
                [without_signature(promised=False)] if signed is None else signatory(signed, None, against)
            )
        return
    if signed is not None:
        yield Check(WRITTEN, signed.own, signed.why or "the signature stands as calbench writes it")
    yield from _inside(data if signed is None else signed.unsigned, inside, signed, against, broken=broken)


def _inside(
    unsigned: bytes, inside: Contents, signed: SignedPdf | None, against: Against, *, broken: bool
) -> Iterator[Check]:
    from pydantic import ValidationError  # noqa: PLC0415 - loaded where it is used

    from calbench.certificates import Source  # noqa: PLC0415 - as above
    from calbench.documents.canonical import sha256  # noqa: PLC0415 - as above
    from calbench.documents.issue import Issue  # noqa: PLC0415 - as above
    from calbench.documents.record import Record  # noqa: PLC0415 - as above

    data, dcc, said = (inside.files.get(name) for name in ("record.json", "certificate.xml", "issue.json"))
    try:
        record = Record.model_validate_json(data or b"")
        issue = Issue.model_validate_json(said) if said is not None else None
    except ValidationError as error:
        yield Check("record", False, f"what lies in the PDF cannot be read: {str(error).splitlines()[0]}")
        return
    source = Source(record, data or b"", (), issue)
    fits = issue is None or issue.record_sha256 == sha256(source.record_bytes)
    yield Check(
        "record",
        fits,
        f"SHA-256 {sha256(source.record_bytes)[:16]}…" if fits else "the issue is of another record",
    )
    if not broken:
        yield from (
            [without_signature(promised=issue is not None)]
            if signed is None
            else signatory(signed, issue, against)
        )
    yield from recomputed(source, against)
    yield from _same_pages(source, unsigned, inside, dcc, signed=signed is not None)
    if dcc is not None:
        yield from _dcc(dcc, against)
        yield _same_source(dcc, source)
    else:
        yield Check("DCC", None, "none lies in this PDF")


def _dcc(dcc: bytes, against: Against) -> Iterator[Check]:
    """Verify the digital certificate inside, unless that was done already."""
    from calbench.documents.canonical import sha256  # noqa: PLC0415 - loaded where it is used

    seen = against.seen.get(sha256(dcc))
    if seen is not None:
        yield Check("DCC", True, f"the same as in {seen}, to the byte: see there")
        return
    for check in verify_dcc(dcc, against):
        yield replace(check, name=f"DCC: {check.name}")


def _same_source(dcc: bytes, source: Source) -> Check:
    """Say whether the digital certificate inside was made from the same record and issue as the pages."""
    from calbench.dcc import read  # noqa: PLC0415 - loaded where it is used

    found: list[Source] = []
    try:
        list(source_of(read(dcc), found))
    except InvalidFile:
        found = []
    same = bool(found) and (found[0].record_bytes, found[0].issue) == (source.record_bytes, source.issue)
    return Check(
        "DCC and pages", same, "of one record and issue" if same else "made from different records or issues"
    )


def _same_pages(
    source: Source, unsigned: bytes, inside: Contents, dcc: bytes | None, *, signed: bool
) -> Iterator[Check]:
    """Set the pages again, and compare them to the byte."""
    from calbench.certificates.wording import LANGUAGES  # noqa: PLC0415 - loaded where it is used
    from calbench.software import software  # noqa: PLC0415 - as above

    yield same_program(source.record.software, software())
    other = not_compared(PAGES, "pdf", inside.layout, inside.typeset_by, signed=signed)
    if other is not None:
        yield other
        return
    language = next((each for each in LANGUAGES if each == inside.language), None)
    if language is None:
        yield Check(
            PAGES, False, f"its language, {inside.language[:20]!r}, is none in which this layout sets"
        )
        return
    try:
        again = source.pdf(language, dcc)
    except UsageError as error:
        yield Check(PAGES, None, f"not compared with the record: {error}")
        return
    says = (
        "the same as what the record gives, to the byte" if again == unsigned else "not what the record gives"
    )
    yield Check(PAGES, again == unsigned, says)
