"""Pairs of temperature sensors of heat meters on their bench: what is wrong in one respect fails there alone.

Limit: 0.5 % + 3 % of dtmin / dt (reference facts, section 22, general knowledge), so for dtmin = 3 K, worked out by
hand: 3.5 % of 3 K = 0.105 K, 0.8 % of 30 K = 0.24 K, 0.65 % of 60 K = 0.39 K.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.procedures.flow import MakeBench, failing, missed, percent

from calbench.proof import prove
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

GOLDEN = Path(__file__).parent / "golden"
PAIR, STATION = "heat-sensor-pair-jjg225", "demo-heat-pair"
SMALL, MIDDLE, LARGE = (
    f"difference/{name}/{at}"
    for name, at in (("small", "back+dtmin"), ("middle", "back+10dtmin"), ("large", "back+dtmax"))
)
NOTHING = {"supply_offset": "0 K", "supply_gain": "0", "return_offset": "0 K", "return_gain": "0"}
CURVE = "at 43 degC: {}, at 70 degC: {}, at 100 degC: {}"


@pytest.fixture(scope="module")
def bench(calbench_bench: MakeBench) -> Bench:
    """The bench without what its wells, its meters and its room add, so that outcomes follow from the pair alone."""
    quiet = calbench_bench(STATION)
    for bath in ("hot", "cold"):
        quiet = quiet.unit(bath, uniformity="0", stability="0.001 K", offset="0 K", gain="0")
    for probe in ("hot_probe", "cold_probe"):
        quiet = quiet.unit(probe, probe_tempco="0")
    return quiet


def test_the_shipped_pair_comes_to_the_golden_record(
    calbench_bench: MakeBench, calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = calbench_bench(STATION).run(PAIR, position="1", uut={"serial": "P-0001"})
    assert run.verdict == "pass"
    # 0.03 K + 4e-4 * 43 K - (0.01 K + 2e-4 * 40 K) = 0.0292 K of 3 K, and the wells
    assert percent(run, SMALL) == pytest.approx(0.97, abs=0.5)
    calbench_golden(run, GOLDEN / f"{PAIR}.json")


def test_a_difference_of_temperatures_is_told_in_kelvin(calbench_bench: MakeBench) -> None:
    """Of 3 K between two baths, not as the -270.15 °C that 3 K are on the thermodynamic scale."""
    run = calbench_bench(STATION).run(PAIR, position="1")
    small = next(one for one in run.record.results if one.id == SMALL)
    assert small.shown.unit == {"en": "K", "zh": "K"}
    assert small.shown.nominal == ""  # a temperature, which is none of the differences of this table
    for told in (small.indication, small.reference):
        assert told is not None
        assert float(told.removesuffix(" K")) == pytest.approx(3, abs=0.1)
    bath = next(one for one in run.record.results if one.id.startswith("hot-bath"))
    assert (bath.shown.unit["en"], bath.shown.nominal) == ("°C", "43")


def test_the_shipped_bad_pair_fails_at_every_difference(calbench_bench: MakeBench) -> None:
    assert failing(calbench_bench(STATION).run(PAIR, position="2")) == {SMALL, MIDDLE, LARGE}


def test_the_limits_are_those_of_the_formula(bench: Bench) -> None:
    plan = bench.plan(PAIR, Options(position="1"))
    limits = {one.id: one.limit.nominal_upper for one in plan.points if one.limit is not None}
    assert [limits[name] for name in (SMALL, MIDDLE, LARGE)] == ["3.5 %", "0.8 %", "0.65 %"]
    wide = bench.plan(PAIR, Options({"dtmin": "2 K", "dtmax": "40 K"}, position="1"))
    found = [one.limit.nominal_upper for one in wide.points if one.limit is not None]
    assert found[-3:] == ["3.5 %", "0.8 %", "0.65 %"]  # 3 % of 2 / 2, 2 / 20 and 2 / 40, and 0.5 %


@pytest.mark.parametrize(
    ("errors", "fails"),
    [
        ({"supply_offset": "0.115 K"}, {SMALL}),  # 3.8 % of 3 K, 0.4 % of 30 K, 0.2 % of 60 K
        ({"supply_offset": "-0.115 K"}, {SMALL}),
        ({"return_offset": "0.115 K"}, {SMALL}),
        ({"supply_offset": "0.095 K"}, set()),  # 3.2 %
        ({"return_offset": "0.095 K"}, set()),
        ({"supply_offset": "1 K", "return_offset": "1 K"}, set()),  # alike: a pair
        ({"supply_curve": CURVE.format("0 K", "0.26 K", "0 K")}, {MIDDLE}),
        ({"supply_curve": CURVE.format("0 K", "-0.22 K", "0 K")}, set()),
        ({"supply_curve": CURVE.format("0 K", "0 K", "-0.41 K")}, {LARGE}),
        ({"supply_curve": CURVE.format("0 K", "0 K", "0.37 K")}, set()),
        ({"supply_curve": CURVE.format("0.095 K", "0.22 K", "0.37 K")}, set()),
    ],
)
def test_a_pair_fails_where_it_is_wrong_and_nowhere_else(
    bench: Bench, errors: dict[str, str], fails: set[str]
) -> None:
    run = bench.unit("1", **(NOTHING | errors)).run(PAIR, position="1")
    assert failing(run) == fails
    assert run.verdict == ("fail" if fails else "pass")


@pytest.mark.parametrize(("bath", "its"), [("cold", "cold-bath/back"), ("hot", "hot-bath/back+dtmin")])
def test_with_a_bath_that_is_off_nothing_is_judged(bench: Bench, bath: str, its: str) -> None:
    run = bench.unit("1", **NOTHING).unit(bath, offset="0.3 K").run(PAIR, position="1")
    assert missed(run) == {its, SMALL, MIDDLE, LARGE}
    assert failing(run) == missed(run)  # the pair is not found bad
    assert run.verdict == "not_evaluated"


def test_the_budget_covers_what_it_claims() -> None:
    report = prove(prepare(PAIR, STATION, Options(position="1")), 40, workers=1).report
    assert [point.id for one in report.tests for point in one.points if point.verdict == "optimistic"] == []
    assert report.stopped == []
    found = next(one.covered for one in report.tests if one.id == "difference")
    assert found is not None
    assert float(found.rate.share) > 0.87


def test_sensors_of_two_pairs_fail_the_inspection_alone(bench: Bench) -> None:
    bad = bench.unit("1", **NOTHING).mistake(
        "visual-inspection/Both-of-one-pair/found", "wrong_answer", "not in order"
    )
    assert failing(bad.run(PAIR, position="1")) == {"visual-inspection/Both-of-one-pair"}
