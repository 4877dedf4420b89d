"""A bench of numbers alone, whose coverage is known analytically: what the sums and verdicts make of it."""

from __future__ import annotations

import random
from statistics import NormalDist

import pytest

from calbench.documents.canonical import digest
from calbench.proof import population, telling
from calbench.proof.judging import Promised, judge_promise
from calbench.proof.page import page
from calbench.proof.report import Rate, Report
from calbench.proof.sketching import sketch
from calbench.proof.statistics import clopper_pearson
from calbench.proof.summing import summed
from calbench.proof.trying import Found, Job, Trial
from calbench.workflow import Options, prepare


@pytest.fixture(scope="module")
def job() -> Job:
    prepared = prepare("dmm-34401a", "demo", Options(position="1", only=("dcv/10V/*",)))
    return Job(prepared, digest(prepared.plan), sketch(prepared, population("normal 0.5")), 1)


def proven(
    job: Job, runs: int, k: float, *, bias: float = 0.0, guard: float = 1.0, shared: bool = False
) -> Report:
    """E is the true error plus a normal deviation of u = 1; U is k; limits are ±4 and units normal with s = 2."""
    draws = random.Random(11)
    points = [point.id for point in job.prepared.plan.points]
    trials = []
    for index in range(runs):
        found = {}
        same = draws.gauss(bias, 1.0)
        for name in points:
            true = draws.gauss(0.0, 2.0)
            error = true + (same if shared else draws.gauss(bias, 1.0))
            edge = 4.0 - guard * k - abs(error)
            verdict = "pass" if edge >= 0 else "indeterminate_pass" if abs(error) <= 4 + guard * k else "fail"
            at = edge / k if verdict == "pass" else None
            found[name] = Found(error, true, k, 2.0, verdict, abs(true) <= 4, at, 0.0)
        trials.append(Trial(index, "", found))
    return summed(job, trials, runs, Promised("specific", 0.025, "test"))


@pytest.mark.parametrize("k", [1.0, 1.5, 1.96, 2.58])
def test_coverage_is_that_of_the_normal_distribution(job: Job, k: float) -> None:
    covered = proven(job, 2000, k).tests[0].covered
    assert covered is not None
    known = 2 * NormalDist().cdf(k) - 1
    assert float(covered.rate.low) < known < float(covered.rate.high)
    assert float(covered.ratio or "nan") == pytest.approx(
        k / 2, rel=0.03
    )  # u is U / k, and the k of these is 2
    assert float(covered.excess or "nan") == pytest.approx(k / 1.96, rel=0.05)


@pytest.mark.parametrize(
    ("k", "verdict"), [(1.5, "optimistic"), (1.96, "honest"), (2.3, "honest"), (3.5, "wasteful")]
)
def test_verdicts(job: Job, k: float, verdict: str) -> None:
    assert proven(job, 2000, k).verdict == verdict


def test_a_bias_is_found_with_its_uncertainty(job: Job) -> None:
    report = proven(job, 2000, 1.96, bias=1.0)
    covered = report.tests[0].points[0].covered
    assert covered is not None
    assert float(covered.bias or "nan") == pytest.approx(1.0, abs=3 * float(covered.bias_u or "nan"))
    assert float(covered.bias_u or "nan") == pytest.approx(1 / 2000**0.5, rel=0.05)
    assert report.verdict == "optimistic"  # normal between -2.96 and 0.96: 83.0 %


def test_false_accepts_and_rejects_are_counted_against_the_truth(job: Job) -> None:
    risk = proven(job, 3000, 1.96).tests[0].risk
    assert risk is not None
    assert float(risk.nonconforming.low) < 2 * NormalDist().cdf(-2.0) < float(risk.nonconforming.high)
    assert risk.promise == "kept"
    loose = proven(job, 3000, 1.96, guard=0.0).tests[0].risk
    assert loose is not None
    assert (loose.promise, risk.accepted_wrongly.count < loose.accepted_wrongly.count) == ("broken", True)


def test_points_that_share_a_standard_do_not_count_as_many(job: Job) -> None:
    apart, together = (
        proven(job, 500, 1.5).tests[0].covered,
        proven(job, 500, 1.5, shared=True).tests[0].covered,
    )
    assert apart is not None
    assert together is not None
    assert float(together.effective) == pytest.approx(500, rel=0.05)
    assert float(apart.effective) > 1500


