"""What stands below a table of results: limits, attempts that do not count, readings that were typed in."""

from __future__ import annotations

from calbench.certificates.content import Paragraph
from calbench.certificates.decisions import floored
from calbench.certificates.numbered import Numbered, Tested, tested
from calbench.certificates.regulated import unsure
from calbench.certificates.surroundings import said
from calbench.certificates.text import for_people, local, moment, printable
from calbench.certificates.wording import Language, sentences, term, word
from calbench.documents.point import Point
from calbench.documents.record import Record
from calbench.documents.remarks import in_language


def notes(record: Record, test: Tested, language: Language) -> list[Paragraph]:
    """Give the notes on a test."""
    texts: list[str] = []
    if test.verdict is not None:
        says = term("verdict", test.verdict.verdict, language)
        texts.append(word("test.verdict", language, verdict=says))
    texts += _followed(record, test, language)
    limits = _limits(test)
    if limits:
        texts.append(word("conditions.says", language, limits=printable(limits)))
    doubt = unsure(record, test, language)
    if doubt:
        texts.append(doubt)
    typed = [each.number for each in test.results if _typed(record, each)]
    if typed:
        texts.append(word("typed.says", language, numbers=", ".join(typed)))
    if test.plan is not None and test.plan.monte_carlo is not None:
        drawn = test.plan.monte_carlo
        texts.append(word(f"mc.{drawn.interval}", language, draws=drawn.draws, seed=drawn.seed))
    below = floored(test.results)
    if below:
        texts.append(word("cmc.says", language, numbers=", ".join(below)))
    texts += _near(test, language)
    texts += said(test, language)
    for each in test.results:
        texts += _attempts(record, each, language)
        if each.result.remark:
            remark = printable(in_language(each.result.remark, language, _conditions(each, language)))
            texts.append(word("remark.says", language, number=each.number, remark=remark))
    return [Paragraph(sentences(texts, language), tone="small")] if texts else []


def _followed(record: Record, test: Tested, language: Language) -> list[str]:
    """Say of what derived results were computed, and how."""
    if test.plan is None or test.plan.kind != "derived":
        return []
    of = next((one for one in tested(record, language) if one.id == test.plan.of), None)
    title = test.plan.of if of is None else of.title
    return [
        word(
            "derived.says",
            language,
            of=title,
            value=printable(test.plan.stated.get("value", test.plan.value)),
        )
    ]


def _limits(test: Tested) -> str:
    """Give the limits as the procedure states them, each with the ranges that it holds for."""
    found: dict[str, dict[str, None]] = {}
    for point in test.points:
        if point.limit is not None and point.limit.text:
            found.setdefault(point.limit.text, {})[_range(point)] = None
    whole = [] if test.plan is None else [test.plan.limit, *(one.limit for one in test.plan.groups)]
    for limit in whole:
        if limit is not None and limit.text:
            found.setdefault(limit.text, {})
    stated = [(", ".join(name for name in ranges if name), text) for text, ranges in found.items()]
    return "; ".join(f"{ranges}: {text}" if ranges else text for ranges, text in stated)


def _range(point: Point) -> str:
    """Name the range of a point, with its frequency where it has one: `10 V (50 kHz)`."""
    name = for_people(point.range or "")
    return f"{name} ({for_people(point.frequency)})" if name and point.frequency else name


def _typed(record: Record, each: Numbered) -> bool:
    attempts = record.attempts.get(each.result.id, [])
    return any(raw.operator_typed for attempt in attempts if attempt.counts for raw in attempt.readings)


def _attempts(record: Record, each: Numbered, language: Language) -> list[str]:
    """Say how often a point was taken and why; every attempt is kept in the record."""
    if record.plan.policy.counts:
        return _taken(record, each, language)
    if each.result.attempts < 2:  # noqa: PLR2004 - the first attempt is no retake
        return []
    reasons = dict.fromkeys(printable(one.reason) for one in record.attempts.get(each.result.id, []))
    stated = "; ".join(reason for reason in reasons if reason) or word("attempt.unreasoned", language)
    attempts = str(each.result.attempts)
    return [word("attempt.says", language, number=each.number, attempts=attempts, reason=stated)]


def _reason(reason: str, each: Numbered, language: Language) -> str:
    """Give the reason of a retake: as it was typed, or which condition did not hold."""
    return printable(in_language(reason, language, _conditions(each, language)))


def _conditions(each: Numbered, language: Language) -> dict[str, str]:
    """Give the names of the operating conditions of a result, from English."""
    return {local(one.name, "en"): local(one.name, language) for one in each.result.operating}


def _near(test: Tested, language: Language) -> list[str]:
    """Say which results rest on further readings because they are near their limits."""
    rules = {point.id: (point.near_limit, point.readings) for point in test.points if point.near_limit}
    more = [
        each for each in test.results if each.result.n > rules.get(each.result.id, (None, each.result.n))[1]
    ]
    if not more:
        return []
    rule, _ = rules[more[0].result.id]
    numbers = ", ".join(each.number for each in more)
    return [
        word("near.says", language, numbers=numbers, start=rule.start, end=rule.end, more=str(rule.readings))
    ]


def _taken(record: Record, each: Numbered, language: Language) -> list[str]:
    """Say who had a point taken again, when and why; and how often it was interrupted."""
    attempts = record.attempts.get(each.result.id, [])
    texts = [
        word(
            "retake.says",
            language,
            number=each.number,
            who=printable(one.by) or word("operator", language),
            when=moment(one.decided),
            reason=_reason(one.reason, each, language) or word("attempt.unreasoned", language),
        )
        for one in attempts
        if one.decided and not one.discarded
    ]
    lost = sum(bool(one.discarded) for one in attempts)
    if lost:
        texts.append(word("interrupted.says", language, number=each.number, count=str(lost)))
    return texts
