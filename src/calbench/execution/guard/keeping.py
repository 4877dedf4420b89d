"""Keeping the leases of a run in its guard: while it lives, nobody else has the instruments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calbench.clock import Clock
from calbench.execution.leasehold import leased_with


class Keeping:
    """The guard's side of the leases of a run.

    Its heartbeat is beside that of the runner, so they last from the death of the runner until all is made safe.

    Args:
        told: What the runner said of its leases; None if it has none.
        clock: The machine's.
    """

    def __init__(self, told: Mapping[str, Any] | None, clock: Clock) -> None:
        self._leased = None if told is None else leased_with(told, clock)
        if self._leased is not None:
            self._leased.kept.begin()

    def acting(self) -> set[str]:
        """Say that the guard acts now; gives the instruments that another run has, which it must not touch.

        The file is asked only if the last sign of life is long ago: acting does not wait for it otherwise.
        """
        if self._leased is None:
            return set()
        kept = self._leased.kept
        kept.by, kept.anew = "guard", True
        kept.require()
        return self._leased.taken(kept.loss)

    def acted(self) -> None:
        """Say that it has acted: the runner may still live."""
        if self._leased is not None:
            self._leased.kept.by, self._leased.kept.anew = "runner", False

    def release(self) -> None:
        """Give back what the runner has not: it is done, or dead."""
        if self._leased is not None:
            self._leased.kept.release()
