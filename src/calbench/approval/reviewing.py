"""Technical review: somebody who did not make a run looks at its record, and accepts it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import Clock, RealClock
from calbench.documents.canonical import canonical
from calbench.documents.record import Record
from calbench.documents.releasing import FIRST_PREV, LONGEST, Again, Did, Entry, Seen, parse_entries
from calbench.errors import IntegrityFailure, UsageError
from calbench.verification import Means, verify
from calbench.workflow.exclusive import exclusively
from calbench.workflow.reviews import Reviews, entry_sha256, name_of, operators_of, reviews_of, same
from calbench.workflow.storing import REVIEWS, Place, only, stored

if TYPE_CHECKING:
    from calbench.evaluation.verifying import Check


@dataclass(frozen=True)
class Shown:
    """What somebody had before the eyes: the record by its SHA-256, and the number of entries beside it."""

    record_sha256: str
    entries: int


@dataclass(frozen=True)
class Review:
    """What a reviewer says; `again` is what is to be done with a record that is sent back."""

    by: str
    did: Did
    statement: str
    again: Again = ""


def review(
    folder: Path, said: Review, means: Means, shown: Shown | None = None, clock: Clock | None = None
) -> Entry:
    """Write down a review of the record of a run, or of one unit of several, after verifying everything.

    With `shown`, nothing is written if the record or its reviews are others by now.

    Raises:
        UsageError: The run did not complete, the reviewer made it, or this review does not fit how the record stands.
        IntegrityFailure: Something is not what it must be, so it is not accepted; or the reviews are damaged.
    """
    place = only(folder)
    by, statement = name_of(said.by), statement_of(said.statement)
    reviews = reviews_of(place.folder)
    require_shown(reviews, shown)
    record = require_completed(place)
    require_other(place, by)
    _require_fitting(reviews, by, said)
    checks = verify(place.folder, means)
    seen = seen_in(checks)
    if said.did == "accepted":
        require_good(place, seen, "accepted")
    entry = next_entry(
        reviews,
        t_utc=moment(clock),
        run=record.run.id,
        position=place.position,
        did=said.did,
        by=by,
        statement=statement,
        seen=seen,
        again=said.again,
    )
    append(place.folder, entry)
    return entry


def _require_fitting(reviews: Reviews, by: str, said: Review) -> None:
    state, last = reviews.state, reviews.last
    if said.did == "released":
        raise UsageError("A release is no review: calbench release.")
    if (said.did == "sent_back") != bool(said.again):
        raise UsageError(
            "What is sent back is to be evaluated or measured anew: say which. What is accepted, is not."
        )
    if last is None:
        return
    if state == "released":
        raise UsageError(
            f"Certificate {last.number} was released by {last.by} on {last.t_utc[:10]}. If it is wrong, the "
            "record is amended (calbench evaluate RUN --reason TEXT) and reviewed again."
        )
    if state == "awaiting_release" and said.did == "accepted":
        raise UsageError(f"{last.by} accepted it already, on {last.t_utc[:10]}: it waits for its release.")
    if state == "sent_back" and not same(by, last.by):
        raise UsageError(
            f"{last.by} sent it back on {last.t_utc[:10]}: {last.statement} Without another record, only "
            f"{last.by} can review it again."
        )


def require_completed(place: Place) -> Record:
    """Give the record of a run that completed.

    Raises:
        UsageError: It did not complete, or has no record.
    """
    record = stored(Record, place.record)
    if record.run.status != "COMPLETED":
        raise UsageError(
            f"{place.folder} ended {record.run.status}: only what completed is reviewed. Resume it, or run it again."
        )
    return record


def require_other(place: Place, by: str) -> None:
    """Refuse whoever made the run.

    Raises:
        UsageError: The name is that of its operator, or of who resumed it or answered a prompt of it.
    """
    made = [one for one in operators_of(place) if same(one, by)]
    if made:
        raise UsageError(
            f"{by} made this run, or answered a prompt of it: somebody else reviews and releases it."
        )


def require_shown(reviews: Reviews, shown: Shown | None) -> None:
    """Refuse to act on what is not there any more.

    Raises:
        UsageError: The record was amended, or somebody wrote a review meanwhile.
    """
    if shown is None:
        return
    if shown.record_sha256 != reviews.record_sha256:
        raise UsageError(
            "The record is another than the one that was shown. Load the page again, and look at it."
        )
    if shown.entries != len(reviews.entries):
        raise UsageError(
            "Somebody reviewed or released it meanwhile. Load the page again, and look how it stands."
        )


def require_good(place: Place, seen: Seen, what: str) -> None:
    """Refuse to accept or release what does not verify.

    Raises:
        IntegrityFailure: A check is bad.
    """
    if seen.bad:
        raise IntegrityFailure(
            f"{place.folder} is not {what}, because it does not verify. {'; '.join(seen.bad)}."
        )


def seen_in(checks: Sequence[Check]) -> Seen:
    """Sum up what a verification found."""
    return Seen(
        good=sum(one.holds is True for one in checks),
        bad=[f"{one.name}: {one.found}" for one in checks if one.holds is False],
        unseen=[f"{one.name}: {one.found}" for one in checks if one.holds is None],
    )


def statement_of(text: str) -> str:
    """Give a statement as it is written.

    Raises:
        UsageError: It is empty or too long.
    """
    statement = " ".join(text.split())
    if not statement or len(statement) > LONGEST:
        raise UsageError(f"A review says what was looked at and why: 1 to {LONGEST} characters.")
    return statement


def moment(clock: Clock | None) -> str:
    """Give the time as entries have it: UTC, to the second."""
    return (clock or RealClock()).utc().strftime("%Y-%m-%dT%H:%M:%SZ")


def next_entry(reviews: Reviews, **content: object) -> Entry:
    """Make the entry that follows those that are there, about the record in force."""
    prev = entry_sha256(reviews.entries[-1]) if reviews.entries else FIRST_PREV
    return Entry.model_validate(
        {**content, "seq": len(reviews.entries) + 1, "prev": prev, "record_sha256": reviews.record_sha256}
    )


def append(folder: Path, entry: Entry) -> None:
    """Write an entry, if it still follows from the last one.

    Raises:
        UsageError: Somebody else was quicker, or the file cannot be written.
        IntegrityFailure: The entries are damaged.
    """
    try:
        with exclusively(folder / REVIEWS) as file:
            if len(parse_entries(file.read())) + 1 != entry.seq:
                raise UsageError(
                    "Somebody else wrote a review at the same moment. Look at it, and try again."
                )
            file.write(canonical(entry) + b"\n")
    except OSError as error:
        raise UsageError(
            f"{folder / REVIEWS} cannot be written: {error.strerror}. Nothing was reviewed."
        ) from error
