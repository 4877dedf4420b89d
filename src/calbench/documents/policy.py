"""What a procedure says of failures, retakes, prompts that stay open, and resuming."""

from __future__ import annotations

from typing import Literal

from calbench.documents.fields import QuantityText
from calbench.documents.model import Authored
from calbench.documents.scalars import Flag, Text, Whole
from calbench.documents.stages import AdjustRule, Stage


class Retake(Authored):
    """Whether a point may be taken again, and what that needs."""

    allowed: Whole = 0
    reason: Literal["required", "optional"] = "required"
    keep: Literal["all"] = "all"
    without_failure: Flag = False


class Patience(Authored):
    """What happens while a prompt stays open. It never answers itself."""

    remind_after: QuantityText | None = None
    escalate_after: QuantityText | None = None
    escalate_to: Text | None = None
    safe_after: QuantityText | None = None


class Policy(Authored):
    """What happens when something does not pass or does not answer."""

    on_fail: Literal["ask", "continue", "stop"] = "continue"
    retake: Retake = Retake()
    comms_retry: Whole = 0
    stages: list[Stage] = ["as_found"]
    adjust: AdjustRule = "ask"
    resume_within: QuantityText | None = None
    prompts: Patience | None = None
