"""Prepackages after JJF 1070-2023: lots that are good and bad, the sampling plan, published deficiencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from tests.procedures.trade import (
    GOLDEN,
    LOT,
    Benches,
    failing,
    planned,
    values,
)

from calbench.errors import PlanRefused
from calbench.quantities import Quantity, parse_quantity
from calbench.testing.bench import Bench, Run


@pytest.fixture(scope="module")
def lots(calbench_bench: Benches) -> Bench:
    return calbench_bench("demo-prepack").unit("1", spread="0.5 g")


def lot(bench: Bench, **settings: str) -> Run:
    return bench.run(LOT, settings=settings, position="1", uut={"serial": "L1"})


def test_a_good_lot_comes_to_its_golden_record(
    calbench_bench: Benches, calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = lot(calbench_bench("demo-prepack"))
    assert failing(run) == set()
    calbench_golden(run, GOLDEN / f"{LOT}.json")


def test_a_lot_just_inside_every_limit_is_accepted(lots: Bench) -> None:
    # 50 of 100, three short by 20 g (T = 15 g, 2 T = 30 g; three are allowed): packages 21, 31, 41.
    # The mean lies 0.1 g over what q + 0.379 s >= Qn asks for: s is that of 3 in 50 that are 20 g less, 4.80 g.
    assert Decimal("0.379") * Decimal("4.80") > Decimal("1.7")
    run = lot(lots.unit("1", content="499.5 g", short="21", short_by="20 g", spread="0.2 g"))
    assert failing(run) == set()
    assert run.result("short/all").value == "3"
    assert Decimal(run.result("mean/all").shown.error) < Decimal("0.3")


@pytest.mark.parametrize(
    ("wrong", "fails", "counts"),
    [
        ({"content": "499 g"}, {"mean"}, ("0", "0")),  # 1 g less than Qn, and 0.379 s is 0.2 g
        (
            {"content": "504 g", "short": "1", "short_by": "20 g"},
            {"short"},
            ("5", "0"),
        ),  # five of 50, three are allowed
        (
            {"content": "504 g", "short": "41", "short_by": "36 g"},
            {"far-short"},
            ("0", "1"),
        ),  # one, by 32 g: 2 T is 30 g
    ],
)
def test_a_lot_that_is_wrong_in_one_respect_fails_in_that_alone(
    lots: Bench, wrong: Mapping[str, str], fails: set[str], counts: tuple[str, str]
) -> None:
    run = lot(lots.unit("1", **wrong))
    assert failing(run) == fails
    assert run.verdict == "fail"
    assert (run.result("short/all").value, run.result("far-short/all").value) == counts


def test_the_net_content_is_that_of_the_lot_and_its_wrappings_were_taken_off(lots: Bench) -> None:
    run = lot(lots.unit("1", content="505 g", spread="0 g", tare="40 g", tare_spread="0 g"))
    for number in (1, 50):
        result = run.result(f"contents/package/{number}")
        assert abs(Decimal(result.shown.error) - 5) <= Decimal("0.2")  # 0.1 g of the display, twice


def test_without_its_wrappings_no_content_is_known(lots: Bench) -> None:
    run = lots.run(LOT, position="1", only=("contents/package/7",))
    assert {one for one in run.verdicts if one.startswith("tare/")} == {
        f"tare/wrapping/{n}" for n in range(1, 11)
    }
    assert run.result("contents/package/7").value is not None


@pytest.mark.parametrize(
    ("nominal", "deficiency", "nearest", "up"),
    [
        ("25", "2.25", "2.2", "2.3"), ("75", "4.5", "4.5", "4.5"), ("120", "5.4", "5.4", "5.4"), ("250", "9", "9", "9"),
        ("330", "9.9", "9.9", "9.9"), ("750", "15", "15", "15"), ("1500", "22.5", "22", "23"),
        ("5000", "75", "75", "75"), ("12000", "150", "150", "150"), ("20000", "200", "200", "200"),
    ],
)  # fmt: skip
def test_published_deficiencies_and_their_rounding(
    nominal: str, deficiency: str, nearest: str, up: str
) -> None:
    """legal-metrology 29 I; to 0.1 g up to 1 kg and to 1 g above, half to even or upwards."""
    assert Decimal(up) >= Decimal(deficiency)
    for rounding, rounded in (("nearest", nearest), ("up", up)):
        found = values(Qn=f"{nominal} g", rounding=rounding)
        assert found["deficiency"] == parse_quantity(f"{deficiency} g")
        assert found["tolerable"] == parse_quantity(f"{rounded} g")


@pytest.mark.parametrize(
    ("size", "sample", "factor", "allowed"),
    [
        ("1", "1", None, "0"), ("10", "10", None, "0"), ("11", "10", "1.028", "0"), ("50", "10", "1.028", "0"),
        ("51", "13", "0.848", "1"), ("99", "13", "0.848", "1"), ("100", "50", "0.379", "3"),
        ("500", "50", "0.379", "3"), ("501", "80", "0.295", "5"), ("3200", "80", "0.295", "5"),
        ("3201", "125", "0.234", "7"),
    ],
)  # fmt: skip
def test_the_sampling_plan_at_both_ends_of_each_band(
    size: str, sample: str, factor: str | None, allowed: str
) -> None:
    """legal-metrology 19, the table of 2005, which is that of R 87; up to ten packages each is judged by itself."""
    plan, found = planned(LOT, "demo-prepack", lot=size), values(lot=size)
    assert found["sample"] == parse_quantity(sample)
    assert found["allowed"] == parse_quantity(allowed)
    assert sum(point.test == "contents" for point in plan.points) == int(sample)
    assert any(one.id == "mean" for one in plan.tests) == (factor is not None)
    if factor is not None:
        assert found["factor"] == parse_quantity(factor)


@pytest.mark.parametrize(
    ("size", "quantile"),
    [("50", "3.2498"), ("99", "3.0545"), ("500", "2.6800"), ("3200", "2.6395"), ("3201", "2.6157")],
)
def test_the_factors_are_those_of_a_mean_with_99_5_percent(size: str, quantile: str) -> None:
    """t(0.995, n - 1) of published tables for 9, 12, 49, 79 and 124 degrees of freedom, divided by √n."""
    found = values(lot=size)
    sample, factor = found["sample"], found["factor"]
    assert isinstance(sample, Quantity)
    assert isinstance(factor, Quantity)
    assert abs(factor.value - Decimal(quantile) / sample.value.sqrt()) < Decimal(
        "0.001"
    )  # n = 13: 0.8472, and the table has 0.848


def test_a_balance_with_too_large_an_interval_is_refused() -> None:
    # T of 500 g is 15 g: e may be 3 g at most
    assert planned(LOT, "demo-prepack", e="3 g").points
    with pytest.raises(PlanRefused, match="five_e_at_most_T"):
        planned(LOT, "demo-prepack", e="3.1 g")
