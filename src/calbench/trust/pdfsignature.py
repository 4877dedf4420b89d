"""Signatures on PDF: PAdES B-B and B-T (ETSI EN 319 142-1) by pyHanko, invisible, over the whole file.

The file that was signed stays as it is at the beginning; what the signature adds stands behind it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.cms import opened
from calbench.trust.signatories import Signatory
from calbench.trust.timestamping import ask

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

FIELD = "Signature1"
WHAT = "signature"
_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_CONTENTS = re.compile(rb"<([0-9A-F]*)>")
_END = re.compile(rb"startxref\r?\n\d+\r?\n%%EOF\r?\n?")
_SUBFILTER = b"/ETSI.CAdES.detached"


@dataclass(frozen=True)
class SignedPdf:
    """A signature that fits and covers the whole file: by whom, when as he says; `token` stamps `stamped`.

    `unsigned` is the file before it was signed; `own` tells whether the signature stands as calbench writes it.
    """

    certificate: Certificate
    beside: tuple[Certificate, ...]
    at: datetime | None
    unsigned: bytes
    own: bool
    why: str
    token: bytes | None
    stamped: bytes


def sign(unsigned: bytes, signatory: Signatory, at: datetime, url: str | None = None) -> bytes:
    """Sign a PDF, which must not be touched afterwards; `url` is that of a time stamp authority.

    Raises:
        UsageError: pyHanko is not installed, the certificate is not valid now, or the authority gives no time stamp.
    """
    signatory.require_valid(at)
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - an extra
        from pyhanko.sign import fields, signers  # noqa: PLC0415 - as above
    except ImportError as missing:
        raise UsageError(
            f'Signing a PDF needs the package {missing.name!r}: pip install "calbench[signatures]".'
        ) from missing

    class Untouched(IncrementalPdfFileWriter):
        """Leaves alone what the file says of itself (XMP and Info).

        pyHanko would write the time of the machine and itself as producer, and XMP whose descriptions of extension
        schemas are no longer in the form of ISO 19005-3, 6.6.2.3.
        """

        def _update_meta(self) -> None:
            """Change nothing."""

    writer = Untouched(BytesIO(unsigned))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=signatory.said("name"),
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    return bytes(_signed(metadata, _signer(signatory), writer, at, url).getvalue())


def read_signature(data: bytes) -> SignedPdf | None:
    """Verify the signature of a PDF; None if it has none. Trust is judged elsewhere.

    Raises:
        IntegrityFailure: It does not fit, does not cover every byte, there are several, or its form leaves bytes free.
    """
    ranges = list(_RANGE.finditer(data))
    if not ranges:
        if b"/ByteRange" in data or _SUBFILTER in data:
            raise IntegrityFailure(
                "there is a signature, but it does not say in the usual form which bytes it covers"
            )
        return None
    if len(ranges) > 1:
        raise IntegrityFailure("there are several signatures, or something was added after the first")
    first, second, length = (int(text) for text in ranges[0].groups())
    hole = data[first:second]
    if second + length != len(data) or not first < second:
        raise IntegrityFailure(
            "the signature does not cover the whole file: something was added behind it, or cut off"
        )
    found = _CONTENTS.fullmatch(hole)
    if found is None:
        raise IntegrityFailure("the signature is not written in capital hexadecimal digits: it was altered")
    padded = unhexlify(found[1]) if len(found[1]) % 2 == 0 else b""
    container = padded[: _length(padded)]
    if not container or padded[len(container) :].strip(b"\0"):
        raise IntegrityFailure("there is something behind the signature, where only zeros belong")
    digest = hashlib.sha256(data[:first] + data[second:]).digest()
    parts = opened(container, WHAT, "data", digest)
    token = parts.unsigned.get("signature_time_stamp_token")
    why = _foreign(parts.signed, parts.unsigned)
    signed = _moment(data[ranges[0].start() - 4096 if ranges[0].start() > 4096 else 0 : second + length])  # noqa: PLR2004 - the dictionary is short
    return SignedPdf(
        parts.certificate, parts.beside, signed, _before(data, first), not why, why,
        None if token is None else token.dump(), parts.signature,
    )  # fmt: skip


def confirmed(data: bytes, certificate: Certificate) -> str:
    """Have pyHanko look at the signature too; empty if it agrees that it is whole and covers the file.

    Raises:
        UsageError: pyHanko is not installed.
    """
    from asn1crypto import x509  # noqa: PLC0415 - comes with pyhanko
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - only those who verify need it
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 - an extra
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - as above
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 - as above
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415 - as above
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - as above

    own = x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    try:
        (embedded,) = PdfFileReader(BytesIO(data)).embedded_regular_signatures
        # whom to trust, and since when, is judged elsewhere: here it is only asked whether the signature is whole
        moment = certificate.not_valid_before_utc
        context = ValidationContext(trust_roots=[own], allow_fetching=False, moment=moment)
        with _silent():
            status = validate_pdf_signature(embedded, signer_validation_context=context)
    except (PdfError, SignatureValidationError, ValueError) as error:
        return f"pyHanko cannot read it: {str(error)[:100]}"
    if (
        status.intact
        and status.valid
        and status.coverage is not None
        and status.coverage.name == "ENTIRE_FILE"
    ):
        return ""
    return f"pyHanko finds it {'whole' if status.intact else 'altered'}, over {status.coverage}"


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep pyHanko from writing to the terminal that it does not know a time stamp authority."""
    logger = logging.getLogger("pyhanko.sign")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _signer(signatory: Signatory) -> Any:  # noqa: ANN401 - of pyhanko
    from asn1crypto import keys, x509  # noqa: PLC0415 - comes with pyhanko
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above
    from pyhanko.sign import signers  # noqa: PLC0415 - as above
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415 - as above

    secret = signatory.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = serialization.Encoding.DER
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # says no types
    between = [each for each in signatory.above if each.subject != each.issuer]
    store.register_multiple(x509.Certificate.load(each.public_bytes(der)) for each in between)
    own = x509.Certificate.load(signatory.certificate.public_bytes(der))
    return signers.SimpleSigner(own, keys.PrivateKeyInfo.load(secret), store, embed_roots=False)


