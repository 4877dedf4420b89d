"""One run of a proof: draw a world, run the plan in it, and compare what was found with what really was."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from calbench.documents.journal import Event
from calbench.documents.plan import Plan, Point
from calbench.evaluation import gathering
from calbench.evaluation.results import Conclusion, conclusions
from calbench.proof.drawing import Drawn, seed_of
from calbench.proof.sketching import Sketch, in_the_world, unit_of
from calbench.quantities import parse_quantity
from calbench.simulation.truth import Truth
from calbench.workflow import Prepared, Reality, try_out

_MICROSECOND = 1e-6  # s, to which the journal tells the time


class Found(NamedTuple):
    """What one run says of one point, in SI units: the error as stated, the true one, U and k, and the verdict.

    `conforms`: whether the true error lies within the limits. `edge`: for what was accepted, its distance from the
    nearest acceptance limit in terms of U. `rounding`: share of the variance that is the resolution's, 0 to 1.
    """

    error: float
    true: float | None
    expanded: float | None
    k: float | None
    verdict: str
    conforms: bool | None
    edge: float | None
    rounding: float


@dataclass(frozen=True)
class Job:
    """What every run of a proof is made from."""

    prepared: Prepared
    plan_sha256: str
    sketch: Sketch
    seed: int


@dataclass(frozen=True)
class Trial:
    """One run: its number, why it did not complete (empty if it did), and what it says of each point."""

    index: int
    reason: str
    points: Mapping[str, Found]
    shifted: frozenset[str] = field(default_factory=frozenset)


def attempt(job: Job, index: int) -> Trial:
    """Do one run of a proof; the same job and index give the same, wherever and in whatever order."""
    seed = seed_of(job.seed, index)
    drawn = Drawn(job.sketch, seed)
    tried = try_out(job.prepared, job.plan_sha256, Reality(seed, drawn, drawn.masses()))
    if tried.outcome.status != "COMPLETED":
        return Trial(index, f"{tried.outcome.status}: {tried.outcome.reason}", {})
    plan = job.prepared.plan
    really = _true_errors(plan, tried.events, tried.truth)
    concluded = conclusions(plan, gathering.attempts(plan, tried.events))
    found = {name: _found(one, really.get(name)) for name, one in concluded.items()}
    return Trial(index, "", found, frozenset(drawn.shifted))


def _found(one: Conclusion, true: float | None) -> Found:
    lower, upper = (None if edge is None else float(edge.value) for edge in one.limits)
    expanded = None if one.concluded is None else one.concluded.expanded.U
    verdict = one.decision.verdict.value
    inside = None
    if true is not None and (lower is not None or upper is not None):
        inside = (lower is None or lower <= true) and (upper is None or true <= upper)
    return Found(
        float(one.observation.judged.value),
        true,
        expanded,
        None if one.concluded is None else one.concluded.expanded.k,
        verdict,
        inside,
        _edge(one, expanded) if verdict == "pass" else None,
        _rounding(one),
    )


def _edge(one: Conclusion, expanded: float | None) -> float | None:
    if not expanded:
        return None
    value = one.observation.judged.value
    ends = (one.decision.acceptance_lower, one.decision.acceptance_upper)
    away = [abs(value - end) for end in ends if end is not None]
    return float(min(away)) / expanded if away else None


def _rounding(one: Conclusion) -> float:
    """Give the share of contributions that are half a step of the indication wide."""
    point = one.observation.point
    if one.concluded is None or point.resolution is None:
        return 0.0
    step = float(parse_quantity(point.resolution).value) / math.sqrt(12)
    return math.fsum(
        line.share / 100
        for line in one.concluded.budget.lines
        if line.distribution == "rectangular" and math.isclose(line.u, step, rel_tol=1e-9)
    )


def _true_errors(plan: Plan, events: Iterable[Event], truth: Iterable[Truth]) -> dict[str, float]:
    """Give for each point the mean of the true errors beside the readings of its last attempt."""
    readings: dict[str, list[Event]] = {}
    for event in events:
        if event.type == "reading":
            readings.setdefault(event.point, []).append(event)
    known = _by_name(truth)
    points = {point.id: point for point in plan.points}
    found: dict[str, float] = {}
    for name, several in readings.items():
        last = max(event.attempt for event in several)
        point = points[name]
        logged = _log_of(known, unit_of(plan, point), point)
        if logged is None:
            continue
        times, values = logged
        beside = [
            values[place - 1]
            for event in several
            if event.attempt == last
            and (place := bisect_right(times, float(event.t_mono) + _MICROSECOND)) > 0
        ]
        if beside:
            found[name] = math.fsum(beside) / len(beside)
    return found


_Log = tuple[list[float], list[float]]


def _log_of(known: Mapping[tuple[str, str], _Log], unit: str, point: Point) -> _Log | None:
    """Give the log of the true errors of a unit; without what differs from one loading to the next, where it has it."""
    quantity = in_the_world(point.quantity)
    names = (f"{quantity}.error.systematic", f"{quantity}.error")
    return next((known[unit, name] for name in names if (unit, name) in known), None)


def _by_name(truth: Iterable[Truth]) -> dict[tuple[str, str], _Log]:
    known: dict[tuple[str, str], _Log] = {}
    for time, instrument, quantity, value in _errors(truth):
        times, values = known.setdefault((instrument, quantity), ([], []))
        times.append(time)
        values.append(value)
    return known


def _errors(truth: Iterable[Truth]) -> Iterator[Truth]:
    return (entry for entry in truth if ".error" in entry.quantity)
