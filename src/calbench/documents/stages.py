"""Stages of a verification: as found, adjusted, as left; and what is known of an adjustment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from calbench.documents.model import Stored

Stage = Literal["as_found", "adjust", "as_left"]
MeasuredStage = Literal["as_found", "as_left"]
AdjustRule = Literal["if_failed", "always", "ask", "never"]
"""Whether a unit is adjusted: if a point as found fails, always, as the operator says, or never."""

STAGES: tuple[Stage, ...] = get_args(Stage)
AS_FOUND: MeasuredStage = "as_found"
ADJUST: Stage = "adjust"
AS_LEFT: MeasuredStage = "as_left"


class AdjustmentAnswer(Stored):
    """What was answered while a unit was adjusted: the question, the answer, who, and when."""

    id: str
    question: dict[str, str]
    answer: str
    by: str
    t_utc: str


class Adjustment(Stored):
    """Whether a unit was adjusted after it was measured as found: by which rule, why, by whom, when, and what.

    `failed` are the results as found that did not pass by then. `complete` says that every step was carried out;
    `interruptions` how often it was gone on with, or begun again, after the run had been interrupted.
    """

    adjusted: bool
    rule: AdjustRule
    reason: str
    by: str
    decided: str
    failed: list[str] = []
    ended: str = ""
    complete: bool = False
    interruptions: int = 0
    answers: list[AdjustmentAnswer] = []


def staged(name: str, stage: str) -> str:
    """Give the name that a test or point has in a stage: `as_found/dcv`; without a stage its own."""
    return f"{stage}/{name}" if stage else name


def unstaged(name: str, stage: str) -> str:
    """Give the name that a test or point has in the procedure."""
    return name.removeprefix(f"{stage}/") if stage else name


def reached(stages: Iterable[str], adjusted: bool | None) -> list[str]:  # noqa: FBT001 - the three cases are its meaning
    """Give the stages whose results count as such: as left only of a unit that was adjusted.

    Args:
        stages: The stages that are measured by the plan, in order; `""` where it has none.
        adjusted: Whether the unit was adjusted; None while nobody has decided.
    """
    return [stage for stage in stages if stage != AS_LEFT or adjusted]
