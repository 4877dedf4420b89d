"""Which certificate of a run is in force, and whether its record was amended since (ISO/IEC 17025:2017, 7.8.8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.errors import UsageError
from calbench.workflow.storing import ISSUE, ISSUES, stored

if TYPE_CHECKING:
    from calbench.documents.issue import Issue


def stored_issue(place: Path) -> Issue:
    """Read the issue in a folder.

    Raises:
        IntegrityFailure: It is damaged.
        UsageError: It cannot be read.
    """
    from calbench.documents.issue import Issue  # noqa: PLC0415 - loaded where it is used

    return stored(Issue, place / ISSUE)


def issues_of(folder: Path) -> Iterator[Issue]:
    """Give every issue of a run: the one beside the record, then those that replaced one.

    Raises:
        IntegrityFailure: One of them is damaged.
    """
    for path in (folder / ISSUE, *sorted((folder / ISSUES).glob(f"*/{ISSUE}"))):
        if path.is_file():
            yield stored_issue(path.parent)


def in_force(folder: Path) -> Issue | None:
    """Give the issue that no other one of the run has replaced; None if nothing was issued."""
    every = list(issues_of(folder))
    replaced = {one.replaces.number for one in every if one.replaces is not None}
    left = [one for one in every if one.number not in replaced]
    return left[-1] if left else None


def amended_since(folder: Path, record_sha256: str) -> str:
    """Say which certificate was issued from another record than this, and is in force; empty if none."""
    current = in_force(folder)
    if current is None or current.record_sha256 == record_sha256:
        return ""
    return (
        f"Certificate {current.number}, issued on {current.issued} by {current.signatory.name}, was made from a "
        f"record that was amended since. The one of the new record says what it replaces, and why: "
        f"calbench certify {folder} --sign NAME --replaces {current.number} --reason TEXT."
    )


def require_replaceable(folder: Path, number: str, *, elsewhere: bool = False) -> None:
    """Refuse to replace what is not the certificate in force; with `elsewhere`, it was not issued from this run.

    Raises:
        UsageError: It was replaced already, or was not issued from this run, or was although `elsewhere` says no.
    """
    current, numbers = in_force(folder), [one.number for one in issues_of(folder)]
    if current is None:
        if not elsewhere:
            raise UsageError(
                f"Certificate {number} was not issued from this run: none was. If it was issued elsewhere, say so: "
                "--issued-elsewhere. Nothing was signed."
            )
        return
    if current.number == number and not elsewhere:
        return
    if elsewhere:
        why = "is to be issued elsewhere, but certificates were issued from this run"
    else:
        why = "was replaced already" if number in numbers else "was not issued from this run"
    raise UsageError(
        f"Certificate {number} {why}; in force is {current.number}, issued on {current.issued} by "
        f"{current.signatory.name}: --replaces {current.number}. Issued were {', '.join(numbers)}. Nothing was signed."
    )
