"""The runner's side of the guard: starting it, its heartbeat, and having it act.

A run of real instruments has a guard in a process of its own. The instruments of a simulated run live in the process
of the runner, where no other process reaches them: its guard is a thread, with lines of its own, that acts on an abort.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from calbench.clock import Clock
from calbench.documents.plan import Plan
from calbench.execution.guard.acting import act, open_journal
from calbench.execution.journalling import Journal, MemoryJournal
from calbench.execution.reserve import release
from calbench.execution.sighting import Sightings
from calbench.instruments.opening import LinkSpec

ACT_WITHIN = 30.0
"""Real seconds that who aborts waits for what the guard finds; it goes on acting after that."""


class Guard(Protocol):
    """What the runner may ask of its guard."""

    def know(self, sightings: Sightings) -> None:
        """Have it know, at each moment, which sources their witnesses have seen on."""

    def start(self) -> None:
        """Have it watch from now on.

        Raises:
            RunFailed: It cannot be started, so nothing may be energised.
        """

    def act(self, why: str) -> str:
        """Have it make all outputs safe at once; gives a sentence on what it found. Called from any thread."""

    def settle(self) -> None:
        """Wait until it has done what it was told to, so that the runner does not talk into it."""

    def stand_down(self) -> None:
        """Let it go: the outputs were made safe, or a person was told that they are not."""


class NoGuard:
    """The guard of a simulated run in memory, that nobody waits for and nobody aborts."""

    def know(self, sightings: Sightings) -> None:
        """It need know nothing."""

    def start(self) -> None:
        """There is nothing to start."""

    def act(self, why: str) -> str:  # noqa: ARG002 - part of the protocol
        """Say that the runner does it."""
        return "The runner makes the outputs safe."

    def settle(self) -> None:
        """There is nothing to wait for."""

    def stand_down(self) -> None:
        """There is nothing to let go."""


class ThreadGuard:
    """The guard of a simulated run: a thread that acts on an abort.

    Args:
        plan: Its sources are made safe.
        file: Where what it does is written; made when it acts.
        clock: The clock of the simulated bench.
        redirect: Where the simulated instruments answer.
    """

    def __init__(self, plan: Plan, file: Path, clock: Clock, redirect: Mapping[str, LinkSpec]) -> None:
        self._plan = plan
        self._file = file
        self._clock = clock
        self._redirect = redirect
        self._found = ""
        self._sightings: Sightings | None = None
        self._thread: threading.Thread | None = None
        self._begun = threading.Lock()
        """Held while the thread is being started: nobody waits for one that does not run yet."""

    def know(self, sightings: Sightings) -> None:
        """Look at what the runner knows, which is in the same process."""
        self._sightings = sightings

    def start(self) -> None:
        """Nothing is to be started before it acts."""

    def act(self, why: str) -> str:
        """Make all outputs safe, in a thread of its own."""
        self._found = "The guard is still making the outputs safe."
        with self._begun:
            self._thread = threading.Thread(target=self._act, args=(why,), name="guard", daemon=True)
            self._thread.start()
        self.settle()
        return self._found

    def settle(self) -> None:
        """Wait until it has done what it was told to."""
        with self._begun:
            thread = self._thread
        if thread is not None:
            thread.join(ACT_WITHIN)

    def stand_down(self) -> None:
        """Nothing is left of it but a thread that is acting."""
        self.settle()

    def _act(self, why: str) -> None:
        try:
            with self._opened() as journal:
                outputs = act(
                    self._plan, journal, self._clock, self._redirect, why, sightings=self._sightings
                )
            self._found = f"The guard found: {outputs}."
            if isinstance(journal, MemoryJournal):
                self._found += f" What it did is not written down: {self._file} cannot be made."
        except Exception as error:  # noqa: BLE001 - the runner makes the outputs safe after it, whatever happened here
            self._found = f"The guard failed: {type(error).__name__}: {error}."

    def _opened(self) -> Journal:
        """Open its file, on a full disk in the room of the reserve; what it does matters more than its file."""
        with contextlib.suppress(OSError):
            return open_journal(self._file, self._clock)
        release(self._file.parent)
        with contextlib.suppress(OSError):
            return open_journal(self._file, self._clock)
        journal = MemoryJournal(self._clock)
        journal.actor = "guard"
        return journal
