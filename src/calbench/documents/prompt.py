"""What an operator is asked, which prompts of a run are open, and the answers file of an unattended run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from calbench.documents.fields import Language, ScalarText
from calbench.documents.journal import Event
from calbench.documents.model import Authored, Stored
from calbench.documents.states import about


class Ask(Stored):
    """One thing to ask: shown as it stands; the answer is text, checked by the runner.

    `id` is stable between runs of the same plan: `connect/dcv`, `basic-error/3V/rising`. An answer to a choice is
    the choice as it stands in `choices`, whatever language it is shown in; `words` has the translations. The answer to
    a checklist is the items that were ticked, a line each. `position` is a place on a pan; `unit_position` that of the
    unit which it is about, where a run has several. Outside `minimum` … `maximum` no answer is allowed; outside
    `plausible_minimum` … `plausible_maximum` one must be given twice. `shown` is what a simulated instrument shows.
    `stimulus` is what a source is to put out: the `instrument`, the `quantity`, and all that it is told, by name.
    `small` says of small weights on the pan how much is put down `beside` the load, or the size of those that are
    `added` or `removed` until the indication steps. `key` is what is pressed at a scale: `zero` or `tare`.
    """

    id: str
    kind: Literal["confirm", "choice", "text", "number", "place", "checklist"]
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
    plausible_minimum: str | None = None
    plausible_maximum: str | None = None
    shown: str = ""
    stimulus: dict[str, str] = {}
    small: dict[str, str] = {}
    key: str = ""


class OpenPrompt(Stored):
    """A prompt that waits for its answer.

    `seq` is the number of its `asked` event: it names this prompt alone, this time that it is asked, and whoever
    answers names it by that. `position`, `point`, `attempt` and `asked` (UTC) are those of the event.
    """

    seq: int
    position: str = ""
    point: str = ""
    attempt: int = 0
    asked: str
    reminded: bool = False
    escalated_to: str = ""
    ask: Ask


def asked(event: Event) -> OpenPrompt:
    """Give the prompt that an `asked` event opens.

    Raises:
        ValueError: The event is none.
    """
    return OpenPrompt(
        seq=event.seq,
        position=event.position,
        point=event.point,
        attempt=event.attempt,
        asked=event.t_utc,
        ask=Ask.model_validate(event.body),
    )


def grown_late(prompt: OpenPrompt, event: Event) -> OpenPrompt:
    """Give an open prompt as it is after somebody was reminded of it, or it was escalated."""
    to = str(event.body.get("to", "")) or prompt.escalated_to
    return prompt.model_copy(update={"reminded": True, "escalated_to": to})


def still_open(events: Iterable[Event]) -> list[OpenPrompt]:
    """Give the prompts that are open after these events of one journal, in the order in which they were asked."""
    found: dict[int, OpenPrompt] = {}
    for event in events:
        if event.type == "asked":
            found[event.seq] = asked(event)
        elif event.type in ("run_closed", "run_resumed"):
            found.clear()
        elif event.type in ("answered", "withdrawn"):
            found.pop(about(event, found), None)
        elif event.type in ("reminded", "escalated"):
            seq = about(event, found)
            if seq in found:
                found[seq] = grown_late(found[seq], event)
    return list(found.values())


class Operator(Protocol):
    """Whoever answers: a person at a terminal or a page, an answers file, a simulated operator.

    A person has `takes_long = True`: a stop or an abort from elsewhere then does not wait for the answer. What
    else an operator may be able to do stands in `execution/operators.py`.
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
    confirmed: list[ScalarText] = []
    answers: dict[str, ScalarText] = {}
