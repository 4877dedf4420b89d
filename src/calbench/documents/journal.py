"""The journal: what happened, one canonical JSON object a line, each chained to the line before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, cast

from calbench.documents.canonical import ZEROS, canonical, json_text, plain, quoted, sha256
from calbench.documents.model import Stored
from calbench.errors import IntegrityFailure

EventType = Literal[
    "run_opened",
    "instrument_opened",
    "exchange",
    "step_started",
    "step_finished",
    "asked",
    "answered",
    "doubted",
    "reminded",
    "escalated",
    "withdrawn",
    "applied",
    "reading",
    "reading_set_aside",
    "adjustment",
    "condition",
    "violation",
    "outside",
    "attempt_started",
    "attempt_finished",
    "attempt_discarded",
    "fault",
    "retry",
    "output",
    "safe_state",
    "state",
    "verb",
    "guard",
    "unit",
    "lease",
    "run_resumed",
    "cleared",
    "run_closed",
]


Actor = Literal["runner", "operator", "guard"]


class Event(Stored):
    """One line of the journal.

    `prev` is the SHA-256 of the line before, without its line end (64 zeros for the first). `t_mono` is in seconds,
    as text. `body` holds text, whole numbers, true/false, lists and maps only: numbers from instruments stand as
    the exact reply text beside the parsed value.
    """

    seq: int
    prev: str
    t_utc: str
    t_mono: str
    actor: Actor
    type: EventType
    position: str = ""
    point: str = ""
    attempt: int = 0
    body: dict[str, object] = {}


FIRST_PREV = ZEROS
_FIELDS = frozenset(Event.model_fields)


def made(
    *,
    seq: int,
    prev: str,
    t_utc: str,
    t_mono: str,
    actor: Actor,
    type_: EventType,
    position: str,
    point: str,
    attempt: int,
    body: dict[str, object],
) -> Event:
    """Give an event of which all is known to be right, as a runner knows it, in a third of the time of checking it.

    It is what pydantic's `model_construct` makes of any model, written out for this one.
    """
    event = Event.__new__(Event)
    assign = object.__setattr__  # it is frozen
    assign(
        event,
        "__dict__",
        {
            "seq": seq,
            "prev": prev,
            "t_utc": t_utc,
            "t_mono": t_mono,
            "actor": actor,
            "type": type_,
            "position": position,
            "point": point,
            "attempt": attempt,
            "body": body,
        },
    )
    assign(event, "__pydantic_fields_set__", set(_FIELDS))
    assign(event, "__pydantic_extra__", None)
    assign(event, "__pydantic_private__", None)
    return event


_VALUE = {"text": str, "value": str, "unit": str}
MUST_HOLD: Mapping[EventType, Mapping[str, type]] = {
    "applied": _VALUE,
    "reading": _VALUE,
    "condition": {"quantity": str, "value": str, "text": str},
    "violation": {"quantity": str},
    "answered": {"id": str, "answer": str},
    "reading_set_aside": {"reason": str},
    "attempt_discarded": {"reason": str},
    "adjustment": {"did": str},
    "unit": {"state": str, "why": str},
    "run_closed": {"status": str, "outputs": str, "in_doubt": list, "partial": bool},
}
"""What the body of an event holds at least, by its type: results are computed from it."""


def parse(data: bytes) -> tuple[list[Event], str]:
    """Read a journal and check its chain; gives the events and the head, the SHA-256 of the last line.

    Raises:
        IntegrityFailure: A line is not canonical JSON of an event, the sequence has a gap, or a line does not
            follow from the one before; says which line.
    """
    events: list[Event] = []
    prev = FIRST_PREV
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        events.append(_event(line, number, prev))
        prev = sha256(line)
    if data and not data.endswith(b"\n"):
        raise IntegrityFailure(
            f"The journal ends in the middle of line {len(events) + 1}: its tail was cut or torn."
        )
    return events, prev


def line_of(event: Event) -> bytes:
    """Write one line of a journal, without its end: the bytes that `canonical` gives, at a third of its time.

    Raises:
        ValueError: As `canonical`.
    """
    try:
        return (
            f'{{"actor":"{event.actor}","attempt":{json_text(event.attempt)},"body":{json_text(event.body)},'
            f'"point":{quoted(event.point)},"position":{quoted(event.position)},"prev":{quoted(event.prev)},'
            f'"seq":{json_text(event.seq)},"t_mono":{quoted(event.t_mono)},"t_utc":{quoted(event.t_utc)},'
            f'"type":"{event.type}"}}'
        ).encode()
    except TypeError:  # its body holds what pydantic knows how to write, such as a path
        return canonical(event)


def event_of(line: bytes, number: int) -> Event:
    """Read one line of a journal, which must be event `number` (from 1).

    Raises:
        IntegrityFailure: It is not canonical JSON of an event, or has another number.
    """
    try:
        content = plain(line.decode())
        event = Event.model_validate(content, strict=True)
        whole = len(content) == len(Event.model_fields)
        if whole and line_of(event) != line:
            raise ValueError("not in canonical form")  # noqa: TRY301 - one message for all that is no event
    except (ValueError, RecursionError) as error:
        raise IntegrityFailure(
            f"Line {number} of the journal is not an event: {str(error).splitlines()[0]}."
        ) from error
    if not whole:  # strict, and with every field there: what was read is what would be written
        raise IntegrityFailure(
            f"Line {number} of the journal is not in canonical form: it was written by other means."
        )
    for name, kind in MUST_HOLD.get(event.type, {}).items():
        if type(event.body.get(name)) is not kind:
            raise IntegrityFailure(
                f"Line {number} of the journal is no {event.type}: it lacks '{name}', or holds something else there."
            )
    if event.seq != number:
        raise IntegrityFailure(
            f"Line {number} of the journal has the number {event.seq}: lines are missing or moved."
        )
    return event


def _event(line: bytes, number: int, prev: str) -> Event:
    event = event_of(line, number)
    if event.prev != prev:
        raise IntegrityFailure(
            f"Line {number} of the journal does not follow from line {number - 1}: one was altered."
        )
    return event


def at_position(events: Iterable[Event], position: str) -> list[Event]:
    """Give the events that concern one unit of a run of several: its own and those of what all share.

    What was done once for several units says for which attempt of each (`for`); where a run ended, each unit may have
    ended before, in its own way (`units`). Both are given as they are for this unit.
    """
    return by_position(events, [position])[position]


def by_position(events: Iterable[Event], positions: Sequence[str]) -> dict[str, list[Event]]:
    """Give the events that concern each unit, as `at_position` does, going through the journal once."""
    found: dict[str, list[Event]] = {position: [] for position in positions}
    for event in events:
        if event.position:
            if event.position in found:
                found[event.position].append(event)
            continue
        for position, own in found.items():
            if _is_for(event, position):
                own.append(_of_unit(event, position))
    return found


def _is_for(event: Event, position: str) -> bool:
    return "for" not in event.body or position in cast("Mapping[str, int]", event.body["for"])


def _of_unit(event: Event, position: str) -> Event:
    if "for" in event.body:
        attempts = cast("Mapping[str, int]", event.body["for"])
        return event.model_copy(update={"attempt": attempts[position]})
    if event.type == "run_closed" and "units" in event.body:
        own = cast("Mapping[str, Mapping[str, object]]", event.body["units"]).get(position, {})
        return event.model_copy(update={"body": {**event.body, **own}})
    return event