def test_the_order_in_which_runs_come_does_not_matter(job: Job) -> None:
    trials = [Trial(0, "", {}), Trial(1, "STOPPED: no answer", {}), Trial(2, "UNSAFE: still on", {})]
    report = summed(job, trials, 3)
    assert summed(job, trials[::-1], 3) == report
    assert [one.reason for one in report.stopped] == ["STOPPED: no answer", "UNSAFE: still on"]
    assert (report.completed, report.good) == (1, False)


def test_a_u_of_zero_that_is_met_is_not_wasteful(job: Job) -> None:
    names = [point.id for point in job.prepared.plan.points]
    met = {name: Found(0.0, 0.0, 0.0, 2.0, "pass", True, None, 0.0) for name in names}
    report = summed(job, [Trial(index, "", met) for index in range(500)], 500)
    covered = report.tests[0].covered
    assert covered is not None
    assert (report.verdict, covered.rate.share, covered.excess) == ("honest", "1.0000", None)


def test_a_promise_is_kept_only_where_the_runs_show_it(job: Job) -> None:
    few = proven(job, 3, 1.96)
    risk = few.tests[0].risk
    assert risk is not None
    assert risk.accepted_wrongly.count == 0
    assert (risk.promise, few.promise and few.promise.verdict, few.good) == (
        "too_few_runs",
        "too_few_runs",
        False,
    )
    assert telling.decisions(few, "en").rows[0][-1] == "≤ 2.5 % too few runs"
    assert any("too few to say whether test keeps its promise" in note for note in telling.notes(few, "en"))


@pytest.mark.parametrize(
    ("count", "trials", "said"),
    [  # Clopper-Pearson 95 % intervals: 0/47 ends at 7.55 %, 0/48 at 7.40 % (1 - 0.025^(1/n)); 2.5 % + 5 % is the limit
        (0, 2, "too_few_runs"),
        (0, 47, "too_few_runs"),
        (0, 48, "kept"),
        (30, 100, "broken"),
    ],
)
def test_what_is_said_of_a_promise(count: int, trials: int, said: str) -> None:
    interval = clopper_pearson(count, trials)
    rate = Rate(
        count=count,
        trials=trials,
        share=f"{count / trials:.4f}",
        low=f"{interval.low:.4f}",
        high=f"{interval.high:.4f}",
    )
    assert judge_promise(rate, 0.025, 0.001) == said
    assert judge_promise(None, 0.025, 0.001) == "too_few_runs"


def test_honest_budgets_with_a_broken_promise_are_concluded_as_broken(job: Job) -> None:
    report = proven(job, 2000, 1.96, guard=0.0)
    assert (report.verdict, report.worst, report.good) == ("honest", "broken", False)
    assert telling.conclusion(report, "en") == "promise BROKEN, budgets honest"
    assert telling.conclusion(report, "zh") == "承诺未满足，预算诚实"
    assert '<p class="conclusion broken">' in page(report, "en")
    assert report.promise is not None
    assert report.promise.verdict == "broken"


def test_honest_budgets_with_a_kept_promise_are_concluded_as_both(job: Job) -> None:
    report = proven(job, 2000, 1.96)
    assert (telling.conclusion(report, "en"), report.good) == ("budgets honest, promise kept", True)
    assert '<p class="conclusion honest">' in page(report, "en")


def test_a_point_that_breaks_the_promise_breaks_it_for_its_test(job: Job) -> None:
    names = [point.id for point in job.prepared.plan.points]
    good, bad = (
        Found(0.0, 0.0, 1.0, 2.0, "pass", True, 0.1, 0.0),
        Found(0.0, 5.0, 1.0, 2.0, "pass", False, 0.1, 0.0),
    )
    trials = [
        Trial(n, "", {name: bad if place == 0 and n % 12 == 0 else good for place, name in enumerate(names)})
        for n in range(1000)
    ]
    report = summed(job, trials, 1000, Promised("specific", 0.025, "test"))
    risk = report.tests[0].risk
    assert risk is not None
    assert risk.at_the_edge is not None
    assert float(risk.at_the_edge.high) < 0.04  # of all points together it would pass: 84 of 4000 are 2.1 %
    assert risk.promise == "broken"
    assert [note.partition(":")[0] for note in telling.notes(report, "en") if "promises at most" in note] == [
        names[0]
    ]
