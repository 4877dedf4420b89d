"""A change of key: a note that both the old and the new key of a station sign."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.errors import IntegrityFailure
from calbench.trust import signednotes
from calbench.trust.seal import reason_of
from calbench.trust.signednotes import Note, PublicKey
from calbench.trust.stationkeys import KeyEntry, Signer, read_entry

FORMAT = "calbench.key-change/1"
_NAMES = ("changed", "reason", "old", "new")


@dataclass(frozen=True)
class KeyChange:
    """From when on a new key stands for a station, in place of which, and why. `changed` is UTC, to the second."""

    changed: str
    reason: str
    old: PublicKey
    new: KeyEntry

    def text(self) -> str:
        """Write what both sign."""
        values = (self.changed, self.reason, self.old.text(), self.new.model_dump_json())
        lines = [FORMAT, *(f"{name} {value}" for name, value in zip(_NAMES, values, strict=True))]
        return "".join(f"{line}\n" for line in lines)


def change(old: Signer, new: Signer, changed: str, reason: str) -> Note:
    """Sign the change from one key to another with both."""
    text = KeyChange(changed, reason_of(reason), old.entry.public, new.entry).text()
    return new.sign(text, old.sign(text).signatures)


def read_change(data: bytes, what: str) -> KeyChange:
    """Read a change of key and check both of its signatures.

    Raises:
        IntegrityFailure: It is none, or not signed by both.
    """
    note = signednotes.read(data, what)
    lines = note.text.split("\n")[:-1]
    pairs = [line.partition(" ") for line in lines[1:]]
    if not lines or lines[0] != FORMAT or tuple(name for name, _, _ in pairs) != _NAMES:
        raise IntegrityFailure(f"{what} is no change of key.")
    changed, reason, old, new = (value for _, _, value in pairs)
    try:
        found = KeyChange(changed, reason_of(reason), PublicKey.of(old), read_entry(new.encode(), what))
    except ValueError as error:
        raise IntegrityFailure(f"{what} is no change of key: {error}") from error
    if found.text() != note.text or found.old.name != found.new.public.name:
        raise IntegrityFailure(f"{what} is no change of key: it is in another form, or between two stations.")
    for key in (found.old, found.new.public):
        own = [one for one in note.signatures if one.of(key)]
        if not own or not key.checks(own[0].signature, note.text.encode()):
            raise IntegrityFailure(
                f"{what} is not signed by {key.name}-{key.id.hex()}: both keys must sign a change of key."
            )
    return found
