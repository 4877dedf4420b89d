"""How the review of a record stands, read from the entries beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import parse
from calbench.documents.releasing import Entry, parse_entries
from calbench.errors import UsageError
from calbench.workflow.storing import JOURNAL, RECORD, REVIEWS, Place, read

State = Literal["awaiting_review", "awaiting_release", "released", "sent_back"]
STATES: tuple[State, ...] = get_args(State)
LONGEST_NAME = 64


@dataclass(frozen=True)
class Reviews:
    """The entries of a record and of those that it replaced; `record_sha256` is the one in force."""

    entries: Sequence[Entry]
    record_sha256: str

    @property
    def last(self) -> Entry | None:
        """The last entry that is about the record in force."""
        own = [one for one in self.entries if one.record_sha256 == self.record_sha256]
        return own[-1] if own else None

    @property
    def state(self) -> State:
        """How the record in force stands; an amended one waits for a review of its own."""
        last = self.last
        if last is None:
            return "awaiting_review"
        return {"accepted": STATES[1], "released": STATES[2], "sent_back": STATES[3]}[last.did]

    @property
    def accepted(self) -> Entry | None:
        """The review that the record in force was accepted by, if that stands."""
        last = self.last
        if last is None or last.did == "sent_back":
            return None
        return next(
            one
            for one in reversed(self.entries)
            if one.did == "accepted" and one.record_sha256 == self.record_sha256
        )


def reviews_of(folder: Path) -> Reviews:
    """Read the reviews beside a record.

    Raises:
        IntegrityFailure: They are damaged.
        UsageError: There is no record.
    """
    record = sha256(read(folder / RECORD))
    path = folder / REVIEWS
    return Reviews(parse_entries(path.read_bytes()) if path.is_file() else (), record)


def entry_sha256(entry: Entry) -> str:
    """Give the SHA-256 of the line of an entry, which the next one and the issue of a certificate name."""
    return sha256(canonical(entry))


def operators_of(place: Place) -> list[str]:
    """Name who made a run: its operator, who resumed it, and who answered its prompts.

    Raises:
        IntegrityFailure: Plan or journal are damaged.
    """
    events, _ = parse(read(place.run / JOURNAL))
    found = [place.plan().operator]
    found += [str(one.body.get("by", "")) for one in events if one.type in ("run_resumed", "answered")]
    return list({key(one): one for one in found if one}.values())


def key(name: str) -> str:
    """Give what two spellings of one name have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def same(one: str, other: str) -> bool:
    """Tell whether two names are those of one person."""
    return key(one) == key(other)


def name_of(text: str) -> str:
    """Give a name as it is written into entries.

    Raises:
        UsageError: It is empty, too long, or cannot be printed.
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"{name[:LONGEST_NAME]!r} is no name: 1 to {LONGEST_NAME} characters that can be printed."
        )
    return name
