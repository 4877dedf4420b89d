"""Signatures on XML: XAdES B-B and B-T (ETSI EN 319 132-1) or plain XMLDSig, enveloped, as the last child of the root.

Canonical XML 1.1 throughout: an exclusive canonicalisation makes signatures that signxml itself rejects.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from calbench.errors import CalbenchError, IntegrityFailure, UsageError
from calbench.trust.signatories import Signatory

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml import etree

DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
Form = Literal["xades", "xmldsig"]
_SIGNATURE = f"{{{DS}}}Signature"
_OPENING = b"<ds:Signature "
_LINE = 64


@dataclass(frozen=True)
class SignedXml:
    """A signature that fits: what it covers, by whom, and when as he says; `own` if its bytes are those we write.

    `unsigned` is the file without its signature; `token` a time stamp over `stamped`, if there is one.
    """

    form: Form
    certificate: Certificate
    beside: tuple[Certificate, ...]
    at: datetime | None
    unsigned: bytes
    own: bool
    why: str
    token: bytes | None
    stamped: bytes


def sign(
    unsigned: bytes,
    signatory: Signatory,
    at: datetime,
    form: Form = "xades",
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Sign an XML text, which must not be touched afterwards; `stamp` gives the time stamp of some bytes.

    Raises:
        UsageError: signxml is not installed, the certificate is not valid now, or a stamp is asked of plain XMLDSig.
    """
    signatory.require_valid(at)
    if stamp is not None and form != "xades":
        raise UsageError("Plain XMLDSig has no place for a time stamp: sign as xades.")
    from lxml import etree  # noqa: PLC0415 - only those who sign need it

    root = etree.fromstring(unsigned, _parser())
    signer = _signer(form, signatory, at)
    chain = [signatory.certificate, *_embedded(signatory)]
    arguments: dict[str, Any] = {"always_add_key_value": False} if form == "xades" else {}
    signed = signer.sign(root, key=signatory.key, cert=chain, **arguments)
    if stamp is not None:
        _stamp(signed[-1], stamp)
    return _whole(signed)


def read_signature(data: bytes, root: etree._Element) -> SignedXml | None:
    """Verify the signature of an XML text, of which `root` was parsed; None if it has none. Trust is judged elsewhere.

    Raises:
        IntegrityFailure: The signature does not fit, is not over the whole document, or is not where it must be.
        UsageError: signxml is not installed.
    """
    found = list(root.iter(_SIGNATURE))
    if not found:
        return None
    if len(found) > 1 or found[0].getparent() is not root or root[-1] is not found[0]:
        raise IntegrityFailure(
            "there must be one signature, as the last element of the document; one was moved, or added"
        )
    try:
        return _read(data, root, found[0])
    except CalbenchError:
        raise
    except Exception as error:
        raise IntegrityFailure(f"the signature cannot be read: {str(error)[:200]}") from error


