"""From a stored run to its certificates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import sha256
from calbench.errors import IntegrityFailure, UsageError
from calbench.workflow import issuing as issues
from calbench.workflow.inforce import amended_since, in_force
from calbench.workflow.issuing import SIGNED, Signing, issue_folder, require_unwritten
from calbench.workflow.reviews import reviews_of
from calbench.workflow.storing import PLAN, RECORD, keeping, place_of, read, stored

if TYPE_CHECKING:
    from calbench.certificates import Issuing
    from calbench.documents.issue import Issue
    from calbench.documents.record import Record


CERTIFICATES = frozenset(("pdf", "dcc", "html"))
"""The formats that somebody could take for a certificate; the others are tables of results."""


def certify(
    folder: Path,
    formats: Sequence[str],
    languages: Sequence[str],
    schemas: Path | None = None,
    signing: Signing | None = None,
) -> list[Path]:
    """Write the certificates of a run, after its record was verified; `signing` None writes them unsigned.

    Of a run of several units those of each, beside its record; those of one alone by its folder.

    Formats without signature are written at any time, from the record and the issue in force. What is issued is never
    overwritten: a second signature would be another file under the same number.

    `schemas` is the folder of the schemas that a digital certificate is validated against; None does not validate.

    Raises:
        IntegrityFailure: The record was altered, or its results do not follow from its readings.
        InvalidFile: The digital certificate is not valid by the schema.
        UsageError: There is no record, a format or language that is not known, no country for a DCC, or a
            signed file would be overwritten.
        NotKept: The disk does not take them; none was written.
    """
    place = place_of(folder)
    units = place.units() if (place.run / PLAN).is_file() else [place]
    if len(units) > 1 and signing is not None and (signing.number or signing.replaces):
        raise UsageError(
            f"{folder} is a run of several units: a number, and what a certificate replaces, are those of one. Give "
            f"the folder of the unit, such as {units[0].folder}."
        )
    return [path for one in units for path in _certify(one.folder, formats, languages, schemas, signing)]


def _certify(
    folder: Path,
    formats: Sequence[str],
    languages: Sequence[str],
    schemas: Path | None,
    signing: Signing | None,
) -> list[Path]:
    from calbench.certificates import write  # noqa: PLC0415 - loaded where it is used
    from calbench.documents.record import Record  # noqa: PLC0415 - as above
    from calbench.evaluation.verifying import verify_record  # noqa: PLC0415 - as above

    data = read(folder / RECORD)
    bad = [check for check in verify_record(data) if check.holds is False]
    if bad:
        found = "; ".join(f"{check.name}: {check.found}" for check in bad)
        raise IntegrityFailure(f"{folder / RECORD} is not certified. {found}.")
    record = stored(Record, folder / RECORD)
    signed = [one for one in formats if one in SIGNED]
    if signing is not None and not signed:
        raise UsageError(
            f"Only {' and '.join(SIGNED)} are signed: add one of them to --format, or leave --sign out."
        )
    _require_released(folder, record, formats, signing)
    issuing: Issuing | Issue | None
    if signing is not None:
        where, issuing = issues.place(folder, record, data, signing, languages)
        require_unwritten(folder, where, signed, languages)
    else:
        where, issuing = _unsigned(folder, data, signed, languages)
    with keeping(folder, "The certificates", f"calbench certify {folder}"):
        return write(record, data, where, formats, languages, schemas, issuing)  # type: ignore[arg-type] # checked there


def _require_released(folder: Path, record: Record, formats: Sequence[str], signing: Signing | None) -> None:
    """Refuse what somebody could take for a certificate as long as review and release stand against it.

    Raises:
        UsageError: The record was sent back, or its station wants a release and there is none.
    """
    if not set(formats) & CERTIFICATES or (signing is not None and signing.release is not None):
        return
    reviews = reviews_of(folder)
    last = reviews.last
    if last is not None and last.did == "sent_back":
        raise UsageError(
            f"{folder} is not certified: {last.by} sent its record back on {last.t_utc[:10]}. {last.statement}"
        )
    current = in_force(folder)
    if record.plan.release.required and (signing is not None or current is None or current.release is None):
        raise UsageError(
            f"{folder} is not certified: station {record.plan.station} wants a review and a release. "
            f"calbench review {folder} --by NAME --accept --statement TEXT, then calbench release {folder} --by NAME "
            "--sign KEY; or do both on the page. Tables of results can be had at any time: --format csv,xlsx."
        )


def _unsigned(
    folder: Path, record: bytes, signed: Sequence[str], languages: Sequence[str]
) -> tuple[Path, Issue | None]:
    """Give the folder and the issue that files without signatures belong to, if one is in force.

    Raises:
        UsageError: They would stand in the place of what is signed, or the record was amended since.
    """
    current = in_force(folder)
    if current is None:
        require_unwritten(folder, folder, signed, languages)
        return folder, None
    if amended := amended_since(folder, sha256(record)):
        raise UsageError(amended)
    if signed:
        raise UsageError(
            f"The certificates in {folder} are issued and signed, number {current.number}; unsigned ones would "
            "replace them. Formats without signature can be written at any time: --format csv,html,xlsx. Look at what "
            "is there with calbench verify."
        )
    return issue_folder(folder, current), current
