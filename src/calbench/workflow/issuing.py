"""Issue certificates: who signs, under which number and date, and in place of which."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from calbench.documents.canonical import sha256
from calbench.errors import UsageError
from calbench.workflow.inforce import amended_since, require_replaceable, stored_issue
from calbench.workflow.storing import ISSUE, ISSUES

if TYPE_CHECKING:
    from calbench.certificates import Issuing
    from calbench.documents.issue import Change, Issue, Replaced
    from calbench.documents.record import Record
    from calbench.documents.releasing import Released
    from calbench.trust.signatories import Signatory

SIGNED = ("pdf", "dcc")
"""The formats that are signed."""
_AGAIN = re.compile(r"(.*)-R(\d{1,4})")
_NUMBER = re.compile(r"[^\s/\\:]{1,80}")


@dataclass(frozen=True)
class Signing:
    """What is chosen for an issue: who signs, when (with time zone), and what the certificate replaces.

    `number` "" takes the run's id, or the replaced number with -R1, -R2, … behind it; `issued` ""
    the day of `at` (UTC). With `elsewhere`, what it replaces was not issued from this run.
    `release` says who reviewed and authorised it; `noted` writes that down, once everything is signed and before any
    file is written.
    """

    signatory: Signatory
    at: datetime
    issued: str = ""
    number: str = ""
    replaces: str = ""
    reason: str = ""
    change: Change = "amended"
    form: Literal["xades", "xmldsig"] = "xades"
    timestamp: str | None = None
    elsewhere: bool = False
    release: Released | None = None
    noted: Callable[[], None] = lambda: None


def place(
    folder: Path, record: Record, data: bytes, signing: Signing, languages: Sequence[str]
) -> tuple[Path, Issuing]:
    """Give the folder in which an issue is written, and the issue with what signs it.

    The first issue lies in the folder of the run, each that replaces another in `issues/NUMBER` below it: the
    replaced one stays readable.

    Raises:
        UsageError: It contradicts an earlier issue, or a date, number or reason does not fit.
    """
    from calbench.certificates import Issuing  # noqa: PLC0415 - loaded where it is used
    from calbench.trust import pdfsignature, xmlsignature  # noqa: PLC0415 - as above
    from calbench.trust.timestamping import stamp  # noqa: PLC0415 - as above

    issue = _issue(record, data, signing, languages)
    where = issue_folder(folder, issue)
    _require_said(folder, where, issue, elsewhere=signing.elsewhere)
    issue = _as_before(where, issue, signing)
    url, signatory = signing.timestamp, signing.signatory
    stamping = None if url is None else partial(stamp, url)
    return where, Issuing(
        issue,
        lambda unsigned: xmlsignature.sign(unsigned, signatory, signing.at, signing.form, stamping),
        lambda unsigned: pdfsignature.sign(unsigned, signatory, signing.at, url),
        signing.noted,
    )


def issue_folder(folder: Path, issue: Issue) -> Path:
    """Give the folder of an issue: that of the run, or one below it if it replaces another."""
    return folder if issue.replaces is None else folder / ISSUES / issue.number


def require_unwritten(folder: Path, where: Path, formats: Sequence[str], languages: Sequence[str]) -> None:
    """Refuse to write over signed files, or over any beside an issue.

    Raises:
        UsageError: There are some.
    """
    names = ["certificate.xml"] if "dcc" in formats else []
    names += [f"certificate-{one}.pdf" for one in languages] if "pdf" in formats else []
    issued = (where / ISSUE).is_file()
    there = [name for name in names if (where / name).is_file() and (issued or _signed(where / name))]
    if there:
        number = stored_issue(where).number if issued else "NUMBER"
        raise UsageError(
            f"{', '.join(there)} in {where} {'is' if len(there) == 1 else 'are'} issued and signed, and an issued "
            f"certificate is not overwritten: signed again it would be another file. That it follows from its record, "
            f"calbench verify {folder} shows. Issue one in its place with --replaces {number} --reason TEXT. "
            "Formats without signature can be written at any time: --format csv,html,xlsx without --sign."
        )


def _signed(path: Path) -> bool:
    data = path.read_bytes()
    return (b"/ByteRange" if path.suffix == ".pdf" else b"<ds:Signature ") in data


def _issue(record: Record, data: bytes, signing: Signing, languages: Sequence[str]) -> Issue:
    from calbench.documents.issue import Issue, SignedBy  # noqa: PLC0415 - loaded where it is used

    replaces, own = _replaced(signing), signing.signatory
    number = number_of(record, signing)
    if not _NUMBER.fullmatch(number) or number.startswith("."):
        raise UsageError(
            f"{number!r} is no number of a certificate: up to 80 characters without spaces, / \\ and :."
        )
    if replaces is not None and replaces.number == number:
        raise UsageError(f"A certificate cannot replace itself: {number}. Give another --number.")
    return Issue(
        record_sha256=sha256(data),
        number=number,
        issued=_day(record, signing),
        languages=list(languages),
        signatory=SignedBy(
            name=own.said("name"), role=own.said("role"), organisation=own.said("organisation")
        ),
        signature=signing.form,
        time_stamped=signing.timestamp is not None,
        replaces=replaces,
        release=signing.release,
    )


def number_of(record: Record, signing: Signing) -> str:
    """Give the number of an issue: as chosen, or by the run, or by the one that it replaces."""
    replaces = _replaced(signing)
    return signing.number or (record.run.id if replaces is None else _next(replaces.number))


def _replaced(signing: Signing) -> Replaced | None:
    from calbench.documents.issue import Replaced  # noqa: PLC0415 - loaded where it is used

    if bool(signing.replaces) != bool(signing.reason.strip()):
        raise UsageError(
            "--replaces and --reason belong together: a certificate says what it replaces and why."
        )
    if signing.elsewhere and not signing.replaces:
        raise UsageError(
            "--issued-elsewhere says where the replaced certificate is: give it with --replaces."
        )
    if not signing.replaces:
        return None
    number = signing.replaces.removeprefix("SIMULATED-")
    return Replaced(number=number, reason=" ".join(signing.reason.split()), change=signing.change)


def _next(number: str) -> str:
    again = _AGAIN.fullmatch(number)
    return f"{again[1]}-R{int(again[2]) + 1}" if again else f"{number}-R1"


def _day(record: Record, signing: Signing) -> str:
    """Give the date of issue: not before the end of the work, and not after today, here or in UTC.

    Simulated time may be later than today: only a date that somebody chose must be after it.
    """
    day = signing.issued or f"{signing.at:%Y-%m-%d}"
    try:
        fits = f"{datetime.strptime(day, '%Y-%m-%d'):%Y-%m-%d}" == day  # noqa: DTZ007 - a date has no time zone
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(f"{day[:20]!r} is no date of issue: write it as 2026-03-01.")
    latest = max(f"{signing.at.astimezone(zone):%Y-%m-%d}" for zone in (UTC, None))
    if day > latest:
        raise UsageError(f"The date of issue {day} is in the future: today is {latest}. Nothing was signed.")
    if (record.plan.simulated is None or signing.issued) and day < record.run.ended[:10]:
        raise UsageError(
            f"The date of issue {day} is before the end of the run, {record.run.ended[:10]}. Nothing was signed."
        )
    return day


def _require_said(folder: Path, where: Path, issue: Issue, *, elsewhere: bool) -> None:
    """Refuse to issue beside a certificate that is in force, as if there were none."""
    if issue.replaces is not None:
        if not (where / ISSUE).is_file():
            require_replaceable(folder, issue.replaces.number, elsewhere=elsewhere)
        return
    amended = amended_since(folder, issue.record_sha256)
    if amended:
        raise UsageError(f"{amended} Nothing was signed.")


def _as_before(where: Path, issue: Issue, signing: Signing) -> Issue:
    """Give the issue that is there, if it is the same: what is still missing of it is written, with its date."""
    if not (where / ISSUE).is_file():
        return issue
    before = stored_issue(where)
    if not signing.issued:
        issue = issue.model_copy(update={"issued": before.issued})
    if before != issue:
        raise UsageError(
            f"{where} holds certificate {before.number}, issued on {before.issued} by {before.signatory.name}. "
            f"An issued certificate is not overwritten: issue one in its place: "
            f"--replaces {before.number} --reason TEXT."
        )
    return before
