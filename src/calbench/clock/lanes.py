"""What runs at the same time on one clock, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from calbench.clock.baton import Failures, Pressed, Work, run_threads
from calbench.clock.protocols import Clock
from calbench.clock.virtual import VirtualClock


def together(clock: Clock, works: Sequence[Work], pressed: Pressed) -> Failures:
    """Run works at the same time on a clock, each in a thread of its own, and come back when all have ended.

    On a virtual clock they take turns: one runs until it waits on the clock, then the one whose wait is over first.
    What takes each of them a second takes a second together, and the same works do the same in the same order.

    Args:
        clock: What they wait on.
        works: What is done; a work may not run others together in turn.
        pressed: Told of each Ctrl-C, which only the main thread gets; the works go on.

    Returns:
        What each work raised, None where it raised nothing.

    Raises:
        ValueError: Others run together on this virtual clock already.
    """
    if isinstance(clock, VirtualClock):
        return clock.run_together(works, pressed)
    return run_threads(works, pressed)


def give_way(clock: Clock, done: Callable[[], bool]) -> None:
    """Let what else runs `together` on a virtual clock, and can run now, do so first; until `done()` at most.

    So what is better done once for all of them, such as a flush to the disk, waits until the last of them needs it.
    """
    if isinstance(clock, VirtualClock):
        clock.give_way(done)
