"""Acting: all sources of a plan are made safe over lines of the guard's own, with read-back, and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from calbench.clock import Clock
from calbench.documents.plan import Plan
from calbench.execution.bench import Bench
from calbench.execution.journalling import Journal
from calbench.execution.reopening import take_up
from calbench.execution.safing import Outputs, make_safe
from calbench.execution.sighting import Sightings
from calbench.instruments.opening import LinkSpec

ROUNDS = 3
BETWEEN_ROUNDS = 1.0
"""Seconds; an instrument that serves one client at a time may still hold the line of the one that died."""


def open_journal(path: Path, clock: Clock) -> Journal:
    """Open the guard's file: a new one, or the one of an earlier guard of this run."""
    after = None
    told: dict[str, object] = {}
    if path.exists():
        tail = take_up(path)
        after, told = tail.after, tail.told
    journal = Journal(path, clock, after=after)
    journal.actor = "guard"
    journal.making_safe = True  # a full disk keeps nothing from being made safe
    if told:
        journal.note("guard", {"did": "took up its file", **told})
    return journal


def act(
    plan: Plan,
    journal: Journal,
    clock: Clock,
    redirect: Mapping[str, LinkSpec],
    why: str,
    taken: Callable[[], set[str]] = set,
    sightings: Sightings | None = None,
) -> Outputs:
    """Make every source of the plan safe, in up to three rounds; what is found is written down and given.

    `taken` gives what another run has leased by now: that is not touched. `sightings` are what the runner knew of
    sources that were on: a witness that has not seen one is not believed of it.
    """
    journal.note("guard", {"did": "acts", "why": why})
    bench = Bench(plan, journal, clock, redirect, _nobody)
    bench.taken |= taken()
    if sightings is not None:
        bench.sightings = sightings
    outputs = make_safe(bench, journal, at_once=True)
    for _ in range(ROUNDS - 1):
        bench.abandon()
        if outputs.safe:
            break
        clock.sleep(BETWEEN_ROUNDS)
        bench.taken |= taken()
        outputs = make_safe(bench, journal, at_once=True)
    bench.abandon()
    body = {"did": "acted", "outputs": outputs.state, "in_doubt": outputs.in_doubt, "text": str(outputs)}
    journal.note("guard", body)
    return outputs


def _nobody(text: str, unit: str) -> str:
    """Give no reading: a guard has nobody to ask, and no reason to."""
    raise ValueError(f"a guard asks for no reading: {text} {unit}")
