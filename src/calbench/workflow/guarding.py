"""What watches over a run: the guard beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import Clock
from calbench.quantities import parse_quantity
from calbench.workflow.storing import GUARD, PLAN

if TYPE_CHECKING:
    from calbench.execution.running import MakeGuard
    from calbench.instruments.opening import LinkSpec
    from calbench.workflow.holding import Holding
    from calbench.workflow.preparing import Prepared


def guard_of(
    prepared: Prepared, folder: Path, holding: Holding, clock: Clock, redirect: Mapping[str, LinkSpec]
) -> MakeGuard | None:
    """Give what makes the guard of a run.

    A run of real instruments always has a guard in a process of its own, which keeps its leases too; None stands for a
    thread of this process, because no other process reaches instruments that are simulated in this one.
    """
    from calbench.execution.guardprocess import LOST_AFTER, Post, starter  # noqa: PLC0415 - loaded where it is used

    if prepared.plan.simulated is not None:
        return None
    post = Post(
        (folder / PLAN).resolve(),
        (folder / GUARD).resolve(),
        redirect,
        lost_after(prepared) or LOST_AFTER,
        holding.leased,
    )
    return starter(post, holding.control, clock)


def lost_after(prepared: Prepared) -> float | None:
    """Give the seconds without a heartbeat after which the guard acts: the least that an instrument asks for."""
    said = [
        float(parse_quantity(one.safe.after_lost_contact).value)
        for one in prepared.station.model.instruments.values()
        if one.safe is not None and one.safe.after_lost_contact is not None
    ]
    return min(said, default=None)
