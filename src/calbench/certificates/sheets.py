"""What the workbook of a record holds, sheet by sheet, before anything is written: texts and exact numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calbench.certificates import regulated
from calbench.certificates.about import described, uses
from calbench.certificates.assemble import notices
from calbench.certificates.conclusion import conclusion, title_key, worded
from calbench.certificates.csv import JUDGED, MEASURED, PLAIN, quantities
from calbench.certificates.numbered import Numbered, Tested, tested
from calbench.certificates.sheetwords import heading
from calbench.certificates.text import local, moment, unit_for_people
from calbench.certificates.wording import Language, term, word
from calbench.documents.record import Attempt, Raw, Record, Verdict


@dataclass(frozen=True)
class Number:
    """A number, as its exact decimal text; `rounded` says that the same text stands elsewhere in the row."""

    text: str
    rounded: bool = False


Cell = str | Number


@dataclass(frozen=True)
class Line:
    """A row; its verdict, if it has one, colours it."""

    cells: list[Cell]
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet with its columns; every row has as many cells."""

    name: str
    columns: list[str]
    rows: list[Line]


def sheets(record: Record, record_sha256: str, language: Language) -> list[Sheet]:
    """Give the sheets of the workbook of a record, in their order."""
    tests = tested(record, language)
    return [
        _results(record, tests, language),
        _values(tests, language),
        _budgets(tests, language),
        _readings(record, tests, language),
        *_conditions(tests, language),
        *_operating(tests, language),
        _standards(record, language),
        _integrity(record, record_sha256, language),
    ]


def _results(record: Record, tests: Sequence[Tested], language: Language) -> Sheet:
    keys = (
        "no", "test", "point", "labels", "n", "nominal", "reference", "indication", "unit", "error", "lower", "upper",
        "expanded", "std", "result.unit", "k", "dof", "verdict.column", "attempts", "answer", "remark", "number",
        "simulated.column",
    )  # fmt: skip
    simulated = heading("yes" if record.plan.simulated else "no.word", language)
    rows = []
    for test, each in _each(tests):
        result, shown = each.result, each.result.shown
        error_unit = local(shown.error_unit or shown.unit, language)
        cells: list[Cell] = [
            Number(each.number),
            test.title,
            each.point,
            _labels(each),
            Number(str(result.n)),
        ]
        cells += [Number(text) for text in (shown.nominal, shown.reference, shown.indication)]
        cells.append(local(shown.unit, language))
        cells += [Number(text) for text in (shown.error, shown.lower, shown.upper)]
        cells += [Number(shown.expanded), Number(shown.std_uncertainty), error_unit]
        cells += [Number(shown.k), Number(shown.dof), term("verdict", result.verdict, language)]
        cells += [Number(str(result.attempts)), each.answer, result.remark, record.run.id, simulated]
        cells += [term("stage", result.stage, language)] if record.stages else []
        rows.append(Line(cells, result.verdict))
    return _sheet("results", (*keys, "stage") if record.stages else keys, rows, language)


def _values(tests: Sequence[Tested], language: Language) -> Sheet:
    numeric = (*MEASURED, *JUDGED, *PLAIN)
    columns = [heading(key, language) for key in ("no", "id")]
    columns += [heading(_named(key), language) for key in MEASURED] + [heading("unit", language)]
    columns += [heading(_named(key), language) for key in JUDGED] + [heading("result.unit", language)]
    columns += [heading(key, language) for key in PLAIN] + [heading("verdict.column", language)]
    columns += [heading("exact", language, name=heading(_named(key), language)) for key in numeric]
    rows = []
    for _, each in _each(tests):
        result = each.result
        measured, unit = quantities(result, MEASURED)
        judged, result_unit = quantities(result, JUDGED)
        plain: list[str] = [getattr(result, name) or "" for name in PLAIN]
        cells: list[Cell] = [Number(each.number), result.id, *_rounded(measured), unit]
        cells += [*_rounded(judged), result_unit, *_rounded(plain), term("verdict", result.verdict, language)]
        rows.append(Line([*cells, *measured, *judged, *plain], result.verdict))
    return Sheet(heading("sheet.values", language), columns, rows)


