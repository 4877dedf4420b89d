"""The states of a run, read from its journal: what it is doing, and what a person may do with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from calbench.documents.journal import Event

State = Literal[
    "LOADED", "CHECKED", "READY", "RUNNING", "HELD", "SUSPENDED", "WAITING", "SAFING",
    "COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "RECOVERING",
]  # fmt: skip
"""`CRASHED` is none of them: a process that died writes nothing. Who looks says it of a journal without an end."""
ENDED: tuple[State, ...] = ("COMPLETED", "STOPPED", "ABORTED", "UNSAFE")

_STEPS: dict[str, State] = {
    "run_opened": "LOADED",
    "instrument_opened": "CHECKED",
    "step_started": "RUNNING",
    "attempt_started": "RUNNING",
    "answered": "RUNNING",
    "run_resumed": "RECOVERING",
}
_STAYS: tuple[State, ...] = ("HELD", "SUSPENDED", "SAFING", *ENDED)
"""States that an open prompt does not hide, and that its answer does not end."""


class Following:
    """Follows the state of a run; a listener of its journal.

    It is WAITING as long as any prompt is open, whatever other positions do meanwhile, unless something weightier is
    the matter: it is held, suspended, being made safe, or has ended.
    """

    def __init__(self) -> None:
        self._plain: State = "LOADED"
        self._open: set[int] = set()

    @property
    def state(self) -> State:
        """The state after the events so far."""
        return "WAITING" if self._open and self._plain not in _STAYS else self._plain

    def __call__(self, event: Event) -> None:
        """Take one event."""
        if event.type == "asked":
            self._open.add(event.seq)
        elif event.type in ("answered", "withdrawn"):
            self._open.discard(about(event, self._open))
        elif event.type in ("run_closed", "run_resumed"):
            self._open.clear()
        self._plain = _following(self._plain, event)


def about(event: Event, waiting: Iterable[int]) -> int:
    """Give the prompt that an event is about; journals of before named none: there it is the last that was asked."""
    named = event.body.get("prompt")
    return named if isinstance(named, int) else max(waiting, default=0)


def state(events: Iterable[Event]) -> State:
    """Tell the state after these events of one journal.

    The plain way through a run is read from what happens anyway; `state` events say what would not show otherwise.
    """
    found = Following()
    for event in events:
        found(event)
    return found.state


def _following(now: State, event: Event) -> State:
    """Give the state that an event leads to, but for open prompts."""
    if event.type in ("state", "run_closed"):
        said: State = event.body["state" if event.type == "state" else "status"]  # type: ignore[assignment] # the runner writes no other
        return now if said == "WAITING" else said
    if event.type == "cleared":
        return "STOPPED"
    if event.type == "safe_state" and now in ("CHECKED", "LOADED"):
        return "READY"
    if (event.type == "instrument_opened" and now != "LOADED") or now == "SAFING":
        return now
    if event.type == "answered" and now in _STAYS:
        return now
    return _STEPS.get(event.type, now)


def unsafe(events: Iterable[Event]) -> bool:
    """Tell whether a run ended UNSAFE and nobody has cleared it since."""
    found = False
    for event in events:
        if event.type == "run_closed":
            found = event.body.get("status") == "UNSAFE"
        elif event.type == "cleared":
            found = False
    return found