def _read(data: bytes, root: etree._Element, signature: etree._Element) -> SignedXml:
    from cryptography import x509  # noqa: PLC0415 - only those who verify need it
    from lxml import etree  # noqa: PLC0415 - as above

    covered = _without(root, signature)
    first = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    if first is None or first.get("URI") != "":
        raise IntegrityFailure("the signature is not over the whole document")
    digest = first.findtext(f"{{{DS}}}DigestValue") or ""
    # before anything costly: most alterations end here
    if first.find(f"{{{DS}}}DigestMethod").get("Algorithm", "").endswith("sha256") and (
        base64.b64decode(digest) != hashlib.sha256(covered).digest()
    ):
        raise IntegrityFailure(
            "the signature does not cover this content: it was altered after it was signed"
        )
    encoded = [
        each.text or ""
        for each in signature.iterfind(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    ]
    if not encoded:
        raise IntegrityFailure("the signature carries no certificate: nobody can say whose it is")
    certificate, *beside = (x509.load_der_x509_certificate(base64.b64decode(text)) for text in encoded)
    form: Form = "xades" if signature.find(f".//{{{XADES}}}SignedProperties") is not None else "xmldsig"
    _require_fitting(root, certificate, form, covered)
    at = signature.findtext(f".//{{{XADES}}}SigningTime")
    value = signature.find(f"{{{DS}}}SignatureValue")
    token = signature.findtext(f".//{{{XADES}}}EncapsulatedTimeStamp")
    why = _foreign(data, root, signature, form)
    return SignedXml(
        form=form,
        certificate=certificate,
        beside=tuple(beside),
        at=None if at is None else _moment(at),
        unsigned=data[: data.rfind(_OPENING)] + data[data.rfind(b"</") :],
        own=not why,
        why=why,
        token=None if token is None else base64.b64decode(token),
        stamped=etree.tostring(value, method="c14n"),
    )


def _require_fitting(root: etree._Element, certificate: Certificate, form: Form, covered: bytes) -> None:
    """Have signxml verify, and look at what it says was signed: that, and not the input, is what holds.

    Raises:
        IntegrityFailure: It does not fit, or something else was signed.
    """
    from cryptography.exceptions import InvalidSignature as NoFit  # noqa: PLC0415 - as above

    try:
        from signxml import SignatureConfiguration, XMLVerifier  # noqa: PLC0415 - an extra, as above
        from signxml.exceptions import SignXMLException  # noqa: PLC0415 - as above
        from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier  # noqa: PLC0415 - as above
    except ImportError as missing:
        raise UsageError(
            f'Verifying a signature needs the package {missing.name!r}: pip install "calbench[signatures]".'
        ) from missing

    # whether the certificate was valid is judged elsewhere, at the time of signing: signxml would ask the clock
    judged = certificate.not_valid_before_utc
    try:
        if form == "xades":
            config: Any = XAdESSignatureConfiguration(
                require_x509=True, expect_references=3, location="./", verification_time=judged
            )
            found: Any = XAdESVerifier().verify(root, x509_cert=certificate, expect_config=config)
        else:
            config = SignatureConfiguration(
                require_x509=True, expect_references=1, location="./", verification_time=judged
            )
            found = [XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)]
    except (SignXMLException, NoFit) as error:
        raise IntegrityFailure(
            f"the signature does not fit: {str(error)[:200] or 'it was altered'}"
        ) from error
    if found[0].signed_data != covered:
        raise IntegrityFailure("the signature is not over the whole document")


def _signer(form: Form, signatory: Signatory, at: datetime) -> Any:  # noqa: ANN401 - of signxml
    try:
        from signxml import XMLSigner  # noqa: PLC0415 - an extra: only those who sign need it
        from signxml.xades import XAdESDataObjectFormat, XAdESSigner  # noqa: PLC0415 - as above
    except ImportError as missing:
        raise UsageError(
            f'Signing XML needs the package {missing.name!r}: pip install "calbench[signatures]".'
        ) from missing
    algorithm = "ecdsa-sha256" if signatory.ecdsa else "rsa-sha256"
    if form == "xmldsig":
        return XMLSigner(signature_algorithm=algorithm)
    said = XAdESDataObjectFormat("Digital calibration certificate", "text/xml")
    signer = XAdESSigner(signature_algorithm=algorithm, data_object_format=said)
    tokens = (f"-{number}" for number in range(9))
    signer._get_token = lambda length=4: next(tokens)  # type: ignore[method-assign] # noqa: ARG005 - the names of its parts need no chance
    signer.signed_signature_properties_annotators[0] = _timed(at)
    return signer


def _timed(at: datetime) -> Callable[..., None]:
    def add(properties: etree._Element, **_: object) -> None:
        made = properties.makeelement(f"{{{XADES}}}SigningTime", nsmap={"xades": XADES})
        made.text = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        properties.append(made)

    return add


def _embedded(signatory: Signatory) -> list[Certificate]:
    """Give the authorities that lie between a signatory and a root: the root itself must be known to who verifies."""
    return [each for each in signatory.above if each.subject != each.issuer]


