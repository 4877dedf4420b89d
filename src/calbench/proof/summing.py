"""From the runs of a proof to its report: counted, and summed exactly, in the order of the runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from calbench.documents.plan import Plan, TestPlan
from calbench.metrology import find_rule
from calbench.proof.drawing import DERIVATION
from calbench.proof.judging import (
    DOMINANT,
    ERROR_RATE,
    EXCESS,
    MARGIN,
    Evidence,
    Promised,
    judge,
    judge_promise,
    promised,
    runs_needed,
    worst,
    worst_kept,
)
from calbench.proof.report import (
    Covered,
    Draw,
    Keeping,
    PointProof,
    Promise,
    Rate,
    Report,
    Risk,
    Stopped,
    TestProof,
    Verdict,
)
from calbench.proof.sketching import Open, Sketch
from calbench.proof.statistics import (
    clopper_pearson,
    effective_trials,
    mean_and_spread,
    quantile,
)
from calbench.proof.trying import Found, Job, Trial
from calbench.quantities import coherent_unit, find_unit

_START, _STEP, _BINS = -2.0, 0.1, 40
_EDGE = 0.5  # of U: how near to an acceptance limit an accepted result is at its edge
_FAR = 1e9
_NEGLIGIBLE = 1e-3  # a number that small beside another is no divisor for it


@dataclass(frozen=True)
class _Rows:
    """What the completed runs say of some points: by run, those that have a true error and U."""

    runs: Sequence[Sequence[Found]]

    @property
    def proven(self) -> list[list[Found]]:
        return [
            [one for one in run if one.true is not None and one.expanded is not None] for run in self.runs
        ]

    @property
    def decided(self) -> list[list[Found]]:
        return [
            [one for one in run if one.conforms is not None and one.verdict != "not_evaluated"]
            for run in self.runs
        ]


def summed(job: Job, trials: Iterable[Trial], runs: int, promise: Promised | None = None) -> Report:
    """Make the report of a proof from its runs, in whatever order they come."""
    ordered = sorted(trials, key=lambda trial: trial.index)
    done = [trial for trial in ordered if not trial.reason]
    plan = job.prepared.plan
    claim = float(plan.decision.coverage)
    rule = find_rule(plan.decision.rule)
    promise = promise or promised(plan.decision, claim)
    alpha = ERROR_RATE / (sum(bool(point.contributions) for point in plan.points) or 1)
    judging = _Judging(plan, done, claim, promise, alpha)
    tests = [judging.test(test) for test in plan.tests if test.kind in ("points", "series")]
    shifted = frozenset[str]().union(*(trial.shifted for trial in done)) if done else frozenset()
    drawn = job.sketch.population.shape != "none"
    return Report(
        software=plan.software,
        procedure=plan.procedure.id,
        procedure_version=plan.procedure.version,
        title=plan.procedure.title,
        station=plan.station,
        parameters={one.name: one.value for one in plan.parameters},
        plan_sha256=job.plan_sha256,
        runs=runs,
        completed=len(done),
        seed=job.seed,
        derivation=DERIVATION,
        claim=_share(claim),
        population=str(job.sketch.population),
        not_shifted=sorted(set(job.sketch.units) - shifted) if drawn else [],
        draws=_draws(job.sketch),
        rule=str(rule),
        promise=None
        if promise is None
        else Promise(
            by=promise.by,
            kind=promise.kind,
            most=_share(promise.most),
            verdict=worst_kept(test.risk.promise for test in tests if test.risk),
        ),
        excess_limit=_number(EXCESS),
        margin=_share(MARGIN),
        error_rate=_share(ERROR_RATE),
        runs_needed=runs_needed(claim, alpha),
        stopped=[Stopped(index=trial.index, reason=trial.reason) for trial in ordered if trial.reason],
        tests=tests,
        verdict=worst(test.verdict for test in tests),
        expected=all(test.expected for test in tests if test.verdict == "wasteful"),
    )


class _Judging:
    """What all tests of a proof share while they are summed."""

    def __init__(
        self, plan: Plan, trials: Sequence[Trial], claim: float, promise: Promised | None, alpha: float
    ) -> None:
        self._trials = trials
        self._claim = claim
        self._promise = promise
        self._alpha = alpha
        self._names = {point.id for point in plan.points}
        stated = {test.id: test.unit for test in plan.tests}
        units = {point.id: stated[point.test] or point.unit for point in plan.points}
        self._units = {name: _coherent(unit) for name, unit in units.items() if unit}

    def test(self, test: TestPlan) -> TestProof:
        """Sum a test and each of its points."""
        names = [name for name in test.points if name in self._names]
        points = [self._point(name) for name in names]
        rows = self._rows(names)
        covered, verdict = self._covered(rows, "")
        flat = [_in_terms_of_u(one) for run in rows.proven for one in run]
        places = [math.floor(round((value - _START) / _STEP, 9)) for value in flat]
        said = worst([verdict, *(point.verdict for point in points)])
        at_fault = [point for point in points if point.verdict == "wasteful"]
        dominated = covered is not None and float(covered.rounding) >= DOMINANT
        return TestProof(
            id=test.id,
            title=test.title,
            verdict=said,
            expected=said == "wasteful"
            and (all(point.expected for point in at_fault) if at_fault else dominated),
            covered=covered,
            risk=_with_points(self._risk(rows), points),
            points=points,
            start=_number(_START),
            step=_number(_STEP),
            histogram=[places.count(place) for place in range(_BINS)] if flat else [],
            below=sum(place < 0 for place in places),
            above=sum(place >= _BINS for place in places),
        )

    def _point(self, name: str) -> PointProof:
        rows = self._rows([name])
        covered, verdict = self._covered(rows, self._units.get(name, ""))
        dominated = covered is not None and float(covered.rounding) >= DOMINANT
        return PointProof(
            id=name,
            covered=covered,
            risk=self._risk(rows),
            verdict=verdict,
            expected=verdict == "wasteful" and dominated,
        )

    def _rows(self, names: Sequence[str]) -> _Rows:
        return _Rows(
            [[trial.points[name] for name in names if name in trial.points] for trial in self._trials]
        )

    def _covered(self, rows: _Rows, unit: str) -> tuple[Covered | None, Verdict]:
        """Compare E ± U with the true error; in `unit`, or in terms of U where it is empty."""
        runs = [run for run in rows.proven if run]
        flat = [one for run in runs for one in run]
        if not flat:
            return None, "not_proven"
        inside = [sum(_covers(one) for one in run) for run in runs]
        trials = effective_trials(inside, [len(run) for run in runs])
        share = sum(inside) / len(flat)
        deviations = [_in_terms_of_u(one) if not unit else one.error - (one.true or 0.0) for one in flat]
        widths = [1.0 if not unit else one.expanded or 0.0 for one in flat]
        factors = [one.k or 1.0 for one in flat]
        bias, spread = mean_and_spread(deviations)
        u = math.fsum(width / k for width, k in zip(widths, factors, strict=True)) / len(flat)
        expanded = math.fsum(widths) / len(flat)
        ordered = sorted(1.0 if _met_without_u(one) else abs(_in_terms_of_u(one)) for one in flat)
        negligible = sum(map(_negligible, flat))
        measured = bool(unit) or not negligible
        needed = quantile(ordered, self._claim)
        evidence = Evidence(share * trials, trials, ordered)
        covered = Covered(
            rate=_rate(sum(inside), len(flat), trials),
            effective=_number(trials),
            unit=unit,
            bias=_number(bias) if measured else None,
            bias_u=_number(spread / math.sqrt(trials)) if measured else None,
            spread=_number(spread) if measured else None,
            u=_number(u),
            expanded=_number(expanded),
            ratio=_quotient(u, spread) if measured else None,
            excess=None if negligible == len(flat) else _quotient(1.0, needed),
            rounding=_share(math.fsum(one.rounding for one in flat) / len(flat)),
            negligible=negligible,
        )
        return covered, judge(evidence, self._claim, self._alpha)

    def _risk(self, rows: _Rows) -> Risk | None:
        runs = [run for run in rows.decided if run]
        if not any(runs):
            return None
        accepted = [[one for one in run if one.verdict == "pass"] for run in runs]
        edge = [[one for one in run if one.edge is not None and one.edge <= _EDGE] for run in accepted]
        wrongly = _among(accepted, lambda one: not one.conforms)
        among = _among(runs, lambda one: one.verdict == "pass" and not one.conforms)
        at_edge = _among(edge, lambda one: not one.conforms)
        return Risk(
            nonconforming=_some(_among(runs, lambda one: not one.conforms)),
            accepted_wrongly=_some(among),
            rejected_wrongly=_some(_among(runs, lambda one: one.verdict == "fail" and bool(one.conforms))),
            indeterminate=_some(_among(runs, lambda one: one.verdict.startswith("indeterminate"))),
            among_accepted=wrongly,
            at_the_edge=at_edge,
            promise=self._kept(runs, at_edge, among),
        )

    def _kept(self, runs: Sequence[Sequence[Found]], edge: Rate | None, among: Rate | None) -> Keeping | None:
        if self._promise is None:
            return None
        specific = self._promise.kind == "specific"
        if specific and not any(one.expanded for run in runs for one in run):
            return "not_proven"  # without U there is no edge
        return judge_promise(edge if specific else among, self._promise.most, self._alpha)


def _with_points(risk: Risk | None, points: Sequence[PointProof]) -> Risk | None:
    """Break the promise of a test where one of its points breaks it, however good the others are."""
    if risk is None or not any(point.risk is not None and point.risk.promise == "broken" for point in points):
        return risk
    return risk.model_copy(update={"promise": "broken"})


def _covers(one: Found) -> bool:
    return abs(one.error - (one.true or 0.0)) <= (one.expanded or 0.0)


def _coherent(unit: str) -> str:
    """Give the unit in which lengths are written: the coherent one, and a ratio as it is stated, as in percent."""
    found = find_unit(unit)
    return unit if found.dimension.dimensionless else coherent_unit(found.dimension).symbol


def _in_terms_of_u(one: Found) -> float:
    """Give (E - true error) / U; an uncertainty of zero that is not met is far beyond every histogram."""
    deviation = one.error - (one.true or 0.0)
    if one.expanded:
        return deviation / one.expanded
    return 0.0 if deviation == 0 else math.copysign(_FAR, deviation)


def _met_without_u(one: Found) -> bool:
    """Tell whether E is the true error and U zero: such a U is just what is needed, neither too large nor too small."""
    return not one.expanded and one.error == one.true


def _negligible(one: Found) -> bool:
    """Tell whether U is zero, or so small beside the deviation that nothing can be said in terms of it."""
    return not one.expanded or one.expanded < _NEGLIGIBLE * abs(one.error - (one.true or 0.0))


def _among(runs: Sequence[Sequence[Found]], holds: Callable[[Found], bool]) -> Rate | None:
    """Give how often something holds, over runs whose members are not independent; None where there are none."""
    some = [run for run in runs if run]
    if not some:
        return None
    counts, sizes = [sum(map(holds, run)) for run in some], [len(run) for run in some]
    return _rate(sum(counts), sum(sizes), effective_trials(counts, sizes))


def _some(rate: Rate | None) -> Rate:
    if rate is None:
        raise AssertionError("unreachable: the caller has looked")
    return rate


def _rate(count: int, total: int, trials: float) -> Rate:
    share = count / total
    low, high = clopper_pearson(share * trials, trials)
    return Rate(count=count, trials=total, share=_share(share), low=_share(low), high=_share(high))


def _draws(sketch: Sketch) -> list[Draw]:
    stated = [line for several in sketch.standards.values() for one in several for line in one.open]
    weighed = [line for weight in sketch.weights.values() for line in weight.open]
    found = {one.influence: _draw(one) for one in (*stated, *weighed)}
    return [found[name] for name in sorted(found)]


def _draw(one: Open) -> Draw:
    return Draw(
        influence=one.influence,
        family=one.family,
        u=_number(one.u),
        shape=one.shape,
        dof="inf" if math.isinf(one.dof) else _number(one.dof),
    )


def _share(value: float) -> str:
    return f"{value:.4f}"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _quotient(value: float, by: float) -> str | None:
    """Divide; None where one is nothing beside the other."""
    if value <= _NEGLIGIBLE * by or by <= _NEGLIGIBLE * value:
        return None
    return f"{value / by:.3f}"
