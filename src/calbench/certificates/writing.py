"""Write the certificates of a record into a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from calbench.certificates.assemble import assemble
from calbench.certificates.csv import table
from calbench.certificates.digital import digital
from calbench.certificates.html import page
from calbench.certificates.pdf import pdf
from calbench.certificates.wording import Language, require_language
from calbench.certificates.workbook import workbook
from calbench.dcc import write as write_dcc
from calbench.dcc.schemas import validate
from calbench.documents.canonical import sha256
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError

DCC_NAME = "certificate.xml"
Format = Literal["pdf", "html", "csv", "xlsx", "dcc"]


def write(
    record: Record,
    record_bytes: bytes,
    folder: Path,
    formats: Sequence[Format],
    languages: Sequence[Language],
    schemas: Path | None = None,
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

    Returns:
        The files, in the order of the formats, each in the order of the languages.

    Raises:
        UsageError: An unknown format or language; PDF or workbook need a package that is not installed; or a digital
            certificate needs the country of the laboratory, and the record has none.
        IntegrityFailure: The bytes are not those of the record.
        InvalidFile: The digital certificate is not valid by the schema.
    """
    unknown = [name for name in formats if name not in get_args(Format)]
    if unknown:
        raise UsageError(f"Certificates are written as {', '.join(get_args(Format))}, not as {unknown[0]!r}.")
    chosen = [require_language(language) for language in dict.fromkeys(languages)]
    if not chosen and set(formats) - {"csv"}:
        raise UsageError("No language was chosen for the certificate; choose en, zh or both.")
    _require_same(record, record_bytes)
    kinds = dict.fromkeys(formats)
    made = [entry for kind in kinds for entry in _made(record, record_bytes, kind, chosen)]
    if schemas is not None:
        for name, content in made:
            if name == DCC_NAME:
                validate(content, schemas, str(folder / name))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made:
        (folder / name).write_bytes(content)
    return [folder / name for name, _ in made]


def _made(
    record: Record, record_bytes: bytes, name: Format, languages: Sequence[Language]
) -> Iterator[tuple[str, bytes]]:
    if name == "csv":
        yield "results.csv", table(record)
        return
    if name == "dcc":
        yield DCC_NAME, write_dcc(digital(record, sha256(record_bytes), languages))
        return
    for language in languages:
        if name == "xlsx":
            yield f"results-{language}.xlsx", workbook(record, sha256(record_bytes), language)
            continue
        content = assemble(record, sha256(record_bytes), language)
        made = pdf(content, record_bytes) if name == "pdf" else page(content)
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
