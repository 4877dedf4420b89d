"""The key of a station: its public half with what is said about it, its private half to sign with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints, ValidationError

from calbench.documents.canonical import canonical
from calbench.documents.model import Stored
from calbench.errors import IntegrityFailure
from calbench.trust.keyfiles import read_private
from calbench.trust.signednotes import Note, PublicKey, Signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
PUBLIC, PRIVATE = ".pub", ".pem"


class KeyEntry(Stored):
    """What is known of a public key: whose it is (its name is the id of the station), and from when until when.

    `key` is `NAME+ID+BASE64`; the times are UTC, to the second, both included. A key for demonstrations shows how a
    seal works, and nothing about who sealed.
    """

    format: Literal["calbench.key/1"] = "calbench.key/1"
    key: str
    valid_from: Moment
    valid_until: Moment
    comment: str = ""
    demonstration: bool = False

    @property
    def public(self) -> PublicKey:
        """The key itself."""
        return PublicKey.of(self.key)

    @property
    def stem(self) -> str:
        """How its files are called."""
        return f"{self.public.name}-{self.public.id.hex()}"

    def valid_at(self, moment: str) -> bool:
        """Tell whether it was valid at a time."""
        return self.valid_from <= moment <= self.valid_until


@dataclass(frozen=True)
class Signer:
    """A private key with what is known of its public half."""

    entry: KeyEntry
    private: Ed25519PrivateKey

    def sign(self, text: str, beside: tuple[Signature, ...] = ()) -> Note:
        """Sign a text; gives it with the signatures that it had, and this one last."""
        public = self.entry.public
        one = Signature(public.name, public.id, self.private.sign(text.encode()))
        return Note(text, (*beside, one))


def moment(time: datetime) -> str:
    """Write a time as keys and seals do: UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def new_key(
    name: str, valid_from: str, valid_until: str, comment: str = "", *, demonstration: bool = False
) -> Signer:
    """Make a key for a station; nothing is written."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - only keys need it

    private = Ed25519PrivateKey.generate()
    key = PublicKey(name, private.public_key().public_bytes_raw())
    return Signer(
        KeyEntry(
            key=key.text(),
            valid_from=valid_from,
            valid_until=valid_until,
            comment=comment,
            demonstration=demonstration,
        ),
        private,
    )


def pem(private: Ed25519PrivateKey, passphrase: str | None) -> bytes:
    """Write a private key as PKCS#8 in PEM, encrypted if there is a passphrase."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only keys need it

    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        lock = serialization.BestAvailableEncryption(passphrase.encode())
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def read_entry(data: bytes, what: str) -> KeyEntry:
    """Read a public key's file; `what` names it in errors.

    Raises:
        IntegrityFailure: It is none.
    """
    try:
        entry = KeyEntry.model_validate_json(data)
        entry.public  # noqa: B018 - refuses what is no key
    except ValidationError as error:
        one = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, one["loc"]))
        raise IntegrityFailure(f"{what} is no public key of a station: {where} {one['msg']}.") from error
    except ValueError as error:
        raise IntegrityFailure(f"{what} is no public key of a station: {error}") from error
    if entry.valid_from > entry.valid_until:
        raise IntegrityFailure(f"{what} is valid from {entry.valid_from} until {entry.valid_until}: never.")
    return entry


def entry_data(entry: KeyEntry) -> bytes:
    """Give the bytes of a public key's file."""
    return canonical(entry)


def open_signer(path: Path, entry: KeyEntry, passphrase: str | None) -> Signer:
    """Read a private key, and make sure that it is the other half of the public one.

    Raises:
        UsageError: It cannot be read, or others may read it.
        IntegrityFailure: The two do not belong together.
    """
    private = read_private(path, passphrase)
    if private.public_key().public_bytes_raw() != entry.public.raw:
        raise IntegrityFailure(f"{path} is not the private half of the public key {entry.stem}.")
    return Signer(entry, private)
