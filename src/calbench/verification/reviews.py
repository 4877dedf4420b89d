"""Verify reviews and releases: the chain of their entries, who wrote them, and what certificates say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from calbench.documents.canonical import sha256
from calbench.documents.record import Record
from calbench.documents.releasing import Entry, Released
from calbench.errors import CalbenchError, IntegrityFailure
from calbench.evaluation.verifying import Check
from calbench.workflow.inforce import issues_of
from calbench.workflow.reviews import Reviews, entry_sha256, operators_of, reviews_of, same
from calbench.workflow.storing import RECORD, REVIEWS, Place, read

if TYPE_CHECKING:
    from calbench.documents.issue import Issue

NAME = "reviews"
_STATES = {
    "awaiting_review": "the record in force waits for a review",
    "awaiting_release": "accepted, and waits for a release",
    "released": "released",
    "sent_back": "sent back",
}


def verify_reviews(place: Place) -> Iterator[Check]:
    """Verify the entries beside a record, and every issue against them; nothing where there are neither."""
    folder = place.folder
    try:
        issues = list(issues_of(folder))
        record = Record.model_validate_json(read(folder / RECORD))
    except (IntegrityFailure, ValidationError):
        return  # other checks have said so
    released = [one for one in issues if one.release is not None]
    required = record.plan.release.required
    if not (folder / REVIEWS).is_file():
        if released:
            yield Check(NAME, False, f"{REVIEWS} is not there, but certificate {released[0].number} names it")
        elif required:
            yield _unreleased(issues, "not reviewed yet")
        return
    try:
        reviews = reviews_of(folder)
    except IntegrityFailure as damaged:
        yield Check(NAME, False, str(damaged))
        return
    bad = [*_wrong_entries(place, reviews, record), *_wrong_issues(issues, reviews)]
    for found in bad:
        yield Check(NAME, False, found)
    if not bad:
        last = reviews.last
        by = f" by {last.by} on {last.t_utc[:10]}" if last is not None else ""
        yield Check(NAME, True, f"{len(reviews.entries)} entries in a chain; {_STATES[reviews.state]}{by}")
    yield from _missing(reviews, issues)
    if required and not released:
        yield _unreleased(issues, "not released yet")


def _unreleased(issues: Sequence[Issue], why: str) -> Check:
    if issues:
        return Check(
            "release",
            False,
            f"certificate {issues[0].number} was issued without the release that the station wants",
        )
    return Check("release", None, f"the station wants a review and a release: {why}")


def _wrong_entries(place: Place, reviews: Reviews, record: Record) -> Iterator[str]:
    """Say what is wrong with the entries themselves: who wrote them, about which record, and in which order."""
    known = {sha256(read(path)) for path in (place.record, *place.folder.glob("record-*.json"))}
    try:
        made = operators_of(place)
    except CalbenchError:
        made = [record.run.operator]
    standing: dict[str, Entry] = {}
    for entry in reviews.entries:
        where = f"entry {entry.seq} ({entry.did} by {entry.by})"
        if (entry.run, entry.position) != (record.run.id, place.position):
            yield f"{where} is one of another run or unit"
        if entry.record_sha256 not in known:
            yield f"{where} is about a record that is none of this run"
        if any(same(entry.by, one) for one in made):
            yield f"{where} is by somebody who made the run"
        before = standing.get(entry.record_sha256)
        if entry.did == "released":
            if before is None or before.did != "accepted":
                yield f"{where} follows no review that accepted this record"
            elif not record.plan.release.by_reviewer and same(before.by, entry.by):
                yield f"{where} is by the reviewer, and the station wants somebody else"
        standing[entry.record_sha256] = entry


def _wrong_issues(issues: Sequence[Issue], reviews: Reviews) -> Iterator[str]:
    """Say where a certificate says something else of its review than the entries do."""
    lines = {entry_sha256(one): one for one in reviews.entries if one.did == "released"}
    for issue in issues:
        if issue.release is None:
            continue
        entry = lines.get(issue.release.entry_sha256)
        if entry is None:
            yield f"certificate {issue.number} was released by an entry that is not there: altered, or taken away"
        elif entry.record_sha256 != issue.record_sha256:
            yield f"certificate {issue.number} was made from another record than the one that was reviewed"
        elif entry.number != issue.number or not _says(issue.release, entry, reviews):
            yield f"certificate {issue.number} names others for its review and release than the entries do"
        elif not same(issue.signatory.name, entry.by):
            yield f"certificate {issue.number} is signed by {issue.signatory.name}, and was released by {entry.by}"


def _says(release: Released, entry: Entry, reviews: Reviews) -> bool:
    before = [one for one in reviews.entries[: entry.seq - 1] if one.record_sha256 == entry.record_sha256]
    if not before:
        return False
    accepted = before[-1]
    said = (release.reviewed_by, release.reviewed, release.authorised_by, release.authorised)
    return said == (accepted.by, accepted.t_utc, entry.by, entry.t_utc)


def _missing(reviews: Reviews, issues: Sequence[Issue]) -> Iterator[Check]:
    there = {one.number for one in issues}
    for entry in reviews.entries:
        if entry.did == "released" and entry.number not in there:
            found = (
                f"certificate {entry.number} was released by {entry.by}, but is not here: release it again"
            )
            yield Check("release", None, found)
