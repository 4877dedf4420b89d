"""What a report says to people: its tables and sentences, in their language; how they are set is left to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from calbench.proof.report import Covered, PointProof, Promise, Rate, Report, TestProof
from calbench.proof.wording import Language, word
from calbench.quantities import Quantity, display, find_unit

_DIGITS = 3
_NAMED = 5  # points that a note names
_SMALLEST = 0.005  # of a quotient that two digits can show
_NONE = "–"  # where a number would mean nothing


@dataclass(frozen=True)
class Grid:
    """A table: its title, its columns, and its rows."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()


def heading(report: Report, language: Language) -> list[str]:
    """Say what was proven, how often, and what is claimed."""
    title = report.title.get(language) or report.title.get("en", report.procedure)
    lines = [
        title,
        word(
            "head",
            language,
            procedure=report.procedure,
            version=report.procedure_version,
            station=report.station,
            completed=f"{report.completed:,}",
            runs=f"{report.runs:,}",
            seed=str(report.seed),
        ),
    ]
    if report.parameters:
        named = ", ".join(f"{name} = {value}" for name, value in report.parameters.items())
        lines.append(word("parameters", language, parameters=named))
    if report.verdict == "not_proven":
        return [*lines, word("claim.none", language)]
    return [*lines, word("claim", language, claim=percent(report.claim))]


def tests(report: Report, language: Language) -> Grid:
    """Give the table of tests: coverage, bias, and U against what is needed, over all points."""
    columns = ("test", "covered", "interval", "bias.u", "ratio", "excess", "verdict")
    return Grid(
        word("tests", language),
        [word(name, language) for name in columns],
        [_row(test.id, test, language, of_test=True) for test in report.tests],
        frozenset(range(1, 6)),
    )


def points(report: Report, language: Language) -> Grid:
    """Give the table of all points."""
    columns = ("point", "covered", "interval", "bias", "spread", "expanded", "ratio", "excess", "verdict")
    rows = [
        _row(point.id, point, language, of_test=False)
        for test in report.tests
        for point in test.points
        if point.covered is not None
    ]
    return Grid(
        word("points", language), [word(name, language) for name in columns], rows, frozenset(range(1, 8))
    )


def decisions(report: Report, language: Language) -> Grid:
    """Give the table of decisions against the truth, by test."""
    columns = ["test", "nonconforming", "accepted", "rejected", "indeterminate", "edge", "promise"]
    rows = [
        [
            test.id,
            percent(test.risk.nonconforming.share),
            _rate(test.risk.accepted_wrongly),
            _rate(test.risk.rejected_wrongly),
            _rate(test.risk.indeterminate),
            _rate(test.risk.at_the_edge),
            _kept(report, test, language),
        ]
        for test in report.tests
        if test.risk is not None
    ]
    title = word("decisions", language, rule=report.rule)
    return Grid(title, [word(name, language) for name in columns], rows, frozenset({1, 2, 3, 4, 5}))


def notes(report: Report, language: Language) -> list[str]:
    """Say what is remarkable: each budget that is not honest, broken promises, runs that did not complete."""
    said = (_stopped, _too_few, _without_u, _of_budgets, _of_promises, _few_at_the_edge)
    return [note for each in said for note in each(report, language)]


def method(report: Report, language: Language) -> list[str]:
    """Say how all this was found."""
    none = report.population == "none"
    units = word("how.no.units", language) if none else word(
        "how.units", language, population=report.population
    )  # fmt: skip
    return [
        word("how.runs", language),
        word("how.standards", language),
        units,
        *(word("note.unshifted", language, name=name) for name in report.not_shifted),
        word("how.true", language),
        word("how.intervals", language),
        word(
            "how.verdicts",
            language,
            excess=report.excess_limit,
            alpha=percent(report.error_rate),
            margin=percent(report.margin),
        ),
        word("how.decisions", language),
        word("how.seeds", language, derivation=report.derivation, plan=report.plan_sha256[:16]),
    ]


def verdict(one: TestProof | PointProof | Report, language: Language) -> str:
    """Give the word for a verdict."""
    expected = one.verdict == "wasteful" and one.expected
    return word("wasteful.expected" if expected else one.verdict, language)


def conclusion(report: Report, language: Language) -> str:
    """Say the verdict on the budgets and, where something is promised, on the promise; the worse one first."""
    said = [verdict(report, language)]
    if report.promise is not None:
        kept = report.promise.verdict
        said = [
            word("conclusion.budgets", language, said=said[0]),
            word("conclusion.open", language)
            if kept == "too_few_runs"
            else word("conclusion.promise", language, said=word(kept, language)),
        ]
        if report.worst == kept != report.verdict:
            said.reverse()
    if report.stopped:
        said.append(word("conclusion.stopped", language, count=f"{len(report.stopped):,}"))
    return word("comma", language).join(said)


def percent(share: str) -> str:
    """Write a share as percent; one digit behind the point, two below one percent."""
    value = Decimal(share) * 100
    digits = 2 if 0 < value < 1 else 1
    text = f"{value:.{digits}f}"
    return f"{text.removesuffix('.0')} %"


