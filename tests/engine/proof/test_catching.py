"""What a proof must catch, each as a variant of a procedure; and that the honest budget beside it comes out honest.

Expected coverages are those of the normal and of Student's t distribution, worked out by hand beside each test.
"""

from __future__ import annotations

import pytest
from tests.engine.proof.conftest import CERTIFICATE, REPEATABILITY, RESOLUTION, Prover
from tests.thorough import whole

from calbench.proof import telling
from calbench.proof.judging import Promised
from calbench.proof.page import page
from calbench.proof.report import Report


def covered(report: Report, point: str) -> float:
    found = next(one for test in report.tests for one in test.points if one.id == point)
    assert found.covered is not None
    return float(found.covered.rate.share)


def test_an_honest_budget_comes_out_honest(voltage: Prover) -> None:
    report = voltage(CERTIFICATE, REPEATABILITY, RESOLUTION, runs=250)
    assert (report.verdict, report.good, report.completed) == ("honest", True, 250)


def test_a_missing_contribution_is_caught(voltage: Prover) -> None:
    report = voltage(REPEATABILITY, RESOLUTION, runs=60)
    assert report.verdict == "optimistic"
    assert not report.good


def test_a_halved_u_is_caught(voltage: Prover) -> None:
    half = "{name: {en: Calibrator, zh: 校准器}, expanded: 2 ppm * rdg + 1.5 uV, k: 2, input: reference}"
    report = voltage(half, REPEATABILITY, RESOLUTION, runs=80)
    assert report.verdict == "optimistic"
    assert covered(report, "dcv/10V/10V") == pytest.approx(0.673, abs=0.1)  # normal within 0.98 sigma


@whole
def test_readings_that_claim_infinite_degrees_of_freedom_are_caught(voltage: Prover) -> None:
    claimed = REPEATABILITY.replace(", dof: n - 1", "")
    report = voltage(CERTIFICATE, claimed, RESOLUTION, readings=3, noise="2 mV", runs=120)
    assert report.verdict == "optimistic"
    assert covered(report, "dcv/10V/10V") == pytest.approx(0.811, abs=0.08)  # t with 2 degrees within 1.96
    honest = voltage(CERTIFICATE, REPEATABILITY, RESOLUTION, readings=3, noise="2 mV", runs=200)
    assert honest.verdict == "honest"


@whole
def test_a_correlation_left_out_is_caught(mass: Prover) -> None:
    # 2 kg and 2 kg of one certificate, u = 15 mg each: 30 mg together, and 21.2 mg if they were independent
    alone = "{name: {en: Weights, zh: 砝码}, std: sqrt((15 mg)^2 + (15 mg)^2), input: reference}"
    report = mass(alone, runs=120)
    assert report.verdict == "optimistic"
    assert covered(report, "loads/4kg") == pytest.approx(0.834, abs=0.08)  # normal within 1.96 / sqrt(2)
    together = "{name: {en: Weights, zh: 砝码}, from: weights.uncertainty}"
    assert mass(together).verdict == "honest"


@whole
def test_too_small_a_guard_band_breaks_its_promise(voltage: Prover) -> None:
    # U is two thirds of the MPE, so many results lie near the limits; 2.5 % is what w = U promises (ILAC-G8 4.2.3)
    wide = {"mpe": "0.0006 % rdg", "points": "10 V, -10 V", "units": "uniform 1.5", "runs": 300}
    budget = (CERTIFICATE, REPEATABILITY, RESOLUTION)
    promise = Promised("specific", 0.025, "the laboratory")
    kept = voltage(*budget, rule="guarded", **wide)
    assert kept.promise is not None
    assert (kept.promise.most, kept.tests[0].risk and kept.tests[0].risk.promise) == ("0.0250", "kept")
    broken = voltage(*budget, rule="simple", promise=promise, **wide)
    assert broken.tests[0].risk is not None
    assert broken.tests[0].risk.promise == "broken"
    assert broken.good is False


@whole
def test_a_guard_band_of_a_u_that_is_too_small_breaks_the_promise_of_its_rule(voltage: Prover) -> None:
    half = "{name: {en: Calibrator, zh: 校准器}, expanded: 2 ppm * rdg + 1.5 uV, k: 2, input: reference}"
    wide = {"mpe": "0.0005 % rdg", "points": "10 V, -10 V", "units": "uniform 1.5", "runs": 300}
    report = voltage(half, REPEATABILITY, RESOLUTION, rule="guarded", **wide)
    assert report.tests[0].risk is not None
    assert report.tests[0].risk.promise == "broken"


