"""Results: what each point, each series and each inspection comes to, with budget, decision and printed figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan
from calbench.documents.plan import GroupPlan, Plan, TestPlan
from calbench.documents.point import Point
from calbench.documents.record import Attempt, Result, Verdict
from calbench.documents.recorded import OperatingFound
from calbench.evaluation import operating
from calbench.evaluation.budgeting import Concluded, conclude, coverage_of, lines
from calbench.evaluation.deriving import conclude_group
from calbench.evaluation.judging import Judged, Limits, judge
from calbench.evaluation.observing import (
    Observation,
    across_tests,
    limits_of,
    observe,
    quantity,
    rests_on,
    scope,
    static_scope,
    unit_of_result,
)
from calbench.evaluation.permitting import Permitting
from calbench.evaluation.showing import Figures, show
from calbench.metrology import stdev
from calbench.quantities import ONE, Quantity, Value, find_unit, parse_quantity, significant


@dataclass(frozen=True)
class Conclusion:
    """What one point comes to, in exact figures and the coherent unit: of these a result is written."""

    observation: Observation
    concluded: Concluded | None
    judged: Judged
    limits: Limits
    remark: str
    operating: list[OperatingFound]


def conclusions(plan: Plan, attempts: Mapping[str, list[Attempt]]) -> dict[str, Conclusion]:
    """Give what every measured point comes to, by its id, without writing any of it."""
    concluding = _Concluding(plan, attempts)
    tests = {test.id: test for test in plan.tests}
    found = {point.id: concluding.conclusion(point, tests[point.test]) for point in plan.points}
    return {name: one for name, one in found.items() if one is not None}


def conclude_all(
    plan: Plan, attempts: Mapping[str, list[Attempt]], stages: Sequence[str] | None = None
) -> list[Result]:
    """Give the results of all points, of all series, and those derived, in the order of the plan.

    `stages` None for all stages.
    """
    concluding = _Concluding(plan, attempts)
    wanted = [test for test in plan.tests if stages is None or test.stage in stages]
    return [result for test in wanted for result in concluding.test(test)]


def conclude_test(plan: Plan, attempts: Mapping[str, list[Attempt]], test: str) -> list[Result]:
    """Give the results of one test, from what was measured so far; none if the plan has no such test."""
    found = [one for one in plan.tests if one.id == test]
    return [result for one in found for result in _Concluding(plan, attempts).test(one)]


def conclude_one(plan: Plan, attempts: Mapping[str, list[Attempt]], name: str) -> Result:
    """Give the result of one point, or one that is derived, from what was measured so far.

    Raises:
        KeyError: The plan has none of this name.
    """
    concluding = _Concluding(plan, attempts)
    for test in plan.tests:
        group = test.group(name)
        if group is not None:
            return concluding.group(test, group)
    point = next((one for one in plan.points if one.id == name), None)
    if point is None:
        raise KeyError(name)
    return concluding.point(point)


class _Concluding:
    """What the points of a plan have in common while they are concluded."""

    def __init__(self, plan: Plan, attempts: Mapping[str, list[Attempt]]) -> None:
        self._whole = plan
        self._plan = plan.decision
        self._coverage = coverage_of(plan.decision)
        self._attempts = attempts
        self._tests = {test.id: test for test in plan.tests}
        self._points = {point.id: point for point in plan.points}
        self._observations = observe(plan, attempts)
        stages = dict.fromkeys(test.stage for test in plan.tests)
        self._across = {stage: across_tests(plan, self._observations, stage) for stage in stages}
        self._permitting = Permitting(plan, self._found, self._outside)

    def test(self, test: TestPlan) -> list[Result]:
        """Give the results of a test: its points, then the series if it is one; or those that are derived."""
        if test.kind == "derived":
            return [self.group(test, one) for one in test.groups]
        results = [self.point(self._points[name]) for name in test.points if name in self._points]
        if test.kind != "series":
            return results
        return [*results, self._permitting.group(_in_stage(self._series(test), test), test.points)]

    def group(self, test: TestPlan, group: GroupPlan) -> Result:
        """Give a result that is derived."""
        return self._permitting.group(self._group(test, group), group.points)

    def point(self, point: Point) -> Result:
        """Give the result of a point."""
        return self._permitting.point(self._point(point))

    def _found(self, test: TestPlan) -> list[Result]:
        """Give the results of a test as they were found, whatever has to pass for them."""
        if test.kind == "derived":
            return [self._group(test, one) for one in test.groups]
        if test.kind == "series":
            return [self._series(test)]
        return [self._point(self._points[name]) for name in test.points if name in self._points]

    def _group(self, test: TestPlan, group: GroupPlan) -> Result:
        return _in_stage(conclude_group(test, group, self._observations, self._across[test.stage]), test)

    def _point(self, point: Point) -> Result:
        test = self._tests[point.test]
        attempts = self._attempts.get(point.id, [])
        if test.kind == "inspection":
            result = _inspected(point, test, attempts)
        elif (one := self.conclusion(point, test)) is None:
            result = _unmeasured(point, test, len(attempts)).model_copy(
                update={"remark": self._lacks(test, attempts)}
            )
        else:
            result = _result(one, test, len(attempts), self._plan)
        counting = next((one for one in attempts if one.counts), None)
        if counting is not None and counting.conditions:
            result = result.model_copy(update={"conditions": counting.conditions})
        return _in_stage(result, test)

    def _lacks(self, test: TestPlan, attempts: list[Attempt]) -> str:
        """Say of a point that was measured which test its model rests on lacks a point."""
        if not any(one.counts and one.readings for one in attempts):
            return ""
        lacking = [
            one.id
            for one in rests_on(self._whole, test)
            if any(name not in self._observations for name in one.points)
        ]
        return f"Not every point of {', '.join(lacking)} was measured, on which it rests." if lacking else ""

    def conclusion(self, point: Point, test: TestPlan) -> Conclusion | None:
        """Give what a point comes to; None if it was not measured."""
        observation = self._observations.get(point.id)
        if observation is None:
            return None
        names = scope(observation, self._across[test.stage])
        remark, concluded = self._concluded(observation, test, names)
        limits = limits_of(point.limit, names)
        judged = judge(self._plan, observation.judged.value, limits, concluded, names)
        remark = " ".join(text for text in (remark, judged.remark) if text)
        return Conclusion(observation, concluded, judged, limits, remark, operating.found(point, names))

    def _outside(self, name: str) -> bool:
        """Tell whether a point was measured outside of its operating conditions."""
        observation = self._observations.get(name)
        if observation is None or not observation.point.operating:
            return False
        names = scope(observation, self._across[observation.point.stage])
        return any(not one.holds for one in operating.found(observation.point, names))

    def _concluded(
        self, observation: Observation, test: TestPlan, names: Mapping[str, Value]
    ) -> tuple[str, Concluded | None]:
        try:
            return "", conclude(observation, test, names, self._coverage)
        except ValueError as error:
            return f"Uncertainty not evaluated: {error}", None

    def _series(self, test: TestPlan) -> Result:
        """Conclude over a whole test; it needs every one of its points."""
        own = [self._observations[name] for name in test.points if name in self._observations]
        first = self._points[next(name for name in test.points if name in self._points)]
        if len(own) < len(test.points):
            return _unknown(test, first, len(own), "Not every point of the test was measured.")
        try:
            value = quantity(test.value, _series_scope(first, own))
        except ValueError as error:
            return _unknown(test, first, len(own), f"Not evaluated: {error}")
        unit = unit_of_result(first, test) if value.dimension == own[0].error.dimension else first.unit
        lower, upper = limits_of(test.limit, static_scope(first))
        decision = judge(self._plan, value.value, (lower, upper), None, static_scope(first)).decision
        spread = stdev([one.indication.value for one in own]) if len(own) > 1 else None
        return Result(
            id=test.id,
            test=test.id,
            of="test",
            n=len(own),
            value=value.text(unit),
            judged=value.text(unit),
            lower=None if lower is None else lower.text(unit),
            upper=None if upper is None else upper.text(unit),
            stdev=None if spread is None else _spread(spread, own[0]),
            verdict=decision.verdict.value,
            shown=show(Figures(error=value, lower=lower, upper=upper), first, test),
        )


def _unknown(test: TestPlan, first: Point, n: int, why: str) -> Result:
    """Give the result of a whole test that has none."""
    return Result(
        id=test.id,
        test=test.id,
        of="test",
        n=n,
        verdict="not_evaluated",
        shown=show(Figures(), first, test),
        remark=why,
    )


def _in_stage(result: Result, test: TestPlan) -> Result:
    return result.model_copy(update={"stage": test.stage}) if test.stage else result


def _series_scope(first: Point, own: list[Observation]) -> dict[str, Value]:
    return {
        **static_scope(first),
        "indication": tuple(one.indication for one in own),
        "error": tuple(one.error for one in own),
        "reference": tuple(one.reference for one in own),
    }


def _unmeasured(point: Point, test: TestPlan, attempts: int) -> Result:
    return Result(
        id=point.id,
        test=test.id,
        labels=point.labels,
        of="point",
        verdict="not_evaluated",
        shown=show(Figures(nominal=_nominal(point)), point, test),
        attempts=attempts,
    )


def _result(one: Conclusion, test: TestPlan, counted: int, plan: DecisionPlan) -> Result:
    observation, concluded, limits = one.observation, one.concluded, one.limits
    point, decision, risks = observation.point, one.judged.decision, one.judged.risks
    drawn = None if concluded is None else concluded.drawn
    unit, own = point.unit, unit_of_result(point, test)
    figures = Figures(
        nominal=_nominal(point),
        reference=observation.reference
        if point.reference != "read" or test.judge_on == "raw"
        else _shown_reference(observation),
        indication=observation.indication,
        error=observation.judged,
        lower=limits[0],
        upper=limits[1],
        expanded=None if concluded is None else concluded.U,
        k=None if concluded is None else concluded.expanded.k,
        std_uncertainty=None if concluded is None else concluded.budget.u,
        dof=None if concluded is None else concluded.budget.dof,
        guard_band=decision.guard_band if plan.risk else None,
        accept_lower=decision.acceptance_lower if plan.risk else None,
        accept_upper=decision.acceptance_upper if plan.risk else None,
    )
    return Result(
        id=point.id,
        test=test.id,
        labels=point.labels,
        of="point",
        n=observation.n,
        reference=observation.reference.text(unit),
        indication=observation.indication.text(unit),
        value=observation.error.text(own),
        judged=observation.judged.text(own),
        lower=None if limits[0] is None else limits[0].text(own),
        upper=None if limits[1] is None else limits[1].text(own),
        stdev=None if observation.stdev is None else _spread(observation.stdev, observation),
        std_uncertainty=None
        if concluded is None
        else _decided(Decimal(repr(concluded.budget.u)), observation, own),
        dof=None if concluded is None else repr(concluded.budget.dof),
        k=None if concluded is None else repr(concluded.expanded.k),
        expanded=None if concluded is None else _decided(concluded.U, observation, own),
        tur=None if decision.tur is None else format(significant(decision.tur, 3), "f"),
        guard_band=_decided(decision.guard_band, observation, own),
        accept_lower=_decided(decision.acceptance_lower, observation, own),
        accept_upper=_decided(decision.acceptance_upper, observation, own),
        budget=[] if concluded is None else lines(concluded, figures, observation, test),
        verdict=decision.verdict.value,
        shown=show(figures, point, test, int(plan.digits), plan.rounding),
        attempts=counted,
        remark=one.remark,
        cmc=point.cmc,
        expanded_computed=None
        if point.cmc is None or concluded is None
        else _decided(concluded.computed, observation, own),
        coverage_rule="t" if concluded is None else concluded.expanded.rule,
        interval_lower=_decided(drawn.low, observation, own) if drawn else None,
        interval_upper=_decided(drawn.high, observation, own) if drawn else None,
        specific_risk=_number(risks.specific),
        pfa=_number(risks.pfa),
        pfr=_number(risks.pfr),
        conditional_pfa=_number(risks.conditional_pfa),
        inputs={name: one.value.text(one.unit) for name, one in observation.inputs.items()},
        operating=one.operating,
    )


def _inspected(point: Point, test: TestPlan, attempts: list[Attempt]) -> Result:
    counting = [one for one in attempts if one.counts]
    answers = counting[0].answers if counting else {}
    wanted = {question.id: question.must_be for question in point.questions if question.must_be is not None}
    lists = {question.id for question in point.questions if question.kind == "checklist"}
    met = all(answers.get(name) == value for name, value in wanted.items())
    verdict: Verdict = "not_evaluated" if not counting else "pass" if met else "fail"
    return Result(
        id=point.id,
        test=test.id,
        labels=point.labels,
        of="inspection",
        answer="; ".join(
            answer.replace("\n", "; ") if name in lists else answer for name, answer in answers.items()
        ),
        verdict=verdict,
        shown=show(Figures(), point, test),
        attempts=len(attempts),
    )


def _shown_reference(observation: Observation) -> Quantity:
    """Give the reference that goes with the judged (rounded) error: indication minus error."""
    return Quantity(observation.indication.value - observation.judged.value, observation.reference.unit)


def _nominal(point: Point) -> Quantity | None:
    """Give the nominal value, if the indication is of its kind: the table has one unit for both."""
    nominal = None if point.nominal is None else parse_quantity(point.nominal)
    if nominal is None or not point.unit:
        return nominal
    unit = find_unit(point.unit)
    alike = nominal.dimension == unit.dimension and (unit.offset or not nominal.unit.offset)
    return nominal if alike else None


def _number(one: Decimal | None) -> str | None:
    return None if one is None else str(one)


def _spread(value: float, observation: Observation) -> str:
    """Write a standard deviation of indications: of those in degC it is in K."""
    unit = find_unit(observation.point.unit)
    return Quantity(Decimal(repr(value)), find_unit("K") if unit.offset else unit).text()


def _decided(value: Decimal | None, observation: Observation, unit: str) -> str | None:
    """Write a figure of the result, which is in its coherent unit, in the unit of the point."""
    return None if value is None else Quantity(value, observation.result_unit).text(unit or ONE)
