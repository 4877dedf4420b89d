"""Asking the operator: every prompt and every answer is journalled; an answer that is not allowed is asked again."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Mapping
from typing import cast

from calbench.clock import Clock, VirtualClock
from calbench.documents.asking import PatiencePlan, QuestionPlan
from calbench.documents.journal import Event
from calbench.documents.prompt import Ask, Operator
from calbench.errors import CalbenchError, NotDone, RunFailed
from calbench.execution.calling import SharedFault
from calbench.execution.controlling import LOOK_AGAIN, Control, Lapsed
from calbench.execution.journalling import Notes
from calbench.execution.owning import Owners
from calbench.execution.placing import NotesAt
from calbench.execution.prompts.allowing import YES
from calbench.execution.prompts.open import OpenPrompts, Waiting
from calbench.execution.prompts.operators import abilities
from calbench.execution.prompts.patience import Patience
from calbench.execution.prompts.presenting import Presenter
from calbench.instruments.byhand import Handwork

TRIES = 5


class Prompter:
    """Has prompts answered, and every prompt and answer written into the journal; safe in every thread.

    Args:
        operator: Who answers here.
        journal: Where they go; `prompts` and this are to be listeners of it.
        control: What a person wants of the run meanwhile.
        clock: That of the run.
        rule: What the policy says of prompts that stay open; None if it says nothing.
    """

    def __init__(
        self,
        operator: Operator,
        journal: Notes,
        control: Control,
        clock: Clock,
        rule: PatiencePlan | None = None,
    ) -> None:
        self._operator = operator
        self._able = abilities(operator)
        self._control = control
        self._journal = journal
        self._clock = clock
        self._rule = rule
        self._unit = ""
        self._shared = self
        self._owners = Owners(clock)
        self._applied: set[str] = set()
        self.prompts = OpenPrompts(journal)
        self.prompts.remote = self._able.remote
        self._presenter = Presenter(operator, self.prompts)
        self.make_safe: Callable[[str], None] = lambda _why: None
        """Makes every output safe while a prompt waits for long, and says in the journal why."""
        self.reading = ""
        """Id under which the next typed reading is asked for: its point and pass, or its condition."""
        self.asks: dict[str, str] = {}
        """The question for the next typed reading in words; its id alone if there are none."""
        self.told: tuple[dict[str, str], str | None] = ({}, None)
        """What is said beside the question for the next typed reading, and the picture shown with it."""

    def at(self, position: str) -> Prompter:
        """Give what asks the same operator about one of several units."""
        view = copy.copy(self)
        view._shared = self
        view._journal, view._unit, view.reading = NotesAt(self._journal, position), position, ""
        view.told, view.asks = ({}, None), {}
        return view

    @property
    def shared(self) -> Prompter:
        """What asks about instruments that several units share; itself in a run of one."""
        return self._shared

    def __call__(self, event: Event) -> None:
        """Follow what is applied, so that a point whose stimulus was switched off is measured anew."""
        if event.type == "applied":
            self._applied.update(
                cast("Mapping[str, int]", event.body.get("for", {event.position: event.attempt}))
            )
        elif event.type in ("attempt_started", "attempt_finished", "attempt_discarded"):
            self._applied.discard(event.position)

    def ask(self, ask: Ask, *, point: str = "", attempt: int = 0) -> str:
        """Ask until the answer is allowed.

        Raises:
            RunFailed: Five answers that no person gave were not allowed; says what is.
            StopWanted: The run is stopped or aborted meanwhile; the prompt is withdrawn.
            Lapsed: The outputs that the point needs were made safe meanwhile; it must be measured anew.
        """
        ask = ask.model_copy(update={"unit_position": self._unit}) if self._unit else ask
        if shown := self._able.shown(ask):
            ask = ask.model_copy(update={"shown": shown})
        event = self._journal.note("asked", _body(ask), point=point, attempt=attempt)
        waiting = self.prompts.waiting(event.seq)
        safe = _Safe(self._safe)
        patience = Patience(self._rule, waiting, self._journal, self._clock, safe)
        try:
            if self._able.takes_long:
                self._wait(waiting, patience)
            else:
                self._late(waiting, patience)
            answer = waiting.result()
        except BaseException as error:
            with contextlib.suppress(CalbenchError):  # the journal may be what failed
                self.prompts.withdraw(event.seq, str(error))
            raise
        self._able.acted(ask, answer)
        if safe.made and self._applied:
            raise Lapsed(f"The outputs were made safe while the prompt {ask.id} waited.")
        return answer

    def _wait(self, waiting: Waiting, patience: Patience) -> None:
        """Wait for an answer from whoever gives one."""
        if not self._able.absent:
            self._presenter.start()
        while not self.prompts.wait(waiting, LOOK_AGAIN):
            self._control.at_prompt()
            patience.look()

    def _late(self, waiting: Waiting, patience: Patience) -> None:
        """Have it answered at once, or as late as the simulated operator is; who answers does so one by one."""
        ask = waiting.prompt.ask
        end = self._clock.monotonic() + self._able.late(ask)
        while (left := end - self._clock.monotonic()) > 0:
            wait = patience.until_due(left)
            if isinstance(self._clock, VirtualClock):  # it looks after each event, and jumps between them
                self._clock.wait_until(self._control.ends_prompts, self._clock.monotonic() + wait)
            else:
                self._clock.sleep(min(wait, LOOK_AGAIN))
            self._control.at_prompt()
            patience.look()
        with self._owners.together(["operator"]):
            self._answered(waiting.prompt.seq, ask)

    def _answered(self, seq: int, ask: Ask) -> None:
        for _ in range(TRIES):
            answer = self._operator.answer(ask)
            offered = self.prompts.offer(seq, answer, self._operator.name)
            if offered.outcome == "doubted" and self._able.confirms(ask, answer):
                offered = self.prompts.offer(seq, answer, self._operator.name)
            if offered.outcome == "taken":
                return
            self._operator.tell(offered.text)
        raise RunFailed(f"{ask.id}: {TRIES} answers were not allowed. {offered.text}")

    def _safe(self, why: str) -> None:
        """Make every output safe; where others measure beside this prompt, all of them are suspended for that.

        Raises:
            SharedFault: Others measure at the same time.
        """
        if self._control.beside:
            raise SharedFault(why)
        self.make_safe(why)

    def confirm(self, ask: Ask, *, point: str = "", attempt: int = 0) -> None:
        """Ask for a confirmation.

        Raises:
            NotDone: It was not given.
        """
        if self.ask(ask, point=point, attempt=attempt) != YES:
            raise NotDone(f"{ask.id}: not confirmed by the operator.")

    def typed(self, text: str, unit: str) -> str:
        """Ask for a reading (or, without a unit, for a confirmation) at an instrument that is read by eye."""
        if not unit:
            key = "zero" if self.reading.endswith("/zero") else ""
            return self.ask(Ask(id=self.reading, kind="confirm", text={"en": text, "zh": text}, key=key))
        texts = self.asks or {"en": f"Reading for {self.reading}", "zh": f"读数：{self.reading}"}
        title, picture = self.told
        self.told, self.asks = ({}, None), {}
        return self.ask(
            Ask(id=self.reading, kind="number", title=title, text=texts, picture=picture, unit=unit)
        )

    def by_hand(self, instrument: str, work: Handwork) -> None:
        """Have a person set a source, or let something pass.

        Raises:
            NotDone: They did not confirm that they did.
        """
        told = {"instrument": instrument, "quantity": work.quantity, **work.told}
        self.confirm(Ask(id=work.about, kind="confirm", text=work.text, stimulus=told))

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
            plausible_minimum=question.plausible_minimum,
            plausible_maximum=question.plausible_maximum,
        )
        return self.ask(ask, point=point, attempt=attempt)


class _Safe:
    """Makes outputs safe, and remembers that it did."""

    def __init__(self, make: Callable[[str], None]) -> None:
        self._make = make
        self.made = False

    def __call__(self, why: str) -> None:
        self.made = True
        self._make(why)


def _body(ask: Ask) -> dict[str, object]:
    return ask.model_dump(mode="json", exclude_defaults=True)
