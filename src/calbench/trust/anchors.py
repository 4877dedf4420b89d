"""Which certificates are trusted, and whether one leads to them: pinned, offline, judged at the time of signing.

A certificate is trusted if it is an anchor itself, or if it was issued, directly or through other authorities, by one
that is (RFC 5280, clause 6, without revocation: there is no network).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.errors import UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_DEEPEST = 4


@dataclass(frozen=True)
class Anchors:
    """The certificates that are trusted, in the order in which they were read."""

    certificates: tuple[Certificate, ...] = ()

    def joined(self, more: Iterable[Certificate]) -> Anchors:
        """Give a anchors with more certificates in it."""
        return Anchors(tuple(dict.fromkeys((*self.certificates, *more))))


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a certificate: whether it holds, in words, and the authorities on its way to an anchor."""

    holds: bool
    says: str
    way: tuple[Certificate, ...] = ()


def read_certificates(path: Path) -> list[Certificate]:
    """Read the certificates of a PEM or DER file.

    Raises:
        UsageError: It cannot be read, or has none.
    """
    from cryptography import x509  # noqa: PLC0415 - only those who sign or verify need it

    try:
        data = path.read_bytes()
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} has no certificate that can be read: {error}. Give a PEM or DER file."
        ) from error


def judge(
    certificate: Certificate, beside: Sequence[Certificate], anchors: Anchors, at: datetime, said_by: str
) -> Judgement:
    """Say whether a certificate leads to the anchors, and was valid at a time.

    Args:
        certificate: the certificate of the one who signed.
        beside: other certificates that came with the signature.
        anchors: what is trusted.
        at: when the signature was made, with time zone.
        said_by: who says when that was, for the message.
    """
    way = _way(certificate, beside, anchors)
    if way is None and (barred := _barred(certificate, beside, anchors)):
        return Judgement(False, barred)
    if way is None:
        return Judgement(
            False,
            f"{name(certificate)}, issued by {_issuer(certificate)}, is not among the trusted certificates: anybody "
            "can make one in this name. If you know it to be theirs, trust it: "
            "calbench keys trust FILE, or verify --trust FILE",
        )
    for each in (certificate, *way):
        start, end = each.not_valid_before_utc, each.not_valid_after_utc
        if not start <= at <= end:
            when = "not yet valid" if at < start else "expired"
            return Judgement(
                False,
                f"the certificate of {name(each)} was {when} when it signed: valid {start:%Y-%m-%d %H:%M:%S} to "
                f"{end:%Y-%m-%d %H:%M:%S} UTC, signed {at:%Y-%m-%d %H:%M:%S} UTC as {said_by} says",
                way,
            )
    by = f"issued by {name(way[0])}, trusted here" if way else "trusted here itself"
    return Judgement(
        True,
        f"{name(certificate)}, {by}; valid when it signed ({at:%Y-%m-%d %H:%M:%S} UTC as {said_by} says)",
        way,
    )


def holder(certificate: Certificate) -> tuple[str, str, str]:
    """Give name, role and organisation of a certificate's holder; empty where it says nothing."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - as above

    oids = (NameOID.COMMON_NAME, NameOID.TITLE, NameOID.ORGANIZATION_NAME)
    each = (certificate.subject.get_attributes_for_oid(oid) for oid in oids)
    own, role, organisation = (str(found[0].value) if found else "" for found in each)
    return own, role, organisation


def name(certificate: Certificate) -> str:
    """Give a certificate's holder for people."""
    found = ", ".join(filter(None, holder(certificate)))
    return found or certificate.subject.rfc4514_string() or "somebody without a name"


def may_sign(certificate: Certificate) -> bool:
    """Tell whether a certificate is for signing documents, and not for certificates or time stamps alone.

    RFC 5280, 4.2.1.3 and 4.2.1.12: what a certificate says that it is for, it is for, and for nothing else.
    """
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - as above

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return True
    return purposes != [ExtendedKeyUsageOID.TIME_STAMPING]


def _issuer(certificate: Certificate) -> str:
    own = certificate.issuer == certificate.subject
    return "itself" if own else certificate.issuer.rfc4514_string()


def _way(
    certificate: Certificate, beside: Sequence[Certificate], anchors: Anchors
) -> tuple[Certificate, ...] | None:
    """Give the authorities from a certificate to the anchors; () if it lies there itself, None if none leads there."""
    if certificate in anchors.certificates:
        return ()
    way: list[Certificate] = []
    reached = certificate
    for _ in range(_DEEPEST):
        anchor = next((one for one in anchors.certificates if _issued(reached, one)), None)
        if anchor is not None:
            return (*way, anchor)
        step = next((one for one in beside if one != reached and _issued(reached, one)), None)
        if step is None:
            return None
        way.append(step)
        reached = step
    return None


def _barred(certificate: Certificate, beside: Sequence[Certificate], anchors: Anchors) -> str:
    """Say which trusted certificate issued one on the way, although it may not; empty if none did."""
    for authority in anchors.certificates:
        for each in (certificate, *beside):
            why = _forbidden(authority) if each != authority and _signed(each, authority) else ""
            if why:
                return (
                    f"{name(certificate)} rests on {name(authority)}, which is trusted but may issue no "
                    f"certificates: {why}. Ask for a certificate of an authority that may, or trust that of the "
                    "holder itself: calbench keys trust FILE, or verify --trust FILE"
                )
    return ""


def _issued(certificate: Certificate, authority: Certificate) -> bool:
    """Tell whether an authority issued a certificate, and may."""
    return _signed(certificate, authority) and not _forbidden(authority)


def _signed(certificate: Certificate, authority: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above

    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _forbidden(authority: Certificate) -> str:
    """Say why a certificate may issue no other, as that of a person may not; empty if it may.

    RFC 5280, 4.2.1.9: basicConstraints must say that it is an authority; 4.2.1.3: keyUsage, if there is one, must
    allow it, and restricts nothing if there is none.
    """
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        if not authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return "its basicConstraints say that it is no authority (RFC 5280, 4.2.1.9)"
    except x509.ExtensionNotFound:
        return "it has no basicConstraints, which must say that it is an authority (RFC 5280, 4.2.1.9)"
    except ValueError as error:
        return f"its extensions cannot be read: {error}"
    try:
        if not authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign:
            return "its keyUsage does not allow that (keyCertSign; RFC 5280, 4.2.1.3)"
    except x509.ExtensionNotFound:
        pass
    return ""
