"""The sections at the end: statements, integrity of the data, and who answers for it."""

from __future__ import annotations

from calbench.certificates.codes import code
from calbench.certificates.content import Block, Field, Fields, Paragraph, Section, Signatures
from calbench.certificates.text import printable
from calbench.certificates.wording import Language, word
from calbench.documents.record import Record

_GROUP = 4
_SHORT = 16


def statements(language: Language) -> Section:
    """What the results say and what they don't (7.8.2.1 l, 7.8.2.2, 7.8.4.3)."""
    keys = ("statement.items", "statement.whole", "statement.interval", "statement.status")
    return Section(word("statements", language), [Paragraph(word(key, language)) for key in keys])


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


def signatures(record: Record, language: Language) -> Section:
    """Lines to be signed: the program knows who performed the work, and nobody else (7.8.2.1 o)."""
    items = [
        Field(word("performed", language), printable(record.run.operator)),
        *(Field(word(key, language), "") for key in ("checked", "authorised", "issued")),
    ]
    return Section(word("signatures", language), [Signatures(items)])
