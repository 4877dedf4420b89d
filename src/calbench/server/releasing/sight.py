"""Everything that a reviewer sees of a record, gathered at the moment when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from calbench.approval.reviewing import Shown
from calbench.certificates.assemble import assemble
from calbench.certificates.content import Certificate
from calbench.dcc.schemas import schema_folder
from calbench.documents.canonical import sha256
from calbench.documents.issue import Issue
from calbench.documents.journal import Event, at_position, parse
from calbench.documents.record import Attempt, Record
from calbench.documents.releasing import Entry
from calbench.evaluation.verifying import Check
from calbench.trust.keyfiles import key_folder
from calbench.trust.ring import Ring
from calbench.verification import Means, verify
from calbench.workflow.inforce import in_force, issues_of
from calbench.workflow.reviews import Reviews, operators_of, reviews_of
from calbench.workflow.storing import JOURNAL, Place, read, stored


@dataclass(frozen=True)
class SetAside:
    """An attempt that does not count, or that was a retake, with the reason."""

    point: str
    attempt: Attempt


@dataclass(frozen=True)
class Answer:
    """An answer to a prompt: when, to which, what, and by whom."""

    at: str
    prompt: str
    answer: str
    by: str


@dataclass(frozen=True)
class Sight:
    """A record under review."""

    place: Place
    record: Record
    content: Certificate
    reviews: Reviews
    checks: Sequence[Check]
    made_by: Sequence[str]
    aside: Sequence[SetAside]
    answers: Sequence[Answer]
    issues: Sequence[Issue]
    current: Issue | None

    @property
    def shown(self) -> Shown:
        """What a form of this page carries: another record or another review makes it stale."""
        return Shown(self.reviews.record_sha256, len(self.reviews.entries))

    @property
    def bad(self) -> list[Check]:
        """The checks that are bad."""
        return [one for one in self.checks if one.holds is False]

    @property
    def replaces(self) -> Issue | None:
        """The certificate in force, if its record was amended since: the next one replaces it."""
        same = self.current is None or self.current.record_sha256 == self.reviews.record_sha256
        return None if same else self.current

    @property
    def entries(self) -> Sequence[Entry]:
        """Every entry, also of records that were replaced."""
        return self.reviews.entries


def means() -> Means:
    """Give what a verification on the page uses: the folder of keys of this machine, and the schemas that it has."""
    return Means(Ring(key_folder()), schemas=schema_folder(None))


def sight(place: Place, language: Literal["en", "zh"]) -> Sight:
    """Look at a record, and verify everything of it now.

    Raises:
        UsageError: There is no record.
        IntegrityFailure: Record, journal or reviews are so damaged that they cannot be shown.
    """
    data = read(place.record)
    record = stored(Record, place.record)
    events, _ = parse(read(place.run / JOURNAL))
    own = at_position(events, place.position) if place.position else events
    return Sight(
        place=place,
        record=record,
        content=assemble(record, sha256(data), language),
        reviews=reviews_of(place.folder),
        checks=verify(place.folder, means()),
        made_by=operators_of(place),
        aside=_aside(record),
        answers=_answers(own),
        issues=list(issues_of(place.folder)),
        current=in_force(place.folder),
    )


def position_of(folder: Path, position: str) -> Place:
    """Give the unit that is meant: the first where none is named.

    Raises:
        UsageError: There is no such unit.
    """
    place = Place(folder)
    return place.at(position) if position else place.units()[0]


def _aside(record: Record) -> list[SetAside]:
    return [
        SetAside(point, one)
        for point, attempts in record.attempts.items()
        for one in attempts
        if not one.counts or one.reason or one.discarded
    ]


def _answers(events: Sequence[Event]) -> list[Answer]:
    return [
        Answer(
            one.t_utc,
            str(one.body.get("id", "")),
            str(one.body.get("answer", "")),
            str(one.body.get("by", "")),
        )
        for one in events
        if one.type == "answered"
    ]


class Looking:
    """Looks at records, a few at once: a verification may set a PDF again, which takes a second or two."""

    AT_ONCE = 2

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(self.AT_ONCE)

    async def __call__(
        self, look: Callable[[Place, Literal["en", "zh"]], Sight], place: Place, language: Literal["en", "zh"]
    ) -> Sight:
        """Look in a thread, once it is this one's turn."""
        async with self._free:
            return await asyncio.to_thread(look, place, language)
