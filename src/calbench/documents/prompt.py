"""What an operator is asked, and the answers file of an unattended run."""

from __future__ import annotations

from typing import Literal, Protocol

from calbench.documents.fields import Language, ScalarText
from calbench.documents.model import Authored, Stored


class Ask(Stored):
    """One thing to ask: shown as it stands; the answer is text, checked by the runner.

    `id` is stable between runs of the same plan: `connect/dcv`, `basic-error/3V/rising`. An answer to a choice is
    the choice as it stands in `choices`, whatever language it is shown in; `words` has the translations. `position` is
    a place on a pan; `unit_position` the position of the unit that it is about, where a run has several.
    """

    id: str
    kind: Literal["confirm", "choice", "text", "number", "place"]
    title: dict[str, str] = {}
    text: dict[str, str]
    picture: str | None = None
    choices: list[str] = []
    unit: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    optional: bool = False
    words: dict[str, dict[str, str]] = {}
    weights: list[str] = []
    position: str = ""
    unit_position: str = ""


class Operator(Protocol):
    """Whoever answers: a person at a terminal or a page, an answers file, a simulated operator.

    One who is a person has `takes_long = True`: a stop or an abort from elsewhere then does not wait for the answer.
    """

    name: str

    def answer(self, ask: Ask) -> str:
        """Give the answer as text; `yes` for a confirmation that was given."""

    def tell(self, text: str) -> None:
        """Take note of something, such as an answer that was not accepted, and why."""


class Answers(Authored):
    """An answers file: what is answered to each prompt, by its id."""

    language: Language
    operator: ScalarText = "answers file"
    confirm: Literal["all", "none"] = "none"
    answers: dict[str, ScalarText] = {}
