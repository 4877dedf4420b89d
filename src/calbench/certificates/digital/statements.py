"""The statements of a digital certificate: that it is simulated before all, scope, decision rule, traceability."""

from __future__ import annotations

from calbench.certificates.assemble import notices, replacing
from calbench.certificates.closing import reviewed, stated
from calbench.certificates.conclusion import conclusion, title_key, validity
from calbench.certificates.decisions import says
from calbench.certificates.digital.parties import ITEM
from calbench.certificates.digital.speech import Speech
from calbench.certificates.digital.tables import CONFORMITY, RULE
from calbench.certificates.regulated import fields
from calbench.certificates.text import printable
from calbench.certificates.wording import WORDS, sentences, term
from calbench.dcc.content import Statement
from calbench.documents.issue import Issue
from calbench.documents.record import Record

_REF_TYPES = {"control": "control", "left.out.control": "notRequired", "valid.until": "validUntil"}


def statements(record: Record, speech: Speech, issue: Issue | None = None) -> tuple[Statement, ...]:
    """Give the statements; that a run was simulated comes first, and takes validity and traceability away."""
    return (
        *_simulated(record, speech),
        *_replaces(issue, speech),
        *_reviewed(issue, speech),
        *_notices(record, speech),
        _document(record, speech),
        *_asked(record, speech),
        _whole(record, speech),
        _rule(record, speech),
        _traceability(record, speech),
        *_place(record, speech),
        *_texts(record, speech),
    )


def _simulated(record: Record, speech: Speech) -> list[Statement]:
    simulated = record.plan.simulated
    if simulated is None:
        return []
    says = speech.each(
        lambda language: WORDS["simulated.says"][language].format_map(
            {"seed": str(simulated.seed), "clock": term("clock", simulated.clock, language)}
        )
    )
    return [
        Statement(
            ref_id=ITEM,
            ref_type="calbench_simulated",
            name=speech.word("simulated.title"),
            traceable=False,
            declaration=says,
            valid=False,
        )
    ]


def _replaces(issue: Issue | None, speech: Speech) -> list[Statement]:
    """Say which certificate this one replaces, and why (7.8.8.3)."""
    if issue is None or issue.replaces is None:
        return []
    replaced = issue.replaces
    says = speech.each(lambda language: replacing(replaced, language))
    return [Statement(ref_type="calbench_replaces", name=speech.word("replaces"), declaration=says)]


def _reviewed(issue: Issue | None, speech: Speech) -> list[Statement]:
    """Say who reviewed and who authorised it, where that is recorded (7.7.1, 7.8.1.1)."""
    if issue is None or issue.release is None:
        return []
    says = speech.each(lambda language: reviewed(issue, language))
    return [Statement(ref_type="calbench_review", name=speech.word("reviewed"), declaration=says)]


def _notices(record: Record, speech: Speech) -> list[Statement]:
    """Say what the printed certificate says before its results: stopped, partial, out of the permitted climate."""
    each = {language: notices(record, language) for language in speech.languages}
    first = 0 if record.plan.simulated is None else 1  # that it is simulated is said already
    count = len(next(iter(each.values())))
    return [
        Statement(
            ref_type="calbench_notice",
            name=speech.word("scope"),
            declaration={language: says[index] for language, says in each.items()},
        )
        for index in range(first, count)
    ]


def _whole(record: Record, speech: Speech) -> Statement:
    says = speech.each(lambda language: conclusion(record, language)[1])
    verdict, _ = conclusion(record, speech.languages[0])
    return Statement(
        ref_id=ITEM,
        ref_type="basic_conformity",
        name=speech.word("conformity.whole"),
        declaration=says,
        conformity=CONFORMITY.get(verdict, ""),
    )


def _rule(record: Record, speech: Speech) -> Statement:
    decided = record.decision
    said = speech.each(lambda language: sentences(says(record, language), language))
    return Statement(
        id=RULE,
        ref_id=ITEM,
        ref_type="calbench_decisionRule",
        name=speech.word("decision"),
        references=(f"{decided.rule}/{decided.version}",),
        declaration={language: printable(text) for language, text in said.items()},
    )


def _traceability(record: Record, speech: Speech) -> Statement:
    simulated = record.plan.simulated is not None
    return Statement(
        ref_type="calbench_traceability",
        name=speech.word("traceability"),
        traceable=False if simulated else None,
        declaration=speech.word("traceability.none" if simulated else "traceability.says"),
    )


def _place(record: Record, speech: Speech) -> list[Statement]:
    place = record.uut.get("location", "")
    if not place:
        return []
    says = speech.word("location.says", place=printable(place))
    return [Statement(ref_type="calbench_place", name=speech.word("key.location"), declaration=says)]


def _texts(record: Record, speech: Speech) -> list[Statement]:
    each = {language: stated(record, language) for language in speech.languages}
    count = len(next(iter(each.values())))
    return [
        Statement(
            name=speech.word("statements"),
            declaration={language: says[index] for language, says in each.items()},
        )
        for index in range(count)
    ]


def _document(record: Record, speech: Speech) -> Statement:
    """Say which document this is: a DCC has no title of its own."""
    return Statement(
        ref_type="calbench_document", name=speech.word("document"), declaration=speech.word(title_key(record))
    )


def _asked(record: Record, speech: Speech) -> list[Statement]:
    """Say what the regulation asks (control, what it leaves out, validity), and that there is no serial number."""
    each = {language: dict(fields(record, language)) for language in speech.languages}
    keys = [key for key, text in each[speech.languages[0]].items() if text]
    until = validity(record)
    found = [
        Statement(
            ref_type=f"calbench_{_REF_TYPES[key]}",
            name=speech.word(key),
            declaration={language: texts[key] for language, texts in each.items()},
            date=until.isoformat() if key == "valid.until" and until is not None else "",
        )
        for key in keys
    ]
    if printable(record.uut.get("serial", "")):
        return found
    return [
        *found,
        Statement(
            ref_id=ITEM,
            ref_type="calbench_serial",
            name=speech.word("key.serial"),
            declaration=speech.word("not.stated"),
        ),
    ]
