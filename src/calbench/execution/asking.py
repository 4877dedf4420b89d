"""Asking a person in a thread of its own, so that whoever asks can give up waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Asking(threading.Thread):
    """Asks one question. If nobody waits for it any more it is left alone: no thread is broken off.

    Args:
        ask: Gives the answer, or raises; may take as long as it likes.
        changed: Is told when there is an answer.
    """

    def __init__(self, ask: Callable[[], str], changed: threading.Condition) -> None:
        super().__init__(name="prompt", daemon=True)
        self._ask = ask
        self._changed = changed
        self._answer = ""
        self._error: BaseException | None = None
        self.over = False
        """Whether there is an answer, or an error."""

    def run(self) -> None:
        """Ask, and tell that it is over."""
        try:
            self._answer = self._ask()
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
            self._error = error
        with self._changed:
            self.over = True
            self._changed.notify_all()

    def answer(self) -> str:
        """Give the answer, or raise what asking raised."""
        if self._error is not None:
            raise self._error
        return self._answer
