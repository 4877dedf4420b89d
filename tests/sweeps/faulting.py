"""One exchange of a simulated run goes wrong, and what became of the run.

It may end as the run without a fault did, or not complete. What it must not do is complete with a reading that the
instrument did not give for this point, or without one that it should have, or leave a source on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tests.sweeps.sweeping import Case, Found, Way, bench, is_on, scratch

from calbench.documents.journal import Event
from calbench.documents.record import Record
from calbench.quantities import find_unit, parse_quantity
from calbench.simulation.faults import Fault
from calbench.workflow import Finished, Prepared, execute

FAULTS: dict[Way, Fault] = {
    "timeout": Fault("silence", count=1),
    "late": Fault("late", count=1),
    "garbage": Fault("garbage", count=1),
    "stale": Fault("stale", count=2),  # one reply is kept back, and comes for the question behind it
    "error": Fault("error", count=1),
}
SPREADS = 4  # of the range of the readings of a point, which is some two standard deviations
QUANTA = 3  # of the last digit, or of the steps in which it is shown
DRIFT = Decimal("5E-6")  # of the value: what a minute more changes
ROOM = Decimal("0.5")  # K or %RH, by which the room may have changed a minute later


def spots(events: list[Event], way: Way, with_errors: set[str]) -> Iterator[int]:
    """Give the exchanges that can go wrong so, by the number of their event: each message, and each that is answered.

    A message and the reply that is read after it are one. `with_errors` are the instruments with an error queue.
    """
    exchanges = [one for one in events if one.type == "exchange"]
    for number, event in enumerate(exchanges):
        if "sent" not in event.body or (way == "error" and event.body["instrument"] not in with_errors):
            continue
        own = (one for one in exchanges[number + 1 :] if one.body["instrument"] == event.body["instrument"])
        following = next(own, event)
        answered = "received" in event.body or ("received" in following.body and "sent" not in following.body)
        if answered or way in ("timeout", "error"):
            yield event.seq


def message_of(events: list[Event], at: int) -> tuple[str, int]:
    """Give the instrument of an exchange, and which message to it that was, counted from 1."""
    name = str(events[at - 1].body["instrument"])
    return name, sum(
        one.type == "exchange" and one.body["instrument"] == name and "sent" in one.body
        for one in events[:at]
    )


def with_errors(case: Case, prepared: Prepared) -> set[str]:
    """Name the instruments that have an error queue."""
    with bench(case, prepared) as stage:
        return {name for name, device in stage.world.devices.items() if device.status is not None}


def fault(case: Case, prepared: Prepared, expected: Record, events: list[Event], way: Way, at: int) -> Found:
    """Let the exchange that was event `at` of the run without a fault go wrong, and look what becomes of the run."""
    name, message = message_of(events, at)
    kind = FAULTS[way]
    folder = scratch()
    was_on: list[bool] = []
    try:
        with bench(case, prepared) as stage:
            seen: list[Event] = []

            def look(event: Event) -> None:
                seen.append(event)
                if event.seq == at:
                    was_on.append(is_on(case, stage))

            stage.world.fault(name, replace(kind, after=message - 1))
            finished = execute(prepared, folder, stage=stage, listeners=(look,))
            wrong = (
                "the source was left on" if is_on(case, stage) else _wrong(finished, expected, seen, events)
            )
        return Found(case.name, way, at, any(was_on), wrong, finished.outcome.status)
    finally:
        shutil.rmtree(folder)


def _wrong(finished: Finished, expected: Record, mine: list[Event], theirs: list[Event]) -> str:
    """Say what is wrong with how a run ended; empty: nothing."""
    if finished.outcome.status == "UNSAFE":
        return "" if finished.outcome.outputs.in_doubt else "it is UNSAFE and names no instrument"
    if not finished.outcome.outputs.safe:
        return f"it ended {finished.outcome.status} with outputs {finished.outcome.outputs}"
    if finished.outcome.status != "COMPLETED":
        return "" if finished.outcome.reason else "it did not complete and does not say why"
    verdicts = {one.id: one.verdict for one in finished.record.results}
    right = {one.id: one.verdict for one in expected.results}
    if verdicts != right:
        return f"other results: {verdicts.items() ^ right.items()}"
    return next(_unlike(finished.record, expected), "") or next(_other_room(mine, theirs), "")


def _other_room(mine: list[Event], theirs: list[Event]) -> Iterator[str]:
    """Say which conditions are not those of the room."""
    right: dict[str, list[Decimal]] = {}
    for one in theirs:
        if one.type == "condition":
            right.setdefault(str(one.body["quantity"]), []).append(_number(one))
    for one in mine:
        if one.type == "condition":
            values = right[str(one.body["quantity"])]
            if not min(values) - ROOM <= _number(one) <= max(values) + ROOM:
                yield f"{one.body['quantity']} {one.body['value']}: a guessed reading"


def _number(event: Event) -> Decimal:
    return Decimal(str(event.body["value"]).split()[0])


def _unlike(mine: Record, theirs: Record) -> Iterator[str]:
    """Say which readings and stimuli are lost, or are none of this point."""
    resolutions = {point.id: point.resolution for point in theirs.plan.points}
    for point, attempts in theirs.attempts.items():
        right = [one for one in attempts if one.counts]
        found = [one for one in mine.attempts.get(point, []) if one.counts]
        if len(found) != len(right):
            yield f"{point}: {len(found)} attempts count, where {len(right)} should: a guessed reading"
            continue
        for ours, his in zip(found, right, strict=True):
            if [one.value for one in ours.applied] != [one.value for one in his.applied]:
                yield f"{point}: another stimulus was applied: a guessed reading"
            values = [Decimal(one.value) for one in his.readings]
            if len(ours.readings) != len(values):
                yield f"{point}: {len(ours.readings)} readings instead of {len(values)}: a lost reading"
                continue
            for one, value in zip(ours.readings, values, strict=True):
                steps = [Decimal(1).scaleb(int(value.as_tuple().exponent))]
                if (stated := resolutions[point]) is not None:
                    steps.append(parse_quantity(stated).in_unit(find_unit(one.unit)))
                margin = SPREADS * (max(values) - min(values)) + QUANTA * max(steps) + abs(value) * DRIFT
                if abs(Decimal(one.value) - value) > margin:
                    yield f"{point}: {one.text!r}, where {value} +- {margin:.2g} is right: a guessed reading"
