"""From a stored run to its certificates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calbench.documents.canonical import sha256
from calbench.errors import IntegrityFailure, UsageError
from calbench.workflow.inforce import amended_since, in_force
from calbench.workflow.issuing import SIGNED, Signing, place
from calbench.workflow.storing import RECORD, read, stored


def certify(
    folder: Path,
    formats: Sequence[str],
    languages: Sequence[str],
    schemas: Path | None = None,
    signing: Signing | None = None,
) -> list[Path]:
    """Write the certificates of a run, after its record was verified; `signing` None writes them unsigned.

    `schemas` is the folder of the schemas that a digital certificate is validated against; None does not validate.

    Raises:
        IntegrityFailure: The record was altered, or its results do not follow from its readings.
        InvalidFile: The digital certificate is not valid by the schema.
        UsageError: There is no record, a format or language that is not known, or no country for a DCC.
    """
    from calbench.certificates import write  # noqa: PLC0415 - loaded where it is used
    from calbench.documents.record import Record  # noqa: PLC0415 - as above
    from calbench.evaluation.verifying import verify_record  # noqa: PLC0415 - as above

    data = read(folder / RECORD)
    bad = [check for check in verify_record(data) if check.holds is False]
    if bad:
        found = "; ".join(f"{check.name}: {check.found}" for check in bad)
        raise IntegrityFailure(f"{folder / RECORD} is not certified. {found}.")
    record = stored(Record, folder / RECORD)
    if signing is None:
        _require_unissued(folder, data)
        return write(record, data, folder, formats, languages, schemas)  # type: ignore[arg-type] # checked there
    if not set(formats) & set(SIGNED):
        raise UsageError(
            f"Only {' and '.join(SIGNED)} are signed: add one of them to --format, or leave --sign out."
        )
    where, issuing = place(folder, record, data, signing, languages)
    return write(record, data, where, formats, languages, schemas, issuing)  # type: ignore[arg-type] # checked there


def _require_unissued(folder: Path, record: bytes) -> None:
    current = in_force(folder)
    if current is None:
        return
    raise UsageError(
        amended_since(folder, sha256(record))
        or f"The certificates in {folder} are issued and signed, number {current.number}; unsigned ones would "
        "replace them. Sign with --sign NAME, or look at what is there with calbench verify."
    )
