"""How several units under test share the standards of a run."""

from __future__ import annotations

from typing import Literal

from calbench.documents.model import Stored


class SharingPlan(Stored):
    """How the units of a run share its standards.

    In `parallel` the stimulus is applied once and every unit reads it; `one_at_a_time` lets one unit after the other
    have it, for each point (`point_first`) or the whole procedure (`unit_first`); in `independent` each has its own.
    `on_late` is what becomes of a unit that does not answer: it is asked about at the end of the test, or left out.
    """

    mode: Literal["parallel", "one_at_a_time", "independent"]
    order: Literal["point_first", "unit_first"] = "point_first"
    on_late: Literal["ask", "drop"] = "ask"
