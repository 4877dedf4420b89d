"""The story of a run: which events a person wants to read at once, and as which sentence."""

from __future__ import annotations

from collections.abc import Callable

from calbench.documents.journal import Event
from calbench.server.runs.viewmodel import Line, Sort


def line_of(event: Event) -> Line | None:
    """Give the line that an event adds to the story; None for one of the many that are only in the journal."""
    told = _TOLD.get(event.type)
    found = None if told is None else told(event)
    if found is None:
        return None
    sort, key, values = found
    return Line(event.seq, event.t_utc, sort, key, values)


Told = tuple[Sort, str, dict[str, str]]


def _text(event: Event, name: str) -> str:
    return str(event.body.get(name, ""))


def _state(event: Event) -> Told:
    return "state", "story.state", {"state": _text(event, "state"), "why": _text(event, "why")}


def _verb(event: Event) -> Told:
    names = ("verb", "by", "reason", "did")
    return "verb", "story.verb", {name: _text(event, name) for name in names}


def _guard(event: Event) -> Told | None:
    did = _text(event, "did")
    return None if did == "started" else ("guard", "story.guard", {"did": did, "why": _text(event, "why")})


def _output(event: Event) -> Told | None:
    if event.body.get("on") is not True:
        return None
    return "warning", "story.found_on", {"instrument": _text(event, "instrument")}


def _unsafe(event: Event) -> Told | None:
    if _text(event, "result") == "verified":
        return None
    return (
        "fault",
        "story.not_safe",
        {name: _text(event, name) for name in ("instrument", "result", "message")},
    )


def _unit(event: Event) -> Told:
    return "unit", "story.unit", {
        "position": event.position, "unit": _text(event, "state"), "why": _text(event, "why"), "point": event.point,
    }  # fmt: skip


def _adjustment(event: Event) -> Told | None:
    did = _text(event, "did")
    if did == "decided":
        key = "story.adjusted" if event.body.get("adjust") is True else "story.not_adjusted"
        return "state", key, {"reason": _text(event, "reason")}
    key = "story.adjustment_done" if did == "finished" else "story.adjustment_on"
    return "state", key, {}


def _closed(event: Event) -> Told:
    return "state", "story.closed", {"state": _text(event, "status"), "why": _text(event, "reason")}


def _outside(event: Event) -> Told:
    says = event.body.get("says")
    english, chinese = (str(says.get(one, "")) if isinstance(says, dict) else "" for one in ("en", "zh"))
    return "warning", "story.outside", {"point": event.point, "message": english, "message_zh": chinese}


def _message(sort: Sort) -> Callable[[Event], Told]:
    return lambda event: (sort, "story.message", {"message": _text(event, "message"), "point": event.point})


_TOLD: dict[str, Callable[[Event], Told | None]] = {
    "run_opened": lambda _event: ("state", "story.opened", {}),
    "state": _state,
    "verb": _verb,
    "guard": _guard,
    "output": _output,
    "safe_state": _unsafe,
    "violation": _message("warning"),
    "fault": _message("fault"),
    "outside": _outside,
    "retry": _message("warning"),
    "unit": _unit,
    "adjustment": _adjustment,
    "asked": lambda event: ("prompt", "story.asked", {"id": _text(event, "id")}),
    "answered": lambda event: (
        "prompt",
        "story.answered",
        {name: _text(event, name) for name in ("id", "answer", "by")},
    ),
    "doubted": lambda event: (
        "warning",
        "story.doubted",
        {name: _text(event, name) for name in ("id", "answer", "by")},
    ),
    "reminded": lambda event: ("warning", "story.reminded", {"id": _text(event, "id")}),
    "escalated": lambda event: (
        "warning",
        "story.escalated",
        {"id": _text(event, "id"), "to": _text(event, "to")},
    ),
    "withdrawn": lambda event: ("prompt", "story.withdrawn", {"id": _text(event, "id")}),
    "reading_set_aside": lambda event: (
        "note",
        "story.retaken",
        {"point": event.point, "reason": _text(event, "reason")},
    ),
    "attempt_discarded": lambda event: (
        "warning",
        "story.discarded",
        {"point": event.point, "reason": _text(event, "reason")},
    ),
    "run_resumed": lambda event: (
        "state",
        "story.resumed",
        {"by": _text(event, "by"), "was": _text(event, "was")},
    ),
    "cleared": lambda event: (
        "verb",
        "story.cleared",
        {"by": _text(event, "by"), "reason": _text(event, "reason")},
    ),
    "run_closed": _closed,
}
