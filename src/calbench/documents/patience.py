"""What a plan says of prompts that stay open."""

from __future__ import annotations

from calbench.documents.model import Stored


class PatiencePlan(Stored):
    """What happens while a prompt stays open; each after a time of its own, and never if that is None."""

    remind_after: str | None = None
    escalate_after: str | None = None
    escalate_to: str = ""
    safe_after: str | None = None
