"""Verify certificates offline: signatures, form, trust, and every result anew from the record inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from calbench.evaluation.verifying import Check
from calbench.verification.signatories import Against
from calbench.workflow.storing import read


def verify_certificate(path: Path, against: Against) -> Iterator[Check]:
    """Verify a file by its kind: `.pdf` is a PDF, everything else a DCC; the cheap checks come first.

    Raises:
        UsageError: It cannot be read, or a package that is needed is not installed.
    """
    from calbench.verification.dcc import verify_dcc  # noqa: PLC0415 - loaded where it is used
    from calbench.verification.pdf import verify_pdf  # noqa: PLC0415 - as above

    data = read(path)
    if path.suffix.lower() == ".pdf":
        return verify_pdf(data, against)
    return verify_dcc(data, against, path.name)
