"""The tables of results: each has the columns that its test has, and the numbers as the record shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from calbench.certificates.content import Align, Column, Row, Table
from calbench.certificates.numbered import Numbered, Tested
from calbench.certificates.text import local, printable
from calbench.certificates.wording import Language, term, word
from calbench.documents.plan import LocalTexts, Point
from calbench.documents.record import Result, Shown

Get = Callable[[Shown], str]
_VALUES: dict[str, Get] = {
    "nominal": lambda shown: shown.nominal,
    "reference": lambda shown: shown.reference,
    "indication": lambda shown: shown.indication,
}
_ERRORS: dict[str, Get] = {
    "error": lambda shown: shown.error,
    "limits": lambda shown: limits(shown.lower, shown.upper),
    "expanded": lambda shown: shown.expanded,
}
_PLAIN: dict[str, Get] = {"k": lambda shown: shown.k}


@dataclass(frozen=True)
class _Group:
    """Columns that share a unit: it stands in their heads, or in a column before them if rows differ."""

    keys: list[str]
    get: dict[str, Get]
    unit: Get
    shared: str | None
    says: Mapping[str, str]

    @property
    def apart(self) -> bool:
        return bool(self.keys) and self.shared is None

    def columns(self, language: Language) -> list[Column]:
        heads = [self._head(word(self.says.get(key, key), language), language) for key in self.keys]
        before = [Column(word("unit", language))] if self.apart else []
        return before + [Column(head, "right") for head in heads]

    def cells(self, shown: Shown) -> list[str]:
        before = [self.unit(shown)] if self.apart else []
        return [printable(text) for text in (*before, *(self.get[key](shown) for key in self.keys))]

    def _head(self, name: str, language: Language) -> str:
        return word("in.unit", language, name=name, unit=self.shared) if self.shared else name


def measured(test: Tested, rows: Sequence[Numbered], language: Language) -> Table:
    """Give the table of measured results."""
    derived = test.plan is not None and test.plan.kind == "derived"
    groups = _groups([each.result.shown for each in rows], language, {"error": "value"} if derived else {})
    attempts = any(each.result.attempts > 1 for each in rows)
    frequencies = {point.id: point.frequency for point in test.points if point.frequency}
    columns = [Column(word("no", language), "right"), Column(word("point", language))]
    if frequencies:
        columns.append(Column(word("frequency", language), "right"))
    columns += [column for group in groups for column in group.columns(language)]
    if attempts:
        columns.append(Column(word("attempts", language), "right"))
    columns.append(Column(word("verdict.column", language)))
    found = []
    for each in rows:
        cells = [each.number, _named(test, each, language)]
        cells += [printable(frequencies.get(each.result.id, ""))] if frequencies else []
        cells += [cell for group in groups for cell in group.cells(each.result.shown)]
        cells += [str(each.result.attempts)] if attempts else []
        found.append(_row(cells, each.result, language))
    return Table(columns, found)


def inspected(rows: Sequence[Numbered], points: Sequence[Point], language: Language) -> Table:
    """Give the table of an inspection: what was looked at, what was found."""
    heads: list[tuple[str, Align]] = [("no", "right"), ("inspected", "left"), ("answer", "left")]
    columns = [Column(word(key, language), align, wide=align == "left") for key, align in heads]
    columns.append(Column(word("verdict.column", language)))
    found = [
        [each.number, printable(looked_at(each, points, language)), printable(each.answer)] for each in rows
    ]
    return Table(
        columns, [_row(cells, each.result, language) for cells, each in zip(found, rows, strict=True)]
    )


def limits(lower: str, upper: str) -> str:
    """Put two limits, ready rounded, into one cell: `±0.5`, `-0.2 … +0.5`, `≤ +0.5`; empty without any."""
    if lower and upper:
        size = upper.removeprefix("+")
        return f"±{size}" if lower == f"-{size}" else f"{lower} … {upper}"
    return f"≥ {lower}" if lower else f"≤ {upper}" if upper else ""


def _groups(rows: Sequence[Shown], language: Language, says: Mapping[str, str]) -> list[_Group]:
    """Give the groups of columns in which any row has something; empty cells do not ask for a unit.

    `says` are the words of heads that are others than the names of their columns.
    """
    given = [
        (_VALUES, lambda shown: local(shown.unit, language)),
        (_ERRORS, lambda shown: local(_error_unit(shown), language)),
        (_PLAIN, lambda _: ""),
    ]
    return [_group(rows, get, unit, says) for get, unit in given]


def _group(rows: Sequence[Shown], get: dict[str, Get], unit: Get, says: Mapping[str, str]) -> _Group:
    units = {unit(shown) for shown in rows if any(each(shown) for each in get.values())}
    return _Group(
        keys=[key for key, each in get.items() if any(each(shown) for shown in rows)],
        get=get,
        unit=unit,
        shared=printable(units.pop()) if len(units) == 1 else None,
        says=says,
    )


def _error_unit(shown: Shown) -> LocalTexts:
    return shown.error_unit or shown.unit


def _row(cells: list[str], result: Result, language: Language) -> Row:
    return Row([*cells, term("short", result.verdict, language)], verdict=result.verdict)


def _named(test: Tested, each: Numbered, language: Language) -> str:
    """Name the point; over a whole test, say what is computed of it."""
    if each.result.of == "derived" and test.plan is not None and test.plan.across == "all":
        return word("derived.all", language)
    if each.result.of != "test":
        return each.point
    value = test.plan.value if test.plan else ""
    return word("whole.value", language, value=printable(value)) if value else word("whole", language)


def looked_at(each: Numbered, points: Sequence[Point], language: Language) -> str:
    """Say what an inspection looked at: its labels, else the question that was put, else its name."""
    if each.labels:
        return ", ".join(each.labels)
    point = next((point for point in points if each.result.id == point.id), None)
    if point is None:
        return each.point
    asked = [local(question.text, language) for question in point.questions]
    return local(point.prompt, language) or "; ".join(asked) or each.point
