"""Which certificates lie in a folder: those that were issued, and files that nobody signed."""

from __future__ import annotations

from pathlib import Path

from calbench.archive.rows import CertificateRow
from calbench.documents.issue import Issue
from calbench.workflow.inforce import issues_of
from calbench.workflow.issuing import issue_folder

_FORMATS = (
    ("pdf", "certificate-*.pdf"),
    ("html", "certificate-*.html"),
    ("csv", "*.csv"),
    ("xlsx", "*.xlsx"),
    ("dcc", "certificate.xml"),
)


def certificates_of(folder: Path) -> list[CertificateRow]:
    """Give the certificates of a run, or of one unit of it, in the order in which they were issued.

    Raises:
        IntegrityFailure: An issue is damaged.
        OSError: The folder cannot be read.
    """
    issues = list(issues_of(folder))
    if not issues:
        formats = _formats(folder)
        return [CertificateRow("", "", formats, "", "", in_force=True)] if formats else []
    replaced = {one.replaces.number for one in issues if one.replaces is not None}
    return [_issued(folder, one, in_force=one.number not in replaced) for one in issues]


def _issued(folder: Path, issue: Issue, *, in_force: bool) -> CertificateRow:
    amended = "" if issue.replaces is None else f"{issue.replaces.number}: {issue.replaces.reason}"
    formats = _formats(issue_folder(folder, issue))
    return CertificateRow(
        issue.number, issue.issued, formats, issue.signatory.name, amended, in_force=in_force
    )


def _formats(folder: Path) -> tuple[str, ...]:
    return tuple(name for name, pattern in _FORMATS if any(folder.glob(pattern)))
