"""Reviewing and releasing for somebody who signed in: roles, keys, and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calbench.approval.releasing import FORMATS, Release, release
from calbench.approval.reviewing import Review, Shown, review
from calbench.clock import Clock
from calbench.documents.issue import Change
from calbench.documents.releasing import Again, Did, Entry
from calbench.errors import CalbenchError
from calbench.server.accounts.audit import Audit
from calbench.server.accounts.register import Role
from calbench.server.releasing.sight import means
from calbench.trust.anchors import holder, read_certificates
from calbench.trust.keyfiles import key_folder
from calbench.trust.signatories import CERTIFICATE, load, names
from calbench.workflow import Signing
from calbench.workflow.reviews import entry_sha256, same
from calbench.workflow.storing import Place

REVIEWERS: tuple[Role, ...] = ("reviewer", "head")
RELEASERS: tuple[Role, ...] = ("head",)


@dataclass(frozen=True)
class Decision:
    """What is decided of a record, as it came from a form or a program."""

    did: Did
    statement: str
    again: Again = ""


@dataclass(frozen=True)
class Wish:
    """How a release is wished for; the passphrase is used once, and kept nowhere."""

    key: str
    passphrase: str = ""
    statement: str = ""
    formats: Sequence[str] = FORMATS
    languages: Sequence[str] = ("en", "zh")
    number: str = ""
    issued: str = ""
    replaces: str = ""
    reason: str = ""
    change: Change = "amended"


class Deciding:
    """Writes reviews and releases, and a line of the audit log for each, also for those that were refused."""

    def __init__(self, audit: Audit, clock: Clock) -> None:
        self._audit, self._clock = audit, clock

    def review(self, place: Place, by: str, said: Decision, shown: Shown) -> Entry:
        """Write down a review.

        Raises:
            UsageError: It is refused; says why.
            IntegrityFailure: Something does not verify.
        """
        about = {"run": place.run.name, "position": place.position, "did": said.did}
        try:
            entry = review(
                place.folder, Review(by, said.did, said.statement, said.again), means(), shown, self._clock
            )
        except CalbenchError as refused:
            self._audit.note("review refused", by, **about, why=str(refused))
            raise
        self._audit.note("review", by, **about, entry=entry_sha256(entry), record=entry.record_sha256)
        return entry

    def release(self, place: Place, by: str, wish: Wish, shown: Shown) -> list[Path]:
        """Sign the certificates of a record.

        Raises:
            UsageError: It is refused; says why.
            IntegrityFailure: Something does not verify.
            InvalidFile: The digital certificate is not valid by the schema.
        """
        about = {"run": place.run.name, "position": place.position, "key": wish.key}
        try:
            signing = Signing(
                load(key_folder(), "signatories", wish.key, wish.passphrase or None),
                self._clock.utc().replace(microsecond=0),
                issued=wish.issued,
                number=wish.number,
                replaces=wish.replaces,
                reason=wish.reason,
                change=wish.change,
            )
            chosen = Release(by, signing, wish.formats, wish.languages, wish.statement)
            paths = release(place.folder, chosen, means(), shown, self._clock)
        except CalbenchError as refused:
            self._audit.note("release refused", by, **about, why=str(refused))
            raise
        self._audit.note("release", by, **about, record=shown.record_sha256)
        return paths


def own_keys(by: str) -> list[str]:
    """Name the keys of this machine that are made out in somebody's name."""
    folder = key_folder()
    found = []
    for name in names(folder, "signatories"):
        try:
            certificate = read_certificates(folder / "signatories" / name / CERTIFICATE)[0]
        except CalbenchError:
            continue
        if same(holder(certificate)[0], by):
            found.append(name)
    return found
