"""The record of a run: observations, budgets, decisions, and all they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from calbench.documents.canonical import digest
from calbench.documents.journal import Event, parse
from calbench.documents.plan import LimitPlan, Plan, Point, TestPlan
from calbench.documents.record import Attempt, Decided, JournalRef, Record, Result, Run, TestResult, Verdict
from calbench.evaluation import gathering
from calbench.evaluation.budgeting import Concluded, conclude
from calbench.evaluation.observing import Observation, across_tests, observe, quantity, scope, static_scope
from calbench.evaluation.showing import Figures, show
from calbench.metrology import TUR_DEFINITION, Decision, decide, find_rule, stdev
from calbench.quantities import ONE, Quantity, Value, find_unit, parse_quantity, significant

WORST: tuple[Verdict, ...] = ("pass", "indeterminate_pass", "indeterminate_fail", "not_evaluated", "fail")


def evaluate_run(plan: Plan, journal: bytes) -> Record:
    """Compute the record. Pure: the same plan and journal give the same record to the byte.

    Raises:
        IntegrityFailure: The journal's chain is broken, or it is the journal of another plan.
    """
    events, head = parse(journal)
    attempts = gathering.attempts(plan, events)
    results = conclude_all(plan, attempts)
    tests = [_tested(test, results) for test in plan.tests]
    status, outputs, partial = gathering.ended(events)
    rule = find_rule(plan.decision.rule)
    return Record(
        software=plan.software,
        plan_sha256=digest(plan),
        plan=plan,
        journal=JournalRef(lines=len(events), head=head),
        run=Run(
            id=run_id(plan),
            status=status,
            completeness="partial" if partial else "full",
            started=events[0].t_utc,
            ended=events[-1].t_utc,
            operator=plan.operator,
            outputs=outputs,
            retakes=sum(len(several) - 1 for several in attempts.values()),
        ),
        uut=gathering.unit_under_test(plan, events),
        identified=gathering.identified(events),
        environment=gathering.environment(plan, events),
        decision=Decided(
            rule=rule.id,
            version=str(rule.version),
            coverage=plan.decision.coverage,
            tur_definition=TUR_DEFINITION,
        ),
        attempts=attempts,
        results=results,
        tests=tests,
        verdict=_worst([test.verdict for test in tests]),
    )


def failing(plan: Plan, events: list[Event], test: str) -> list[str]:
    """Name the results of a test that do not pass, from the events so far."""
    results = conclude_all(plan, gathering.attempts(plan, events))
    passing = ("pass", "indeterminate_pass")
    return [
        one.id for one in results if one.test == test and one.verdict not in passing and _judged(plan, one)
    ]


def conclude_all(plan: Plan, attempts: Mapping[str, list[Attempt]]) -> list[Result]:
    """Give the results of all points and of all series, in the order of the plan."""
    observations = observe(plan, attempts)
    across = across_tests(plan, observations)
    tests = {test.id: test for test in plan.tests}
    points = {point.id: point for point in plan.points}
    results: list[Result] = []
    for test in plan.tests:
        for name in test.points:
            if name in points:
                counted = len(attempts.get(name, []))
                results.append(
                    _point(plan, points[name], tests[test.id], observations, across, attempts, counted)
                )
        if test.kind == "series":
            results.append(_series(plan, test, points, observations))
    return results


def run_id(plan: Plan) -> str:
    """Give the run's name: its date and the beginning of the plan's hash."""
    return f"{plan.created[:10].replace('-', '')}-{digest(plan)[:8]}"


def _point(
    plan: Plan,
    point: Point,
    test: TestPlan,
    observations: Mapping[str, Observation],
    across: Mapping[str, Value],
    attempts: Mapping[str, list[Attempt]],
    counted: int,
) -> Result:
    if test.kind == "inspection":
        return _inspected(point, test, attempts.get(point.id, []))
    observation = observations.get(point.id)
    if observation is None:
        return Result(
            id=point.id,
            test=test.id,
            labels=point.labels,
            of="point",
            verdict="not_evaluated",
            shown=show(Figures(nominal=_nominal(point)), point, test),
            attempts=counted,
        )
    names = scope(observation, across)
    remark, concluded = _concluded(observation, test, names, float(plan.decision.coverage))
    lower, upper = _limits(point.limit, names)
    U = None if concluded is None else concluded.U  # noqa: N806 - the symbol of the GUM
    decision = decide(
        plan.decision.rule, observation.judged.value, lower=_value(lower), upper=_value(upper), expanded=U
    )
    return _result(observation, test, concluded, decision, (lower, upper), counted, remark)


def _concluded(
    observation: Observation, test: TestPlan, names: Mapping[str, Value], coverage: float
) -> tuple[str, Concluded | None]:
    try:
        return "", conclude(observation, test, names, coverage)
    except ValueError as error:
        return f"Uncertainty not evaluated: {error}", None


def _result(
    observation: Observation,
    test: TestPlan,
    concluded: Concluded | None,
    decision: Decision,
    limits: tuple[Quantity | None, Quantity | None],
    counted: int,
    remark: str,
) -> Result:
    point = observation.point
    unit = point.unit
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
    )
    return Result(
        id=point.id,
        test=test.id,
        labels=point.labels,
        of="point",
        n=observation.n,
        reference=observation.reference.text(unit),
        indication=observation.indication.text(unit),
        value=observation.error.text(unit),
        judged=observation.judged.text(unit),
        lower=None if limits[0] is None else limits[0].text(unit),
        upper=None if limits[1] is None else limits[1].text(unit),
        stdev=None if observation.stdev is None else _float(observation.stdev, observation),
        std_uncertainty=None if concluded is None else _float(concluded.budget.u, observation),
        dof=None if concluded is None else repr(concluded.budget.dof),
        k=None if concluded is None else repr(concluded.expanded.k),
        expanded=None if concluded is None else Quantity(concluded.U, observation.indication.unit).text(unit),
        tur=None if decision.tur is None else format(significant(decision.tur, 3), "f"),
        guard_band=_decided(decision.guard_band, observation),
        accept_lower=_decided(decision.acceptance_lower, observation),
        accept_upper=_decided(decision.acceptance_upper, observation),
        budget=[] if concluded is None else concluded.lines,
        verdict=decision.verdict.value,
        shown=show(figures, point, test),
        attempts=counted,
        remark=remark,
    )


def _series(
    plan: Plan, test: TestPlan, points: Mapping[str, Point], observations: Mapping[str, Observation]
) -> Result:
    """Conclude over a whole test; it needs every one of its points."""
    own = [observations[name] for name in test.points if name in observations]
    first = points[next(name for name in test.points if name in points)]
    if len(own) < len(test.points):
        return Result(
            id=test.id,
            test=test.id,
            of="test",
            n=len(own),
            verdict="not_evaluated",
            shown=show(Figures(), first, test),
            remark="Not every point of the test was measured.",
        )
    names: dict[str, Value] = {
        **static_scope(first),
        "indication": tuple(one.indication for one in own),
        "error": tuple(one.error for one in own),
        "reference": tuple(one.reference for one in own),
    }
    value = quantity(test.value, names)
    lower, upper = _limits(test.limit, static_scope(first))
    decision = decide(
        plan.decision.rule, value.value, lower=_value(lower), upper=_value(upper), expanded=None
    )
    spread = stdev([one.indication.value for one in own]) if len(own) > 1 else None
    return Result(
        id=test.id,
        test=test.id,
        of="test",
        n=len(own),
        value=value.text(first.unit),
        judged=value.text(first.unit),
        lower=None if lower is None else lower.text(first.unit),
        upper=None if upper is None else upper.text(first.unit),
        stdev=None if spread is None else _float(spread, own[0]),
        verdict=decision.verdict.value,
        shown=show(Figures(error=value, lower=lower, upper=upper), first, test),
    )


def _inspected(point: Point, test: TestPlan, attempts: list[Attempt]) -> Result:
    counting = [one for one in attempts if one.counts]
    answers = counting[0].answers if counting else {}
    wanted = {question.id: question.must_be for question in point.questions if question.must_be is not None}
    met = all(answers.get(name) == value for name, value in wanted.items())
    verdict: Verdict = "not_evaluated" if not counting else "pass" if met else "fail"
    return Result(
        id=point.id,
        test=test.id,
        labels=point.labels,
        of="inspection",
        answer="; ".join(answers.values()),
        verdict=verdict,
        shown=show(Figures(), point, test),
        attempts=len(attempts),
    )


def _tested(test: TestPlan, results: list[Result]) -> TestResult:
    own = [one for one in results if one.test == test.id and (test.kind != "series" or one.of == "test")]
    return TestResult(
        id=test.id,
        title=test.title,
        verdict=_worst([one.verdict for one in own]),
        results=len(own),
        passed=sum(one.verdict == "pass" for one in own),
    )


def _worst(verdicts: list[Verdict]) -> Verdict:
    return max(verdicts, key=WORST.index, default="not_evaluated")


def _judged(plan: Plan, result: Result) -> bool:
    kinds = {test.id: test.kind for test in plan.tests}
    return kinds[result.test] != "series" or result.of == "test"


def _limits(limit: LimitPlan | None, names: Mapping[str, Value]) -> tuple[Quantity | None, Quantity | None]:
    if limit is None:
        return None, None
    return (
        None if limit.lower is None else quantity(limit.lower, names),
        None if limit.upper is None else quantity(limit.upper, names),
    )


def _shown_reference(observation: Observation) -> Quantity:
    """Give the reference that goes with the judged (rounded) error: indication minus error."""
    return Quantity(observation.indication.value - observation.judged.value, observation.reference.unit)


def _nominal(point: Point) -> Quantity | None:
    return None if point.nominal is None else parse_quantity(point.nominal)


def _value(one: Quantity | None) -> Decimal | None:
    return None if one is None else one.value


def _float(value: float, observation: Observation) -> str:
    return Quantity(Decimal(repr(value)), observation.indication.unit).text(observation.point.unit)


def _decided(value: Decimal | None, observation: Observation) -> str | None:
    unit = find_unit(observation.point.unit) if observation.point.unit else ONE
    return None if value is None else Quantity(value, observation.indication.unit).text(unit)
