"""The open prompts of a run: each has an identity of its own, and takes one answer, whoever is first to give it.

A prompt is named by the number of its `asked` event. What answers another one, such as a page that was left open, is
refused with a sentence. An answer counts once it is in the journal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from calbench.documents.journal import Event
from calbench.documents.prompt import OpenPrompt, asked, grown_late
from calbench.execution.journalling import Notes
from calbench.execution.prompts.allowing import doubted, refused, same, tidied

Outcome = Literal["taken", "refused", "doubted", "closed"]
Closed = Callable[[OpenPrompt, str], None]


@dataclass
class Waiting:
    """An open prompt, and what became of it: `over` once it has an answer, or what kept it from getting one."""

    prompt: OpenPrompt
    over: bool = False
    answer: str = ""
    error: BaseException | None = None
    unlikely: list[tuple[str, str]] = field(default_factory=list)
    """Answers that are not plausible, and who gave each: given once more by the same person, it is taken."""

    def result(self) -> str:
        """Give the answer, or raise what asking raised."""
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(frozen=True)
class Offered:
    """What became of an answer: only a `taken` one counts; in a sentence for whoever gave it."""

    outcome: Outcome
    text: str


class OpenPrompts:
    """Knows which prompts are open; a listener of the journal that they are written into. Safe in every thread.

    Its lock is never held while anything else is waited for: an answer is claimed under it, and written down after.
    """

    def __init__(self, journal: Notes) -> None:
        self._journal = journal
        self._changed = threading.Condition()
        self._open: dict[int, Waiting] = {}
        self._closed: dict[int, str] = {}
        self._ended = False
        self._tells: list[Closed] = []
        self.remote = False
        """Whether answers from other processes are taken."""

    def __call__(self, event: Event) -> None:
        """Take note of a prompt that was asked, or of whom it was escalated to."""
        if event.type not in ("asked", "reminded", "escalated"):
            return
        with self._changed:
            if event.type == "asked":
                self._open[event.seq] = Waiting(asked(event))
            elif (waiting := self._open.get(int(str(event.body["prompt"])))) is not None:
                waiting.prompt = grown_late(waiting.prompt, event)
            self._changed.notify_all()

    def when_closed(self, tell: Closed) -> None:
        """Have somebody told of each prompt that is open no more, and why, in the thread that closed it."""
        self._tells.append(tell)

    def listed(self) -> list[OpenPrompt]:
        """Give the open prompts in the order in which they were asked."""
        with self._changed:
            return [self._open[seq].prompt for seq in sorted(self._open)]

    def waiting(self, seq: int) -> Waiting:
        """Give an open prompt; KeyError if it is not open."""
        with self._changed:
            return self._open[seq]

    def first(self) -> Waiting | None:
        """Wait for an open prompt, and give the one that was asked first; None once the run has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._open or self._ended)
            return None if self._ended else self._open[min(self._open)]

    def closed(self, waiting: Waiting) -> str:
        """Say what became of a prompt; empty while it is open."""
        with self._changed:
            return self._closed.get(waiting.prompt.seq, _ENDED) if waiting.over or self._ended else ""

    def wait(self, waiting: Waiting, seconds: float) -> bool:
        """Wait in real time for the answer to a prompt; tell whether it is over."""
        with self._changed:
            return waiting.over or self._changed.wait_for(lambda: waiting.over, seconds)

    def wake(self) -> None:
        """Have everybody who waits look again: somebody wants something of the run."""
        with self._changed:
            self._changed.notify_all()

    def offer(self, seq: int, text: str, by: str) -> Offered:
        """Answer a prompt: the first allowed answer is taken and written down, every other one refused.

        Raises:
            RunFailed: The journal takes no more; whoever waits for the answer is told the same.
        """
        with self._changed:
            waiting = self._open.get(seq)
            if waiting is None or waiting.over:
                return Offered("closed", self._closed.get(seq) or _unknown(seq))
            prompt = waiting.prompt
            answer = tidied(prompt.ask, text)
            if (problem := refused(prompt.ask, answer)) is not None:
                return Offered("refused", problem)
            doubt = doubted(prompt.ask, answer)
            again = any(by == one and same(prompt.ask, answer, given) for one, given in waiting.unlikely)
            if doubt is not None and not again:
                waiting.unlikely.append((by, answer))
            else:
                del self._open[seq]
                self._closed[seq] = _answered(by)
        body: dict[str, object] = {"prompt": seq, "id": prompt.ask.id, "answer": answer, "by": by}
        if doubt is not None and not again:
            self._note("doubted", {**body, "why": doubt}, prompt)
            return Offered("doubted", doubt)
        return self._take(waiting, {**body, "confirmed": True} if doubt is not None else body)

    def withdraw(self, seq: int, reason: str) -> None:
        """Close a prompt without an answer, and write down why; nothing if it is closed already."""
        with self._changed:
            waiting = self._open.pop(seq, None)
            if waiting is None:
                return
            self._closed[seq] = f"That prompt was withdrawn: it is not open any more. {reason}".rstrip()
            waiting.over = True
            self._changed.notify_all()
        self._tell(waiting.prompt, self._closed[seq])
        body = {"prompt": seq, "id": waiting.prompt.ask.id, "reason": reason}
        self._note("withdrawn", body, waiting.prompt, actor="runner")

    def fail(self, seq: int, error: BaseException) -> None:
        """Have whoever waits for a prompt raise this instead; the prompt stays open until they withdraw it."""
        with self._changed:
            waiting = self._open.get(seq)
            if waiting is not None:
                waiting.error, waiting.over = error, True
            self._changed.notify_all()

    def end(self) -> None:
        """Let go of whoever waits for prompts: the run has ended."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _take(self, waiting: Waiting, body: dict[str, object]) -> Offered:
        prompt = waiting.prompt
        try:
            event = self._note("answered", body, prompt)
            self._closed[prompt.seq] = _answered(str(body["by"]), event.t_utc)
            waiting.answer = str(body["answer"])
        except BaseException as error:
            waiting.error = error
            raise
        finally:
            with self._changed:
                waiting.over = True
                self._changed.notify_all()
        self._tell(prompt, self._closed[prompt.seq])
        return Offered("taken", f"Taken: {waiting.answer or 'no answer'}.")

    def _note(
        self,
        kind: Literal["answered", "doubted", "withdrawn"],
        body: dict[str, object],
        prompt: OpenPrompt,
        actor: Literal["operator", "runner"] = "operator",
    ) -> Event:
        return self._journal.note(
            kind, body, point=prompt.point, attempt=prompt.attempt, actor=actor, position=prompt.position
        )

    def _tell(self, prompt: OpenPrompt, text: str) -> None:
        for tell in self._tells:
            tell(prompt, text)


_ENDED = "The run has ended."


def _answered(by: str, at: str = "") -> str:
    when = f" at {at}" if at else ""
    return f"That prompt was answered{when} by {by or 'somebody'}: it is not open any more."


def _unknown(seq: int) -> str:
    return f"No prompt with the number {seq} is open: list those that are with calbench prompts."