def _stamp(signature: etree._Element, stamp: Callable[[bytes], bytes]) -> None:
    """Add a time stamp over the value of a signature (EN 319 132-1, 5.3): it makes B-T of B-B."""
    from lxml import etree  # noqa: PLC0415 - as above

    value = signature.find(f"{{{DS}}}SignatureValue")
    properties = signature.find(f".//{{{XADES}}}QualifyingProperties")
    place = properties
    for name in ("UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp"):
        place = etree.SubElement(place, f"{{{XADES}}}{name}")
    etree.SubElement(place, f"{{{DS}}}CanonicalizationMethod").set("Algorithm", C14N)
    token = stamp(etree.tostring(value, method="c14n"))
    etree.SubElement(place, f"{{{XADES}}}EncapsulatedTimeStamp").text = base64.b64encode(token).decode(
        "ascii"
    )


def _without(root: etree._Element, signature: etree._Element) -> bytes:
    """Give the canonical form of a document without its signature; the document stays as it is."""
    from lxml import etree  # noqa: PLC0415 - as above

    before, tail = signature.getprevious(), signature.tail
    root.remove(signature)  # takes its tail along
    if tail:
        if before is None:
            root.text = (root.text or "") + tail
        else:
            kept = before.tail
            before.tail = (kept or "") + tail
    covered: bytes = etree.tostring(root, method="c14n")
    if tail:
        if before is None:
            root.text = (root.text or "")[: -len(tail)]
        else:
            before.tail = kept
    root.append(signature)
    return covered


def _foreign(data: bytes, root: etree._Element, signature: etree._Element, form: Form) -> str:
    """Say in what the bytes are not those that we write; empty if in nothing."""
    if _whole(root) != data:
        return "the XML is not written as calbench writes it (white space, quotes, prefixes or comments)"
    for each in signature.iter():
        if each.tail or (len(each) and each.text):
            return "there is text within the signature where none belongs"
        text = (each.text or "") if not len(each) else ""
        name = str(each.tag).rpartition("}")[2]
        if name in ("DigestValue", "SignatureValue", "EncapsulatedTimeStamp") and text != _encoded(
            base64.b64decode(text)
        ):
            return f"the base64 of {name} is not canonical"
        if name == "X509Certificate" and text != _lines(base64.b64decode(text)):
            return "the base64 of a certificate is not canonical"
    if list(_outline(signature)) not in _OUTLINES[form]:
        return "the parts of the signature do not stand as calbench writes them"
    return ""


def _outline(element: etree._Element) -> Iterator[str]:
    """Give the elements of a signature that it does not cover itself, with their attributes."""
    name = str(element.tag).rpartition("}")[2]
    yield " ".join((name, *(f"{key}={value}" for key, value in element.attrib.items())))
    if name not in ("SignedInfo", "SignedProperties"):
        for each in element:
            yield from _outline(each)


_IDENTITY = "SignXMLSignature-0"
_PLAIN = ["Signature", "SignedInfo", "SignatureValue", "KeyInfo", "X509Data", "X509Certificate"]
_SIGNED = [
    f"Signature Id={_IDENTITY}", "SignedInfo", "SignatureValue", "KeyInfo Id=SignXMLCertificate-1", "X509Data",
    "X509Certificate", "Object", f"QualifyingProperties Target=#{_IDENTITY}",
    f"SignedProperties Id={_IDENTITY}-SignedProperties-2",
]  # fmt: skip
_STAMPED = [
    "UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp",
    f"CanonicalizationMethod Algorithm={C14N}", "EncapsulatedTimeStamp",
]  # fmt: skip


def _outlines(start: list[str], end: list[str]) -> list[list[str]]:
    """Give the outlines with one to five certificates."""
    return [[*start, *["X509Certificate"] * more, *end] for more in range(5)]


_OUTLINES: dict[Form, list[list[str]]] = {
    "xmldsig": _outlines(_PLAIN, []),
    "xades": [*_outlines(_SIGNED[:6], _SIGNED[6:]), *_outlines(_SIGNED[:6], [*_SIGNED[6:], *_STAMPED])],
}


def _whole(root: etree._Element) -> bytes:
    from lxml import etree  # noqa: PLC0415 - as above

    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def _parser() -> etree.XMLParser:
    from lxml import etree  # noqa: PLC0415 - as above

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _lines(data: bytes) -> str:
    """Give base64 in lines, each with its end, as in PEM."""
    text = _encoded(data)
    return "".join(f"{text[at : at + _LINE]}\n" for at in range(0, len(text), _LINE))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
