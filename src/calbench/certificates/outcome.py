"""The sections on the results of each test."""

from __future__ import annotations

from calbench.certificates.adjusting import adjustment
from calbench.certificates.content import Block, Column, Paragraph, Row, Section, Table
from calbench.certificates.inputs import inputs
from calbench.certificates.notes import notes
from calbench.certificates.numbered import Tested, tested
from calbench.certificates.operating import operating
from calbench.certificates.plot import plot
from calbench.certificates.tables import inspected, measured
from calbench.certificates.wording import Language, term, word
from calbench.documents.record import Record, StageResult
from calbench.documents.stages import AS_FOUND


def results(record: Record, language: Language) -> list[Section]:
    """A table over all tests, then each test with its table, notes and plot (7.8.2.1 m); of each stage by itself."""
    tests = tested(record, language)
    if not record.stages:
        return _results(record, tests, word("results", language), language)
    found: list[Section] = []
    for stage in record.stages:
        own = [test for test in tests if test.stage == stage.stage]
        found += _results(record, own, word(f"results.{stage.stage}", language), language, stage)
        if stage.stage == AS_FOUND:
            found.append(adjustment(record, language))
    return found


def _results(
    record: Record, tests: list[Tested], title: str, language: Language, stage: StageResult | None = None
) -> list[Section]:
    shorts = {each.result.verdict for test in tests for each in test.results}
    blocks: list[Block] = [_summary(tests, language)]
    if stage is not None:
        named, verdict = term("stage", stage.stage, language), term("verdict", stage.verdict, language)
        blocks.append(Paragraph(word("stage.verdict", language, stage=named, verdict=verdict)))
    if shorts & {"indeterminate_pass", "indeterminate_fail", "not_evaluated"}:
        blocks.append(Paragraph(word("short.says", language), tone="small"))
    return [Section(title, blocks), *(_test(record, test, language) for test in tests)]


def _summary(tests: list[Tested], language: Language) -> Table:
    columns = [
        Column(word("test", language), wide=True),
        Column(word("results.count", language), "right"),
        Column(word("passed.count", language), "right"),
        Column(word("verdict.column", language), wide=True),
    ]
    rows = [
        Row(
            [
                test.title,
                str(test.verdict.results),
                str(test.verdict.passed),
                term("verdict", test.verdict.verdict, language),
            ],
            verdict=test.verdict.verdict,
        )
        for test in tests
        if test.verdict is not None
    ]
    return Table(columns, rows)


def _test(record: Record, test: Tested, language: Language) -> Section:
    inspections = [each for each in test.results if each.result.of == "inspection"]
    measurements = [each for each in test.results if each.result.of != "inspection"]
    blocks: list[Block] = []
    if measurements:
        blocks.append(measured(test, measurements, language))
        blocks += inputs(record, test, measurements, language)
        blocks += operating(measurements, language)
    if inspections:
        blocks.append(inspected(inspections, test.points, language))
    blocks += notes(record, test, language)
    drawn = plot(test.title, measurements, language)
    if drawn is not None:
        blocks.append(drawn)
    return Section(test.title, blocks, level=2)
