"""Who answers for a certificate: the signatory's certificate against the trusted ones, at the time of signing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.errors import IntegrityFailure
from calbench.evaluation.verifying import Check
from calbench.trust.anchors import Anchors, Judgement, judge

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from calbench.documents.issue import Issue
    from calbench.trust.pdfsignature import SignedPdf
    from calbench.trust.xmlsignature import SignedXml

SIGNATURE, TRUST, STAMP = "signature", "signatory", "time stamp"


@dataclass(frozen=True)
class Against:
    """What a certificate is held against: certificates that are trusted, and the folder of schemas, if there is one.

    Whoever has signed with one of `demonstration` answers for nothing, which is not bad there; `seen` are the digital
    certificates that were verified already, SHA-256 to name, and `recomputed` what was found of records, by their
    SHA-256: the same record lies in each certificate of a run.
    """

    anchors: Anchors
    schemas: Path | None = None
    demonstration: tuple[Certificate, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
    recomputed: dict[str, list[Check]] = field(default_factory=dict, compare=False)


def without_signature(*, promised: bool) -> Check:
    """Say that there is no signature, which is bad if the certificate promises one."""
    if promised:
        return Check(
            SIGNATURE, False, "none, and the certificate says that it is signed: its signature was taken away"
        )
    return Check(SIGNATURE, None, "none: nobody answers for this certificate")


def signatory(
    signed: SignedXml | SignedPdf, issue: Issue | None, against: Against, issued: str = ""
) -> Iterator[Check]:
    """Judge who signed, when, and whether it is who the certificate names."""
    from calbench.trust.timestamping import judged, read_stamp  # noqa: PLC0415 - loaded where it is used

    at, said_by = signed.at, "the signatory"
    if at is None and issued:
        at, said_by = datetime.fromisoformat(f"{issued[:10]}T23:59:59+00:00"), "the date of issue"
    if signed.token is not None:
        try:
            stamp = read_stamp(signed.token, signed.stamped)
        except IntegrityFailure as error:
            yield Check(STAMP, False, str(error))
        else:
            judgement = judged(stamp, against.anchors)
            yield Check(STAMP, judgement.holds, judgement.says)
            at, said_by = stamp.at, "the time stamp"
    elif issue is not None and issue.time_stamped:
        yield Check(STAMP, False, "none, and the certificate says that it has one: it was taken away")
    else:
        yield Check(STAMP, None, "none: when it was signed, the signatory says himself")
    if at is None:
        yield Check(
            TRUST, None, "not judged: neither the signature nor the certificate says when it was signed"
        )
        return
    judgement = judge(signed.certificate, signed.beside, against.anchors, at.astimezone(UTC), said_by)
    if not judgement.holds and signed.certificate in against.demonstration and not _another(signed, issue):
        yield Check(
            TRUST, None, "signed by a key for demonstrations, which shows nothing about who answers for it"
        )
        return
    yield _judged(judgement, signed, issue)


def _judged(judgement: Judgement, signed: SignedXml | SignedPdf, issue: Issue | None) -> Check:
    from calbench.trust.anchors import may_sign  # noqa: PLC0415 - loaded where it is used

    if not judgement.holds:
        return Check(TRUST, False, judgement.says)
    if not may_sign(signed.certificate):
        return Check(TRUST, False, f"{judgement.says}; but that certificate is not one for signing documents")
    if another := _another(signed, issue):
        return Check(TRUST, False, f"the certificate names {another}, but it was signed by {judgement.says}")
    if not set(signed.beside) <= set(judgement.way):
        return Check(
            TRUST, False, f"{judgement.says}; but certificates lie beside it that do not belong to it"
        )
    return Check(TRUST, True, judgement.says)


def _another(signed: SignedXml | SignedPdf, issue: Issue | None) -> str:
    """Give whom the issue names, if that is not who signed; else empty."""
    from calbench.trust.anchors import holder  # noqa: PLC0415 - loaded where it is used

    if issue is None:
        return ""
    named = (issue.signatory.name, issue.signatory.role, issue.signatory.organisation)
    return "" if named == holder(signed.certificate) else ", ".join(filter(None, named))
