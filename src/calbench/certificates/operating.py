"""The operating conditions of results as they were found: a table beside the results, and what is not judged."""

from __future__ import annotations

from collections.abc import Sequence

from calbench.certificates.content import Block, Column, Row, Table
from calbench.certificates.numbered import Numbered, tested
from calbench.certificates.text import local, printable
from calbench.certificates.wording import Language, word
from calbench.documents.record import Record


def operating(rows: Sequence[Numbered], language: Language) -> list[Block]:
    """Give what was found of the conditions of each result, and what is allowed; nothing where none is stated."""
    found = [
        Row(
            [
                each.number,
                each.point,
                printable(local(one.name, language)),
                printable(one.found) or "—",
                printable(one.allowed) or "—",
                word("operating.held" if one.holds else "operating.missed", language),
            ]
        )
        for each in rows
        for one in each.result.operating
    ]
    if not found:
        return []
    columns = [
        Column(word("no", language), "right"),
        Column(word("point", language)),
        Column(word("operating", language), wide=True),
        Column(word("operating.found", language), "right"),
        Column(word("operating.allowed", language), "right"),
        Column(word("operating.holds", language)),
    ]
    return [Table(columns, found)]


def outside(record: Record, language: Language) -> list[str]:
    """Say before all results which were measured outside of their conditions, and are not judged."""
    numbers = [
        each.number
        for test in tested(record, language)
        for each in test.results
        if any(not one.holds for one in each.result.operating)
    ]
    return [word("operating.says", language, numbers=", ".join(numbers))] if numbers else []
