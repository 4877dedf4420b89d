"""Time stamps (RFC 3161): asked for over HTTP when a certificate is signed, and verified offline."""

from __future__ import annotations

import hashlib
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.anchors import Anchors, Judgement, judge
from calbench.trust.cms import opened

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

PATIENCE = 20.0
_MOST_BYTES = 256 * 1024
WHAT = "time stamp"


@dataclass(frozen=True)
class Stamp:
    """A time stamp that fits: when, and by whom."""

    at: datetime
    certificate: Certificate
    beside: tuple[Certificate, ...]


def ask(url: str, request: bytes) -> bytes:
    """Send a request (DER) to an authority; gives its response (DER).

    Raises:
        UsageError: The address is no http(s), or the authority does not answer.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(
            f"The address of a time stamp authority begins with http:// or https://, not {url[:80]!r}."
        )
    asked = urllib.request.Request(url, data=request, headers={"Content-Type": "application/timestamp-query"})  # noqa: S310 - its scheme was looked at
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as reply:  # noqa: S310 - as above
            data: bytes = reply.read(_MOST_BYTES + 1)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise UsageError(
            f"The time stamp authority {url} does not answer: {error}. Nothing was signed."
        ) from error
    if len(data) > _MOST_BYTES:
        raise UsageError(
            f"The time stamp authority {url} answers with more than {_MOST_BYTES} bytes. Nothing was signed."
        )
    return data


def stamp(url: str, data: bytes) -> bytes:
    """Have data time-stamped; gives the token (DER).

    Raises:
        UsageError: The authority does not answer, or refuses.
    """
    from asn1crypto import algos, core, tsp  # noqa: PLC0415 - only those who ask for time stamps need it

    digest = hashlib.sha256(data).digest()
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    nonce = int.from_bytes(secrets.token_bytes(8), "big")
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": tsp.MessageImprint(imprint),
            "cert_req": True,
            "nonce": core.Integer(nonce),
        }
    )
    return _token(ask(url, request.dump()), data, nonce, url)


def _token(response: bytes, data: bytes, nonce: int, url: str) -> bytes:
    from asn1crypto import tsp  # noqa: PLC0415 - as above

    try:
        answer = tsp.TimeStampResp.load(response, strict=True)
        status = answer["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise UsageError(f"The time stamp authority {url} refuses: {status}. Nothing was signed.")
        token: bytes = answer["time_stamp_token"].dump()
        said = _info(token, data)[1]
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(
            f"The time stamp authority {url} answers something else: {error}. Nothing was signed."
        ) from error
    except IntegrityFailure as error:
        raise UsageError(
            f"The time stamp authority {url} answers with a wrong time stamp: {error}. Nothing was signed."
        ) from error
    if said["nonce"].native != nonce:
        raise UsageError(f"The time stamp authority {url} answered another request. Nothing was signed.")
    return token


def read_stamp(token: bytes, data: bytes) -> Stamp:
    """Verify that a token (DER) stamps these data; trust is judged by `judged`.

    Raises:
        IntegrityFailure: It does not, or it is altered.
    """
    container, said = _info(token, data)
    at = said["gen_time"].native
    return Stamp(at.astimezone(UTC), container.certificate, container.beside)


def judged(found: Stamp, anchors: Anchors) -> Judgement:
    """Say whether the authority of a time stamp is trusted, with a certificate that is for time stamps alone."""
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - as above

    judgement = judge(found.certificate, found.beside, anchors, found.at, "the time stamp")
    try:
        usage = found.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        fits = usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    except x509.ExtensionNotFound:
        fits = False
    if judgement.holds and not fits:
        return Judgement(
            False, f"{judgement.says}; but that certificate is not one for time stamps (RFC 3161, 2.3)"
        )
    if judgement.holds and not set(found.beside) <= {*judgement.way, *anchors.certificates}:
        return Judgement(
            False, f"{judgement.says}; but certificates lie in the time stamp that do not belong to it"
        )
    return judgement


def _info(token: bytes, data: bytes) -> tuple[Any, Any]:
    from asn1crypto import tsp  # noqa: PLC0415 - as above

    container = opened(token, WHAT, "tst_info")
    try:
        said = tsp.TSTInfo.load(container.content, strict=True)
        imprint = said["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        same = algorithm == "sha256" and imprint["hashed_message"].native == hashlib.sha256(data).digest()
        said["gen_time"].native.astimezone(UTC)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IntegrityFailure(f"the {WHAT} cannot be read: {error}") from error
    if not same:
        raise IntegrityFailure(f"the {WHAT} is of something else")
    return container, said
