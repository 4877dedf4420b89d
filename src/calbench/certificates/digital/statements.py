"""The statements of a digital certificate: that it is simulated before all, scope, decision rule, traceability."""

from __future__ import annotations

from calbench.certificates.assemble import notices, replacing
from calbench.certificates.closing import reviewed
from calbench.certificates.decisions import says
from calbench.certificates.digital.parties import ITEM
from calbench.certificates.digital.speech import Speech
from calbench.certificates.digital.tables import CONFORMITY, RULE
from calbench.certificates.text import printable
from calbench.certificates.wording import WORDS, sentences, term
from calbench.dcc.content import Statement
from calbench.documents.issue import Issue
from calbench.documents.record import Record


def statements(record: Record, speech: Speech, issue: Issue | None = None) -> tuple[Statement, ...]:
    """Give the statements; that a run was simulated comes first, and takes validity and traceability away."""
    return (
        *_simulated(record, speech),
        *_replaces(issue, speech),
        *_reviewed(issue, speech),
        *_notices(record, speech),
        _whole(record, speech),
        _rule(record, speech),
        _traceability(record, speech),
        *_place(record, speech),
        *_texts(speech),
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
    verdict = speech.term("verdict", record.verdict)
    return Statement(
        ref_id=ITEM,
        ref_type="basic_conformity",
        name=speech.word("conformity.whole"),
        declaration=verdict,
        conformity=CONFORMITY.get(record.verdict, ""),
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


def _texts(speech: Speech) -> list[Statement]:
    keys = ("statement.items", "statement.whole", "statement.interval", "statement.status")
    return [Statement(name=speech.word("statements"), declaration=speech.word(key)) for key in keys]
