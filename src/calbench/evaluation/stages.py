"""Stages in the record: whether the unit was adjusted, and what holds as found and as left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.stages import ADJUST, AS_FOUND, AS_LEFT, Adjustment, AdjustmentAnswer, AdjustRule
from calbench.errors import IntegrityFailure

DECIDE = "adjust/decide"


def measured(plan: Plan) -> list[str]:
    """Give the stages in which the plan measures, in their order."""
    return list(dict.fromkeys(test.stage for test in plan.tests))


def adjustment(plan: Plan, events: Sequence[Event]) -> Adjustment | None:
    """Give what the journal says of the adjustment; None where nobody decided, or nothing was to be decided."""
    decided = next((one for one in events if one.type == "adjustment" and one.body["did"] == "decided"), None)
    if decided is None:
        return None
    since = [one for one in events if one.seq > decided.seq]
    told = [one for one in since if one.type == "adjustment"]
    finished = next((one for one in told if one.body["did"] == "finished"), None)
    within = [one for one in since if finished is None or one.seq < finished.seq]
    return Adjustment(
        adjusted=decided.body["adjust"] is True,
        rule=cast("AdjustRule", decided.body["rule"]),
        reason=str(decided.body["reason"]),
        by=_decided_by([one for one in events if one.seq < decided.seq]),
        decided=decided.t_utc,
        failed=[str(name) for name in cast("list[str]", decided.body["failed"])],
        ended="" if finished is None else finished.t_utc,
        complete=finished is not None,
        interruptions=sum(one.body["did"] in ("resumed", "again") for one in told),
        answers=_answers(plan, within) if decided.body["adjust"] is True else [],
    )


def require_order(plan: Plan, events: Sequence[Event]) -> None:
    """Make sure that a unit was not measured as found once it was adjusted, nor as left before.

    Raises:
        IntegrityFailure: It was; says in which line of the journal. The program never writes such a journal.
    """
    stages = {point.id: point.stage for point in plan.points if point.stage}
    adjusted = finished = False
    for event in events:
        stage = stages.get(event.point, "")
        if event.type == "adjustment":
            adjusted = adjusted or event.body.get("adjust") is True
            finished = finished or event.body["did"] == "finished"
        elif stage == AS_FOUND and adjusted:
            raise IntegrityFailure(
                f"Line {event.seq} of the journal measures {event.point} after the unit was adjusted: as found is "
                "what was measured before."
            )
        elif stage == AS_LEFT and not finished:
            raise IntegrityFailure(
                f"Line {event.seq} of the journal measures {event.point} before any adjustment was finished: that "
                "is not how the unit was left."
            )


def _decided_by(before: Sequence[Event]) -> str:
    said = [one for one in before if one.type == "answered" and one.body["id"] == DECIDE]
    return str(said[-1].body.get("by", "")) if said else ""


def _answers(plan: Plan, events: Sequence[Event]) -> list[AdjustmentAnswer]:
    """Give every answer of the steps that adjust, in order, confirmations included."""
    steps = [step for step in plan.steps if step.stage == ADJUST and step.kind != "adjust"]
    asked = {step.id: step.text or step.title for step in steps}
    asked |= {one.id: one.text for step in steps for one in step.questions}
    return [
        AdjustmentAnswer(
            id=str(one.body["id"]),
            question=asked[str(one.body["id"])],
            answer=str(one.body["answer"]),
            by=str(one.body.get("by", "")),
            t_utc=one.t_utc,
        )
        for one in events
        if one.type == "answered" and one.body["id"] in asked
    ]
