"""Balances after JJG 1036-2022, and the calibration whose budget has the parts that EURAMET cg-18 names.

Classes and limits are those of OIML R 76-1:2006, section 2 of the reference facts; loads, weights and the load of the
eccentric test of section 3; the budget of section 2.5.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import sqrt
from pathlib import Path

import pytest

from calbench.documents.record import Result
from calbench.errors import PlanRefused
from calbench.proof import prove
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
BALANCES = "demo-balance"
IDEAL = {
    "repeatability": "0 mg",
    "noise": "0 mg",
    "tempco": "0",
    "settling": "0 s",
    "gain": "0",
    "linearity": "0 mg",
    "hysteresis": "0 mg",
    "eccentricity_x": "0",
    "eccentricity_y": "0",
    "zero": "0 mg",
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(BALANCES, ROOT, tmp_path)


def failed(run: Run) -> set[str]:
    """Name the tests that did not pass, of those that were judged."""
    assert run.status == "COMPLETED"
    return {one.id for one in run.record.tests if one.verdict not in ("pass", "not_evaluated")}


@pytest.mark.parametrize("position", ["1", "2", "3"])
def test_a_balance_as_shipped_passes_with_every_driver_and_by_eye(bench: Bench, position: str) -> None:
    run = bench.run("balance-jjg1036", position=position)

    assert (run.verdict, failed(run)) == ("pass", set())


INSIDE = {
    "gain": "45 ppm",
    "eccentricity_x": "60 ppm",
    "hysteresis": "4 mg",
    "zero_left": "-2 mg",
    "tare_step": "1 mg",
}
"""9 mg of 10 mg at Max; 3.2 mg + 4.2 mg of 10 mg at 70 g; 3 mg more of 5 mg at 50 g when unloading; 2 mg of 2.5 mg."""


def test_a_balance_just_inside_every_limit_passes(bench: Bench) -> None:
    assert failed(bench.unit("3", **{**IDEAL, **INSIDE}).run("balance-jjg1036", position="3")) == set()


BAD = {
    "bent": ({"linearity": "-9.5 mg"}, {}, {"weighing"}),  # -5.8 mg of 5 mg at 50 g, -7.6 mg of 10 mg at 70 g
    "hangs back": ({"hysteresis": "8 mg"}, {}, {"weighing"}),  # 6 mg of 5 mg at 50 g, when unloading
    "leans": ({"eccentricity_y": "170 ppm"}, {}, {"eccentricity"}),  # 11.9 mg of 10 mg at 70 g
    "zero": ({"zero_left": "4 mg"}, {}, {"zero"}),  # of 0.25 e = 2.5 mg; Ec is less E0
    "tare": ({"gain": "40 ppm", "tare_step": "10 mg"}, {"tare_load": "100 g"}, {"tare"}),  # 4 mg of 2.5 mg
}


@pytest.mark.parametrize("what", BAD)
def test_a_balance_that_is_wrong_in_one_respect_fails_the_test_that_looks_for_it(
    bench: Bench, what: str
) -> None:
    unit, chosen, expected = BAD[what]
    run = bench.unit("3", **{**IDEAL, **unit}).run("balance-jjg1036", position="3", settings=chosen)

    assert failed(run) == expected


def test_weighings_that_are_too_far_apart_fail_by_their_range(bench: Bench) -> None:
    # 160 g: -6.7 mg and, with 20 mg more on the pan, +13.3 mg of 10 mg: the range is 20 mg
    balance = bench.unit("3", **{**IDEAL, "gain": "-42 ppm"})
    run = balance.mistake("repeatability/2/place", "wrong_weight", "F100+F50+F10+F20m").run(
        "balance-jjg1036", position="3", settings={"repeat_load": "160 g"}
    )

    assert failed(run) == {"repeatability", "repeatability-range"}


def test_in_use_the_range_may_be_twice_as_large(bench: Bench) -> None:
    # 20 mg of 20 mg: inclusive
    balance = bench.unit("3", **{**IDEAL, "gain": "-42 ppm"})
    run = balance.mistake("repeatability/2/place", "wrong_weight", "F100+F50+F10+F20m").run(
        "balance-jjg1036", position="3", settings={"repeat_load": "160 g", "control": "in_use"}
    )

    assert failed(run) == set()


@pytest.mark.parametrize(
    ("accuracy", "maximum", "e", "changes"),
    [
        ("I", "200 g", "1 mg", [("50 g", "0.5 mg"), ("200 g", "1 mg")]),  # 50,000 e; 200,000 e is Max
        ("II", "200 g", "10 mg", [("50 g", "5 mg"), ("200 g", "10 mg")]),  # 5,000 e; 20,000 e is Max
        ("II", "200 g", "2 mg", [("10 g", "1 mg"), ("40 g", "2 mg"), ("200 g", "3 mg")]),
        ("III", "200 g", "0.1 g", [("50 g", "50 mg"), ("200 g", "100 mg")]),
    ],
)
def test_loads_and_limits_are_those_of_the_class(
    accuracy: str, maximum: str, e: str, changes: list[tuple[str, str]], tmp_path: Path
) -> None:
    fine = str(parse_quantity(e) * Decimal("0.1"))
    chosen = {"accuracy_class": accuracy, "max": maximum, "e": e, "d": fine}
    text = (ROOT / "procedures/mass/balance-jjg1036.yaml").read_text(encoding="utf-8")
    anyone = tmp_path / "balance.yaml"  # whatever the weights are: this is about loads and limits
    anyone.write_text(text.replace(", max_error_share: 1 / 3", ""), encoding="utf-8")
    plan = prepare(str(anyone), BALANCES, Options(position="3", settings=chosen)).plan
    (groups,) = [one.groups for one in plan.tests if one.id == "weighing"]
    found = [
        (parse_quantity(str(one.nominal)), parse_quantity(str(one.limit.nominal_upper)))
        for one in groups
        if one.limit and "/up/" in one.id
    ]

    expected = [(parse_quantity(load), parse_quantity(limit)) for load, limit in changes]
    assert [one for one in found if one[0] in dict(expected)] == expected


@pytest.mark.parametrize(("control", "least"), [("first", 10), ("subsequent", 6), ("in_use", 6)])
@pytest.mark.parametrize(
    ("maximum", "load", "e"),
    [
        ("200 g", "70 g", "10 mg"),
        ("90 g", "30 g", "10 mg"),
        ("200 g", "70 g", "5 mg"),
        ("20 g", "7 g", "10 mg"),
    ],
)
def test_there_are_as_many_loads_as_the_control_asks_for(
    maximum: str, load: str, e: str, control: str, least: int, tmp_path: Path
) -> None:
    """At least ten at first, six later, with zero, Min, the changes of the limit and Max (bn8v4.cn/hyzx/863.html)."""
    text = (ROOT / "procedures/mass/balance-jjg1036.yaml").read_text(encoding="utf-8")
    anyone = tmp_path / "balance.yaml"
    anyone.write_text(text.replace(", max_error_share: 1 / 3", ""), encoding="utf-8")
    chosen = {"max": maximum, "eccentric_load": load, "repeat_load": maximum, "tare_load": "5 g", "e": e}
    plan = prepare(str(anyone), BALANCES, Options(position="3", settings={**chosen, "control": control})).plan
    up = [one for one in plan.points if one.test == "loading" and "/up/" in one.id]
    loads = [parse_quantity(str(one.nominal)) for one in up]

    assert least <= len(loads) < least + 2
    assert loads == sorted(set(loads), key=lambda one: one.value * one.unit.factor)


def test_weights_of_class_f2_suffice_for_class_ii_of_200_g() -> None:
    # section 3: class II, Max 200 g -> F2. |MPE| of 200 g is 3.0 mg (R 111-1), a third of 10 mg is 3.33 mg
    plan = prepare("balance-jjg1036", BALANCES, Options(position="3")).plan
    (first, *_) = [point for point in plan.points if point.test == "repeatability"]

    assert parse_quantity(str(first.predicted.standard_mpe)) == parse_quantity("3 mg")


def test_they_do_not_for_class_i() -> None:
    chosen = {"accuracy_class": "I", "e": "1 mg", "d": "0.1 mg"}
    with pytest.raises(PlanRefused, match="not of a class that is good enough"):
        prepare("balance-jjg1036", BALANCES, Options(position="3", settings=chosen))


@pytest.mark.parametrize(
    "chosen",
    [
        {"d": "20 mg"},  # above e
        {"d": "0.5 mg"},  # e is at most 10 d
        {"d": "5 mg"},  # read directly only up to 0.2 e
        {"accuracy_class": "III"},  # e of class III begins at 0.1 g
        {"repeat_load": "100 g"},  # 80 % to 100 % of Max
        {"eccentric_load": "50 g"},  # a third of Max is 66.7 g
    ],
)
def test_what_is_no_such_balance_or_test_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(PlanRefused, match=r"gives no value there|lies above the last band"):
        prepare("balance-jjg1036", BALANCES, Options(position="3", settings=chosen))


def budget(result: Result) -> dict[str, float]:
    """Give the standard uncertainty of each line of a budget, in mg; the record has kg."""
    return {line.name["en"]: float(line.std) * 1e6 for line in result.budget}


def test_a_calibration_states_the_parts_of_the_budget_and_no_verdict(bench: Bench) -> None:
    # 2.5: d0 / (2 sqrt 3), d / (2 sqrt 3), s, |dI ecc| I / (2 L sqrt 3), U / 2, mpe / (4 sqrt 3), mpe / sqrt 3;
    # 100 g of class F2: 1.6 mg (R 111-1), U 0.5 mg. The balance leans by 40 ppm: 2.8 mg at 70 g, 4 mg for 100 g
    run = bench.unit("3", **{**IDEAL, "eccentricity_x": "40 ppm"}).run("scale-cg18", position="3")
    found = budget(run.result("errors/50%"))

    assert (run.status, run.verdict) == ("COMPLETED", "not_evaluated")
    assert (
        found["Rounding at no load"]
        == found["Rounding at load"]
        == pytest.approx(1 / (2 * sqrt(3)), rel=1e-3)
    )
    assert found["Weights"] == pytest.approx(0.25, rel=1e-3)
    assert found["Air buoyancy, |MPE| / 4"] == pytest.approx(1.6 / (4 * sqrt(3)), rel=1e-3)
    assert found["Drift of the weights"] == pytest.approx(1.6 / sqrt(3), rel=1e-3)
    assert found["Eccentric load"] == pytest.approx(
        3 * 100 / (2 * 70 * sqrt(3)), rel=0.1
    )  # 3 mg as displayed
    assert found["Repeatability"] == 0


def test_three_weighings_are_enough_from_100_kg() -> None:
    plan = prepare("scale-cg18", BALANCES, Options(position="3")).plan

    assert sum(point.test == "repeatability" for point in plan.points) == 5
    assert {point.limit for point in plan.points} == {None}


@pytest.mark.parametrize(("procedure", "test"), [("balance-jjg1036", "loading"), ("scale-cg18", "errors")])
def test_the_budgets_hold_in_a_few_runs(procedure: str, test: str) -> None:
    only = (f"{test}/*", "zero/*", "repeatability/*", "eccentricity/*")
    report = prove(prepare(procedure, BALANCES, Options(position="3", only=only)), 20, workers=1).report

    assert (report.stopped, report.not_shifted) == ([], [])
    assert [point.id for one in report.tests for point in one.points if point.verdict == "optimistic"] == []
    found = next(one.covered for one in report.tests if one.id == test)
    assert found is not None
    assert float(found.rate.share) > 0.9


@pytest.mark.parametrize(
    ("procedure", "station", "position"),
    [
        ("scale-jjg539", "demo-scale-r76", "1"),
        ("balance-jjg1036", BALANCES, "1"),
        ("scale-cg18", BALANCES, "1"),
    ],
)
def test_the_record_is_the_golden_one(
    procedure: str, station: str, position: str, tmp_path: Path, calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = Bench(station, ROOT, tmp_path).run(procedure, position=position)

    calbench_golden(run, GOLDEN / f"{procedure}.json")
