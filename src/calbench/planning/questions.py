"""Questions of prompts, as the plan has them."""

from __future__ import annotations

from typing import Literal

from calbench.documents.asking import QuestionPlan
from calbench.documents.procedure import Checklist, Question
from calbench.planning.expansion import Words, translated


def questions(asked: list[Question], prefix: str, words: Words) -> list[QuestionPlan]:
    """Give the questions of a prompt with ids below `prefix`."""
    return [
        QuestionPlan(
            id=f"{prefix}/{one.name}",
            text=one.question,
            kind=_kind(one),
            choices=choices(one),
            unit=one.unit,
            minimum=one.min,
            maximum=one.max,
            must_be=one.must_be,
            optional=one.optional,
            words=translated(words, choices(one)),
            plausible_minimum=one.plausible.min if one.plausible else None,
            plausible_maximum=one.plausible.max if one.plausible else None,
        )
        for one in asked
    ]


def _kind(one: Question) -> Literal["text", "number", "choice", "checklist"]:
    if isinstance(one.answers, Checklist):
        return "checklist"
    return one.answers if isinstance(one.answers, str) else "choice"


def choices(one: Question) -> list[str]:
    """Give what may be chosen or ticked."""
    if isinstance(one.answers, Checklist):
        return one.answers.checklist
    return [] if isinstance(one.answers, str) else one.answers
