"""How long a prompt may stay open before somebody is reminded, told, or the outputs are made safe.

A prompt never answers itself: whatever is done here, it stays open. Time is that of the run's clock.
"""

from __future__ import annotations

from collections.abc import Callable

from calbench.clock import Clock
from calbench.documents.asking import PatiencePlan
from calbench.execution.journalling import Notes
from calbench.execution.prompts.open import Waiting
from calbench.quantities import parse_quantity


class Patience:
    """Looks after one open prompt; `look` does once whatever is due.

    Args:
        rule: What the policy says of prompts; None if it says nothing.
        waiting: The prompt.
        journal: Where it is written that it waits.
        clock: That of the run.
        make_safe: Makes every output safe, and says why in the journal.
    """

    def __init__(
        self,
        rule: PatiencePlan | None,
        waiting: Waiting,
        journal: Notes,
        clock: Clock,
        make_safe: Callable[[str], None],
    ) -> None:
        self._waiting = waiting
        self._journal = journal
        self._clock = clock
        self._make_safe = make_safe
        self._rule = rule
        self._begun = clock.monotonic()
        self._due = [] if rule is None else self._order(rule)

    def look(self) -> None:
        """Do what is due by now.

        Raises:
            RunFailed: An output cannot be made safe.
        """
        while self._due and self._clock.monotonic() >= self._due[0][0]:
            _, do = self._due.pop(0)
            do()

    def until_due(self, seconds: float) -> float:
        """Give the seconds until something is due, at most `seconds`."""
        if not self._due:
            return seconds
        return min(seconds, max(0.0, self._due[0][0] - self._clock.monotonic()))

    def _order(self, rule: PatiencePlan) -> list[tuple[float, Callable[[], None]]]:
        wanted = (
            (rule.remind_after, self._remind),
            (rule.escalate_after, self._escalate),
            (rule.safe_after, self._safe),
        )
        due = [(self._begun + _seconds(text), do) for text, do in wanted if text is not None]
        return sorted(due, key=lambda one: one[0])

    def _remind(self) -> None:
        self._note("reminded", {})

    def _escalate(self) -> None:
        self._note("escalated", {"to": self._rule.escalate_to if self._rule else ""})

    def _safe(self) -> None:
        self._make_safe(f"The prompt {self._waiting.prompt.ask.id} waits for its answer.")

    def _note(self, kind: str, body: dict[str, object]) -> None:
        prompt = self._waiting.prompt
        after = f"{self._clock.monotonic() - self._begun:.3f}"
        told = {"prompt": prompt.seq, "id": prompt.ask.id, "after_s": after, **body}
        if kind == "reminded":
            self._journal.note(
                "reminded", told, point=prompt.point, attempt=prompt.attempt, position=prompt.position
            )
        else:
            self._journal.note(
                "escalated", told, point=prompt.point, attempt=prompt.attempt, position=prompt.position
            )


def _seconds(text: str) -> float:
    return float(parse_quantity(text).value)
