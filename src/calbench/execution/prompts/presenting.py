"""Showing open prompts to the person at this machine: one after the other, in the order in which they were asked."""

from __future__ import annotations

import threading

from calbench.documents.prompt import Operator
from calbench.execution.prompts.open import OpenPrompts, Waiting
from calbench.execution.prompts.operators import Dropped, abilities


class Presenter:
    """Asks a person in a thread of its own, so that the run can give up waiting: no thread is broken off.

    Args:
        operator: Gives answers, and may take as long as they like.
        prompts: What is open, and where answers go.
    """

    def __init__(self, operator: Operator, prompts: OpenPrompts) -> None:
        self._operator = operator
        self._able = abilities(operator)
        self._prompts = prompts
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        prompts.when_closed(lambda _prompt, _text: self._able.look())

    def start(self) -> None:
        """Begin to ask, if that was not begun."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._all, name="prompts", daemon=True)
                self._thread.start()

    def _all(self) -> None:
        while (waiting := self._prompts.first()) is not None:
            try:
                self._one(waiting)
            except Dropped:
                continue
            except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
                self._prompts.fail(waiting.prompt.seq, error)
                return  # one whose input has ended gives no further answers

    def _one(self, waiting: Waiting) -> None:
        prompt = waiting.prompt
        while not waiting.over:
            text = self._able.answer_until(prompt.ask, lambda: self._prompts.closed(waiting))
            offered = self._prompts.offer(prompt.seq, text, self._operator.name)
            if offered.outcome != "taken":
                self._operator.tell(offered.text)
            if offered.outcome in ("taken", "closed"):
                return