def quantity(number: str, unit: str) -> str:
    """Write a number of the coherent unit with the prefix that suits it, three digits; a ratio in percent."""
    if unit == "1":
        return f"{float(number) * 100:.{_DIGITS}g} %"
    value = Quantity(Decimal(number), find_unit(unit)).engineering() if unit else None
    if value is None:
        return f"{float(number):.{_DIGITS}g}"
    return f"{float(value.in_unit(value.unit)):.{_DIGITS}g} {display(value.unit)}"


def _row(name: str, one: TestProof | PointProof, language: Language, *, of_test: bool) -> list[str]:
    covered = one.covered
    if covered is None:
        return [name, *[""] * (5 if of_test else 7), verdict(one, language)]
    sizes = (
        [_NONE if covered.bias is None else f"{float(covered.bias):+.2f}"]
        if of_test
        else [
            _NONE if text is None else quantity(text, covered.unit)
            for text in (covered.bias, covered.spread, covered.expanded)
        ]
    )
    return [
        name,
        percent(covered.rate.share),
        _interval(covered.rate),
        *sizes,
        short(covered.ratio),
        short(covered.excess),
        verdict(one, language),
    ]


def short(text: str | None) -> str:
    """Write a quotient with two digits behind the point, – for none; what would be rounded away is not shown as 0."""
    if text is None:
        return _NONE
    return "< 0.01" if float(text) < _SMALLEST else f"{float(text):.2f}"


def _interval(rate: Rate) -> str:
    return f"{percent(rate.low)} … {percent(rate.high)}"


def _rate(rate: Rate | None) -> str:
    return "" if rate is None else f"{percent(rate.share)} (≤ {percent(rate.high)})"


def _kept(report: Report, test: TestProof, language: Language) -> str:
    if report.promise is None:
        return word("none", language)
    kept = None if test.risk is None else test.risk.promise
    return f"≤ {percent(report.promise.most)} {word(kept or 'not_proven', language)}"


def _stopped(report: Report, language: Language) -> Iterator[str]:
    if report.stopped:
        first = report.stopped[0]
        count = f"{len(report.stopped):,}"
        yield word("note.stopped", language, count=count, index=str(first.index), reason=first.reason)


def _of_budgets(report: Report, language: Language) -> Iterator[str]:
    for test in report.tests:
        remarkable = [point for point in test.points if point.verdict in ("optimistic", "wasteful")]
        if test.covered is None:
            yield word("note.unproven", language, name=test.id)
        elif test.verdict in ("optimistic", "wasteful") and not remarkable:
            yield _note(test.id, test, test.covered, report, language)
        for point in remarkable:
            if point.covered is not None:
                yield _note(point.id, point, point.covered, report, language)


def _without_u(report: Report, language: Language) -> Iterator[str]:
    for point in (point for test in report.tests for point in test.points):
        if point.covered is not None and point.covered.negligible:
            yield word(
                "note.zero",
                language,
                name=point.id,
                count=f"{point.covered.negligible:,}",
                trials=f"{point.covered.rate.trials:,}",
            )


def _too_few(report: Report, language: Language) -> Iterator[str]:
    few = [point.id for test in report.tests for point in test.points if point.verdict == "too_few_runs"]
    if few:
        named = ", ".join(few[:_NAMED]) + (" …" if len(few) > _NAMED else "")
        yield word(
            "note.few",
            language,
            count=str(len(few)),
            names=named,
            runs=f"{report.completed:,}",
            needed=f"{report.runs_needed:,}",
        )


def _note(
    name: str, one: TestProof | PointProof, covered: Covered, report: Report, language: Language
) -> str:
    key = "note.rounding" if one.expected else f"note.{one.verdict}"
    return word(
        key,
        language,
        name=name,
        share=percent(covered.rate.share),
        low=percent(covered.rate.low),
        high=percent(covered.rate.high),
        claim=percent(report.claim),
        excess=word("vast", language) if covered.excess is None else short(covered.excess),
        rounding=percent(covered.rounding),
    )


def _of_promises(report: Report, language: Language) -> Iterator[str]:
    promise = report.promise
    if promise is None:
        return
    for test in report.tests:
        broken: list[TestProof | PointProof] = [one for one in test.points if _broken(one)]
        for one in broken or ([test] if _broken(test) else []):
            rate = _counted(promise, one)
            if rate is not None:
                yield word(
                    "note.broken",
                    language,
                    name=one.id,
                    rule=promise.by,
                    kind=word(promise.kind, language),
                    most=percent(promise.most),
                    share=percent(rate.share),
                    low=percent(rate.low),
                    high=percent(rate.high),
                )


def _broken(one: TestProof | PointProof) -> bool:
    return one.risk is not None and one.risk.promise == "broken"


def _few_at_the_edge(report: Report, language: Language) -> Iterator[str]:
    promise = report.promise
    for test in report.tests:
        if promise is None or test.risk is None or test.risk.promise != "too_few_runs":
            continue
        rate = _counted(promise, test)
        if rate is None:
            yield word("note.edge.none", language, name=test.id, rule=promise.by)
        else:
            yield word(
                "note.edge.few",
                language,
                name=test.id,
                rule=promise.by,
                count=f"{rate.trials:,}",
                high=percent(rate.high),
                most=percent(promise.most),
                margin=percent(report.margin),
            )


def _counted(promise: Promise, one: TestProof | PointProof) -> Rate | None:
    """Give the rate that a promise is about."""
    if one.risk is None:
        return None
    return one.risk.at_the_edge if promise.kind == "specific" else one.risk.accepted_wrongly
