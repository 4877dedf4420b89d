"""Which document a record gives, and what it concludes: by the kind of work, the outcome, and the regulation.

Verification: 检定证书 where every item passed, 检定结果通知书 otherwise; calibration: 校准证书; a test that calibrates
nothing: a report.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from calbench.certificates.numbered import Tested, tested
from calbench.certificates.text import printable
from calbench.certificates.wording import WORDS, Language, term, word
from calbench.documents.record import Record, Verdict

NOTICE = "title.notice"
_FAILED = ("fail", "indeterminate_fail")


def title_key(record: Record) -> str:
    """Give the key of the title.

    A verification certificate needs the verdict pass over a completed run of all points: a part of the tests
    cannot show that an instrument conforms.
    """
    work = record.plan.procedure.work
    if work == "calibration":
        return "title.calibration"
    if work == "test":
        return "title.report"
    return "title.pass" if _whole(record) and record.verdict == "pass" else NOTICE


def worded(key: str, record: Record) -> str:
    """Give the key of a word that names the document: of a report it has another form."""
    report = f"{key}.report"
    return report if record.plan.procedure.work == "test" and report in WORDS else key


def conclusion(record: Record, language: Language) -> tuple[Verdict, str]:
    """Give the verdict that the document bears, and its words; none where not all was verified that passed so far."""
    if title_key(record) == NOTICE and record.verdict == "pass":
        return "not_evaluated", word("conclusion.open", language)
    return record.verdict, term("verdict", record.verdict, language)


def failing(record: Record, language: Language) -> list[str]:
    """List the items of a notification that do not conform, and those that were not decided, by their numbers."""
    if title_key(record) != NOTICE:
        return []
    stage = record.stages[-1].stage if record.stages else ""
    tests = [one for one in tested(record, language) if one.verdict is not None and one.stage == stage]
    failed = _items(tests, _FAILED, language)
    undecided = _items(tests, ("indeterminate_pass",), language)
    return [
        *([word("failing.says", language, items=failed)] if failed else []),
        *([word("undecided.says", language, items=undecided)] if undecided else []),
    ]


def validity(record: Record) -> date | None:
    """Give the last day on which a verification holds; None unless its regulation states it and it passed."""
    asked = record.plan.regulated
    if asked is None or asked.interval is None or title_key(record) != "title.pass":
        return None
    return last_day(date.fromisoformat(record.run.ended[:10]), asked.interval.months)


def last_day(of: date, months: int) -> date:
    """Give the last day of an interval that begins with a day: the one before the same day so many months on."""
    years, month = divmod(of.month - 1 + months, 12)
    year = of.year + years
    return date(year, month + 1, min(of.day, monthrange(year, month + 1)[1])) - timedelta(days=1)


def validity_says(record: Record, language: Language) -> str:
    """Say until when it is valid, by which interval, and how sure that is; empty where nothing is stated."""
    until, asked = validity(record), record.plan.regulated
    if until is None or asked is None or asked.interval is None:
        return ""
    return word(
        "valid.interval",
        language,
        date=until.isoformat(),
        months=str(asked.interval.months),
        regulation=printable(record.plan.procedure.regulation),
        source=term("source", asked.interval.source, language),
    )


def _whole(record: Record) -> bool:
    return record.run.status == "COMPLETED" and record.run.completeness == "full" and not record.plan.partial


def _items(tests: Iterable[Tested], verdicts: tuple[str, ...], language: Language) -> str:
    return "; ".join(
        word("failing.item", language, title=one.title, numbers=numbers) if numbers else one.title
        for one in tests
        if one.verdict is not None and one.verdict.verdict in verdicts
        for numbers in [", ".join(each.number for each in one.results if each.result.verdict in verdicts)]
    )
