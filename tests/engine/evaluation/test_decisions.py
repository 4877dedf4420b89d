"""Verdicts at, just inside and just outside of every edge; rounding; attempts that count."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from calbench.quantities import parse_quantity

if TYPE_CHECKING:
    from tests.engine.evaluation.conftest import Desk

# U = 0.2 mV exactly: k = 1.96 for infinite degrees of freedom at 95 %; so the coverage is set to that of k = 2,
# where 2 · 0.1 mV is within 1e-9 of 0.2 mV. Points are clear of the edges by 1e-6 V.
U02 = ("#more", "    uncertainty:\n      - {name: All, std: 0.1 mV}\n")
U04 = ("#more", "    uncertainty:\n      - {name: All, std: 0.2 mV}\n")
K2 = "0.9544997361036416"


def rule(name: str) -> tuple[str, str]:
    return ("#decision", f"decision: {{rule: {name}, coverage: {K2}}}")


# ILAC-G8:09/2019 4.2.1: accepted at and within the limit ± 1 mV, whatever U.
@pytest.mark.parametrize(
    ("volts", "verdict"),
    [
        ("10.001", "pass"),
        ("10.0010000001", "fail"),
        ("9.999", "pass"),
        ("9.9989999999", "fail"),
        ("10", "pass"),
    ],
)
def test_simple_acceptance(desk: Desk, volts: str, verdict: str) -> None:
    found = desk.judged(volts, rule("simple"), U02)
    assert found.verdict == verdict
    assert found.guard_band == "0 V"


# ILAC-G8:09/2019 4.2.3, w = U = 0.2 mV: pass to 0.8 mV, conditional to 1.2 mV, fail beyond.
@pytest.mark.parametrize(
    ("volts", "verdict"),
    [
        ("10.000799", "pass"),
        ("10.000801", "indeterminate_pass"),
        ("10.001", "indeterminate_pass"),
        ("10.001001", "indeterminate_fail"),
        ("10.001199", "indeterminate_fail"),
        ("10.001201", "fail"),
        ("9.999201", "pass"),
        ("9.999199", "indeterminate_pass"),
        ("9.998999", "indeterminate_fail"),
        ("9.998799", "fail"),
    ],
)
def test_guarded_acceptance(desk: Desk, volts: str, verdict: str) -> None:
    assert desk.judged(volts, rule("guarded"), U02).verdict == verdict


# JJF 1094-2002 5.3.1: U = 0.2 mV <= MPE / 3 is neglected; U = 0.4 mV is not.
@pytest.mark.parametrize(
    ("volts", "small", "large"),
    [
        ("10.000599", "pass", "pass"),
        ("10.000601", "pass", "indeterminate_pass"),
        ("10.001", "pass", "indeterminate_pass"),
        ("10.001001", "fail", "indeterminate_fail"),
        ("10.001399", "fail", "indeterminate_fail"),
        ("10.001401", "fail", "fail"),
    ],
)
def test_jjf1094(desk: Desk, volts: str, small: str, large: str) -> None:
    assert desk.judged(volts, rule("jjf1094"), U02).verdict == small
    assert desk.judged(volts, rule("jjf1094"), U04).verdict == large


def test_without_a_budget_only_simple_acceptance_decides(desk: Desk) -> None:
    for name, verdict in (("simple", "pass"), ("guarded", "not_evaluated"), ("jjf1094", "not_evaluated")):
        assert desk.judged("10", rule(name)).verdict == verdict


def test_limits_on_one_side(desk: Desk) -> None:
    upper = ("mpe: 1 mV", "mpe: {upper: 1 mV}")
    assert desk.judged("5", rule("guarded"), U02, upper).verdict == "pass"
    assert desk.judged("10.0013", rule("guarded"), U02, upper).verdict == "fail"
    lower = ("mpe: 1 mV", "mpe: {lower: -1 mV}")
    assert desk.judged("15", rule("guarded"), U02, lower).verdict == "pass"
    assert desk.judged("9.9987", rule("guarded"), U02, lower).verdict == "fail"


# Half to even (GB/T 8170-2008 3.2; JCGM 100 7.2.6): interval 1 mV, limit 1 mV; a tie goes to the even multiple.
@pytest.mark.parametrize(
    ("volts", "judged", "raw", "rounded"),
    [
        ("10.0004", "0", "pass", "pass"),
        ("10.0005", "0", "pass", "pass"),
        ("10.0015", "0.002", "fail", "fail"),
        ("10.00149", "0.001", "fail", "pass"),
        ("9.9995", "0", "pass", "pass"),
        ("9.9985", "-0.002", "fail", "fail"),
        ("9.99851", "-0.001", "fail", "pass"),
        ("10.0025", "0.002", "fail", "fail"),
        ("10.0035", "0.004", "fail", "fail"),
    ],
)
def test_judged_raw_or_rounded_with_ties_to_even(
    desk: Desk, volts: str, judged: str, raw: str, rounded: str
) -> None:
    interval = "    rounding: {interval: 1 mV}\n"
    found = desk.judged(volts, ("#more", interval + "    judge_on: rounded\n"))
    assert parse_quantity(found.judged).value == Decimal(judged)
    assert parse_quantity(found.value).value == Decimal(volts) - 10  # the raw error is kept
    assert found.verdict == rounded
    assert desk.judged(volts, ("#more", interval + "    judge_on: raw\n")).verdict == raw


def test_the_reading_may_be_what_is_rounded(desk: Desk) -> None:
    # nominal 10.0004 V: reading 10.0015 V → 10.002 V, error 1.6 mV; the error itself would round to 1 mV
    change = ("points: [10 V]", "points: [10.0004 V]")
    rounding = "    rounding: {interval: 1 mV, of: OF}\n    judge_on: rounded\n"
    for of, judged in (("reading", "0.0016"), ("error", "0.001")):
        journal = desk.journal(desk.plan(change, ("#more", rounding.replace("OF", of))))
        journal.attempt("dcv/10.0004V", 1, ["10.0015"])
        (found,) = journal.record().results
        assert found.judged is not None
        assert parse_quantity(found.judged).value == Decimal(judged), of


def test_the_last_complete_attempt_counts_and_the_earlier_ones_stay(desk: Desk) -> None:
    journal = desk.journal(desk.plan())
    journal.attempt("dcv/10V", 1, ["10.01"])
    journal.add("reading_set_aside", {"reason": "loose lead"}, point="dcv/10V")
    journal.attempt("dcv/10V", 2, ["10.0002"])
    journal.add("reading_set_aside", {"reason": "draught"}, point="dcv/10V")
    journal.attempt("dcv/10V", 3, ["10.5"], complete=False)
    record = journal.record()
    assert [one.counts for one in record.attempts["dcv/10V"]] == [False, True, False]
    assert [one.reason for one in record.attempts["dcv/10V"]] == ["", "loose lead", "draught"]
    assert [one.readings[0].value for one in record.attempts["dcv/10V"]] == ["10.01", "10.0002", "10.5"]
    (found,) = record.results
    assert (found.verdict, found.indication, found.attempts) == ("pass", "10.0002 V", 3)


def test_the_mean_of_many_readings_is_exact(desk: Desk) -> None:
    journal = desk.journal(desk.plan(("    mpe: 1 mV", "    readings: 3\n    mpe: 1 mV")))
    journal.attempt("dcv/10V", 1, ["10.0001", "10.0002", "10.0004"])
    (found,) = journal.record().results
    assert found.indication == "10.00023333333333333333333333333333 V"
    assert found.n == 3


def test_a_limit_in_percent_of_the_reading_takes_what_the_procedure_says(desk: Desk) -> None:
    # 1 % of 10 V is 0.1 V, of 9 V is 0.09 V
    change = ("mpe: 1 mV", "mpe: 1 % rdg")
    assert desk.judged("9", change).upper == "0.1 V"
    assert desk.judged("9", change, ("#more", "    limits_of: indication\n")).upper == "0.09 V"
