"""Uncertainty budgets (7.6): in full for the largest U of each test, and of all results in an annex."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from calbench.certificates.content import Column, Paragraph, Row, Section, Table
from calbench.certificates.numbered import Numbered, tested
from calbench.certificates.text import local, numbers, printable
from calbench.certificates.wording import Language, sentences, term, word
from calbench.documents.record import BudgetLine, Record, Result
from calbench.metrology.coverage import MANY_DEGREES

_NUMBERS = ("budget.std", "budget.sensitivity", "budget.contribution", "budget.share", "budget.dof")
_WITH_UNIT = ("budget.std", "budget.contribution")


def widest(record: Record, language: Language) -> list[Section]:
    """Give the budget of the point with the largest U of each test that has budgets."""
    sections = [Section(word("budget", language), [])]
    for test in tested(record, language):
        each = _largest(test.results)
        if each is None:
            continue
        title = word("budget.of", language, test=test.title, number=each.number, point=each.point)
        summed = Paragraph(_sum(each.result, language), tone="small")
        sections.append(Section(title, [_full(each.result, language), summed], level=2))
    return sections if len(sections) > 1 else []


def annex(record: Record, language: Language) -> list[Section]:
    """Give the budgets of all results in one table; no section if there is none."""
    rows: list[Row] = []
    for test in tested(record, language):
        for each in test.results:
            if each.result.budget:
                rows += _compact(test.title, each, language)
    if not rows:
        return []
    columns = [
        Column(word("budget.name", language), wide=True),
        Column(word("budget.distribution", language)),
        *(Column(word(key, language), "right") for key in _NUMBERS),
    ]
    return [Section(word("annex", language), [Table(columns, rows, small=True)], annex=True)]


def _largest(results: Sequence[Numbered]) -> Numbered | None:
    found = [each for each in results if each.result.budget and each.result.expanded is not None]
    if not found:
        return next((each for each in results if each.result.budget), None)
    sizes = numbers(*(each.result.expanded or "" for each in found))
    return max(zip(sizes, range(len(found), 0, -1), found, strict=True), key=lambda entry: entry[:2])[2]


def _full(result: Result, language: Language) -> Table:
    own = {"budget.std"} if any(line.shown.unit for line in result.budget) else set()
    units = {key: "" if key in own else _unit(result, language) for key in _NUMBERS}
    columns = [
        Column(word("budget.name", language), wide=True),
        Column(word("budget.kind", language)),
        Column(word("budget.distribution", language)),
        *(Column(_head(key, units[key], language), "right") for key in _NUMBERS),
    ]
    rows = []
    for line in result.budget:
        name = named(line, language)
        source = f" ({printable(_source(line.source, language))})" if line.source else ""
        rows.append(Row([f"{name}{source}", line.kind, _shape(line, language), *_numbers(line)]))
    return Table(columns, rows, small=True)


def named(line: BudgetLine, language: Language) -> str:
    """Name a line of a budget, with the inputs of the point that it moves."""
    name = local(line.name, language)
    return printable(f"{name} [{line.input}]" if line.input else name)


def _source(source: str, language: Language) -> str:
    """Give where a line comes from, with the words that a plan puts between names in the language."""
    for key in ("source.drift", "source.line"):
        places = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^,;]*?)", re.escape(word(key, "en")))
        source = re.sub(f"{places}(?=$|[,;])", partial(_said, key, language), source)
    for key in ("source.certificate", "source.rests", "source.alone", "source.correlation"):
        source = source.replace(word(key, "en"), word(key, language))
    return source


def _said(key: str, language: Language, found: re.Match[str]) -> str:
    return word(key, language, **found.groupdict())


def _compact(test: str, each: Numbered, language: Language) -> list[Row]:
    unit = _unit(each.result, language)
    title = f"{word('no', language)} {each.number}, {test}: {each.point}"
    parts = [
        word("budget.title", language, title=title),
        _sum(each.result, language),
        word("budget.unit", language, unit=unit) if unit else "",
    ]
    lines = [
        Row([named(line, language), _shape(line, language), *_numbers(line)]) for line in each.result.budget
    ]
    return [Row([sentences(parts, language)], group=True), *lines]


def _sum(result: Result, language: Language) -> str:
    """Say u, its degrees of freedom, k and U as they are to be printed; empty where U was not evaluated."""
    shown, unit = result.shown, _unit(result, language)
    if not shown.expanded:
        return ""
    summed = word(
        "budget.sum",
        language,
        std=f"{printable(shown.std_uncertainty)} {unit}".strip(),
        dof=printable(_degrees(shown.dof)),
        k=printable(shown.k),
        expanded=f"{printable(shown.expanded)} {unit}".strip(),
    )
    below = result.expanded_computed is not None and result.expanded_computed != result.expanded
    return sentences([summed, word("cmc.stated", language) if below else ""], language)


def _degrees(text: str) -> str:
    """Give degrees of freedom for print; the record keeps them as they are."""
    return "∞" if text not in ("", "∞") and float(text) >= MANY_DEGREES else text


def _unit(result: Result, language: Language) -> str:
    return printable(local(result.shown.error_unit or result.shown.unit, language))


def _head(key: str, unit: str, language: Language) -> str:
    name = word(key, language)
    return word("in.unit", language, name=name, unit=unit) if unit and key in _WITH_UNIT else name


def _shape(line: BudgetLine, language: Language) -> str:
    return printable(term("shape", line.distribution, language))


def _numbers(line: BudgetLine) -> list[str]:
    shown = line.shown
    std = f"{shown.std} {shown.unit}".strip()
    texts = (std, shown.sensitivity, shown.contribution, shown.share, _degrees(shown.dof))
    return [printable(text) for text in texts]
