"""The section on the adjustment, between what was found and what is left (ISO/IEC 17025:2017, 7.8.4.1 d)."""

from __future__ import annotations

from calbench.certificates.content import Block, Column, Field, Fields, Paragraph, Row, Section, Table
from calbench.certificates.text import local, moment, printable
from calbench.certificates.wording import Language, term, word
from calbench.documents.record import Record
from calbench.documents.stages import AS_FOUND, AS_LEFT, Adjustment, AdjustmentAnswer, unstaged

_CONFIRMED = "yes"


def adjustment(record: Record, language: Language) -> Section:
    """Say whether the item was adjusted, why, by whom, when, and what was done."""
    made = record.adjustment
    blocks: list[Block] = [Paragraph(statement(record, language))]
    if made is not None:
        blocks.append(Fields(_fields(record, made, language), columns=2))
        if made.answers:
            columns = [Column(word("adjustment.step", language), wide=True)]
            columns += [Column(word(key, language)) for key in ("adjustment.answer", "operator")]
            columns.append(Column(word("adjustment.decided.at", language)))
            blocks.append(Table(columns, [_answer(record, one, language) for one in made.answers]))
    return Section(word("adjustment", language), blocks)


def statement(record: Record, language: Language) -> str:
    """Say in one sentence what became of the item."""
    made = record.adjustment
    if made is None:
        return word("adjustment.open", language)
    if not made.adjusted:
        return word("adjustment.none", language)
    return word("adjustment.done" if made.complete else "adjustment.begun", language)


def notice(record: Record, language: Language) -> list[str]:
    """Say at the beginning that the item was adjusted, and how it was found and left; nothing if it was not."""
    made = record.adjustment
    if made is None or not made.adjusted:
        return []
    if not made.complete:
        return [word("adjustment.begun", language)]
    verdicts = {one.stage: term("verdict", one.verdict, language) for one in record.stages}
    return [word("adjusted.notice", language, found=verdicts[AS_FOUND], left=verdicts[AS_LEFT])]


def _fields(record: Record, made: Adjustment, language: Language) -> list[Field]:
    hands = ", ".join(dict.fromkeys(one.by for one in made.answers if one.by))
    pairs = [
        ("adjustment.rule", term("adjust", made.rule, language)),
        ("adjustment.decided", moment(made.decided)),
        ("adjustment.by", made.by),
        ("adjustment.reason", made.reason),
        ("adjustment.failed", ", ".join(unstaged(name, AS_FOUND) for name in made.failed)),
        ("adjustment.hands", (hands or record.run.operator) if made.adjusted else ""),
        ("adjustment.ended", moment(made.ended) if made.ended else ""),
        ("adjustment.interruptions", str(made.interruptions) if made.interruptions else ""),
    ]
    return [Field(word(key, language), printable(text)) for key, text in pairs if text]


def _answer(record: Record, one: AdjustmentAnswer, language: Language) -> Row:
    said = next(
        (question for step in record.plan.steps for question in step.questions if question.id == one.id),
        None,
    )
    if said is None and one.answer == _CONFIRMED:
        answer = word("adjustment.confirmed", language)
    else:
        answer = (said.words if said else {}).get(language, {}).get(one.answer, one.answer)
    cells = [local(one.question, language), answer, one.by, moment(one.t_utc)]
    return Row([printable(cell) for cell in cells])
