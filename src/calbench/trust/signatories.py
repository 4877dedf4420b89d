"""The keys of those who sign certificates, and of the authority that issues them; kept apart from station keys.

Below the folder of keys: `signatories/NAME/{key.pem,certificate.pem}`, `authorities/NAME/…`, and
`trusted/*.pem`. Private keys are for their owner's eyes: mode 0600 (RFC 5958, PEM without a password).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from calbench.errors import UsageError
from calbench.trust.anchors import Anchors, holder, read_certificates
from calbench.trust.keyfiles import owned, write_private

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey

KEY, CERTIFICATE = "key.pem", "certificate.pem"
Place = Literal["signatories", "authorities"]
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_LEAST_RSA = 3072


@dataclass(frozen=True)
class Signatory:
    """A private key with its certificate, and the certificates of the authorities above it, lowest first."""

    key: PrivateKey
    certificate: Certificate
    above: tuple[Certificate, ...] = ()

    @property
    def ecdsa(self) -> bool:
        """Tell whether it signs by ECDSA; by RSA if not."""
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey  # noqa: PLC0415 - as above

        return isinstance(self.key, EllipticCurvePrivateKey)

    def said(self, which: Literal["name", "role", "organisation"]) -> str:
        """Give what the certificate says of its holder; empty if it says nothing."""
        return holder(self.certificate)[("name", "role", "organisation").index(which)]

    def require_valid(self, at: datetime) -> None:
        """Refuse to sign with a certificate that is not valid at a time.

        Raises:
            UsageError: It is expired, or not yet valid.
        """
        start, end = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not start <= at <= end:
            state = "is not valid yet" if at < start else "has expired"
            raise UsageError(
                f"The certificate of {self.said('name')} {state}: it is valid from {start:%Y-%m-%d %H:%M:%S} to "
                f"{end:%Y-%m-%d %H:%M:%S} UTC, and now it is {at:%Y-%m-%d %H:%M:%S} UTC. Nothing was signed. "
                "Make a new key (calbench keys new signatory), or set the clock right."
            )


def store(folder: Path, place: Place, name: str, signatory: Signatory, passphrase: str | None = None) -> Path:
    """Write a key with its certificates, encrypted if there is a passphrase; gives its folder.

    Raises:
        UsageError: The name is no name for a folder, there is such a key, or it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above

    own = _place(folder, place, name)
    if own.exists():
        raise UsageError(f"{own} is there already. A key is never replaced: choose another name.")
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    secret = signatory.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    try:
        own.mkdir(parents=True, mode=0o700)
        write_private(own / KEY, secret)
        (own / CERTIFICATE).write_bytes(pem(signatory.certificate, *signatory.above))
    except OSError as error:
        raise UsageError(f"The key cannot be written to {own}: {error.strerror}.") from error
    return own


def load(folder: Path, place: Place, name: str, passphrase: str | None = None) -> Signatory:
    """Read a key with its certificates; `passphrase` is for one that has one.

    Raises:
        UsageError: There is none of this name, others can read it, or key and certificate do not belong together.
    """
    own = _place(folder, place, name)
    word = "signatory" if place == "signatories" else "authority"
    if not (own / KEY).is_file():
        known = ", ".join(names(folder, place)) or "none"
        raise UsageError(
            f"There is no {word} {name!r} in {folder}; there are: {known}. Make one with calbench keys new {word}."
        )
    certificate, *above = read_certificates(own / CERTIFICATE)
    again = f"calbench keys new {word} under another name"
    data = owned(own / KEY, again)
    if _encrypted(data) and not passphrase:
        raise UsageError(f"The key {name} has a passphrase, and none was given: nothing was signed.")
    password = passphrase.encode() if passphrase and _encrypted(data) else None
    return paired(read_key(data, password, str(own / KEY)), certificate, above)


def locked(folder: Path, place: Place, name: str) -> bool:
    """Tell whether a key has a passphrase.

    Raises:
        UsageError: It cannot be read, or others may read it.
    """
    return _encrypted(owned(_place(folder, place, name) / KEY))


def _encrypted(data: bytes) -> bool:
    return b"ENCRYPTED" in data


def read_key(data: bytes, password: bytes | None, file: str) -> PrivateKey:
    """Read a private key from PEM.

    Raises:
        UsageError: It cannot be read, or is of a kind that is not used here.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above

    try:
        key = serialization.load_pem_private_key(data, password)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{file} has no private key that can be read: {error}.") from error
    return _usable(key, file)


def read_pkcs12(data: bytes, password: bytes | None, file: str) -> Signatory:
    """Read a key with its certificates from PKCS#12 (RFC 7292).

    Raises:
        UsageError: It cannot be read, the password is wrong, or it has no key or no certificate.
    """
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - as above

    try:
        key, certificate, above = pkcs12.load_key_and_certificates(data, password)
    except ValueError as error:
        raise UsageError(f"{file} cannot be read: {error}. Is the password right?") from error
    if key is None or certificate is None:
        raise UsageError(f"{file} lacks {'the key' if key is None else 'the certificate'}.")
    return paired(_usable(key, file), certificate, above)


def paired(key: PrivateKey, certificate: Certificate, above: list[Certificate]) -> Signatory:
    """Put a key and its certificate together.

    Raises:
        UsageError: They do not belong together.
    """
    if certificate.public_key() != key.public_key():
        raise UsageError("The certificate belongs to another key: nothing was imported or signed.")
    return Signatory(key, certificate, tuple(above))


def names(folder: Path, place: Place) -> list[str]:
    """Give the names of the keys that there are."""
    return sorted(each.parent.name for each in (folder / place).glob(f"*/{KEY}"))


def trusted(folder: Path) -> Anchors:
    """Give what is trusted in a folder of keys: its trusted certificates, its authorities, and its signatories."""
    paths = [
        *sorted((folder / "trusted").glob("*.pem")),
        *(
            folder / place / name / CERTIFICATE
            for place in ("authorities", "signatories")
            for name in names(folder, place)
        ),
    ]
    found = Anchors()
    for path in paths:
        certificates = read_certificates(path)
        # above its own certificate a key may hold those of others, which nobody chose to trust
        found = found.joined(certificates if path.parent.name == "trusted" else certificates[:1])
    return found


def trust(folder: Path, file: Path) -> list[Path]:
    """Copy the certificates of a file into the folder of keys; gives the files that were written."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above

    place = folder / "trusted"
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for each in read_certificates(file):
        path = place / f"{each.fingerprint(hashes.SHA256()).hex()[:32]}.pem"
        path.write_bytes(pem(each))
        written.append(path)
    return written


def pem(*certificates: Certificate) -> bytes:
    """Give certificates as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def _usable(key: object, file: str) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - as above

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in ("secp256r1", "secp384r1"):
        return key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_RSA:
        return key
    raise UsageError(
        f"{file} has a key that is not used for certificates: ECDSA on P-256 or P-384, or RSA of {_LEAST_RSA} "
        "bits or more."
    )


def _place(folder: Path, place: Place, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:70]!r} is no name for a key: small letters, digits, and . _ - between them."
        )
    return folder / place / name
