"""Gathering: what the journal says of each point, of the instruments, of the environment and of the run."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, cast

from calbench.documents.journal import Event
from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Plan
from calbench.documents.point import Point
from calbench.documents.record import (
    Attempt,
    ConditionRange,
    Identified,
    Interruption,
    OutputState,
    Raw,
    Status,
)
from calbench.evaluation import surroundings
from calbench.metrology import mean
from calbench.quantities import Quantity, parse_quantity, round_to

_REASON, _CONDITIONS = "/reason", "conditions/"
"""How the id of a prompt ends that asks why a point is taken again; and how one begins that asks whether it is."""


class Ended(NamedTuple):
    """Status of a run, state of its outputs and the instruments in doubt, and whether points were left out."""

    status: Status
    outputs: OutputState
    in_doubt: list[str]
    partial: bool
    when: str


class _Retake(NamedTuple):
    """Why a point was taken again, who wanted it, and when."""

    reason: str = ""
    by: str = ""
    decided: str = ""


def attempts(plan: Plan, events: Iterable[Event]) -> dict[str, list[Attempt]]:
    """Give all attempts of each point, in order; the last complete one that was not discarded counts."""
    events = list(events)
    conditions = surroundings.of_attempts(plan, events)
    by_point: dict[str, dict[int, list[Event]]] = {}
    retakes: dict[tuple[str, int], _Retake] = {}
    named = bool(plan.policy.counts)  # plans of before have records that do not say who
    by = ""
    for event in events:
        if event.type == "answered" and _decides(str(event.body["id"])):
            by = str(event.body.get("by", ""))
        if event.type == "reading_set_aside":
            following = max(by_point.get(event.point, {}), default=0) + 1
            who = (by, event.t_utc) if named else ("", "")
            retakes[event.point, following] = _Retake(str(event.body["reason"]), *who)
        elif event.point and event.attempt:
            by_point.setdefault(event.point, {}).setdefault(event.attempt, []).append(event)
    return {
        point.id: _counted(
            [
                _attempt(point, number, own, retakes.get((point.id, number), _Retake())).model_copy(
                    update={"conditions": conditions.get((point.id, number), [])}
                )
                for number, own in by_point[point.id].items()
            ]
        )
        for point in plan.points
        if point.id in by_point
    }


def _decides(name: str) -> bool:
    """Tell whether who answers a prompt wants a point taken again."""
    return name.endswith(_REASON) or name.startswith(_CONDITIONS)


def identified(events: Iterable[Event]) -> list[Identified]:
    """Give every instrument as it identified itself; once, where it said the same each time that it was opened."""
    fields = set(Identified.model_fields)
    found = [
        Identified.model_validate({key: value for key, value in event.body.items() if key in fields})
        for event in events
        if event.type == "instrument_opened"
    ]
    return list(dict.fromkeys(found))


def unit_under_test(plan: Plan, events: list[Event]) -> dict[str, str]:
    """Give what is known of the unit under test: as it identified itself, as typed, as the work order says."""
    known: dict[str, str] = {}
    for one in identified(events):
        if one.role == "uut":
            known |= {
                key: getattr(one, key)
                for key in ("maker", "model", "serial", "firmware")
                if getattr(one, key)
            }
    for event in events:
        name = str(event.body.get("id", ""))
        if event.type == "answered" and name.startswith("identify/"):
            known[name.removeprefix("identify/")] = str(event.body["answer"])
    return {**known, **{key: value for key, value in plan.uut.given.items() if value}}


def environment(plan: Plan, events: list[Event]) -> list[ConditionRange]:
    """Give smallest, largest and mean value of each condition; the mean to a tenth of its unit."""
    ranges = []
    for condition in plan.conditions:
        unit = MEASURANDS[condition.quantity].unit
        values = [
            parse_quantity(str(event.body["value"])).in_unit(unit)
            for event in events
            if event.type == "condition" and event.body["quantity"] == condition.quantity
        ]
        violations = [
            event
            for event in events
            if event.type == "violation" and event.body["quantity"] == condition.quantity
        ]
        if values:
            ranges.append(
                ConditionRange(
                    quantity=condition.quantity,
                    unit=unit,
                    minimum=str(min(values)),
                    maximum=str(max(values)),
                    mean=str(round_to(mean(values), Decimal("0.1"))),
                    samples=len(values),
                    violations=len(violations),
                )
            )
    return ranges


def ended(events: list[Event]) -> Ended:
    """Tell how the run ended; a run whose journal has no end was aborted."""
    last = next((one for one in reversed(events) if one.type in ("run_closed", "run_resumed")), events[-1])
    if last.type != "run_closed":
        return Ended("ABORTED", "unknown", [], True, events[-1].t_utc)
    doubt = cast("list[str]", last.body["in_doubt"])
    state = cast("OutputState", last.body["outputs"])
    status, partial = cast("Status", last.body["status"]), bool(last.body["partial"])
    return Ended(status, state, doubt, partial, last.t_utc)


def while_measured(events: list[Event]) -> list[Event]:
    """Leave out the environment of before and after one unit of several was measured.

    What was last seen before its first attempt held when that began, so it stays.
    """
    measured = [index for index, event in enumerate(events) if event.point and event.attempt]
    if not measured:
        return events
    first, last = measured[0], measured[-1]
    held = {event.body["quantity"]: event.seq for event in events[:first] if event.type == "condition"}
    return [
        event
        for index, event in enumerate(events)
        if event.type not in ("condition", "violation")
        or first <= index <= last
        or (event.type == "condition" and held.get(event.body["quantity"]) == event.seq)
    ]


def left_out(events: Iterable[Event]) -> str:
    """Say why one unit of several was not measured to the end; empty if it was.

    It was left out and is not back, or the run ended before it: then the reason is that of the last end alone.
    """
    dropped, ended = "", ""
    for event in events:
        if event.type == "unit":
            dropped = str(event.body["why"]) if event.body["state"] == "dropped" else ""
        elif event.type == "run_resumed":
            ended = ""
        elif event.type == "run_closed" and event.body.get("status") != "COMPLETED":
            ended = str(event.body.get("reason", ""))
    return dropped or ended


def interruptions(events: Iterable[Event]) -> list[Interruption]:
    """Give every gap of the run, as the lines that resumed it say."""
    fields = set(Interruption.model_fields)
    return [
        Interruption.model_validate(
            {**{key: value for key, value in event.body.items() if key in fields}, "resumed": event.t_utc}
        )
        for event in events
        if event.type == "run_resumed"
    ]


def _attempt(point: Point, number: int, events: list[Event], retake: _Retake) -> Attempt:
    finished = {event.body.get("pass") for event in events if event.type == "attempt_finished"}
    discarded = [str(event.body["reason"]) for event in events if event.type == "attempt_discarded"]
    return Attempt(
        number=number,
        complete=set(point.passes) <= finished,
        counts=False,
        reason=retake.reason,
        by=retake.by,
        decided=retake.decided,
        applied=[_raw(event) for event in events if event.type == "applied" and not event.body.get("input")],
        readings=[_raw(event) for event in events if _stands_for_input(event)],
        answers={
            str(event.body["id"]): str(event.body["answer"])
            for event in events
            if event.type == "answered"
            and any(question.id == event.body["id"] for question in point.questions)
        },
        discarded=discarded[-1] if discarded else "",
    )


def _stands_for_input(event: Event) -> bool:
    """Tell whether an event is a reading, or what the source of an input says that it puts out."""
    return event.type == "reading" or (event.type == "applied" and bool(event.body.get("input")))


def _raw(event: Event) -> Raw:
    return Raw(
        text=str(event.body["text"]),
        value=str(event.body["value"]),
        unit=str(event.body["unit"]),
        t_utc=event.t_utc,
        measured_pass=str(event.body.get("pass", "1")),
        operator_typed=event.body.get("typed") is True,
        input=str(event.body.get("input", "")),
    )


def _counted(several: list[Attempt]) -> list[Attempt]:
    counts = max((one.number for one in several if one.complete and not one.discarded), default=0)
    return [one.model_copy(update={"counts": one.number == counts}) for one in several]


def value(raw: Raw) -> Quantity:
    """Give the value of a raw reading."""
    return Quantity.of(raw.value, raw.unit)
