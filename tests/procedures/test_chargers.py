"""Chargers for electric vehicles after JJG 1148-2022 and JJG 1149-2022: each item by a unit that is wrong in it alone.

From the reference facts, section 17: items appearance and function, working error, clock; at least one load point;
clock 5 s at the first verification and 3 min at the subsequent ones, of chargers by time of use; insulation at least
5 MOhm first; Imax = rated power / nominal voltage, Imin = Imax / 10, of AC chargers 6 A or more. Limits of the working
error of 1 % and 2 % are unconfirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calbench.proof import prove
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

GOLDEN = Path(__file__).parent / "golden"
KINDS = {"ev-charger-ac-jjg1148": "demo-charger", "ev-charger-dc-jjg1149": "demo-charger-dc"}
AC = "ev-charger-ac-jjg1148"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(kind: str, calbench_bench: Callable[[str], Bench]) -> Callable[..., Run]:
    """Run the procedure of a kind on a unit that is so; parameters behind it."""

    def start(unit: dict[str, str] | None = None, **chosen: str) -> Run:
        bench = calbench_bench(KINDS[kind])
        bench = bench.unit("1", **unit) if unit else bench
        return bench.run(kind, position="1", settings=chosen, uut={"serial": "EV-1"})

    return start


def failing(run: Run) -> set[str]:
    assert run.status == "COMPLETED"
    return {one.test for one in run.record.results if one.verdict != "pass"}


@pytest.mark.parametrize("control", ["first", "subsequent", "in_use"])
def test_a_good_charger_passes_at_every_kind_of_control(run: Callable[..., Run], control: str) -> None:
    found = run(control=control)
    assert found.verdict == "pass"
    clock = {"clock"} if control != "in_use" else set()  # no limit is known there
    assert {one.test for one in found.record.results} == {"visual-inspection", "working-error", *clock}


def test_the_record_is_the_golden_one(
    kind: str, run: Callable[..., Run], calbench_golden: Callable[[Run, Path], None]
) -> None:
    calbench_golden(run(more_loads="yes"), GOLDEN / f"{kind}.json")


@pytest.mark.parametrize(("error", "accuracy_class", "fails"), [
    ("1.2 %", "1", True), ("-1.2 %", "1", True), ("1.2 %", "2", False), ("2.2 %", "2", True), ("0.9 %", "1", False),
    ("-1.9 %", "2", False),
])  # fmt: skip
def test_the_working_error_is_that_of_the_class(
    run: Callable[..., Run], error: str, accuracy_class: str, *, fails: bool
) -> None:
    found = run({"error": error}, accuracy_class=accuracy_class)
    assert failing(found) == ({"working-error"} if fails else set())


@pytest.mark.parametrize(("offset", "control", "fails"), [
    ("-7 s", "first", True), ("7 s", "first", True), ("4 s", "first", False), ("-3 s", "first", False),
    ("7 s", "subsequent", False), ("178 s", "subsequent", False), ("183 s", "subsequent", True),
    ("-183 s", "subsequent", True),
])  # fmt: skip
def test_the_clock_is_within_5_s_at_first_and_3_min_later(
    run: Callable[..., Run], offset: str, control: str, *, fails: bool
) -> None:
    assert failing(run({"offset": offset}, control=control)) == ({"clock"} if fails else set())


def test_the_clock_of_a_charger_without_time_of_use_is_not_asked_for(run: Callable[..., Run]) -> None:
    found = run({"offset": "600 s"}, time_of_use="no")
    assert failing(found) == set()
    assert "clock" not in {one.test for one in found.record.results}


def test_one_load_point_is_enough_and_more_can_be_asked_for(run: Callable[..., Run]) -> None:
    assert [name for name in run().verdicts if name.startswith("working")] == ["working-error/Imax"]
    more = [name for name in run(more_loads="yes").verdicts if name.startswith("working")]
    assert more == ["working-error/Imax", "working-error/0.5Imax", "working-error/Imin"]


def test_too_little_insulation_ends_the_verification_before_it_begins(
    kind: str, calbench_bench: Callable[[str], Bench]
) -> None:
    bench = calbench_bench(KINDS[kind]).mistake("setup/1-prompt/insulation", "wrong_answer", "less")
    found = bench.run(kind, position="1")
    assert found.status == "STOPPED"
    assert found.record.results == [] or set(found.verdicts.values()) == {"not_evaluated"}


def test_a_damaged_gun_fails_the_inspection_alone(kind: str, calbench_bench: Callable[[str], Bench]) -> None:
    bench = calbench_bench(KINDS[kind])
    bench = bench.mistake("visual-inspection/Housing-and-gun-sound/found", "wrong_answer", "not in order")
    assert failing(bench.run(kind, position="1")) == {"visual-inspection"}


@pytest.mark.parametrize(
    ("chosen", "largest", "smallest"),
    [
        ({}, "31.8182", "6"),  # 7 kW / 220 V; a tenth would be 3.2 A
        ({"rated_power": "40 kW", "phases": "3"}, "60.6061", "6.06061"),  # 40 kW / (3 * 220 V)
    ],
)
def test_currents_of_chargers_without_marked_ones(
    chosen: dict[str, str], largest: str, smallest: str
) -> None:
    plan = prepare(AC, "demo-charger", Options(position="1", settings=chosen)).plan
    found = {one.name: one.value for one in plan.values}
    assert float(found["Imax"].split()[0]) == pytest.approx(float(largest), rel=1e-5)
    assert float(found["Imin"].split()[0]) == pytest.approx(float(smallest), rel=1e-5)


def test_what_is_unconfirmed_is_marked_at_the_test_that_rests_on_it(kind: str) -> None:
    plan = prepare(kind, KINDS[kind], Options(position="1")).plan
    working = next(one for one in plan.tests if one.id == "working-error")
    assert working.sources["limits"] == "unconfirmed"
    assert next(one for one in plan.tests if one.id == "clock").sources == {"clock": "confirmed"}


def test_the_budgets_cover_what_they_claim(kind: str) -> None:
    report = prove(prepare(kind, KINDS[kind], Options(position="1")), 30, workers=1).report
    assert (report.stopped, report.completed) == ([], 30)
    covered = {one.id: one.covered for one in report.tests}
    for test in ("working-error", "clock"):
        found = covered[test]
        assert found is not None
        assert float(found.rate.share) >= 0.85
    (point,) = next(one for one in report.tests if one.id == "working-error").points
    assert point.covered is not None
    assert point.covered.unit == "%"  # a ratio, not the joule of what is read