def _stamper(url: str) -> Any:  # noqa: ANN401 - of pyhanko
    from asn1crypto import tsp  # noqa: PLC0415 - as above
    from pyhanko.sign.timestamps import TimeStamper  # noqa: PLC0415 - as above

    class Asking(TimeStamper):
        """Asks by our own way, which is bounded."""

        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            return tsp.TimeStampResp.load(ask(url, req.dump()))

    return Asking()  # type: ignore[no-untyped-call] # as above


def _signed(metadata: Any, signer: Any, writer: Any, at: datetime, url: str | None) -> BytesIO:  # noqa: ANN401 - of pyhanko
    from pyhanko.sign.general import SigningError  # noqa: PLC0415 - as above
    from pyhanko.sign.signers import PdfSigner  # noqa: PLC0415 - as above
    from pyhanko.sign.signers.constants import ESIC_EXTENSION_1  # noqa: PLC0415 - as above
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError  # noqa: PLC0415 - as above

    class OfPdfA(PdfSigner):
        """Puts the time that is handed in into the signature, and keeps the file a PDF/A-3.

        That is PDF 1.7 (ISO 19005-3, 5; ISO 32000-1). For keys on the curves of ISO/TS 32002, which is of PDF 2.0,
        pyHanko would raise the version of the file; PAdES in PDF 1.7 asks for the extension ESIC alone
        (ETSI EN 319 142-1, 5.6).
        """

        def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:  # noqa: ANN401, ARG002 - as above
            pdf_out.register_extension(ESIC_EXTENSION_1)

        def init_signing_session(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
            session = super().init_signing_session(*arguments, **named)
            session.system_time = at.astimezone(UTC)
            return session

    try:
        found: BytesIO = OfPdfA(
            metadata, signer, timestamper=None if url is None else _stamper(url)
        ).sign_pdf(writer)
    except (SigningError, TimestampRequestError) as error:
        raise UsageError(f"The PDF was not signed: {error}.") from error
    return found


def _foreign(signed: dict[str, Any], unsigned: dict[str, Any]) -> str:
    known = {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
    if not set(signed) <= known or not set(unsigned) <= {"signature_time_stamp_token"}:
        return "the signature has other attributes than those that calbench writes"
    return ""


def _length(data: bytes) -> int:
    """Give the length of a DER object at the beginning of data; 0 if there is none."""
    head = 2
    if len(data) < head or data[0] != 0x30:  # noqa: PLR2004 - SEQUENCE
        return 0
    if data[1] < 0x80:  # noqa: PLR2004 - the short form
        return head + data[1]
    count = data[1] & 0x7F
    return head + count + int.from_bytes(data[head : head + count], "big")


def _before(data: bytes, first: int) -> bytes:
    """Give the file as it was before the signature was added: up to the last end of file before it."""
    ends = [one.end() for one in _END.finditer(data, 0, first)]
    return data[: ends[-1]] if ends else b""


def _moment(data: bytes) -> datetime | None:
    found = re.search(rb"/M \(D(?::|\\072)(\d{14})(Z|[+-]\d\d'\d\d'?)\)", data)
    if found is None:
        return None
    zone = "+0000" if found[2] == b"Z" else found[2].replace(b"'", b"").decode("ascii")
    try:
        return datetime.strptime(found[1].decode("ascii") + zone, "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
