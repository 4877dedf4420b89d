"""How a run is conducted: under which conditions, and what happens when something does not pass or does not answer."""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.asking import PatiencePlan
from calbench.documents.model import Grown, Stored
from calbench.documents.stages import AdjustRule


class ConditionPlan(Grown):
    """One environmental condition with its limits, in the unit of the limits.

    A run that is suspended waits `at_most`, lets everything settle (`settle`) once the condition holds again, and looks
    once more. Before a point the last sample may be `max_age` old. `on_lost` is what happens when nothing answers.
    `per_point` says that the record has the conditions of each result.
    """

    later: ClassVar[tuple[str, ...]] = ("max_age", "at_most", "settle", "on_lost", "per_point")

    quantity: Literal["temperature", "humidity"]
    role: str
    lower: str | None = None
    upper: str | None = None
    drift: str | None = None
    check_every: str | None = None
    on_violation: Literal["suspend", "warn", "stop"]
    max_age: str | None = None
    at_most: str = "4 h"
    settle: str = "0 s"
    on_lost: Literal["suspend", "ask", "stop"] = "stop"
    per_point: bool = False


class NearLimitPlan(Stored):
    """So many more readings of a point, where its result is from `start` to `end` times its limit; the mean counts."""

    start: str
    end: str
    readings: int


class PolicyPlan(Grown):
    """What happens when something does not pass or does not answer."""

    later: ClassVar[tuple[str, ...]] = (
        "resume_within",
        "prompts",
        "adjust",
        "counts",
        "counts_says",
        "retake_reason",
        "without_failure",
    )

    on_fail: Literal["ask", "continue", "stop"]
    retakes: int
    comms_retry: int
    stages: list[str]
    resume_within: str | None = None
    """How long a run may be interrupted before warm-up and the rest of setup are done again; None: always."""
    prompts: PatiencePlan | None = None
    adjust: AdjustRule | None = None
    """Whether the unit is adjusted; None where the run is of one stage."""
    counts: Literal["", "last_complete"] = ""
    """By which rule it is known which attempt at a point counts; its words are in `counts_says`."""
    counts_says: dict[str, str] = {}
    retake_reason: Literal["required", "optional"] = "required"
    without_failure: bool = False
    """Whether the operator may have a point taken again that did not fail."""
