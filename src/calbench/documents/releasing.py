"""Technical review and release: what is written when somebody reviews a record or releases its certificate.

ISO/IEC 17025:2017, 7.7.1 and 7.8.1.1. Each entry is a line of canonical JSON that names the one before by its SHA-256.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationError

from calbench.documents.canonical import ZEROS, canonical, sha256
from calbench.documents.model import Stored
from calbench.errors import IntegrityFailure

Did = Literal["accepted", "sent_back", "released"]
Again = Literal["", "evaluate", "measure"]
FIRST_PREV = ZEROS
LONGEST = 2000
"""Characters of a statement."""


class ReleasePlan(Stored):
    """What the station demands before a certificate is signed.

    `required`: there is no certificate without review and release. `by_reviewer`: who reviewed may release too.
    """

    required: bool = False
    by_reviewer: bool = True


class Seen(Stored):
    """What a verification found at the moment of a review: how many checks, and which were not good."""

    good: int
    bad: list[str] = []
    unseen: list[str] = []


class Entry(Stored):
    """One line: who did what with which record, and why.

    `again` says what is to be done with a record that was sent back; `number` is that of the certificate that was
    released, `signatory` who signs it.
    """

    format: Literal["calbench.review/1"] = "calbench.review/1"
    seq: int
    prev: str
    t_utc: str
    run: str
    position: str
    record_sha256: str
    did: Did
    by: str
    statement: str
    seen: Seen
    again: Again = ""
    number: str = ""
    signatory: str = ""


class Released(Stored):
    """Who reviewed and who authorised a certificate, and when; `entry_sha256` is the line of its release."""

    reviewed_by: str
    reviewed: str
    authorised_by: str
    authorised: str
    entry_sha256: str


def parse_entries(data: bytes) -> list[Entry]:
    """Read the entries and check their chain.

    Raises:
        IntegrityFailure: A line is none, is not canonical, is missing, or does not follow from the one before.
    """
    entries: list[Entry] = []
    prev = FIRST_PREV
    if data and not data.endswith(b"\n"):
        raise IntegrityFailure("The reviews end in the middle of a line: their tail was cut or torn.")
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError as error:
            why = error.errors(include_url=False)[0]["msg"]
            raise IntegrityFailure(f"Line {number} of the reviews is none: {why}.") from error
        if canonical(entry) != line or entry.seq != number or entry.prev != prev:
            raise IntegrityFailure(
                f"Line {number} of the reviews does not follow from the one before: a line was altered, moved or "
                "taken away."
            )
        entries.append(entry)
        prev = sha256(line)
    return entries
