"""The record of a run: observations, budgets, decisions, and all they rest on."""

from __future__ import annotations

from collections.abc import Iterator

from calbench.documents.canonical import digest
from calbench.documents.journal import Event, at_position, by_position, parse
from calbench.documents.plan import Plan, TestPlan
from calbench.documents.record import (
    WORST,
    Attempt,
    Decided,
    JournalRef,
    Record,
    Result,
    Run,
    StageResult,
    TestResult,
    Verdict,
)
from calbench.documents.stages import reached
from calbench.errors import IntegrityFailure
from calbench.evaluation import gathering, stages
from calbench.evaluation.observing import rests_on
from calbench.evaluation.results import conclude_all, conclude_test
from calbench.metrology import TUR_DEFINITION, find_rule
from calbench.metrology.assessing import RISK_DEFINITIONS


def evaluate_run(plan: Plan, journal: bytes) -> Record:
    """Compute the record. Pure: the same plan and journal give the same record to the byte.

    Raises:
        IntegrityFailure: The journal's chain is broken, or it is the journal of another plan.
    """
    return evaluate_events(plan, *parse(journal))


def evaluate_unit(plan: Plan, journal: bytes, position: str) -> Record:
    """Compute the record of one unit of a run.

    Raises:
        IntegrityFailure: As `evaluate_run`.
        KeyError: There is no unit at this position.
    """
    return evaluate_position(plan, *parse(journal), position)


def evaluate_all(plan: Plan, journal: bytes) -> dict[str, Record]:
    """Compute the record of each unit of a run, by position; the journal is read once.

    Raises:
        IntegrityFailure: As `evaluate_run`.
    """
    return dict(records(plan, *parse(journal)))


def records(plan: Plan, events: list[Event], head: str) -> Iterator[tuple[str, Record]]:
    """Give each unit of a run, its position and its record, from a journal that was read.

    Raises:
        IntegrityFailure: As `evaluate_run`.
    """
    if not plan.units:
        yield plan.uut.position, evaluate_events(plan, events, head)
        return
    run = digest(plan)
    for position, own in by_position(events, plan.positions).items():
        yield position, evaluate_own(plan.at(position, run), own, len(events), head)


def evaluate_position(plan: Plan, events: list[Event], head: str, position: str) -> Record:
    """Compute the record of one unit from a journal that was read.

    Raises:
        IntegrityFailure: As `evaluate_run`.
        KeyError: There is no unit at this position.
    """
    own = plan.at(position)
    return evaluate_own(own, at_position(events, position) if plan.units else events, len(events), head)


def evaluate_events(plan: Plan, events: list[Event], head: str) -> Record:
    """Compute the record of a run of one unit from a journal that was read; `head` is the hash of its last line.

    Raises:
        IntegrityFailure: It is the journal of another plan.
        ValueError: It is a run of several units: each has a record.
    """
    if plan.units:
        raise ValueError("A run of several units has a record for each: evaluate_all.")
    return evaluate_own(plan, events, len(events), head)


def evaluate_own(plan: Plan, events: list[Event], lines: int, head: str) -> Record:
    """Compute the record of one unit from its own plan and the events that concern it.

    `lines` and `head` are those of the whole journal.

    Raises:
        IntegrityFailure: It is the journal of another plan.
    """
    plan_sha256 = digest(plan)
    if not events or events[0].body.get("plan") != (plan.of_run or plan_sha256):
        raise IntegrityFailure("The journal was not written for this plan: its first line names another one.")
    if plan.of_run:
        events = gathering.while_measured(events)
    stages.require_order(plan, events)
    attempts = gathering.attempts(plan, events)
    adjustment = stages.adjustment(plan, events)
    counting = reached(stages.measured(plan), adjustment.adjusted if adjustment else None)
    results = conclude_all(plan, attempts, counting)
    tests = [_tested(test, results) for test in plan.tests if test.stage in counting]
    judged = [
        test
        for test in tests
        if not _judged_elsewhere(plan, test)
        and not _stated_only(plan, test)
        and not _set_up(plan, test, results)
    ]
    by_stage = [_over(stage, tests, judged) for stage in counting if stage]
    rule = find_rule(plan.decision.rule)
    return Record(
        software=plan.software,
        plan_sha256=plan_sha256,
        plan=plan,
        journal=JournalRef(lines=lines, head=head),
        run=_run(plan, plan_sha256, events, attempts),
        uut=gathering.unit_under_test(plan, events),
        identified=gathering.identified(events),
        environment=gathering.environment(plan, events),
        decision=Decided(
            rule=rule.id,
            version=str(rule.version),
            coverage=plan.decision.coverage,
            tur_definition=TUR_DEFINITION,
            guard_ratio=plan.decision.guard_ratio,
            prior=plan.decision.prior,
            risk_definition=RISK_DEFINITIONS.get(plan.decision.risk, ""),
        ),
        attempts=attempts,
        results=results,
        tests=tests,
        verdict=by_stage[-1].verdict if by_stage else _worst([test.verdict for test in judged]),
        stages=by_stage,
        adjustment=adjustment,
    )


