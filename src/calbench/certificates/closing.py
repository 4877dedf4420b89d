"""The sections at the end: statements, integrity of the data, and who answers for it."""

from __future__ import annotations

from calbench.certificates.codes import code
from calbench.certificates.conclusion import validity, worded
from calbench.certificates.content import Block, Field, Fields, Paragraph, Section, Signatures
from calbench.certificates.text import moment, printable
from calbench.certificates.wording import Language, sentences, word
from calbench.documents.issue import Issue
from calbench.documents.record import Record

_GROUP = 4
_SHORT = 16


def statements(record: Record, language: Language) -> Section:
    """What the results say and what they don't (7.8.2.1 l, 7.8.2.2, 7.8.4.3)."""
    return Section(word("statements", language), [Paragraph(text) for text in stated(record, language)])


def stated(record: Record, language: Language) -> list[str]:
    """Give the statements; on the interval only where the regulation states one for what passed (7.8.4.3)."""
    until = validity(record)
    interval = (
        word(worded("statement.interval", record), language)
        if until is None
        else word("statement.valid", language, date=until.isoformat())
    )
    items, whole = (word(worded(key, record), language) for key in ("statement.items", "statement.whole"))
    return [items, whole, interval, word("statement.status", language)]


def integrity(record: Record, record_sha256: str, language: Language) -> Section:
    """The head of the journal, whole and short enough to be read out, the hashes, and the QR code."""
    head = record.journal.head
    short = " ".join(head[start : start + _GROUP] for start in range(0, min(len(head), _SHORT), _GROUP))
    pairs = [
        ("journal.short", short),
        ("journal.full", head),
        ("journal.lines", str(record.journal.lines)),
        ("plan.hash", record.plan_sha256),
        ("record.hash", record_sha256),
    ]
    items = [Field(word(key, language), printable(text), exact=True) for key, text in pairs]
    blocks: list[Block] = [Paragraph(word("integrity.says", language)), Fields(items), code(record, language)]
    return Section(word("integrity", language), blocks)


def signatures(record: Record, language: Language, issue: Issue | None = None) -> Section:
    """Who answers for it (7.8.2.1 i, o): names where the program knows them, else lines to be signed."""
    own, release = (None, None) if issue is None else (issue.signatory, issue.release)
    authorised = "" if own is None else ", ".join(printable(part) for part in (own.name, own.role) if part)
    named = {
        "performed": printable(record.run.operator),
        "checked": "" if release is None else printable(release.reviewed_by),
        "authorised": authorised,
        "issued": "" if issue is None else printable(issue.issued),
    }
    lines = Signatures([Field(word(key, language), text) for key, text in named.items()])
    if issue is None:
        return Section(word("signatures", language), [lines])
    stamped = word("signed.stamped", language) if issue.time_stamped else ""
    signed = word("signed.says", language, name=printable(issue.signatory.name))
    says = sentences([signed, stamped, reviewed(issue, language)], language)
    return Section(word("signatures", language), [lines, Paragraph(says, tone="small")])


def reviewed(issue: Issue, language: Language) -> str:
    """Say who reviewed and who authorised it, and when; or that nobody recorded it (7.7.1, 7.8.1.1)."""
    own = issue.release
    if own is None:
        return word("review.none", language)
    return word(
        "review.says",
        language,
        reviewer=printable(own.reviewed_by),
        reviewed=moment(own.reviewed),
        releaser=printable(own.authorised_by),
        released=moment(own.authorised),
    )
