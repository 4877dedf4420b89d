"""Under which conditions each result was measured (ISO/IEC 17025:2017, 7.8.4.1 b): in one line a test, and each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from calbench.certificates.content import Column, Row, Section, Table
from calbench.certificates.numbered import Numbered, Tested, tested
from calbench.certificates.text import printable, unit_for_people
from calbench.certificates.wording import Language, term, word
from calbench.documents.record import Record
from calbench.documents.recorded import PointCondition


def quantities(results: Iterable[Numbered]) -> list[tuple[str, str]]:
    """Give every quantity, with its unit, that results have conditions of."""
    return list(dict.fromkeys((one.quantity, one.unit) for each in results for one in each.result.conditions))


def of_quantity(each: Numbered, quantity: str) -> PointCondition | None:
    """Give one condition of a result."""
    return next((one for one in each.result.conditions if one.quantity == quantity), None)


def said(test: Tested, language: Language) -> list[str]:
    """Say between what values the conditions were while a test was measured, and which results were measured beyond."""
    texts = []
    for quantity, unit in quantities(test.results):
        own = [one for each in test.results if (one := of_quantity(each, quantity)) is not None]
        low = min(own, key=lambda one: Decimal(one.minimum)).minimum
        high = max(own, key=lambda one: Decimal(one.maximum)).maximum
        name, unit = term("quantity", quantity, language), unit_for_people(unit)  # noqa: PLW2901 - for people
        texts.append(word("point.conditions", language, quantity=name, span=_span(low, high), unit=unit))
    outside = [each.number for each in test.results if any(one.outside for one in each.result.conditions)]
    if outside:
        texts.append(word("point.outside", language, numbers=", ".join(outside)))
    return texts


def annex(record: Record, language: Language) -> list[Section]:
    """Give the conditions of every result in one table; no section if the record has none."""
    tests = tested(record, language)
    known = quantities(each for test in tests for each in test.results)
    if not known:
        return []
    columns = [Column(word("no", language), "right"), Column(word("point", language), wide=True)]
    for quantity, unit in known:
        name = term("quantity", quantity, language)
        columns.append(Column(word("in.unit", language, name=name, unit=unit_for_people(unit)), "right"))
    columns += [Column(word(key, language), "right") for key in ("samples", "violations")]
    rows: list[Row] = []
    for test in tests:
        own = [each for each in test.results if each.result.conditions]
        if own:
            rows.append(Row([test.title], group=True))
        rows += [_row(each, [quantity for quantity, _ in known]) for each in own]
    return [Section(word("annex.conditions", language), [Table(columns, rows, small=True)], annex=True)]


def _row(each: Numbered, known: Sequence[str]) -> Row:
    spans = [
        "" if (one := of_quantity(each, quantity)) is None else _span(one.minimum, one.maximum)
        for quantity in known
    ]
    counts = [str(sum(one.samples for one in each.result.conditions))]
    counts.append(str(sum(one.outside for one in each.result.conditions)))
    return Row([printable(text) for text in (each.number, each.point, *spans, *counts)])


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} … {high}"