def _budgets(tests: Sequence[Tested], language: Language) -> Sheet:
    keys = (
        "no", "test", "point", "contribution.name", "influence", "budget.kind", "budget.distribution", "budget.std",
        "budget.contribution", "result.unit", "budget.sensitivity", "budget.share", "budget.dof", "source",
    )  # fmt: skip
    rows = []
    of_inputs = any(line.input for _, each in _each(tests) for line in each.result.budget)
    for test, each in _each(tests):
        unit = local(each.result.shown.error_unit or each.result.shown.unit, language)
        for line in each.result.budget:
            shown = line.shown
            cells: list[Cell] = [Number(each.number), test.title, each.point, local(line.name, language)]
            cells += [line.influence, line.kind, term("shape", line.distribution, language)]
            cells += [Number(shown.std), Number(shown.contribution), unit, Number(shown.sensitivity)]
            cells += [Number(shown.share), Number(shown.dof), line.source, line.std, line.contribution]
            cells += [line.input, shown.unit or unit] if of_inputs else []
            rows.append(Line(cells))
    made = _sheet("budgets", keys, rows, language)
    names = [heading(key, language) for key in ("budget.std", "budget.contribution")]
    exact = [heading("exact.coherent", language, name=name) for name in names]
    further = [heading(key, language) for key in ("input", "std.unit")] if of_inputs else []
    return Sheet(made.name, [*made.columns, *exact, *further], rows)


def _readings(record: Record, tests: Sequence[Tested], language: Language) -> Sheet:
    keys: tuple[str, ...] = (
        "no", "point", "attempt", "counts", "complete", "reason", "what", "pass.number", "reply", "value", "unit",
        "time", "typed",
    )  # fmt: skip
    of_inputs = any(
        raw.input for several in record.attempts.values() for one in several for raw in one.readings
    )
    keys += ("input",) if of_inputs else ()
    numbers = {each.result.id: each.number for _, each in _each(tests)}
    rows = []
    order = dict.fromkeys([*numbers, *sorted(record.attempts)])  # of the certificate, then what has no result
    for id_ in order:
        for attempt in record.attempts.get(id_, []):
            before = [Number(numbers.get(id_, "")), id_, *_attempt(attempt, language)]
            rows += [Line([*before, *cells][: len(keys)]) for cells in _taken(attempt, language)]
    return _sheet("readings", keys, rows, language)


def _attempt(attempt: Attempt, language: Language) -> list[Cell]:
    said = [_yes(attempt.counts, language), _yes(attempt.complete, language), attempt.reason]
    return [Number(str(attempt.number)), *said]


def _taken(attempt: Attempt, language: Language) -> Iterator[list[Cell]]:
    for what, several in (("applied", attempt.applied), ("reading", attempt.readings)):
        for raw in several:
            yield _raw(heading(f"what.{what}", language), raw, language)
    for question, answer in attempt.answers.items():
        yield [
            heading("what.answer", language),
            "",
            f"{question}: {'; '.join(answer.splitlines())}",
            "",
            "",
            "",
            "",
            "",
        ]


def _raw(what: str, raw: Raw, language: Language) -> list[Cell]:
    return [
        what, raw.measured_pass, raw.text, Number(raw.value), unit_for_people(raw.unit), raw.t_utc,
        _yes(raw.operator_typed, language), raw.input,
    ]  # fmt: skip


def _conditions(tests: Sequence[Tested], language: Language) -> list[Sheet]:
    """Give the conditions of each result, one row each; no sheet where the record has none."""
    keys = ("no", "test", "point", "quantity", "minimum", "maximum", "unit", "samples", "violations", "age")
    rows = [
        Line([
            Number(each.number), test.title, each.point, term("quantity", one.quantity, language), Number(one.minimum),
            Number(one.maximum), unit_for_people(one.unit), Number(str(one.samples)), Number(str(one.outside)),
            Number(one.age_s),
        ])
        for test, each in _each(tests)
        for one in each.result.conditions
    ]  # fmt: skip
    return [_sheet("conditions", keys, rows, language)] if rows else []


