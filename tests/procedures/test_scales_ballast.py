"""A truck scale with weights of a third of Max: ballast takes their place, and what it weighs is found by comparison.

Max 30 t, e = 10 kg, class III, 10 t of weights. That substitution is allowed from half of Max, from a third where the
scale repeats within 0.3 e, and from a fifth within 0.2 e, is OIML R 76-1:2006, 3.7.3 (not compared with its text).
Limits are those of its class table: 0.5 e to 500 e, 1 e to 2000 e (20 t), 1.5 e above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from statistics import stdev

import pytest
from tests.procedures.scales import GOLDEN, IDEAL, ROOT, TRUCK

from calbench.documents.plan import Plan
from calbench.documents.point import Point
from calbench.documents.prompt import Ask
from calbench.documents.remarks import in_language
from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare


@pytest.fixture
def truck(tmp_path: Path) -> Callable[..., Run]:
    """Verify the truck scale: ideal, but for what is said."""

    def run(unit: Mapping[str, str] | None = None, /, only: tuple[str, ...] = (), **chosen: str) -> Run:
        bench = Bench("demo-scale-truck", ROOT, tmp_path).unit("1", **{**IDEAL, **(unit or {})})
        return bench.run("scale-jjg539", position="1", settings={**TRUCK, **chosen}, only=only)

    return run


def plan_of(**chosen: str) -> Plan:
    options = Options(position="1", settings={**TRUCK, **chosen})
    return prepare("scale-jjg539", "demo-scale-truck", options).plan


def point_of(plan: Plan, name: str) -> Point:
    return next(one for one in plan.points if one.id == name)


def failed(run: Run) -> set[str]:
    """Name the tests that did not pass, of those that were judged."""
    assert run.status == "COMPLETED"
    return {one.id for one in run.record.tests if one.verdict not in ("pass", "not_evaluated")}


def kilograms(text: str | None) -> Decimal:
    return parse_quantity(text or "").in_unit("kg")


def test_a_truck_scale_passes_with_ballast_as_shipped(
    tmp_path: Path, calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = Bench("demo-scale-truck", ROOT, tmp_path).run("scale-jjg539", position="1", settings=TRUCK)

    assert (run.verdict, failed(run)) == ("pass", set())
    calbench_golden(run, GOLDEN / "scale-jjg539.ballast.json")


@pytest.mark.parametrize(
    ("name", "ballast", "weights"),
    [
        ("loading/up/band-1-end", 0, "5 t"),  # 500 e: weights alone
        ("substitution/1", 1, "0 t"),  # ballast alone, which 10 t of weights went before
        ("loading/up/band-2-half", 1, "2.5 t"),  # 12.5 t
        ("loading/down/band-2-end", 1, "10 t"),  # 20 t: weights as long as there are enough
        ("loading/up/Max", 2, "10 t"),
        ("repeatability/1", 2, "4 t"),  # 24 t
    ],
)
def test_a_load_is_as_much_ballast_as_it_must_and_weights(name: str, ballast: int, weights: str) -> None:
    point = point_of(plan_of(), name)
    nominals = {"T500": 500, "T200": 200, "T200-b": 200, "T100": 100}
    lies = point.inputs[2].place if name == "substitution/1" else point.place

    assert point.all_ballast == {f"substitution/{n}": "10 t" for n in range(1, ballast + 1)}
    assert sum(nominals.get(one, 1000) for one in lies) == kilograms(weights)


def test_prompts_name_the_ballast_in_both_languages(truck: Callable[..., Run]) -> None:
    run = truck(only=("substitution/2", "loading/up/Max"))
    asked = {one.body["id"]: Ask.model_validate(one.body) for one in run.events("asked")}
    comparing, loading = asked["substitution/2/I_b/place"], asked["loading/up/Max/place"]

    assert comparing.weights == ["substitution/1", "substitution/2"]
    assert comparing.text["en"].endswith("On the scale then: ballast 1 + ballast 2.")
    assert comparing.text["zh"].endswith("此时秤上为：替代载荷 1 + 替代载荷 2。")
    assert loading.text["en"].startswith("up: place ballast 1 + ballast 2 + T1 + T2")
    assert loading.text["zh"].startswith("加载：放置 替代载荷 1 + 替代载荷 2 + T1 + T2")


def test_an_ideal_scale_has_no_error_although_its_ballast_is_not_what_it_is_called(
    truck: Callable[..., Run],
) -> None:
    # the scale is ideal, so that what it indicates is the load: the mass of ballast, drawn for seed 1, is not nominal
    run = truck()
    point, certified = run.result("loading/up/Max"), Decimal(0)
    for one in (run.result("substitution/1"), run.result("substitution/2")):
        read = {name: kilograms(text) for name, text in one.inputs.items()}
        assert kilograms(one.value) == read["I_b"] - read["delta_L_b"] - read["I_w"] + read["delta_L_w"]
        certified += kilograms(one.value)
    # the set weighs 10 t and 25 g by its certificate; three times as much, and what the two pieces are heavier
    assert kilograms(point.reference) == 30_000 + 3 * Decimal("0.025") + certified
    assert abs(kilograms(point.indication) - 30_000) > 2  # the ballast is so far off
    assert abs(kilograms(point.value)) <= 2  # 3 comparisons and a reading, in steps of 1 kg
    assert run.verdict == "pass"


def test_a_scale_just_inside_its_limit_above_the_weights_passes(truck: Callable[..., Run]) -> None:
    # 1100 ppm of what lies above 20 t: 11 kg of 15 kg at 30 t
    run = truck({"kink": "20 t", "kink_gain": "1100 ppm"})

    assert (failed(run), run.verdict) == (set(), "pass")
    assert 9 < kilograms(run.result("weighing/up/Max").value) <= 13


def test_a_scale_that_is_wrong_where_ballast_lies_fails_there_alone(truck: Callable[..., Run]) -> None:
    # 19 kg of 15 kg at 30 t, where two of three parts are ballast; 7.6 kg of 15 kg at 24 t
    run = truck({"kink": "20 t", "kink_gain": "1900 ppm"})
    wrong = {name for name, verdict in run.verdicts.items() if verdict == "fail"}

    assert (wrong, run.verdict) == ({"weighing/up/Max"}, "fail")


def test_an_error_below_the_weights_is_not_hidden_by_ballast_of_the_same_indication(
    truck: Callable[..., Run],
) -> None:
    # 700 ppm: 3.5 kg of 5 kg at 5 t, 14 kg of 10 kg at 20 t, 21 kg of 15 kg at 30 t. Ballast that makes the same
    # indication as 10 t of weights is 10 t, whatever the scale shows there
    run = truck({"gain": "700 ppm"})
    wrong = {name for name, verdict in run.verdicts.items() if verdict == "fail" and "weighing" in name}

    assert wrong == {"weighing/up/band-2-end", "weighing/up/Max", "weighing/down/band-2-end"}


def test_a_scale_that_does_not_repeat_well_enough_is_not_judged_with_ballast(
    truck: Callable[..., Run],
) -> None:
    # three times 10 t with s = 1.8 kg: 4 kg apart, beyond 0.3 e = 3 kg, and well within the 10 kg of the class
    run = truck({"repeatability": "1.8 kg"})
    spread = run.result("steadiness-range/1")

    assert kilograms(spread.value) > 3
    assert (spread.upper, spread.verdict) == ("3000 g", "not_evaluated")
    assert "ballast may not take the place of weights; that is no fault of the unit" in spread.remark
    on_ballast = {
        name
        for name in run.verdicts
        if name.startswith("weighing/") and name.endswith(("Max", "band-2-end", "band-2-half"))
    }
    assert {run.verdicts[name] for name in on_ballast} == {"not_evaluated"}
    assert "steadiness-range must pass" in run.result("weighing/up/Max").remark
    assert run.verdicts["weighing/up/band-1-end"] == "pass"
    assert run.verdicts["repeatability/1"] == "not_evaluated"
    assert run.verdicts["discrimination/Max"] == "pass"  # what the load weighs does not count there
    assert in_language(run.result("weighing/up/Max").remark, "zh") == (
        "其载荷部分为替代载荷，steadiness-range 须合格而未合格。请使用更多砝码。"
    )
    assert in_language(spread.remark, "zh") == "超出此限时不得用替代载荷代替砝码；这不说明被检器具不合格。"
    assert (failed(run), run.verdict) == (set(), "not_evaluated")


@pytest.mark.parametrize(
    ("standards", "most", "allowed"),
    [
        ("6 t", "30 t", "2 kg"),  # a fifth: 0.2 e
        ("10 t", "30 t", "3 kg"),  # a third: 0.3 e
        ("7.5 t", "30 t", "2 kg"),  # less than a third
        ("10 t", "20 t", None),  # half: whatever it repeats like
    ],
)
def test_how_well_it_must_repeat_depends_on_the_share_of_the_weights(
    standards: str, most: str, allowed: str | None
) -> None:
    eccentric = {"30 t": "6 t", "20 t": "4 t"}[most]
    plan = plan_of(standards=standards, max=most, eccentric_load=eccentric)
    groups = [group for test in plan.tests if test.id == "steadiness-range" for group in test.groups]

    assert [one.limit.nominal_upper for one in groups if one.limit] == ([] if allowed is None else [allowed])
    assert point_of(plan, "loading/up/Max").all_ballast


def test_weights_of_less_than_a_fifth_are_refused() -> None:
    with pytest.raises(PlanRefused) as refused:
        plan_of(standards="5 t")
    said = str(refused.value)
    assert "Role 'weights': ballast would take the place of weights of 5 t (replaced)" in said
    assert "at least 6 t (max / 5) are needed for that. Use more weights" in said


def test_without_ballast_the_weights_must_make_up_max() -> None:
    with pytest.raises(
        PlanRefused, match=r"cannot be put together to 30 t; .* or ballast in place of weights"
    ):
        plan_of(ballast="absent")


def test_more_weights_than_there_are_cannot_be_replaced() -> None:
    with pytest.raises(PlanRefused, match="cannot be put together to 12 t, in place of which ballast is put"):
        plan_of(standards="12 t")


def test_uncertainty_grows_with_each_substitution(truck: Callable[..., Run]) -> None:
    run = truck({"repeatability": "0.4 kg"})
    three = [run.result(f"loading/up/{name}") for name in ("band-1-end", "band-2-end", "Max")]
    std = {one.id: {line.name["en"]: float(line.std) for line in one.budget} for one in three}
    weights = [std[one.id]["Weights"] for one in three]

    # u of the weights, k = 2: 5 t are 5 * 8 g; 20 t are twice 10 t and 30 t three times, of the same weights:
    # 9 * 8 g + 4 g + 2 * 1.5 g + 0.8 g = 79.8 g
    assert weights == pytest.approx([0.040, 2 * 0.0798, 3 * 0.0798])
    # two weighings for each substitution, with the standard deviation of three at 24 t, or that of steps of 1 kg
    s = stdev(float(kilograms(run.result(f"repeatability/{n}").indication)) for n in (1, 2, 3))
    s = max(s, 0.289)
    assert "Ballast" not in std[three[0].id]
    assert [std[one.id]["Ballast"] for one in three[1:]] == pytest.approx([math.sqrt(2) * s, 2 * s])
    # two changeovers each, half a step of 1 kg to each side
    steps = [std[one.id]["Ballast: indications before rounding"] for one in three[1:]]
    assert steps == pytest.approx([0.5 * math.sqrt(2 / 3), 0.5 * math.sqrt(4 / 3)])
    expanded = [kilograms(one.expanded) for one in three]
    assert expanded == sorted(expanded)


def test_the_weights_behind_ballast_count_against_the_share_of_the_limit() -> None:
    # class M1 is 5e-5: 24 t are held by 1.2 kg, a third of 15 kg is 5 kg
    point = point_of(plan_of(), "repeatability/1")

    assert point.predicted.standard_mpe == "1200 g"


def test_a_point_with_ballast_brings_what_it_rests_on(truck: Callable[..., Run]) -> None:
    run = truck(only=("loading/up/band-2-half",))

    assert {one.test for one in run.plan.points} == {"steadiness", "substitution", "loading"}
    assert run.result("loading/up/band-2-half").value is not None
