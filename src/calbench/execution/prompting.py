"""Asking the operator: every prompt and every answer is journalled; an answer that is not allowed is asked again."""

from __future__ import annotations

import copy

from calbench.documents.plan import QuestionPlan
from calbench.documents.prompt import Ask, Operator
from calbench.errors import RunFailed
from calbench.execution.controlling import Control
from calbench.execution.journalling import Notes
from calbench.execution.placing import NotesAt
from calbench.quantities import Quantity, QuantityError, find_unit, parse_quantity

TRIES = 5
YES = "yes"


class Prompter:
    """Asks an operator, checks the answers, and writes both into the journal."""

    def __init__(self, operator: Operator, journal: Notes, control: Control | None = None) -> None:
        self._operator = operator
        self._control = control
        self._journal = journal
        self._unit = ""
        self.reading = ""
        """Id under which the next typed reading is asked for: its point and pass, or its condition."""

    def at(self, position: str) -> Prompter:
        """Give what asks the same operator about one of several units."""
        view = copy.copy(self)
        view._journal, view._unit, view.reading = NotesAt(self._journal, position), position, ""
        return view

    def ask(self, ask: Ask, *, point: str = "", attempt: int = 0) -> str:
        """Ask until the answer is allowed.

        Raises:
            RunFailed: Five answers were not allowed; says what is.
        """
        ask = ask.model_copy(update={"unit_position": self._unit}) if self._unit else ask
        self._journal.note("asked", _body(ask), point=point, attempt=attempt)
        for _ in range(TRIES):
            answer = self._answer(ask).strip()
            problem = refused(ask, answer)
            if problem is None:
                self._journal.note(
                    "answered",
                    {"id": ask.id, "answer": answer, "by": self._operator.name},
                    point=point,
                    attempt=attempt,
                    actor="operator",
                )
                return answer
            self._operator.tell(problem)
        raise RunFailed(f"{ask.id}: {TRIES} answers were not allowed. {problem}")

    def _answer(self, ask: Ask) -> str:
        if self._control is not None and getattr(self._operator, "takes_long", False):
            return self._control.wait_for(lambda: self._operator.answer(ask))
        return self._operator.answer(ask)

    def confirm(self, ask: Ask, *, point: str = "", attempt: int = 0) -> None:
        """Ask for a confirmation.

        Raises:
            RunFailed: It was not given.
        """
        if self.ask(ask, point=point, attempt=attempt) != YES:
            raise RunFailed(f"{ask.id}: not confirmed by the operator.")

    def typed(self, text: str, unit: str) -> str:
        """Ask for a reading (or, without a unit, for a confirmation) at an instrument that is read by eye."""
        if not unit:
            return self.ask(Ask(id=self.reading, kind="confirm", text={"en": text, "zh": text}))
        texts = {"en": f"Reading for {self.reading}", "zh": f"读数：{self.reading}"}
        return self.ask(Ask(id=self.reading, kind="number", text=texts, unit=unit))

    def question(
        self,
        question: QuestionPlan,
        text: dict[str, str],
        picture: str | None,
        *,
        point: str = "",
        attempt: int = 0,
    ) -> str:
        """Ask one question of a prompt."""
        ask = Ask(
            id=question.id,
            kind=question.kind,
            title=text,
            text=question.text,
            picture=picture,
            choices=question.choices,
            words=question.words,
            unit=question.unit,
            minimum=question.minimum,
            maximum=question.maximum,
            optional=question.optional,
        )
        return self.ask(ask, point=point, attempt=attempt)


def refused(ask: Ask, answer: str) -> str | None:
    """Say why an answer is not allowed; None if it is."""
    if not answer:
        return None if ask.optional else "An answer is needed."
    if ask.kind in ("confirm", "place"):
        return None if answer in (YES, "no") else f"'{answer}' is not an answer here: {YES} or no."
    if ask.kind == "choice":
        return None if answer in ask.choices else f"'{answer}' is not one of: {', '.join(ask.choices)}."
    return _number_refused(ask, answer) if ask.kind == "number" else None


def _number_refused(ask: Ask, answer: str) -> str | None:
    try:
        value = number(answer, ask.unit)
        low = None if ask.minimum is None else parse_quantity(ask.minimum)
        high = None if ask.maximum is None else parse_quantity(ask.maximum)
    except QuantityError as error:
        return f"'{answer}' is not a number in {ask.unit or '1'}: {error}."
    if (low is not None and value < low) or (high is not None and value > high):
        return f"{value} is outside {low or '-∞'} … {high or '+∞'}; look again, and type it once more if it is right."
    return None


def number(answer: str, unit: str | None) -> Quantity:
    """Read a typed number: in the unit of the prompt, or with a unit of its own of the same dimension.

    Raises:
        QuantityError: It is no number, or its unit does not fit.
    """
    value = parse_quantity(answer)
    wanted = find_unit(unit) if unit else None
    if wanted is None or not value.unit.symbol:
        return Quantity.of(answer, wanted) if wanted is not None else value
    value.in_unit(wanted)
    return value


def _body(ask: Ask) -> dict[str, object]:
    return ask.model_dump(mode="json", exclude_defaults=True)
