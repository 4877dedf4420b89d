"""What a run does about its leases: it writes down what becomes of them, and lets go of what is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from calbench.clock import Clock
from calbench.errors import CalbenchError
from calbench.execution.bench import Bench
from calbench.execution.controlling import Control
from calbench.execution.journalling import Journal
from calbench.leasing.keeping import Kept
from calbench.leasing.lease import Claim, Loss
from calbench.leasing.table import Table
from calbench.leasing.turns import Turns


@dataclass(frozen=True)
class Leased:
    """The leases of a run, and which resources each instrument of its plan is."""

    kept: Kept
    instruments: Mapping[str, tuple[str, ...]]

    def told(self) -> dict[str, object]:
        """Give what a guard in another process is told."""
        kept = self.kept
        return {
            "file": str(kept.table.path),
            "claim": asdict(kept.claim),
            "wanted": dict(kept.wanted),
            "instruments": {name: list(parts) for name, parts in self.instruments.items()},
        }

    def taken(self, loss: Loss) -> set[str]:
        """Give the instruments that another run has by now."""
        return {name for name, parts in self.instruments.items() if not loss.taken.keys().isdisjoint(parts)}


def leased_with(told: Mapping[str, Any], clock: Clock) -> Leased:
    """Give the leases that a guard keeps beside the runner, from what it was told."""
    table = Table(Path(told["file"]), clock)
    kept = Kept(table, Claim(**told["claim"]), told["wanted"], clock, anew=False)
    return Leased(kept, {name: tuple(parts) for name, parts in told["instruments"].items()})


class Leasehold:
    """The runner's side of its leases; a run whose instruments are simulated in its own process has none.

    It is a `Leasing` by names of instruments, for the threads of the run, whether they are simulated or not.

    Args:
        leased: The leases; None for none.
        journal: Where they are written down.
        control: Is told to stop when one is lost.
        bench: Whose instruments are not touched any more when another run has them.
    """

    def __init__(self, leased: Leased | None, journal: Journal, control: Control, bench: Bench) -> None:
        self._leased = leased
        self._journal = journal
        self._control = control
        self._bench = bench
        self._turns = Turns(control.at_exchange)
        if leased is not None:
            leased.kept.turns = self._turns

    def begin(self) -> None:
        """Write down what is leased, and listen for losses from now on."""
        if self._leased is None:
            return
        kept = self._leased.kept
        over = [
            {"resource": one.resource, "run": one.claim.run, "silent_since": one.renewed}
            for one in kept.taken_over
        ]
        self._journal.note("lease", {"did": "taken", "resources": sorted(kept.wanted), "taken_over": over})
        self._bench.gate.require_lease = kept.require
        kept.watch(self._lost)

    def look(self) -> None:
        """Look before outputs are made safe, if the last sign of life is long ago: what is lost is not touched."""
        if self._leased is not None:
            self._leased.kept.require()

    @contextlib.contextmanager
    def together(self, instruments: Iterable[str]) -> Iterator[None]:
        """Have all of these instruments among the threads of this run, in turn; a verb breaks the waiting off.

        Raises:
            ValueError: This thread has some already, or the run has lost the lease of one.
            StopWanted, HoldWanted: As `Control.at_exchange`.
        """
        if self._leased is None:
            with self._turns.together(instruments):
                yield
            return
        kept, parts = self._leased.kept, self._leased.instruments
        with kept.together({part for name in instruments for part in parts.get(name, ())}):
            yield

    def release(self) -> None:
        """Give back what is left; nothing is touched after this."""
        if self._leased is None:
            return
        kept = self._leased.kept
        left = sorted(set(kept.wanted) - set(kept.loss.taken))
        kept.release()
        self._journal.note("lease", {"did": "released", "resources": left})

    def _lost(self, loss: Loss) -> None:
        if self._leased is None:
            return
        taken = self._leased.taken(loss)
        self._bench.taken |= taken
        why = _why(loss, sorted(taken))
        body = {
            "did": "lost",
            "taken": {name: one.claim.run for name, one in loss.taken.items()},
            "released": dict(loss.broken),
            "trouble": loss.trouble,
        }
        self._control.stop(why)  # first: no exchange may begin any more
        with contextlib.suppress(CalbenchError, ValueError):  # the disk, or a journal that is closed
            self._journal.note("lease", body)
            self._journal.note("state", {"state": "SUSPENDED", "cause": "lease", "why": why})


def _why(loss: Loss, taken: list[str]) -> str:
    if loss.taken:
        holder = next(iter(loss.taken.values())).holder
        return (
            f"The lease of {', '.join(taken)} was over, because this run gave no sign of life (did the machine "
            f"sleep?), and another run has it now: {holder}. It is not touched any more. Resume this run when that one "
            "has ended."
        )
    if loss.broken:
        name, why = next(iter(loss.broken.items()))
        return f"The lease of {name} was {why}."
    return f"The leases cannot be renewed: {loss.trouble}"
