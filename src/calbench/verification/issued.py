"""The certificates that lie in the folder of a run: each is verified as a file is, and held against the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import canonical, sha256
from calbench.errors import CalbenchError, UsageError
from calbench.evaluation.verifying import Check
from calbench.verification.certificates import verify_certificate
from calbench.verification.signatories import Against
from calbench.workflow.sealing import DEMONSTRATION
from calbench.workflow.storing import ISSUE, ISSUES, RECORD, place_of, read

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from calbench.documents.issue import Issue

OF_RUN, BESIDE = "run", "issue beside it"
_OF_RECORD = ("record: form", "record: plan", "record: results", "record: readings", "journal")
"""The checks of the record in a certificate; if it is that of the run, to the byte, they were made already."""


def certified(folder: Path) -> bool:
    """Tell whether certificates that can be verified lie in the folder of a run, or were issued from it."""
    return any(_in(place) or (place / ISSUE).is_file() for place in _places(folder))


def demonstration_certificates(folder: Path) -> tuple[Certificate, ...]:
    """Give the certificates of the keys for demonstrations that lie beside the folder of a run."""
    from calbench.trust.anchors import read_certificates  # noqa: PLC0415 - loaded where it is used
    from calbench.trust.signatories import CERTIFICATE  # noqa: PLC0415 - as above

    paths = sorted(
        (place_of(folder).run.absolute().parent / DEMONSTRATION / "signatories").glob(f"*/{CERTIFICATE}")
    )
    try:
        return tuple(one for path in paths for one in read_certificates(path)[:1])
    except UsageError:
        return ()


def verify_issued(folder: Path, against: Against, *, simulated: bool) -> Iterator[Check]:
    """Verify every certificate in the folder of a run; the name of each check begins with that of the file.

    A signature by a key for demonstrations is no failure where nothing was measured: `simulated`.
    """
    if simulated:
        against = replace(against, demonstration=demonstration_certificates(folder))
    records = _records(folder)
    for place in _places(folder):
        paths = _in(place)
        if not paths and (place / ISSUE).is_file():
            name = _named(folder, place / ISSUE)
            yield Check(
                name, None, "certificates were issued, but none lies beside it: they were not looked at"
            )
        for path in paths:
            name, made = _named(folder, path), _made_from(path)
            yield from _file(path, name, made, against, records)
            if made is not None and made.dcc:
                against = replace(against, seen={made.dcc: name, **against.seen})


def _places(folder: Path) -> list[Path]:
    return [folder, *(path for path in sorted((folder / ISSUES).glob("*")) if path.is_dir())]


def _in(place: Path) -> list[Path]:
    return [*place.glob("certificate.xml"), *sorted(place.glob("certificate-*.pdf"))]


def _named(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _file(
    path: Path, name: str, made: _Made | None, against: Against, records: Mapping[str, str]
) -> Iterator[Check]:
    known = made is not None and records.get(made.record) == RECORD
    try:
        for check in verify_certificate(path, against):
            again = check.name.removeprefix("DCC: ") in _OF_RECORD
            if not (known and again and check.holds is not False):
                yield replace(check, name=f"{name}: {check.name}")
    except UsageError as missing:
        yield Check(name, None, f"not looked at any further: {missing}")
        return
    if made is None:  # a check above has said that it cannot be read
        return
    if made.record:
        yield replace(_of_run(records.get(made.record, "")), name=f"{name}: {OF_RUN}")
    yield from (
        replace(check, name=f"{name}: {BESIDE}") for check in _beside(path.with_name(ISSUE), made.issue)
    )


def _records(folder: Path) -> dict[str, str]:
    """Give the names of the records of a run, those that were replaced too, by their SHA-256."""
    paths = [*sorted(folder.glob("record-*.json")), folder / RECORD]
    return {sha256(read(path)): path.name for path in paths}


def _of_run(record: str) -> Check:
    if record == RECORD:
        return Check(OF_RUN, True, f"made from {RECORD} of this run, to the byte")
    if record:
        return Check(
            OF_RUN,
            None,
            f"made from {record}, which was replaced since: the results of {RECORD} are not in it",
        )
    return Check(OF_RUN, False, "made from a record that is none of this run")


def _beside(path: Path, issue: Issue | None) -> Iterator[Check]:
    """Hold the issue that lies beside a certificate against the one inside: `certify` goes by the former."""
    if issue is None:
        if path.is_file():
            yield Check(BESIDE, False, f"there is an {ISSUE}, but the certificate is not issued")
        return
    same = path.is_file() and read(path) == canonical(issue)
    why = f"{ISSUE} is not there: it was taken away" if not path.is_file() else f"{ISSUE} says something else"
    yield Check(BESIDE, same, f"{ISSUE} is the one inside" if same else why)


@dataclass(frozen=True)
class _Made:
    """What a certificate was made from: the SHA-256 of its record, the issue, and the SHA-256 of the DCC in it."""

    record: str
    issue: Issue | None
    dcc: str


def _made_from(path: Path) -> _Made | None:
    """Say what a certificate was made from; None if it cannot be read, "" for what is not in it."""
    from pydantic import ValidationError  # noqa: PLC0415 - loaded where it is used

    from calbench.documents.issue import Issue  # noqa: PLC0415 - as above

    try:
        record, said, dcc = (_of_pdf if path.suffix == ".pdf" else _of_dcc)(read(path))
        return _Made(record, Issue.model_validate_json(said) if said else None, dcc)
    except (CalbenchError, ValidationError):
        return None


def _of_dcc(data: bytes) -> tuple[str, str | bytes, str]:
    from calbench.dcc import read as read_dcc  # noqa: PLC0415 - loaded where it is used

    said = read_dcc(data).provenance
    return ("", "", sha256(data)) if said is None else (said.record, said.issue, sha256(data))


def _of_pdf(data: bytes) -> tuple[str, str | bytes, str]:
    from calbench.certificates.attachments import contents  # noqa: PLC0415 - loaded where it is used
    from calbench.certificates.pdf import DCC  # noqa: PLC0415 - as above

    files = contents(data).files
    record, dcc = (sha256(files[name]) if name in files else "" for name in (RECORD, DCC))
    return record, files.get(ISSUE, b""), dcc
