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
    "asked": "WAITING",
    "answered": "RUNNING",
    "run_resumed": "RECOVERING",
}


def state(events: Iterable[Event]) -> State:
    """Tell the state after these events of one journal.

    The plain way through a run is read from what happens anyway; `state` events say what would not show otherwise.
    """
    found: State = "LOADED"
    for event in events:
        found = following(found, event)
    return found


def following(now: State, event: Event) -> State:
    """Give the state that an event leads to."""
    if event.type in ("state", "run_closed"):
        key = "state" if event.type == "state" else "status"
        return event.body[key]  # type: ignore[return-value] # the runner writes no other
    if event.type == "cleared":
        return "STOPPED"
    if event.type == "safe_state" and now in ("CHECKED", "LOADED"):
        return "READY"
    if event.type == "instrument_opened" and now != "LOADED":
        return now
    if now == "SAFING":
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
