"""What watches over a run: the channel by which a person reaches it, and the guard beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import Clock
from calbench.quantities import parse_quantity
from calbench.workflow.storing import GUARD, PLAN

if TYPE_CHECKING:
    from calbench.execution.controlling import Control
    from calbench.execution.running import MakeGuard
    from calbench.instruments.opening import LinkSpec
    from calbench.workflow.preparing import Prepared


@contextlib.contextmanager
def guard_of(
    prepared: Prepared, folder: Path, control: Control | None, clock: Clock, redirect: Mapping[str, LinkSpec]
) -> Iterator[tuple[Control, MakeGuard | None]]:
    """Give the control of a run, reachable from other processes if the caller brings it, and what makes its guard.

    A run of real instruments always has a guard in a process of its own; None stands for a thread of this process,
    because no other process reaches instruments that are simulated in this one.
    """
    from calbench.control.channel import Channel  # noqa: PLC0415 - loaded where it is used
    from calbench.execution.controlling import Control  # noqa: PLC0415 - as above
    from calbench.execution.guardprocess import LOST_AFTER, Post, starter  # noqa: PLC0415 - as above

    found = control or Control()
    make: MakeGuard | None = None
    if prepared.plan.simulated is None:
        post = Post(
            (folder / PLAN).resolve(),
            (folder / GUARD).resolve(),
            redirect,
            lost_after(prepared) or LOST_AFTER,
        )
        make = starter(post, found, clock)
    with contextlib.nullcontext() if control is None else Channel(folder, found.handle):
        yield found, make


def lost_after(prepared: Prepared) -> float | None:
    """Give the seconds without a heartbeat after which the guard acts: the least that an instrument asks for."""
    said = [
        float(parse_quantity(one.safe.after_lost_contact).value)
        for one in prepared.station.model.instruments.values()
        if one.safe is not None and one.safe.after_lost_contact is not None
    ]
    return min(said, default=None)
