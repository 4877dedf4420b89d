"""Keeping the leases of a run: a heartbeat renews them, and says so when they are lost."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from calbench.clock import Clock
from calbench.errors import CalbenchError, LeasesUnusable
from calbench.leasing.lease import BEAT, TTL, By, Claim, Lease, Loss
from calbench.leasing.table import Table
from calbench.leasing.turns import Turns

SURE = TTL - 2 * BEAT
"""Seconds after a sign of life within which nobody else can have taken a lease, with time to spare for an exchange."""


class Kept:
    """The leases that a run has; its guard keeps the same ones in its own process.

    Args:
        table: Where they stand.
        claim: Whose they are.
        wanted: Resources, and what people call them.
        clock: The machine's.
        anew: Whether what a person released is leased anew at once, as the runner does; a guard does so when it acts.
    """

    def __init__(
        self, table: Table, claim: Claim, wanted: Mapping[str, str], clock: Clock, *, anew: bool = True
    ) -> None:
        self.table, self.claim, self.wanted = table, claim, wanted
        self.loss = Loss()
        """What was lost by now."""
        self.taken_over: list[Lease] = []
        """Stale leases of others that it took over."""
        self.by: By = "runner"
        """Who acts on the instruments now; others see it."""
        self._clock = clock
        self.anew = anew
        self._renewed = clock.monotonic()
        self._told: Callable[[Loss], None] = lambda _loss: None
        self._done = threading.Event()
        self._looking = threading.RLock()
        self.turns = Turns()
        """How the threads of this process take turns."""

    def begin(self) -> None:
        """Renew them from now on, in a thread."""
        threading.Thread(target=self._beat, name="leases", daemon=True).start()

    def watch(self, told: Callable[[Loss], None]) -> None:
        """Have somebody told of each loss, at once of one that was before; called in whichever thread finds it."""
        with self._looking:
            self._told = told
            if self.loss:
                told(self.loss)

    def require(self) -> None:
        """Make sure before an exchange: where the last sign of life is too long ago, as after a sleep, look first."""
        if self._clock.monotonic() - self._renewed > SURE and not self.loss.trouble:
            self.look()

    def look(self) -> Loss:
        """Renew now; gives all that is lost by now."""
        with self._looking:
            if self._done.is_set():
                return self.loss
            left = self.wanted.keys() - self.loss.taken.keys()  # what another run has had is lost for good
            try:
                loss = self.table.renew(self.claim, left, self.by, again=self.anew)
            except LeasesUnusable as error:
                if self._clock.monotonic() - self._renewed > SURE:
                    self._lose(Loss(self.loss.taken, self.loss.broken, str(error)))
                return self.loss
            self._renewed = self._clock.monotonic()
            broken = {**self.loss.broken, **loss.broken} if self.anew else self.loss.broken
            self._lose(Loss({**self.loss.taken, **loss.taken}, broken, self.loss.trouble))
            return self.loss

    def release(self) -> None:
        """Give them back, once; what cannot be given back goes by itself.

        The lease of a resource is over before anybody can have it again, so nothing may be touched after this.
        """
        with self._looking:
            if self._done.is_set():
                return
            self._done.set()
            with contextlib.suppress(CalbenchError):
                self.table.release(self.claim)

    @contextlib.contextmanager
    def together(self, resources: Iterable[str]) -> Iterator[None]:
        """Have all of these among the threads of this process; see `turns.Leasing`.

        Raises:
            ValueError: The run has no lease of one.
        """
        asked = set(resources)
        missing = asked - (self.wanted.keys() - self.loss.taken.keys())
        if missing:
            raise ValueError(f"The run has no lease of {', '.join(sorted(missing))}.")
        with self.turns.together(asked):
            yield

    def _lose(self, loss: Loss) -> None:
        if _names(loss) != _names(self.loss):
            self.loss = loss
            self._told(loss)

    def _beat(self) -> None:
        while not self._done.wait(BEAT):
            self.look()


def _names(loss: Loss) -> tuple[frozenset[str], frozenset[str], bool]:
    return frozenset(loss.taken), frozenset(loss.broken), bool(loss.trouble)
