"""The environment in a procedure: under which conditions it is valid, and what happens when they do not hold."""

from __future__ import annotations

from typing import Literal

from calbench.documents.fields import QuantityText
from calbench.documents.model import Authored

OnViolation = Literal["suspend", "warn", "stop"]
OnLost = Literal["suspend", "ask", "stop"]


class Condition(Authored):
    """One environmental condition: a nominal value with tolerance, or limits, and how far it may drift."""

    nominal: QuantityText | None = None
    tolerance: QuantityText | None = None
    min: QuantityText | None = None
    max: QuantityText | None = None
    drift: QuantityText | None = None
    check_every: QuantityText | None = None
    max_age: QuantityText | None = None
    on_violation: OnViolation = "suspend"


class Suspend(Authored):
    """How long a run waits at most for its environment, and how long it lets everything settle afterwards."""

    at_most: QuantityText = "4 h"
    settle: QuantityText = "0 s"


class Environment(Authored):
    """The conditions under which the procedure is valid, and what happens when they do not hold or are not known."""

    temperature: Condition | None = None
    humidity: Condition | None = None
    suspend: Suspend = Suspend()
    on_lost: OnLost = "stop"
