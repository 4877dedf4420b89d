"""Uncertainty budgets (7.6): in full for the largest U of each test, and of all results in an annex."""

from __future__ import annotations

from collections.abc import Sequence

from calbench.certificates.content import Column, Paragraph, Row, Section, Table
from calbench.certificates.numbered import Numbered, tested
from calbench.certificates.text import for_people, local, numbers, printable, split, unit_for_people
from calbench.certificates.wording import Language, sentences, term, word
from calbench.documents.record import BudgetLine, Record, Result

_EXACT = ("budget.std", "budget.sensitivity", "budget.contribution", "budget.share", "budget.dof")
_INFINITE = ("inf", "infinity")


def widest(record: Record, language: Language) -> list[Section]:
    """Give the budget of the point with the largest U of each test that has budgets."""
    sections = [Section(word("budget", language), [Paragraph(word("budget.exact", language), tone="small")])]
    for test in tested(record, language):
        each = _largest(test.results)
        if each is None:
            continue
        title = word("budget.of", language, test=test.title, number=each.number, point=each.point)
        sections.append(Section(title, [_full(each.result, language), *_sum(each.result, language)], level=2))
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
    ]
    columns += [Column(word(key, language), "right") for key in _EXACT]
    return [Section(word("annex", language), [Table(columns, rows, small=True)], annex=True)]


def _largest(results: Sequence[Numbered]) -> Numbered | None:
    found = [each for each in results if each.result.budget and each.result.expanded is not None]
    if not found:
        return next((each for each in results if each.result.budget), None)
    sizes = numbers(*(each.result.expanded or "" for each in found))
    return max(zip(sizes, range(len(found), 0, -1), found, strict=True), key=lambda entry: entry[:2])[2]


def _full(result: Result, language: Language) -> Table:
    columns = [
        Column(word("budget.name", language), wide=True),
        Column(word("budget.kind", language)),
        Column(word("budget.distribution", language)),
        *(Column(word(key, language), "right") for key in _EXACT),
    ]
    rows = []
    for line in result.budget:
        name = printable(local(line.name, language))
        source = f" ({printable(line.source)})" if line.source else ""
        rows.append(
            Row([f"{name}{source}", line.kind, term("shape", line.distribution, language), *_numbers(line)])
        )
    return Table(columns, rows, small=True)


def _sum(result: Result, language: Language) -> list[Paragraph]:
    """Say what the budget comes to, and in which unit its contributions are."""
    texts = [_summed(result, language)]
    unit = printable(unit_for_people(split(result.std_uncertainty or "")[1]))
    if unit:
        texts.append(word("budget.unit", language, unit=unit))
    text = sentences(texts, language)
    return [Paragraph(text, tone="small")] if text else []


def _summed(result: Result, language: Language) -> str:
    """Say u, its degrees of freedom, k and U; empty where U was not evaluated."""
    exact = (result.std_uncertainty, result.dof, result.k, result.expanded)
    if any(text is None for text in exact):
        return ""
    std, dof, k, expanded = (_shown(text or "") for text in exact)
    return word("budget.sum", language, std=std, dof=dof, k=k, expanded=expanded)


def _compact(test: str, each: Numbered, language: Language) -> list[Row]:
    title = f"{word('no', language)} {each.number}, {test}: {each.point}"
    lines = [
        Row(
            [
                printable(local(line.name, language)),
                term("shape", line.distribution, language),
                *_numbers(line),
            ]
        )
        for line in each.result.budget
    ]
    return [
        Row(
            [
                sentences(
                    [word("budget.title", language, title=title), _summed(each.result, language)], language
                )
            ],
            group=True,
        ),
        *lines,
    ]


def _numbers(line: BudgetLine) -> list[str]:
    texts = (line.std, line.sensitivity, line.contribution, line.share, line.dof)
    return [_shown(text) for text in texts]


def _shown(text: str) -> str:
    return "∞" if text.lower() in _INFINITE else printable(for_people(text))
