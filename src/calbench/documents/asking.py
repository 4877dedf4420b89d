"""What a plan says of prompts: their questions, and what happens while one stays open."""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.model import Grown, Stored

LocalTexts = dict[str, str]


class QuestionPlan(Grown):
    """One question of a prompt; `words` translates its choices, or the items of a checklist."""

    later: ClassVar[tuple[str, ...]] = ("plausible_minimum", "plausible_maximum")

    id: str
    text: LocalTexts
    kind: Literal["confirm", "choice", "text", "number", "checklist"]
    choices: list[str] = []
    unit: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    must_be: str | None = None
    optional: bool = False
    words: dict[str, dict[str, str]] = {}
    plausible_minimum: str | None = None
    plausible_maximum: str | None = None


class PatiencePlan(Stored):
    """What happens while a prompt stays open; each after a time of its own, and never if that is None."""

    remind_after: str | None = None
    escalate_after: str | None = None
    escalate_to: str = ""
    safe_after: str | None = None
