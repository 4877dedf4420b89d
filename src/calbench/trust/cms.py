"""A CMS signature (RFC 5652) with one signer, looked at to the last byte: of a PDF, and of a time stamp.

A signature covers the signed attributes and, by their digest, the content. Whatever else stands in the container is
compared with what must stand there, so that no byte is free.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calbench.errors import CalbenchError, IntegrityFailure, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_DIGESTS = ("sha256", "sha384", "sha512")
_NULL = b"\x05\x00"
_LONG, _LONGEST, _CONSTRUCTED, _MANY, _INTEGER = 0x80, 4, 0x20, 0x1F, 0x02
_VERSIONS = {"data": "v1", "tst_info": "v3"}


@dataclass(frozen=True)
class Container:
    """What a CMS signature says: who signed, certificates beside, attributes by their names, the content if inside."""

    certificate: Certificate
    beside: tuple[Certificate, ...]
    signed: dict[str, Any]
    unsigned: dict[str, Any]
    content: bytes
    signature: bytes


def opened(data: bytes, what: str, kind: str, content: bytes | None = None) -> Container:
    """Verify a CMS signature over `content`, or over what it holds itself; trust is judged elsewhere.

    Args:
        data: the container, DER.
        what: what it is, for messages.
        kind: the type of its content: `data` for a document, `tst_info` for a time stamp.
        content: the SHA-256 of a document outside; None if the content is inside.

    Raises:
        IntegrityFailure: It cannot be read, has bytes that must not be there, or the signature does not fit.
    """
    from cryptography import x509  # noqa: PLC0415 - only those who verify need it

    try:
        signed, signer = _parsed(data, kind)
        each = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
        certificates = list(dict.fromkeys(each))  # RFC 5652, 5.1: there may be more than are needed
        certificate = _signer(signer, certificates)
        inner = b"" if content is not None else signed["encap_content_info"]["content"].contents
        attributes = _attributes(signer["signed_attrs"])
        hashed = signer["digest_algorithm"]["algorithm"].native
        own = hashlib.new(hashed, inner).digest() if content is None else content
        _require_covered(attributes, own, kind, what)
        _require_named(attributes, certificate, what)
        _require_signature(signer, certificate, what)
    except CalbenchError:
        raise
    except Exception as error:
        raise _wrong(
            what, f"cannot be read: {str(error).splitlines()[0][:100] if str(error) else 'it is damaged'}"
        ) from error
    beside = tuple(one for one in certificates if one is not certificate)
    unsigned = {} if signer["unsigned_attrs"].native is None else _attributes(signer["unsigned_attrs"])
    return Container(certificate, beside, attributes, unsigned, inner, signer["signature"].native)


def _parsed(data: bytes, kind: str) -> tuple[Any, Any]:
    """Give the signed data and its one signer, if nothing in them is free.

    Raises:
        ValueError: Something is.
    """
    try:
        from asn1crypto import cms, tsp  # noqa: F401, PLC0415 - comes with pyhanko; tsp names attributes
    except ImportError as missing:
        raise UsageError(
            f'Verifying a signature needs the package {missing.name!r}: pip install "calbench[signatures]".'
        ) from missing

    whole = cms.ContentInfo.load(data, strict=True)
    if whole["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    signed = whole["content"]
    (signer,) = signed["signer_infos"]
    (digest,) = signed["digest_algorithms"]
    _require_der(data, 0, len(data))
    if signed["version"].native != _VERSIONS[kind] or signer["version"].native != "v1":
        raise ValueError("its version is not the one that its content has")
    if signed["encap_content_info"]["content_type"].native != kind or signed["crls"].native is not None:
        raise ValueError("it holds something else")
    if digest["algorithm"].native != signer["digest_algorithm"]["algorithm"].native:
        raise ValueError("its digests contradict each other")
    if signer["digest_algorithm"]["algorithm"].native not in _DIGESTS:
        raise ValueError("its digest is not one that is trusted")
    for one in (digest, signer["digest_algorithm"], signer["signature_algorithm"]):
        if one["parameters"].dump() not in (b"", _NULL):
            raise ValueError("its algorithms have parameters")
    return signed, signer


def _require_der(data: bytes, start: int, end: int) -> None:
    """Refuse lengths and integers that are longer than they need be (X.690, 10.1): such bytes could be anything.

    Raises:
        ValueError: There are some, or the parts do not fill the whole.
    """
    while start < end:
        tag, at = data[start], start + 2
        length = data[start + 1]
        if length & _LONG:
            count = length & ~_LONG
            length = int.from_bytes(data[at : at + count], "big")
            at += count
            if length < _LONG or data[start + 2] == 0 or not 0 < count <= _LONGEST:
                raise ValueError("a length is not written in the one way there is (DER)")
        start = at + length
        if tag & _MANY == _MANY or start > end:
            raise ValueError("its parts are not those of a signature (DER)")
        if tag & _CONSTRUCTED:
            _require_der(data, at, start)
        elif tag == _INTEGER and (
            not length or (length > 1 and data[at] in (0, 0xFF) and (data[at] ^ data[at + 1]) < _LONG)
        ):
            raise ValueError("an integer is not written in the one way there is (DER)")


def _signer(signer: Any, certificates: list[Certificate]) -> Certificate:  # noqa: ANN401 - of asn1crypto
    named = signer["sid"].chosen
    serial, issuer = named["serial_number"].native, named["issuer"].dump()
    found = [
        one for one in certificates if one.serial_number == serial and one.issuer.public_bytes() == issuer
    ]
    if len(found) != 1:
        raise ValueError(
            "the certificate of the one who signed is not in it"
            if not found
            else "two certificates in it claim the same issuer and serial number"
        )
    return found[0]


def _attributes(attributes: Any) -> dict[str, Any]:  # noqa: ANN401 - of asn1crypto
    found: dict[str, Any] = {}
    for each in attributes:
        (value,) = each["values"]
        name = each["type"].native
        if name in found:
            raise ValueError(f"the attribute {name} stands twice")
        found[name] = value
    return found


def _require_covered(attributes: dict[str, Any], digest: bytes, kind: str, what: str) -> None:
    found = attributes["message_digest"].native
    if len(found) != len(digest):
        raise _wrong(what, "is made with another digest than SHA-256, which is read here")
    if found != digest:
        raise _wrong(what, "does not cover these bytes: the content was altered")
    if attributes["content_type"].native != kind:
        raise _wrong(what, "says another type of content")


def _require_named(attributes: dict[str, Any], certificate: Certificate, what: str) -> None:
    """Refuse a certificate that is not the one that the signature names by its hash (RFC 5035, RFC 2634)."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above

    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"]["certs"][0]
        algorithm = named["hash_algorithm"]["algorithm"].native
        known: dict[str, hashes.HashAlgorithm] = {
            "sha256": hashes.SHA256(),
            "sha384": hashes.SHA384(),
            "sha512": hashes.SHA512(),
        }
        same = named["cert_hash"].native == certificate.fingerprint(known[algorithm])
    else:
        # SHA-1 is what RFC 2634 has; the certificate is compared with the ring besides
        same = attributes["signing_certificate"]["certs"][0]["cert_hash"].native == certificate.fingerprint(
            hashes.SHA1()  # noqa: S303 - as said
        )
    if not same:
        raise _wrong(what, "carries another certificate than the one that it names")


def _require_signature(signer: Any, certificate: Certificate, what: str) -> None:  # noqa: ANN401 - of asn1crypto
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415 - as above

    algorithm = signer["signature_algorithm"]
    named = signer["digest_algorithm"]["algorithm"].native
    hashed = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[named]
    over, key = signer["signed_attrs"].untag().dump(force=True), certificate.public_key()
    kind, name = algorithm.signature_algo, algorithm["algorithm"].native
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and name == f"{named}_ecdsa" and kind == "ecdsa":
            key.verify(signer["signature"].native, over, ec.ECDSA(hashed))
        elif isinstance(key, rsa.RSAPublicKey) and name in (f"{named}_rsa", "rsassa_pkcs1v15"):
            key.verify(signer["signature"].native, over, padding.PKCS1v15(), hashed)
        else:
            raise _wrong(what, f"is made with {name}, which is not read here")
    except InvalidSignature:
        raise _wrong(what, "does not fit: it, or what it covers, was altered") from None


def _wrong(what: str, why: str) -> IntegrityFailure:
    return IntegrityFailure(f"the {what} {why}")
