"""One exchange of a simulated run goes wrong, and what became of the run.

It may end as the run without a fault did, or not complete. What it must not do is complete with a reading that the
instrument did not give for this point, or without one that it should have, or leave a source on. Of several units, one
whose own line fails may end early; the others must be as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.sweeps.cases import Found, Known, Way
from tests.sweeps.comparing import judged_otherwise, other_readings, other_results
from tests.sweeps.striking import Running

from calbench.documents.journal import Event
from calbench.documents.record import Record
from calbench.simulation.faults import Fault
from calbench.workflow import Finished

FAULTS: dict[Way, Fault] = {
    "timeout": Fault("silence", count=1),
    "late": Fault("late", count=1),
    "garbage": Fault("garbage", count=1),
    "stale": Fault("stale", count=2),  # one reply is kept back, and comes for the question behind it
    "error": Fault("error", count=1),
}
ROOM = Decimal("0.5")  # K or %RH, by which the room may have changed a minute later


def spots(known: Known, way: Way) -> Iterator[int]:
    """Give the exchanges that can go wrong so, by the number of their event: each message, and each that is answered.

    A message and the reply that is read after it are one. An error can only be of an instrument with an error queue.
    """
    exchanges = [one for one in known.events if one.type == "exchange"]
    for number, event in enumerate(exchanges):
        name = event.body["instrument"]
        if "sent" not in event.body or (way == "error" and name not in known.with_errors):
            continue
        own = (one for one in exchanges[number + 1 :] if one.body["instrument"] == name)
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


@dataclass
class Faulted:
    """The exchange that was event `at` of the run without a fault goes wrong."""

    way: Way
    at: int
    was_on: bool = False

    @property
    def after(self) -> int:
        return 1  # nothing was sent by then

    def hit(self, running: Running) -> None:
        name, message = message_of(running.known.events, self.at)
        running.stage.world.fault(name, replace(FAULTS[self.way], after=message - 1))

    def look(self, running: Running) -> None:
        if running.seen[-1].seq == self.at:
            self.was_on = running.is_on()

    def judge(self, running: Running, finished: Finished | None) -> Found:
        assert finished is not None
        wrong = "the source was left on" if running.is_on() else self._wrong(running, finished)
        return Found(running.case.name, self.way, self.at, self.was_on, wrong, finished.outcome.status)

    def _wrong(self, running: Running, finished: Finished) -> str:
        """Say what is wrong with how a run ended; empty: nothing."""
        status, outputs = finished.outcome.status, finished.outcome.outputs
        known, records = running.known, finished.records
        if status == "UNSAFE" and not outputs.in_doubt:
            return "it is UNSAFE and names no instrument"
        if status != "UNSAFE" and not outputs.safe:
            return f"it ended {status} with outputs {outputs}"
        if status not in ("COMPLETED", "UNSAFE") and not finished.outcome.reason:
            return "it did not complete and does not say why"
        if status != "COMPLETED":
            pairs = ((one, records[position]) for position, one in known.records.items())
            return next(filter(None, (judged_otherwise(mine, right) for right, mine in pairs)), "")
        broken = str(known.events[self.at - 1].body["instrument"])
        for position, right in known.records.items():
            if wrong := _unlike(records[position], right, may_end=broken == position and len(records) > 1):
                return f"position {position}: {wrong}" if len(records) > 1 else wrong
        return next(_other_room(running.seen, known.events), "")


def _unlike(mine: Record, right: Record, *, may_end: bool) -> str:
    """Say in what a unit of a run that completed is not as without the fault; its own fault may have ended its part."""
    if mine.run.status != "COMPLETED":
        if not may_end:
            return f"it ended {mine.run.status} by the fault of another: a lost reading"
        return judged_otherwise(mine, right)
    return other_results(mine, right) or next(other_readings(mine, right), "")


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