def _operating(tests: Sequence[Tested], language: Language) -> list[Sheet]:
    """Give what was found of the operating conditions of each result; no sheet where none are stated."""
    keys = (
        "no",
        "test",
        "point",
        "operating",
        "operating.found",
        "lower",
        "upper",
        "unit",
        "operating.holds",
    )
    rows = [
        Line([
            Number(each.number), test.title, each.point, local(one.name, language), Number(one.shown),
            Number(one.shown_lower), Number(one.shown_upper), one.unit,
            heading("operating.held" if one.holds else "operating.missed", language),
        ])
        for test, each in _each(tests)
        for one in each.result.operating
    ]  # fmt: skip
    return [_sheet("operating", keys, rows, language)] if rows else []


def _standards(record: Record, language: Language) -> Sheet:
    keys = (
        "id", "key.kind", "key.maker", "key.model", "key.serial", "key.accuracy_class", "certificate", "issuer",
        "key.accreditation", "date", "due", "used.in", "certificate.sha256",
    )  # fmt: skip
    used = uses(record, language)
    rows = [
        Line([
            each.id, each.kind, each.maker, each.model, each.serial, each.accuracy_class, each.certificate_number,
            each.issuer, each.accreditation, each.certificate_date, each.due, used.get(each.id, ""),
            each.certificate_sha256 or "",
        ])
        for each in record.plan.standards
    ]  # fmt: skip
    return _sheet("standards", keys, rows, language)


def _integrity(record: Record, record_sha256: str, language: Language) -> Sheet:
    run, plan = record.run, record.plan
    pairs = [
        (word("certificate", language), word(title_key(record), language)),
        (word(worded("number", record), language), run.id),
        (word("verdict", language), conclusion(record, language)[1]),
        (word("status", language), term("status", run.status, language)),
        (word("completeness", language), term("completeness", run.completeness, language)),
        *((heading("notice", language), each) for each in notices(record, language)),
        *((word(key, language), text) for key, text in regulated.fields(record, language) if text),
        *((each.label, each.value) for each in described(record, language)),
        (word("started", language), moment(run.started)),
        (word("ended", language), moment(run.ended)),
        (word("operator", language), run.operator),
        (word("procedure.id", language), f"{plan.procedure.id} {plan.procedure.version}"),
        (word("decision", language), f"{record.decision.rule}/{record.decision.version}"),
        (word("record.hash", language), record_sha256),
        (word("plan.hash", language), record.plan_sha256),
        (word("journal.full", language), record.journal.head),
        (word("journal.lines", language), str(record.journal.lines)),
        (word("software", language), f"{record.software.name} {record.software.version}"),
        (word("software.id", language), record.software.id),
        *(
            (heading("notice", language), heading(f"about.{key}", language))
            for key in ("printed", "values", "text")
        ),
    ]
    rows = [Line([name, text]) for name, text in pairs]
    return _sheet("integrity", ("item.column", "content.column"), rows, language)


def _sheet(name: str, keys: Sequence[str], rows: list[Line], language: Language) -> Sheet:
    return Sheet(heading(f"sheet.{name}", language), [heading(key, language) for key in keys], rows)


def _each(tests: Sequence[Tested]) -> Iterator[tuple[Tested, Numbered]]:
    for test in tests:
        for each in test.results:
            yield test, each


def _rounded(texts: Sequence[str]) -> list[Cell]:
    return [Number(text, rounded=True) for text in texts]


def _named(key: str) -> str:
    return "std" if key == "std_uncertainty" else key


def _labels(each: Numbered) -> str:
    return "; ".join(each.labels)


def _yes(said: bool, language: Language) -> str:  # noqa: FBT001 - what a cell says
    return heading("yes" if said else "no.word", language)
