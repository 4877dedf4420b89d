"""Asking an instrument again and again until it is ready, with a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from calbench.instruments.link import Link

T = TypeVar("T")


def poll(look: Callable[[], T | None], *, link: Link, every: float, within: float) -> T | None:
    """Look until there is something, and give it; None if there was nothing in time.

    It looks at once, and a last time when the time is over.

    Args:
        look: Asks the instrument; None means not yet. What it raises goes through.
        link: On whose clock to wait.
        every: Seconds between two looks.
        within: Seconds after which to give up.
    """
    deadline = link.clock.monotonic() + within
    while (found := look()) is None:
        if link.clock.monotonic() >= deadline:
            return None
        link.wait(every)
    return found
