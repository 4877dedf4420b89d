"""Proving: the same plan, many times, by as many workers as there are; the report does not depend on who did what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from calbench.documents.canonical import canonical, digest
from calbench.errors import UsageError
from calbench.proof.judging import Promised
from calbench.proof.population import DEFAULT, Population
from calbench.proof.report import Report
from calbench.proof.sketching import sketch
from calbench.proof.spreading import spread
from calbench.proof.summing import summed
from calbench.proof.trying import Job
from calbench.workflow import Prepared

MOST_RUNS = 1_000_000


@dataclass(frozen=True)
class Proof:
    """A report, and its canonical bytes."""

    report: Report

    @property
    def data(self) -> bytes:
        """Canonical JSON: the same proof is the same bytes."""
        return canonical(self.report)


def prove(
    prepared: Prepared,
    runs: int,
    *,
    seed: int = 1,
    population: Population = DEFAULT,
    promise: Promised | None = None,
    executor: str = "local",
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Proof:
    """Run a plan `runs` times on its simulated bench, with another truth each time, and compare.

    Args:
        prepared: The plan, of a simulated run.
        runs: How many, 1 to 1,000,000.
        seed: What the seeds of all runs are derived from.
        population: What units under test are drawn from.
        promise: What is promised of false accepts; None takes what the decision rule promises, if anything.
        executor: `local`, or `dask://HOST:PORT`, the address of a Dask scheduler.
        workers: Local processes; None takes one for each processor. 1 works in this process.
        progress: Told how many runs are done.

    Raises:
        UsageError: The plan is not simulated, a number is out of its range, or the executor is not known or not there.
    """
    if prepared.plan.simulated is None:
        raise UsageError("A proof needs a simulated bench: add --sim, or take a simulated station.")
    if prepared.plan.simulated.clock == "real":
        raise UsageError("A proof runs in virtual time: the station says clock: real; write clock: virtual.")
    if not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"--runs {runs}: give 1 to {MOST_RUNS:,}.")
    job = Job(prepared, digest(prepared.plan), sketch(prepared, population), seed)
    return Proof(summed(job, spread(job, runs, executor, workers, progress), runs, promise))
