"""Make keys with their X.509 certificates: self-signed, or issued by the laboratory's own authority (RFC 5280)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from calbench.errors import UsageError
from calbench.trust.signatories import Signatory

if TYPE_CHECKING:
    from cryptography import x509

    from calbench.trust.signatories import PrivateKey

Kind = Literal["ecdsa", "rsa"]
_RSA_BITS = 3072
_MOST_TEXT = 64


@dataclass(frozen=True)
class Holder:
    """Who a certificate is made for; `name` must be given."""

    name: str
    role: str = ""
    organisation: str = ""
    country: str = ""


def new_key(kind: Kind) -> PrivateKey:
    """Make a private key: ECDSA on P-256, or RSA of 3072 bits."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - only those who make keys need it

    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def new_signatory(
    holder: Holder, start: datetime, end: datetime, kind: Kind = "ecdsa", authority: Signatory | None = None
) -> Signatory:
    """Make a key for somebody who signs certificates; self-signed if there is no authority.

    Raises:
        UsageError: A text is too long, or the authority is not valid for so long.
    """
    key = new_key(kind)
    if authority is not None and end > authority.certificate.not_valid_after_utc:
        until = authority.certificate.not_valid_after_utc
        raise UsageError(
            f"The authority is valid until {until:%Y-%m-%d} only: choose a time that ends before."
        )
    certificate = _certificate(key, subject(holder), start, end, authority)
    above = () if authority is None else (authority.certificate, *authority.above)
    return Signatory(key, certificate, above)


def new_authority(holder: Holder, start: datetime, end: datetime, kind: Kind = "ecdsa") -> Signatory:
    """Make the key of a laboratory's authority, which issues certificates for its signatories."""
    key = new_key(kind)
    return Signatory(key, _certificate(key, subject(holder), start, end, None, authority=True))


def request(signatory: Signatory) -> bytes:
    """Give the request (PKCS#10, PEM) with which another authority can certify the key of a signatory."""
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above

    builder = x509.CertificateSigningRequestBuilder().subject_name(signatory.certificate.subject)
    made = builder.add_extension(_usage(authority=False), critical=True).sign(signatory.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def subject(holder: Holder) -> x509.Name:
    """Give the name of a holder for a certificate.

    Raises:
        UsageError: There is no name, or a text is longer than X.520 allows.
    """
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - as above

    texts = (
        (NameOID.COUNTRY_NAME, holder.country),
        (NameOID.ORGANIZATION_NAME, holder.organisation),
        (NameOID.TITLE, holder.role),
        (NameOID.COMMON_NAME, holder.name),
    )
    clean = [(oid, " ".join(text.split())) for oid, text in texts]
    long = [text for _, text in clean if len(text) > _MOST_TEXT]
    if long or not clean[-1][1]:
        raise UsageError(
            f"A certificate needs a name, and texts of at most {_MOST_TEXT} characters; "
            f"not {long[:1] or 'an empty name'}."
        )
    try:
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in clean if text])
    except ValueError as error:
        raise UsageError(f"This cannot stand in a certificate: {error}.") from error


def _certificate(
    key: PrivateKey,
    name: x509.Name,
    start: datetime,
    end: datetime,
    issuer: Signatory | None,
    *,
    authority: bool = False,
) -> x509.Certificate:
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above

    signs, above = (key, name) if issuer is None else (issuer.key, issuer.certificate.subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
    )
    return builder.sign(signs, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    """Say what a key is for: signing documents and answering for them, or issuing certificates."""
    from cryptography import x509  # noqa: PLC0415 - as above

    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
