"""Release: somebody answers for a record that was reviewed, by signing its certificates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.approval.reviewing import (
    Shown,
    append,
    moment,
    next_entry,
    require_completed,
    require_good,
    require_other,
    require_shown,
    seen_in,
)
from calbench.clock import Clock
from calbench.documents.releasing import Entry, Released
from calbench.errors import UsageError
from calbench.verification import Means, verify
from calbench.workflow.certifying import certify
from calbench.workflow.issuing import SIGNED, Signing, number_of
from calbench.workflow.reviews import Reviews, entry_sha256, name_of, reviews_of, same
from calbench.workflow.storing import Place, only

if TYPE_CHECKING:
    from calbench.documents.record import Record

FORMATS = ("pdf", "dcc", "html", "csv", "xlsx")


@dataclass(frozen=True)
class Release:
    """Who releases, with which key and under which number; in which formats and languages; and what is said of it."""

    by: str
    signing: Signing
    formats: Sequence[str] = ("pdf", "html", "csv")
    languages: Sequence[str] = ("en", "zh")
    statement: str = ""


def release(
    folder: Path,
    wanted: Release,
    means: Means,
    shown: Shown | None = None,
    clock: Clock | None = None,
) -> list[Path]:
    """Sign the certificates of a record that was accepted, and write down who released them; gives their paths.

    Where a release was broken off, who gave it gives it again, and what is missing is written.

    Raises:
        UsageError: It was not accepted, who releases made the run or may not, or the key is of somebody else.
        IntegrityFailure: Something is not what it must be.
        InvalidFile: The digital certificate is not valid by the schema.
    """
    place, by = only(folder), name_of(wanted.by)
    reviews = reviews_of(place.folder)
    require_shown(reviews, shown)
    record = require_completed(place)
    _require_allowed(place, reviews, by, record)
    _require_own_key(wanted.signing, by)
    if not set(wanted.formats) & set(SIGNED):
        raise UsageError(f"A release signs: choose {' or '.join(SIGNED)} among the formats.")
    seen = seen_in(verify(place.folder, means))
    require_good(place, seen, "released")
    entry = reviews.last if reviews.state == "released" else None
    there = entry is not None
    if entry is None:
        entry = next_entry(
            reviews,
            t_utc=moment(clock),
            run=record.run.id,
            position=place.position,
            did="released",
            by=by,
            statement=" ".join(wanted.statement.split()),
            seen=seen,
            number=number_of(record, wanted.signing),
            signatory=wanted.signing.signatory.said("name"),
        )
    made = entry
    signing = replace(
        wanted.signing,
        number=made.number,
        release=_released(reviews, made),
        noted=(lambda: None) if there else (lambda: append(place.folder, made)),
    )
    return certify(place.folder, wanted.formats, wanted.languages, means.schemas, signing)


def _require_allowed(place: Place, reviews: Reviews, by: str, record: Record) -> None:
    require_other(place, by)
    last, accepted = reviews.last, reviews.accepted
    if last is None or accepted is None:
        why = "is not reviewed" if last is None else f"was sent back by {last.by}: {last.statement}"
        raise UsageError(
            f"The record of {place.folder} {why}. Somebody who did not make it reviews it first."
        )
    if last.did == "released" and not same(last.by, by):
        raise UsageError(
            f"Certificate {last.number} was released already, by {last.by} on {last.t_utc[:10]}."
        )
    if not record.plan.release.by_reviewer and same(accepted.by, by):
        raise UsageError(
            f"{by} reviewed it, and station {record.plan.station} wants somebody else to release."
        )


def _require_own_key(signing: Signing, by: str) -> None:
    named = signing.signatory.said("name")
    if not same(named, by):
        raise UsageError(
            f"The key is that of {named or 'nobody'}, and {by} releases: everybody signs with the own key. "
            "calbench keys new signatory KEY --name NAME makes one."
        )


def _released(reviews: Reviews, entry: Entry) -> Released:
    accepted = reviews.accepted
    if accepted is None:
        raise UsageError("There is no review that a release could rest on.")
    return Released(
        reviewed_by=accepted.by,
        reviewed=accepted.t_utc,
        authorised_by=entry.by,
        authorised=entry.t_utc,
        entry_sha256=entry_sha256(entry),
    )
