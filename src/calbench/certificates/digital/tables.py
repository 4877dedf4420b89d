"""The results of a test as lists of quantities: rows with the same units and columns stand in one list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from calbench.certificates.decisions import DERIVED_RULE
from calbench.certificates.digital.equipment import REF_TYPES
from calbench.certificates.digital.figures import (
    Figure,
    alike,
    exact,
    figure,
    interval,
    known,
    listed,
    uncertainty,
)
from calbench.certificates.digital.speech import Speech
from calbench.certificates.numbered import Numbered, Tested
from calbench.certificates.text import split
from calbench.dcc.content import Data, Quantity, Statement, Table
from calbench.dcc.numbers import Uncertainty
from calbench.documents.record import BudgetLine, Record, Result, Shown, Verdict
from calbench.quantities import parse_quantity

CONFORMITY: dict[Verdict, str] = {
    "pass": "pass",
    "fail": "fail",
    "indeterminate_pass": "conditionalPass",
    "indeterminate_fail": "conditionalFail",
}
RULE = "decisionRule"
_VALUES = (
    ("nominal", "basic_nominalValue"),
    ("reference", "basic_referenceValue"),
    ("indication", "basic_measuredValue"),
)
_RATIOS: tuple[tuple[str, str, Callable[[Result], str | None]], ...] = (
    ("calbench_tur", "tur", lambda result: result.tur),
    ("calbench_specificRisk", "specific.risk", lambda result: result.specific_risk),
    ("calbench_globalFalseAccept", "global.pfa", lambda result: result.pfa),
    ("calbench_globalFalseReject", "global.pfr", lambda result: result.pfr),
)
_FIELDS = ("nominal", "reference", "indication", "error", "lower", "upper", "expanded")


@dataclass(frozen=True)
class Rows:
    """Results that stand in one list, with what they have in common."""

    test: Tested
    each: list[Numbered]
    speech: Speech
    coverage: str
    frequencies: Mapping[str, str]

    @property
    def shown(self) -> list[Shown]:
        """The printed figures."""
        return [one.result.shown for one in self.each]

    @property
    def values(self) -> Figure:
        """The unit of nominal value, reference and indication."""
        return figure(self.shown[0].unit, self.test.plan)

    @property
    def errors(self) -> Figure:
        """The unit of error, limits and U."""
        return figure(self.shown[0].error_unit or self.shown[0].unit, self.test.plan)

    def column(self, get: Callable[[Result], str | None]) -> list[str] | None:
        """Give a column of the results; None unless all of them have it."""
        found = [get(one.result) for one in self.each]
        return [text for text in found if text] if all(found) else None


def tables(record: Record, test: Tested, speech: Speech) -> tuple[Table, ...]:
    """Give the lists of the measured results of a test."""
    frequencies = {point.id: point.frequency for point in test.points if point.frequency}
    groups: dict[object, list[Numbered]] = {}
    for each in test.results:
        if each.result.of != "inspection":
            groups.setdefault(_alike(each.result, frequencies), []).append(each)
    coverage = record.decision.coverage
    return tuple(_table(Rows(test, rows, speech, coverage, frequencies), record) for rows in groups.values())


def _alike(result: Result, frequencies: Mapping[str, str]) -> object:
    shown = result.shown
    return (
        result.of,
        tuple(shown.unit.items()),
        tuple(shown.error_unit.items()),
        tuple(bool(getattr(shown, name)) for name in _FIELDS),
        result.verdict in CONFORMITY,
        tuple(bool(get(result)) for _, _, get in _RATIOS),
        (bool(result.accept_lower), bool(result.accept_upper)),
        bool(result.guard_band and parse_quantity(result.guard_band).value),
        result.id in frequencies,
        tuple((one.quantity, one.unit) for one in result.conditions),
        _drawn(result),
        tuple((name, split(text)[1]) for name, text in result.inputs.items()),
        tuple((*one.name.values(), one.unit, bool(one.value)) for one in result.operating),
        tuple((tuple(line.name.items()), line.input, line.kind, line.distribution) for line in result.budget),
    )


def _table(rows: Rows, record: Record) -> Table:
    # Numbers first: pydcc 0.2.33 fails on a certificate whose first quantity is a list of words.
    columns = (*_measured(rows), _judged(rows, record), *_what(rows), *_inputs(rows), *_more(rows))
    return Table(
        ref_type="calbench_table",
        quantities=tuple(each for each in columns if each is not None),
        tables=_budget(rows),
    )


def _what(rows: Rows) -> list[Quantity]:
    speech, test = rows.speech, rows.test
    names = [_name(one.result, test.id) for one in rows.each]
    found = [Quantity(ref_type="calbench_point", name=speech.word("point"), words=tuple(names))]
    frequencies = rows.column(lambda result: rows.frequencies.get(result.id))
    if frequencies:
        hertz = [f"{parse_quantity(text).in_unit('Hz'):f}" for text in frequencies]
        found.append(
            Quantity(
                ref_type="calbench_frequency",
                name=speech.word("frequency"),
                numbers=listed(figure({"en": "Hz"}, None), hertz),
            )
        )
    return found


def _measured(rows: Rows) -> list[Quantity]:
    if not known(rows.shown[0].unit, rows.test.plan):
        return []
    return [
        Quantity(
            ref_type=ref_type,
            name=rows.speech.word(field),
            numbers=listed(rows.values, [getattr(one, field) for one in rows.shown]),
        )
        for field, ref_type in _VALUES
        if getattr(rows.shown[0], field)
    ]


def _inputs(rows: Rows) -> list[Quantity]:
    """Give the values from which each result was computed: means of readings, corrected; a list for each input."""
    found = []
    for name in rows.each[0].result.inputs:
        parts = [split(one.result.inputs[name]) for one in rows.each]
        words = {language: f"{text} {name}" for language, text in rows.speech.word("input").items()}
        numbers = listed(Figure(Decimal(1), parts[0][1]), [number for number, _ in parts])
        found.append(Quantity(ref_type="calbench_input", name=words, numbers=numbers))
    return found


def _judged(rows: Rows, record: Record) -> Quantity | None:
    """Give the error (or what else is judged) with its uncertainty and conformity."""
    shown, unit = rows.shown, rows.errors
    if not shown[0].error:
        return None
    whole = rows.each[0].result.of == "test"
    is_error = not whole and (rows.test.plan is None or rows.test.plan.value == "error")
    return Quantity(
        ref_type="basic_measurementError" if is_error else "calbench_testValue",
        name=rows.speech.word("whole.name" if whole else "error" if is_error else "value"),
        numbers=listed(unit, [one.error for one in shown], _spread(rows)),
        metadata=_conformity(rows, record),
    )


def _spread(rows: Rows) -> Uncertainty | None:
    if not _has_interval(rows):
        return uncertainty(
            rows.errors, rows.shown, rows.coverage, [one.result.coverage_rule for one in rows.each]
        )
    ends = [(one.result.interval_lower or "", one.result.interval_upper or "") for one in rows.each]
    lower, upper = ([pair[side] for pair in ends] for side in (0, 1))
    return interval(rows.errors, rows.shown, rows.coverage, lower, upper)


def _has_interval(rows: Rows) -> bool:
    """Tell whether the errors have the coverage intervals of draws; rows are alike in that, all or none."""
    plan = rows.test.plan
    return _drawn(rows.each[0].result) and (plan is None or plan.value == "error")


def _drawn(result: Result) -> bool:
    """Tell whether U is that of the draws: not where the CMC, which has no interval, is the larger."""
    floor = result.expanded_computed is not None and result.expanded_computed != result.expanded
    return bool(result.interval_lower and result.interval_upper and result.shown.expanded) and not floor


def _conformity(rows: Rows, record: Record) -> tuple[Statement, ...]:
    verdicts = [one.result.verdict for one in rows.each]
    limits = _limits(rows)
    if verdicts[0] not in CONFORMITY and not limits:
        return ()
    says = tuple(CONFORMITY[one] for one in verdicts) if verdicts[0] in CONFORMITY else ()
    return (
        Statement(
            ref_id=RULE,
            ref_type="basic_conformity",
            name=rows.speech.word("conformity"),
            references=(_rule(rows, record),),
            conformity_each=says,
            data=Data(quantities=limits) if limits else None,
        ),
    )


def _rule(rows: Rows, record: Record) -> str:
    """Name the rule with its version; results that follow from others are decided by simple acceptance."""
    if rows.each[0].result.of == "derived":
        return DERIVED_RULE
    return f"{record.decision.rule}/{record.decision.version}"


def _limits(rows: Rows) -> tuple[Quantity, ...]:
    """Give the limits as they are printed, and the acceptance limits, exact, where there is a guard band."""
    found = [
        Quantity(
            ref_type=f"basic_toleranceLimit{side.title()}",
            name=rows.speech.word(f"limit.{side}"),
            numbers=listed(rows.errors, [getattr(one, side) for one in rows.shown]),
        )
        for side in ("lower", "upper")
        if getattr(rows.shown[0], side)
    ]
    guarded = rows.column(lambda result: result.guard_band)
    if guarded is None or not parse_quantity(guarded[0]).value:
        return tuple(found)
    columns = {
        "lower": rows.column(lambda result: result.accept_lower),
        "upper": rows.column(lambda result: result.accept_upper),
    }
    found += [
        Quantity(
            ref_type=f"basic_acceptanceLimit{side.title()}",
            name=rows.speech.word(f"acceptance.{side}"),
            numbers=exact(rows.errors, column),
        )
        for side, column in columns.items()
        if column is not None
    ]
    return tuple(found)


def _stated(rows: Rows) -> list[Quantity]:
    """Give U and k as they are printed, where the uncertainty of the values is an interval, which has neither."""
    if not rows.shown[0].error or not _has_interval(rows):
        return []
    expanded, factors = [one.expanded for one in rows.shown], [one.k for one in rows.shown]
    return [
        Quantity(
            ref_type="calbench_expandedUncertainty",
            name=rows.speech.word("method.uncertainty"),
            numbers=listed(rows.errors, expanded),
        ),
        Quantity(
            ref_type="calbench_coverageFactor",
            name=rows.speech.word("coverage.factor"),
            numbers=listed(figure({"en": ""}, None), factors),
        ),
    ]


def _more(rows: Rows) -> list[Quantity]:
    found = _stated(rows)
    degrees = rows.column(lambda result: result.shown.dof)
    if degrees:
        words = tuple("INF" if text == "∞" else text for text in degrees)
        found.append(
            Quantity(ref_type="calbench_degreesOfFreedom", name=rows.speech.word("dof"), words=alike(words))
        )
    found += [*_conditions(rows), *_operating(rows)]
    for ref_type, key, get in _RATIOS:
        ratios = rows.column(get)
        if ratios:
            numbers = listed(figure({"en": ""}, None), ratios)
            found.append(Quantity(ref_type=ref_type, name=rows.speech.word(key), numbers=numbers))
    return found


def _conditions(rows: Rows) -> list[Quantity]:
    """Give the smallest and the largest value of each condition while each result was measured."""
    found = []
    for index, one in enumerate(rows.each[0].result.conditions):
        unit, own = Figure(Decimal(1), one.unit), [each.result.conditions[index] for each in rows.each]
        for side, word, values in (
            ("Min", "minimum", [each.minimum for each in own]),
            ("Max", "maximum", [each.maximum for each in own]),
        ):
            name = _both(rows.speech.term("quantity", one.quantity), rows.speech.word(word))
            ref_type = f"{REF_TYPES[one.quantity]}{side}" if one.quantity in REF_TYPES else ""
            found.append(Quantity(ref_type=ref_type, name=name, numbers=listed(unit, values)))
    return found


def _operating(rows: Rows) -> list[Quantity]:
    """Give what was found of each operating condition; one that could not be computed has no number."""
    found = []
    for index, one in enumerate(rows.each[0].result.operating):
        if one.value is None:
            continue
        shown = [each.result.operating[index].shown for each in rows.each]
        found.append(
            Quantity(
                ref_type="calbench_operatingCondition",
                name=rows.speech.local(one.name),
                numbers=listed(Figure(Decimal(1), one.unit), shown),
            )
        )
    return found


def _both(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    return {language: f"{text}, {other[language]}" for language, text in one.items()}


def _budget(rows: Rows) -> tuple[Table, ...]:
    """Give the contributions of each result: one quantity for each line of the budgets."""
    first = rows.each[0].result.budget
    if not first:
        return ()
    return (
        Table(
            ref_type="calbench_uncertaintyBudget",
            name=rows.speech.word("contributions"),
            quantities=tuple(
                Quantity(
                    ref_type="calbench_contribution",
                    name=_contribution(rows.speech, line),
                    description=_described(rows.speech, line.kind, line.distribution),
                    numbers=listed(
                        rows.errors, [one.result.budget[index].shown.contribution for one in rows.each]
                    ),
                )
                for index, line in enumerate(first)
            ),
        ),
    )


def _contribution(speech: Speech, line: BudgetLine) -> dict[str, str]:
    names = speech.local(line.name)
    return {one: f"{text} [{line.input}]" for one, text in names.items()} if line.input else names


def _described(speech: Speech, kind: str, shape: str) -> dict[str, str]:
    shapes = speech.term("shape", shape)
    return {
        language: speech.word("contribution.says", kind=kind, shape=text)[language]
        for language, text in shapes.items()
    }


def _name(result: Result, test: str) -> str:
    return re.sub(r"\s+", "_", result.id.removeprefix(f"{test}/"))
