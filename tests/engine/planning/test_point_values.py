"""Values of a test, which are computed at each point; results that are stated without a limit; names across all points.

Numbers by hand: 100 Ohm * (1 + 0.004 / 1 K * (t - 0 degC)) has 0.4 Ohm/K, so 138.4 Ohm at 100 degC are 96 degC by it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.documents.canonical import canonical
from calbench.errors import InvalidFile, PlanRefused
from calbench.evaluation.verifying import verify_record
from calbench.workflow import Finished, Options, execute, prepare

PROCEDURE = """\
procedure: Thermometer
id: thermometer
version: 1.0.0
language: 1
parameters:
  R_0: {type: quantity, unit: Ohm, default: 100 Ohm}
roles:
  uut: {needs: [measure.resistance.4w], fallback: keyboard}
tests:
  - test: resistance
    points: {ice: [0 degC], steam: [100 degC]}
    values:
      above: nominal - 0 degC
      slope: R_0 * 0.004 / 1 K
      curve: R_0 + slope * above
    inputs:
      R_x: {read: uut.resistance.4w, expected: curve}
    indication: R_x
    reference: curve
    model: (indication - reference) / slope
    unit: K
    mpe: 1 K + 0.03 * above
    uncertainty:
      - {name: Bath, half_width: slope * 0.01 K, shape: rectangular}
  - test: ratio
    of: resistance
    across: all
    resolution: "0.0001"
    evaluate: {value: steam.indication / ice.indication}
"""
STATION = """\
station: bench
language: 1
laboratory: {name: Laboratory, address: somewhere, country: CN}
instruments: {}
positions: {1: {driver: keyboard}}
"""
ANSWERS = """\
language: 1
operator: A. Berg
confirm: all
answers: {resistance/ice/0degC/R_x: 100.2 Ohm, resistance/steam/100degC/R_x: 138.4 Ohm}
"""


def measured(folder: Path, *changes: tuple[str, str], answers: str = ANSWERS) -> Finished:
    text = PROCEDURE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    for name, content in {"p.yaml": text, "bench.yaml": STATION, "answers.yaml": answers}.items():
        (folder / name).write_text(content, encoding="utf-8")
    clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    options = Options(answers=folder / "answers.yaml")
    prepared = prepare(str(folder / "p.yaml"), str(folder / "bench.yaml"), options, clock)
    return execute(prepared, folder / "runs", clock=clock)


def test_values_of_a_test_are_computed_at_each_of_its_points(tmp_path: Path) -> None:
    finished = measured(tmp_path)
    points = {one.id: one for one in finished.record.plan.points}
    assert points["resistance/steam/100degC"].inputs[0].expected == "140 Ω"
    found = {one.id: (one.value, one.lower, one.upper, one.verdict) for one in finished.record.results}
    assert found["resistance/ice/0degC"] == ("0.5 K", "-1 K", "1 K", "pass")
    assert found["resistance/steam/100degC"] == ("-4 K", "-4 K", "4 K", "pass")
    assert all(check.holds for check in verify_record(canonical(finished.record)) if check.name == "results")


def test_a_result_without_limit_is_stated_and_counts_for_no_verdict(tmp_path: Path) -> None:
    record = measured(tmp_path).record
    (ratio,) = [one for one in record.results if one.test == "ratio"]
    assert (ratio.shown.error, ratio.verdict, ratio.lower, ratio.upper) == (
        "+1.3812",
        "not_evaluated",
        None,
        None,
    )
    assert {one.id: one.verdict for one in record.tests} == {"resistance": "pass", "ratio": "not_evaluated"}
    assert record.verdict == "pass"


def test_it_does_not_hide_a_failure(tmp_path: Path) -> None:
    assert measured(tmp_path, ("1 K + 0.03 * above", "1 K + 0.0299 * above")).record.verdict == "fail"


def test_with_nothing_else_the_verdict_stays_open(tmp_path: Path) -> None:
    assert measured(tmp_path, ("    mpe: 1 K + 0.03 * above\n", "")).record.verdict == "not_evaluated"


def test_what_is_stated_judges_nothing_that_it_follows_from(tmp_path: Path) -> None:
    seen = (
        "  - {test: seen, ask: [{name: clean, question: Is it?, answers: [clean, dirty], must_be: clean}]}\n"
    )
    changes = (("    mpe: 1 K + 0.03 * above\n", ""), ("tests:\n", f"tests:\n{seen}"))
    answered = ANSWERS.replace("answers: {", "answers: {seen/1/clean: clean, ")
    record = measured(tmp_path, *changes, answers=answered).record
    assert {one.id: one.verdict for one in record.tests}["seen"] == "pass"
    assert record.verdict == "not_evaluated"  # the resistances have no limit, and nobody judged them


def test_a_label_that_two_points_have_names_none_of_them(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused) as refused:
        measured(tmp_path, ("steam: [100 degC]", "steam: [100 degC, 50 degC]"))
    assert "steam.indication" in str(refused.value)


def test_a_value_of_a_test_is_none_of_its_points(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as refused:
        measured(tmp_path, ("ice: [0 degC]", "ice: [0 degC + 0 * above]"))
    assert "above" in str(refused.value.problems[0].message)
