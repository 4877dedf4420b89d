"""The formulas with which results were computed: as they were written, where they hold, and from where they are."""

from __future__ import annotations

from calbench.certificates.content import Block, Column, Paragraph, Row, Section, Table
from calbench.certificates.numbered import tested
from calbench.certificates.text import for_people, local, printable
from calbench.certificates.wording import Language, word
from calbench.documents.formulas import FormulaPlan
from calbench.documents.record import Record


def annex(record: Record, language: Language) -> list[Section]:
    """Give what the results of each test are computed from, and each formula in it; nothing where there is none."""
    if not record.plan.formulas:
        return []
    columns = [
        Column(word("formula", language), wide=True),
        Column(word("formula.text", language), wide=True),
        Column(word("formula.holds", language)),
        Column(word("formula.source", language), wide=True),
    ]
    rows = [Row(_cells(one, language)) for one in record.plan.formulas]
    blocks: list[Block] = [Paragraph(printable(text), tone="small") for text in _used(record, language)]
    return [Section(word("formulas", language), [*blocks, Table(columns, rows, small=True)])]


def _used(record: Record, language: Language) -> list[str]:
    """Say of each test what of it was written with formulas: `Error: reference = (m1 - m0) / water_density(tw)`."""
    return [
        word("formula.used", language, test=test.title, what=word(f"formula.{key}", language), text=text)
        for test in tested(record, language)
        if test.plan is not None
        for key, text in test.plan.stated.items()
    ]


def _cells(one: FormulaPlan, language: Language) -> list[str]:
    title = local(one.title, language) if one.title else ""
    source = word("formula.from", language, source=local(one.source, language), origin=one.origin)
    return [
        printable(text)
        for text in (f"{title}: {one.call}" if title else one.call, one.text, holds(one), source)
    ]


def holds(one: FormulaPlan) -> str:
    """Say where a formula holds: `t: 20 °C … 110 °C`; of an argument without a range its unit, as in `p: Pa`."""
    parts = [
        f"{name}: {' … '.join(map(for_people, one.within[name]))}"
        if name in one.within
        else f"{name}: {unit}"
        for name, unit in one.of.items()
    ]
    return "; ".join(parts)
