"""The decision rule in words, and the annex with acceptance limits, TUR and risks of every result (7.8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from calbench.certificates.content import Column, Paragraph, Row, Section, Table
from calbench.certificates.numbered import Numbered, tested
from calbench.certificates.tables import limits
from calbench.certificates.text import for_people, local, printable
from calbench.certificates.wording import Language, sentences, term, word
from calbench.documents.record import Decided, Record, Result
from calbench.quantities import significant

_SMALLEST = Decimal("0.001")
_RISK_DIGITS = 2
DERIVED_RULE = "simple/1"
"""The rule by which results are decided that follow from others: they have no U."""


def decision(record: Record, language: Language) -> Section:
    """The rule by which conformity was decided, in words, and what U means (7.8.6)."""
    parts = (
        _rule(record, language),
        [*uncertainty(record, language), *_ratio(record, language)],
        [*_risk(record, language), *_largest(record, language)],
    )
    texts = [sentences(part, language) for part in parts]
    return Section(word("decision", language), [Paragraph(printable(text)) for text in texts if text])


def says(record: Record, language: Language) -> list[str]:
    """Give the sentences on rule, TUR and risks."""
    return [*_rule(record, language), *_ratio(record, language), *_risk(record, language)]


def _rule(record: Record, language: Language) -> list[str]:
    decided = record.decision
    rule = decided.rule.partition("/")[0]
    described = term("rule", rule, language)
    texts = [described] if described != rule else []
    if decided.guard_ratio is not None:
        texts.append(word("decision.ratio", language, ratio=decided.guard_ratio))
    derived = rule != DERIVED_RULE.partition("/")[0] and any(one.of == "derived" for one in record.results)
    return [
        *texts,
        word("decision.rule", language, rule=term("rule.name", rule, language), version=decided.version),
        *([word("derived.decided", language)] if derived else []),
    ]


def _ratio(record: Record, language: Language) -> list[str]:
    definition = term("tur", record.decision.tur_definition, language)
    return [word("decision.tur", language, definition=definition)] if definition else []


def _risk(record: Record, language: Language) -> list[str]:
    decided = record.decision
    texts = [word("decision.risk", language)] if decided.risk_definition else []
    if decided.risk_definition and decided.prior is not None:
        texts.append(word("decision.global", language, prior=_prior(decided, language)))
    return texts


def uncertainty(record: Record, language: Language) -> list[str]:
    """Say what U is, how k was found, and that the CMC is its floor."""
    plan, coverage = record.plan.decision, record.decision.coverage
    if plan.coverage_rule == "fixed":
        texts = [word("decision.fixed", language, k=plan.k or "", coverage=coverage)]
    else:
        texts = [word("decision.coverage", language, coverage=coverage)]
    if plan.coverage_rule in ("rectangular", "trapezoidal", "auto"):
        texts.append(word("decision.shape", language))
    if any(result.cmc is not None for result in record.results):
        texts.append(word("decision.cmc", language))
    return texts


def percent(share: str | None) -> str:
    """Write a probability of the record in %, two digits; below 0.001 % it says so."""
    if share is None:
        return ""
    value = Decimal(share) * 100
    if value < _SMALLEST:
        return f"< {_SMALLEST} %"
    return f"{significant(value, _RISK_DIGITS):f} %"


def floored(results: Sequence[Numbered]) -> list[str]:
    """Give the numbers of the results whose U is the laboratory's CMC, because their budgets give less."""
    return [
        each.number
        for each in results
        if each.result.expanded_computed is not None and each.result.expanded_computed != each.result.expanded
    ]


def annex(record: Record, language: Language) -> list[Section]:
    """Give acceptance limits, guard band, TUR and risks of every result that was decided; no section if none was."""
    prior = any(result.pfa is not None for result in record.results)
    rows: list[Row] = []
    for test in tested(record, language):
        found = [each for each in test.results if each.result.specific_risk is not None]
        if found:
            rows.append(Row([test.title], group=True))
            rows += [_row(each, language, prior=prior) for each in found]
    if not rows:
        return []
    right = ("acceptance", "guard.band", "unit", "ratio", "risk", *(("pfa", "pfr") if prior else ()))
    columns = [
        Column(word("no", language), "right"),
        Column(word("point", language), wide=True),
        *(Column(word(key, language), "left" if key == "unit" else "right") for key in right),
        Column(word("verdict.column", language)),
    ]
    table = Table(columns, rows, small=True)
    return [Section(word("decisions", language), [table], annex=True)]


def _row(each: Numbered, language: Language, *, prior: bool) -> Row:
    result, shown = each.result, each.result.shown
    cells = [
        each.number,
        each.point,
        _acceptance(result, language),
        shown.guard_band,
        printable(local(shown.error_unit or shown.unit, language)),
        result.tur or "",
        percent(result.specific_risk),
        *((percent(result.pfa), percent(result.pfr)) if prior else ()),
        term("short", result.verdict, language),
    ]
    return Row(cells, verdict=result.verdict)


def _acceptance(result: Result, language: Language) -> str:
    shown = result.shown
    low, high = shown.accept_lower, shown.accept_upper
    if low and high and Decimal(low) > Decimal(high):
        return word("acceptance.none", language)
    return printable(limits(low, high))


def _largest(record: Record, language: Language) -> list[str]:
    """Say which result that passes, and which that fails, has the largest risk."""
    texts = []
    for verdict, key in (("pass", "largest.pass"), ("fail", "largest.fail")):
        found = [
            (Decimal(each.result.specific_risk), each)
            for test in tested(record, language)
            for each in test.results
            if each.result.verdict == verdict and each.result.specific_risk is not None
        ]
        if found:
            _, worst = max(found, key=lambda one: one[0])
            risk = percent(worst.result.specific_risk)
            texts.append(word(key, language, risk=risk, number=worst.number))
    return texts


def _prior(decided: Decided, language: Language) -> str:
    given = {} if decided.prior is None else decided.prior.model_dump(exclude_none=True)
    parts = [
        word(
            f"prior.{name}",
            language,
            value=percent(text) if name == "in_tolerance" else printable(for_people(text)),
        )
        for name, text in given.items()
    ]
    return ("，" if language == "zh" else ", ").join(parts)
