"""Discarding stale bytes: what a plain line does where others have a device clear."""

from __future__ import annotations

from collections.abc import Callable

from calbench.clock import Clock, RealClock
from calbench.errors import LinkError
from calbench.instruments.link import LONGEST_REPLY

_WIRE = RealClock()


def drain(receive: Callable[[], bytes], where: str, clock: Clock, patience: float) -> None:
    """Throw away what comes until the line is quiet.

    Args:
        receive: Gives the next bytes, empty when none came for a while.
        where: The address, for the message.
        clock: The clock of the link; simulated time may pass while real time stands still, and the other way.
        patience: Seconds, on either clock, after which the line does not fall quiet any more.

    Raises:
        LinkError: The instrument does not stop sending.
    """
    clocks: tuple[Clock, ...] = (clock, _WIRE)
    deadlines = [one.monotonic() + patience for one in clocks]
    discarded = 0
    while chunk := receive():
        discarded += len(chunk)
        late = any(one.monotonic() >= deadline for one, deadline in zip(clocks, deadlines, strict=True))
        if late or discarded > LONGEST_REPLY:
            raise LinkError(
                f"{where}: the instrument does not stop sending ({discarded} bytes in {patience:g} s). "
                f"Switch its continuous output off."
            )
