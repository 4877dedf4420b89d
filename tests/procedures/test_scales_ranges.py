"""Scales of several partial ranges, Max 6/15 kg, e = 2/5 g, class III: each range by its own e and its own steps.

Limits are those of OIML R 76-1:2006 (class table, in e of the range that the load lies in; zero and tare in e1), which
JJG 539-2016 follows, as section 2 of the reference facts has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.procedures.scales import GOLDEN, IDEAL, ROOT, SCALES, error, failed, plan_of

from calbench.errors import PlanRefused
from calbench.testing.bench import Bench, Run

TWO = {"intervals": "two", "max_1": "6 kg", "e_1": "2 g"}
RANGES = {**IDEAL, "max_1": "6 kg", "d_1": "2 g", "max": "15 kg", "d": "5 g", "tare_step": "0.2 g"}


def of_two_ranges(tmp_path: Path, unit: Mapping[str, str], **kwargs: Any) -> Run:
    """Verify a scale of two partial ranges, ideal but for what is said."""
    bench = Bench("demo-scale-multi", ROOT, tmp_path).unit("1", **{**RANGES, **unit})
    return bench.run("scale-jjg539", position="1", settings=TWO, **kwargs)


@pytest.mark.parametrize(("position", "chosen"), [("1", TWO), ("2", {"intervals": "three"})])
def test_scales_of_several_ranges_pass_as_shipped(
    tmp_path: Path, position: str, chosen: dict[str, str], calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = Bench("demo-scale-multi", ROOT, tmp_path).run("scale-jjg539", position=position, settings=chosen)

    assert (run.verdict, failed(run)) == ("pass", set())
    calbench_golden(run, GOLDEN / f"scale-jjg539.ranges-{position}.json")


def test_each_range_is_read_in_its_own_steps(tmp_path: Path) -> None:
    # 5990 g lie in the first range: steps of 2 g, small weights of 0.2 g; 6025 g in the second: 5 g, 0.5 g.
    # 20 ppm are 0.12 g: 0.88 g or 2.38 g are left to the changeover. Zero and tare are judged with 0.25 e of the first
    run = of_two_ranges(tmp_path, {"gain": "20 ppm"})
    below, above = (run.result(f"loading/up/{name}-Max1") for name in ("below", "above"))

    assert (below.inputs, above.inputs) == (
        {"I": "5.99 kg", "delta_L": "1 g"},
        {"I": "6.025 kg", "delta_L": "2.5 g"},
    )
    assert {name: run.result(name).upper for name in ("zero/1", "tare/tared")} == {
        "zero/1": "0.5 g", "tare/tared": "0.5 g",
    }  # fmt: skip
    assert run.verdict == "pass"


def test_the_second_range_may_be_off_by_what_its_own_e_allows(tmp_path: Path) -> None:
    # 720 ppm of what lies above 6 kg: 2.9 g of 5 g at 10 kg, 6.5 g of 7.5 g at 15 kg (R76: 1 e and 1.5 e, e = 5 g)
    run = of_two_ranges(tmp_path, {"kink": "6 kg", "kink_gain": "720 ppm"})

    assert (failed(run), run.verdict) == (set(), "pass")
    assert Decimal(6) < error(run, "weighing/up/Max") <= Decimal("7.5")


RANGES_BAD = {
    # 9 g of 7.5 g at 15 kg; 6 g of 7.5 g at 12 kg, where it repeats; 4 g of 5 g at 10 kg
    "adjusted wrongly above 6 kg": ({"kink": "6 kg", "kink_gain": "1000 ppm"}, {"up/Max"}),
    # 3.6 g at 5990 g is beyond 3 g (1.5 e of 2 g) and 3.6 g at 6025 g within 5 g (1 e of 5 g); at 4 kg (2000 e) 2.4 g
    # are beyond 2 g, at 2.5 kg 1.5 g within 2 g: the mean of 1000 g and 4 kg. From 6 kg it goes no further
    "wrong at the end of the first range": (
        {"gain": "600 ppm", "kink": "6 kg", "kink_gain": "-600 ppm"},
        {f"{way}/{name}" for way in ("up", "down") for name in ("band-2-end", "below-Max1")},
    ),
}


@pytest.mark.parametrize("what", RANGES_BAD)
def test_a_scale_that_is_wrong_in_one_range_fails_there_alone(tmp_path: Path, what: str) -> None:
    unit, expected = RANGES_BAD[what]
    run = of_two_ranges(tmp_path, unit)

    wrong = {name.removeprefix("weighing/") for name, verdict in run.verdicts.items() if verdict == "fail"}
    assert (failed(run), wrong) == ({"weighing"}, expected)


def test_a_scale_that_keeps_the_step_of_its_last_range_fails_in_the_first(tmp_path: Path) -> None:
    # steps of 5 g where 2 g are stated: at 1 kg (500 e) it steps up after 2.5 g, and P = 1000 + 1 - 2.5
    bench = Bench(SCALES, ROOT, tmp_path).unit("2", **IDEAL)
    run = bench.run(
        "scale-jjg539", position="2", settings=TWO, only=("loading/up/*", "weighing/up/*", "zero/*")
    )

    assert error(run, "loading/up/band-1-end") == pytest.approx(Decimal("-1.5"), abs=Decimal("0.15"))


def test_zero_is_judged_by_e_of_the_first_range(tmp_path: Path) -> None:
    # 0.7 g are beyond 0.25 * 2 g, and would be within 0.25 * 5 g
    assert failed(of_two_ranges(tmp_path, {"zero_left": "0.7 g"})) == {"zero"}


@pytest.mark.parametrize(
    "chosen",
    [
        {**TWO, "e_1": "0.5 g"},  # 6 kg are 12,000 e of at most 10,000
        {"intervals": "three", "max_2": "14 kg", "e_2": "1 g", "max_1": "2 kg", "e_1": "0.5 g"},  # 14,000
    ],
)
def test_a_range_of_more_intervals_than_its_class_has_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(PlanRefused, match=r"gives no value there|lies above the last band"):
        plan_of(**chosen)
