"""Witnesses: who sees whether a source is off must take part in the run, or nobody looks."""

from __future__ import annotations

from collections.abc import Iterable

from calbench.planning.binding import Bound
from calbench.planning.refusal import Reasons


def require(bound: Iterable[Bound], reasons: Reasons) -> None:
    """Add a reason for each source whose witness (`seen_by`) plays no role, so that nobody would look."""
    bindings = [one.binding for one in bound]
    taking_part = {one.instrument for one in bindings if one.driver}
    for source in bindings:
        if (
            source.seen_by
            and source.seen_by not in taking_part
            and any(_puts_out(one) for one in source.needs)
        ):
            reasons.add(
                f"Role '{source.role}': whether {source.instrument} is off is seen by {source.seen_by} (seen_by in the "
                "station), which plays no role in this run, so the outputs could never be verified off. Instruments "
                f"of this run: {', '.join(sorted(taking_part))}. Take a procedure with a role that {source.seen_by} "
                "plays, or name one of these as seen_by if it measures at the terminals."
            )


def _puts_out(need: str) -> bool:
    return need.startswith("source.")