def _run(plan: Plan, plan_sha256: str, events: list[Event], attempts: dict[str, list[Attempt]]) -> Run:
    ended = gathering.ended(events)
    started, last = events[0].t_utc, ended.when
    if plan.of_run and (measured := [one for one in events if one.point and one.attempt]):
        started, last = measured[0].t_utc, measured[-1].t_utc
    return Run(
        id=run_id(plan, plan_sha256),
        status=ended.status,
        completeness="partial" if ended.partial else "full",
        started=started,
        ended=last,
        operator=plan.operator,
        outputs=ended.outputs,
        outputs_in_doubt=ended.in_doubt,
        retakes=sum(_retakes(several) for several in attempts.values()),
        interruptions=gathering.interruptions(events),
        reason=gathering.left_out(events) if plan.of_run else "",
    )


def failing(plan: Plan, events: list[Event], test: str) -> list[str]:
    """Name the results of a test that fail, and those that follow from its points; from the events so far.

    What was not evaluated has not failed.
    """
    attempts = gathering.attempts(plan, events)
    followers = [one.id for one in plan.derived_from(test)]
    results = [one for name in (test, *followers) for one in conclude_test(plan, attempts, name)]
    failed = ("fail", "indeterminate_fail")
    return [one.id for one in results if one.verdict in failed and _judged(plan, one)]


def run_id(plan: Plan, plan_sha256: str | None = None) -> str:
    """Give the run's name: its date and the beginning of the plan's hash, which is computed if it is not known.

    One unit of several has the name of its run, with its position.
    """
    name = whole_run_id(plan, plan_sha256)
    return f"{name}-{plan.uut.position}" if plan.of_run else name


def whole_run_id(plan: Plan, plan_sha256: str | None = None) -> str:
    """Give the name of the run that a plan is of; the plan may be that of one unit of it."""
    return f"{plan.created[:10].replace('-', '')}-{(plan.of_run or plan_sha256 or digest(plan))[:8]}"


def _tested(test: TestPlan, results: list[Result]) -> TestResult:
    own = [one for one in results if one.test == test.id and (test.kind != "series" or one.of == "test")]
    return TestResult(
        id=test.id,
        title=test.title,
        verdict=_worst([one.verdict for one in own]),
        results=len(own),
        passed=sum(one.verdict == "pass" for one in own),
        stage=test.stage,
    )


def _judged_elsewhere(plan: Plan, test: TestResult) -> bool:
    """Tell whether no point of a test has a limit, and others judge what it finds.

    Tests that follow from it judge its points together, as of a lot; or the model of a test uses them, as the tare; or
    they find what ballast weighs.
    """
    used = any(test.id in (one.id for one in rests_on(plan, other)) for other in plan.tests)
    derived = any(not _without_limit(one) for one in plan.derived_from(test.id))
    weighed = any(name.rpartition("/")[0] == test.id for point in plan.points for name in point.all_ballast)
    return _unlimited(plan, test) and (used or derived or weighed)


def _set_up(plan: Plan, test: TestResult, results: list[Result]) -> bool:
    """Tell whether a test sets something up for others, such as a bath, and did.

    It has no limit and states no uncertainty, but conditions, and all of these held.
    """
    own = [one for one in results if one.test == test.id]
    held = bool(own) and all(one.operating and all(each.holds for each in one.operating) for one in own)
    return held and not any(one.budget for one in own) and _unlimited(plan, test)


def _unlimited(plan: Plan, test: TestResult) -> bool:
    kind = next(one.kind for one in plan.tests if one.id == test.id)
    return kind == "points" and all(one.limit is None for one in plan.points if one.test == test.id)


def _stated_only(plan: Plan, test: TestResult) -> bool:
    """Tell whether a test follows from another and has no limit: its results are stated, and nothing is judged."""
    return _without_limit(next(one for one in plan.tests if one.id == test.id))


def _without_limit(test: TestPlan) -> bool:
    return test.kind == "derived" and all(one.limit is None for one in test.groups)


def _over(stage: str, tests: list[TestResult], judged: list[TestResult]) -> StageResult:
    own = [test for test in tests if test.stage == stage]
    return StageResult(
        stage=stage,
        verdict=_worst([test.verdict for test in judged if test.stage == stage]),
        results=sum(test.results for test in own),
        passed=sum(test.passed for test in own),
    )


def _worst(verdicts: list[Verdict]) -> Verdict:
    return max(verdicts, key=WORST.index, default="not_evaluated")


def _retakes(several: list[Attempt]) -> int:
    """Count how often a point was taken again because somebody decided so; an interruption is no retake."""
    return max(0, len(several) - 1 - sum(bool(one.discarded) for one in several))


def _judged(plan: Plan, result: Result) -> bool:
    kinds = {test.id: test.kind for test in plan.tests}
    return kinds[result.test] != "series" or result.of == "test"