def test_a_rule_that_neglects_u_promises_nothing(voltage: Prover) -> None:
    assert voltage(CERTIFICATE, rule="simple", runs=1).promise is None
    assert voltage(CERTIFICATE, rule="jjf1094", runs=1).promise is None


@whole
def test_a_u_much_larger_than_needed_is_wasteful(voltage: Prover) -> None:
    large = "{name: {en: Calibrator, zh: 校准器}, expanded: 8 ppm * rdg + 6 uV, k: 2, input: reference}"
    report = voltage(large, REPEATABILITY, RESOLUTION, runs=250)
    assert (report.verdict, report.expected, report.good) == ("wasteful", False, False)


def test_a_u_that_is_mostly_rounding_is_wasteful_and_expected(voltage: Prover) -> None:
    # a meter that stands still and has no error: nothing deviates from what it shows, but half a step is stated
    report = voltage(CERTIFICATE, RESOLUTION, points="0 V", noise="0 uV", units="none")
    assert (report.verdict, report.expected, report.good) == ("wasteful", True, True)


def test_few_runs_say_nothing(voltage: Prover) -> None:
    report = voltage(CERTIFICATE, REPEATABILITY, RESOLUTION, runs=30)
    assert (report.verdict, report.good) == ("too_few_runs", False)
    assert report.runs_needed > 200


def test_a_u_of_zero_is_said_and_nothing_is_divided_by_it(voltage: Prover) -> None:
    # a meter without noise shows the same three times: type A alone states U = 0
    report = voltage(REPEATABILITY, noise="0 uV", runs=20)
    test = report.tests[0]
    assert test.covered is not None
    assert (report.verdict, test.covered.rate.count, test.covered.negligible) == ("optimistic", 0, 20)
    for one in (test.covered, test.points[0].covered):
        assert one is not None
        assert (one.ratio, one.excess) == (None, None)
    assert (test.covered.bias, test.covered.bias_u, test.covered.spread) == (None, None, None)
    assert telling.tests(report, "en").rows[0][3:6] == ["–", "–", "–"]
    assert telling.points(report, "en").rows[0][-3:-1] == ["–", "–"]
    assert any("U is zero" in note and "20 of 20" in note for note in telling.notes(report, "en"))
    assert ">0.00<" not in page(report, "en")


def test_a_u_that_is_nothing_beside_the_deviations_is_no_divisor(voltage: Prover) -> None:
    report = voltage("{name: {en: Nothing, zh: 无}, std: 1 fV}", runs=20)
    covered_test, row = report.tests[0].covered, telling.tests(report, "en").rows[0]
    assert covered_test is not None
    assert (report.verdict, covered_test.negligible, row[3:6]) == ("optimistic", 20, ["–", "–", "–"])


@whole
def test_a_u_a_thousand_times_too_large_is_wasteful_without_a_number(voltage: Prover) -> None:
    report = voltage("{name: {en: Vast, zh: 大}, std: 1 V}", runs=200)
    assert (report.verdict, telling.tests(report, "en").rows[0][4:6]) == ("wasteful", ["–", "–"])
    assert any("divided by more than 1,000" in note for note in telling.notes(report, "en"))


@whole
def test_a_promise_without_a_result_near_a_limit_is_not_called_kept(voltage: Prover) -> None:
    report = voltage(
        CERTIFICATE, REPEATABILITY, RESOLUTION, rule="guarded", mpe="1 % rdg", units="none", runs=250
    )
    risk = report.tests[0].risk
    assert risk is not None
    assert (report.verdict, risk.at_the_edge, risk.promise, report.good) == (
        "honest",
        None,
        "too_few_runs",
        False,
    )
    assert telling.conclusion(report, "en") == "promise open (too few runs), budgets honest"
    assert any("no result was accepted near" in note for note in telling.notes(report, "en"))


def test_a_small_quotient_is_not_shown_as_zero() -> None:
    assert [telling.short(text) for text in ("0.002", "0.005", "1.25", None)] == [
        "< 0.01",
        "0.01",
        "1.25",
        "–",
    ]
