"""Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature.

A signature line is `— NAME BASE64`, of the first four bytes of the key's id and the 64 bytes of an Ed25519 signature
over the text. The form is that of transparency logs, so their tools read it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from calbench.errors import IntegrityFailure

ED25519 = b"\x01"
_DASH = "— "
_NAME = re.compile(r"[^\s+]{1,200}")
_LINE = re.compile(rf"{_DASH}(?P<name>[^\s+]{{1,200}}) (?P<bytes>[A-Za-z0-9+/]+={{0,2}})")
_KEY = re.compile(r"(?P<name>[^\s+]{1,200})\+(?P<id>[0-9a-f]{8})\+(?P<bytes>[A-Za-z0-9+/]+={0,2})")
_ID, _SIGNATURE, _PUBLIC = 4, 64, 32
LONGEST, MOST = 1_000_000, 100  # bytes of a note, and its signatures: no more than the reference takes


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 key that checks signatures: its name and its 32 bytes."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each of its signatures; they tell keys apart, and prove nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:_ID]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 bytes in hexadecimal: what two people compare."""
        return hashlib.sha256(self.raw).hexdigest()

    def text(self) -> str:
        """Write the key as `name+id+base64`, a vkey of C2SP signed-note."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    @classmethod
    def of(cls, text: str) -> PublicKey:
        """Read a key that `text` wrote.

        Raises:
            ValueError: It is none, or its id is not that of its name and bytes.
        """
        found = _KEY.fullmatch(text)
        data = None if found is None else _exact(found["bytes"])
        if found is None or data is None or len(data) != 1 + _PUBLIC or data[:1] != ED25519:
            raise ValueError(f"{text[:80]!r} is no public key: it must be NAME+ID+BASE64 of an Ed25519 key.")
        key = cls(found["name"], data[1:])
        if key.id.hex() != found["id"]:
            raise ValueError(f"The public key of {key.name} has the id {key.id.hex()}, not {found['id']}.")
        return key

    def checks(self, signature: bytes, text: bytes) -> bool:
        """Tell whether a signature over a text was made with this key's private half."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only signatures need it
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - as above

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line: who says to have signed, the first bytes of the key's id, and the signature."""

    name: str
    id: bytes
    signature: bytes

    def of(self, key: PublicKey) -> bool:
        """Tell whether the line names this key."""
        return (self.name, self.id) == (key.name, key.id)

    def line(self) -> str:
        """Write it."""
        return f"{_DASH}{self.name} {base64.b64encode(self.id + self.signature).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text, which ends with a line end, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def data(self) -> bytes:
        """Give the bytes of the note."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()

    def digest(self) -> str:
        """Give the SHA-256 of the text: the same whoever has signed it since."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def usable(name: str) -> bool:
    """Tell whether a key may have this name: no spaces, no plus."""
    return _NAME.fullmatch(name) is not None


def read(data: bytes, what: str) -> Note:
    """Read a signed note; `what` names it in errors. Says nothing about whether its signatures are good.

    Raises:
        IntegrityFailure: It is none, or in another form than it was written in.
    """
    if len(data) > LONGEST:
        raise IntegrityFailure(f"{what} is no signed note: it is larger than {LONGEST:,} bytes.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise IntegrityFailure(f"{what} is no signed note: byte {error.start + 1} is not UTF-8.") from error
    body, empty, below = text.rpartition("\n\n")
    if not empty or not body or not below.endswith("\n"):
        raise IntegrityFailure(
            f"{what} is no signed note: a text, an empty line and signature lines are expected."
        )
    if any(ord(char) < ord(" ") and char != "\n" for char in text):
        raise IntegrityFailure(f"{what} is no signed note: it holds control characters.")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MOST:
        raise IntegrityFailure(f"{what} has {len(lines)} signatures; {MOST} are read.")
    note = Note(
        body + "\n", tuple(_signature(line, number, what) for number, line in enumerate(lines, start=1))
    )
    if note.data() != data:
        raise IntegrityFailure(f"{what} is not in the form in which it was written.")
    return note


def _signature(line: str, number: int, what: str) -> Signature:
    found = _LINE.fullmatch(line)
    data = None if found is None else _exact(found["bytes"])
    if found is None or data is None or len(data) != _ID + _SIGNATURE:
        raise IntegrityFailure(
            f"{what}: signature line {number} is not '— NAME BASE64' of an Ed25519 signature."
        )
    return Signature(found["name"], data[:_ID], data[_ID:])


def _exact(text: str) -> bytes | None:
    """Decode base64; None unless it is the one way to write these bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return data if base64.b64encode(data).decode() == text else None
