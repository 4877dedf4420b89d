"""One run of a proof: draw a world, run the plan in it, and compare what was found with what really was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.point import Point
from calbench.evaluation import gathering
from calbench.evaluation.results import Conclusion, conclusions
from calbench.proof.drawing import Drawn, seed_of
from calbench.proof.sketching import Sketch, in_the_world, unit_of
from calbench.proof.truths import Truths
from calbench.quantities import parse_quantity
from calbench.simulation.truth import TruthLog
from calbench.workflow import Prepared, Reality, try_out


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
    watching = _Watching(job.prepared.plan)
    tried = try_out(job.prepared, job.plan_sha256, Reality(seed, drawn, drawn.masses()), watching)
    if tried.outcome.status != "COMPLETED":
        return Trial(index, f"{tried.outcome.status}: {tried.outcome.reason}", {})
    plan = job.prepared.plan
    really = watching.means()
    concluded = conclusions(plan, gathering.attempts(plan, tried.events))
    found = {name: _found(one, really.get(name)) for name, one in concluded.items()}
    return Trial(index, "", found, frozenset(drawn.shifted))


def _found(one: Conclusion, true: float | None) -> Found:
    lower, upper = (None if edge is None else float(edge.value) for edge in one.limits)
    expanded = None if one.concluded is None else one.concluded.expanded.U
    verdict = one.judged.decision.verdict.value
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
    ends = (one.judged.decision.acceptance_lower, one.judged.decision.acceptance_upper)
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


class _Watching:
    """Notes the true error beside each reading, at the moment when it is taken."""

    def __init__(self, plan: Plan) -> None:
        self._points = {point.id: point for point in plan.points}
        self._units = {point.id: unit_of(plan, point) for point in plan.points if point.read_role}
        self._errors: dict[str, list[tuple[int, float]]] = {}
        self._truths = Truths(plan)

    def __call__(self, event: Event, truth: TruthLog) -> None:
        """Look at the truth if this event is a reading."""
        if event.type != "reading":
            return
        if read := str(event.body.get("input", "")):
            self._truths.look(event.point, event.attempt, read, truth)
            return
        true = _true_error(truth, self._units[event.point], self._points[event.point])
        if true is not None:
            self._errors.setdefault(event.point, []).append((event.attempt, true))

    def means(self) -> dict[str, float]:
        """Give for each point the true error at its last attempt: the mean beside its readings, or by its inputs."""
        found = {}
        for name, several in self._errors.items():
            last = max(number for number, _ in several)
            values = [true for number, true in several if number == last]
            found[name] = math.fsum(values) / len(values)
        return {**found, **self._truths.errors()}


def _true_error(truth: TruthLog, unit: str, point: Point) -> float | None:
    """Give the true error of a unit; without what differs from one loading to the next, where it is known.

    A unit that puts out what it is set to errs by how much less that is.
    """
    quantity = in_the_world(point.quantity)
    if quantity == "mass":
        systematic = truth.latest(unit, "mass.error.systematic")
        if systematic is not None:
            return systematic
    error = truth.latest(unit, f"{quantity}.error")
    if error is None and point.apply_role == "uut" and point.nominal is not None:
        output = truth.latest(unit, quantity)
        return None if output is None else float(parse_quantity(point.nominal).value) - output
    return error
