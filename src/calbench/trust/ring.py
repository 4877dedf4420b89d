"""The folder of keys: own private keys, the public keys that are trusted, and changes from one to another.

```
stations/demo-1a2b3c4d.pem     private key of a station, for its owner alone
trusted/demo-1a2b3c4d.pub      public key that is trusted, with from when until when
changes/demo-1a2b3c4d.txt      how this key followed another, signed by both
```
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.keychanges import KeyChange, read_change
from calbench.trust.keyfiles import locked, write_private
from calbench.trust.signednotes import Note, PublicKey
from calbench.trust.stationkeys import (
    PRIVATE,
    PUBLIC,
    KeyEntry,
    Signer,
    entry_data,
    open_signer,
    pem,
    read_entry,
)

PASSPHRASE = "CALBENCH_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable, not a password
_CHANGE = ".txt"


@dataclass(frozen=True)
class Ring:
    """The keys of one folder; it need not exist."""

    folder: Path

    @cached_property
    def trusted(self) -> list[KeyEntry]:
        """The public keys that are trusted, by name and beginning.

        Raises:
            IntegrityFailure: A file is no public key, or not called as its key is.
        """
        found = []
        for path in sorted((self.folder / "trusted").glob(f"*{PUBLIC}")):
            entry = read_entry(_read(path), str(path))
            if path.stem != entry.stem:
                raise IntegrityFailure(
                    f"{path} holds the key {entry.stem}: its name must be that of the key."
                )
            found.append(entry)
        replaced = [one.old for one in self.changes]  # of two of the same second, the older is that one
        return sorted(
            found, key=lambda one: (one.public.name, one.valid_from, one.public not in replaced, one.key)
        )

    @cached_property
    def changes(self) -> list[KeyChange]:
        """The changes of keys; each is signed by both.

        Raises:
            IntegrityFailure: One is not.
        """
        paths = sorted((self.folder / "changes").glob(f"*{_CHANGE}"))
        return [read_change(_read(path), str(path)) for path in paths]

    def of(self, name: str) -> list[KeyEntry]:
        """Give the trusted keys of a station, the oldest first."""
        return [one for one in self.trusted if one.public.name == name]

    def find(self, key: PublicKey) -> KeyEntry | None:
        """Give what is known of a key; None if it is not trusted."""
        return next((one for one in self.trusted if one.public == key), None)

    def change_from(self, key: PublicKey) -> KeyChange | None:
        """Give the change that ended a key, if there was one."""
        return next((one for one in self.changes if one.old == key), None)

    def change_to(self, key: PublicKey) -> KeyChange | None:
        """Give the change that began a key, if there was one."""
        return next((one for one in self.changes if one.new.public == key), None)

    def private_of(self, entry: KeyEntry) -> Path:
        """Give where the private half of a key lies if it is here."""
        return self.folder / "stations" / f"{entry.stem}{PRIVATE}"

    def own(self, name: str, moment: str) -> KeyEntry | None:
        """Give the station's key that signs at a time: valid, not replaced, its private half here, the newest."""
        here = [one for one in self.of(name) if self.private_of(one).is_file()]
        valid = [one for one in here if one.valid_at(moment) and self.change_from(one.public) is None]
        return valid[-1] if valid else None

    def signer(self, entry: KeyEntry, passphrase: str | None) -> Signer:
        """Open the private half of a key.

        Raises:
            UsageError: It is not here, others may read it, or the passphrase is missing or wrong.
            IntegrityFailure: It is the half of another key.
        """
        return open_signer(self.private_of(entry), entry, passphrase)

    def keep(self, signer: Signer, passphrase: str | None = None) -> Path:
        """Write a new key, both halves; gives the path of the private one.

        Raises:
            UsageError: It cannot be written, or others could read it.
        """
        path = self.private_of(signer.entry)
        write_private(path, pem(signer.private, passphrase))
        self.trust(signer.entry)
        return path

    def trust(self, entry: KeyEntry) -> Path:
        """Add a public key to those that are trusted.

        Raises:
            UsageError: It is there already with other dates, or cannot be written.
        """
        path = self.folder / "trusted" / f"{entry.stem}{PUBLIC}"
        if path.exists() and path.read_bytes() != entry_data(entry):
            raise UsageError(
                f"{path} says something else of this key. Look at both, and remove it if it is wrong."
            )
        return _written(path, entry_data(entry))

    def note_change(self, note: Note, new: KeyEntry) -> Path:
        """Keep a change of key that both have signed."""
        return _written(self.folder / "changes" / f"{new.stem}{_CHANGE}", note.data())

    def take_change(self, data: bytes, what: str) -> KeyEntry:
        """Trust a new key because the old one, which is trusted, has signed for it; gives the new one.

        Raises:
            IntegrityFailure: It is no change that both have signed.
            UsageError: The old key is not trusted, or its time was over.
        """
        change = read_change(data, what)
        old = self.find(change.old)
        if old is None or not old.valid_at(change.changed):
            why = "not trusted" if old is None else f"valid from {old.valid_from} until {old.valid_until}"
            raise UsageError(
                f"{what} rests on the key {change.old.name}-{change.old.id.hex()}, which is {why}."
            )
        self.trust(change.new)
        _written(self.folder / "changes" / f"{change.new.stem}{_CHANGE}", data)
        return change.new


def passphrase_given(path: Path | None = None, asked: Callable[[], str] | None = None) -> str | None:
    """Give the passphrase of the environment; else what `asked` gives, if the key at `path` has one; else None."""
    given = os.environ.get(PASSPHRASE)
    if given is None and asked is not None and path is not None and locked(path):
        return asked()
    return given


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


def _written(path: Path, data: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return path
