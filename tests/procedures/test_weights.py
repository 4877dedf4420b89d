"""Weights after JJG 99-2022 and OIML R 111-1: good and bad ones, cycles, limits, buoyancy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.procedures.trade import (
    GOLDEN,
    WEIGHT,
    Benches,
    authored,
    computed,
    failing,
    planned,
)

from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.traceability.weight_classes import class_limit
from calbench.workflow import Options


@pytest.fixture(scope="module")
def weights(calbench_bench: Benches) -> Bench:
    return calbench_bench("demo-weights")


def weighed(bench: Bench, position: str = "1", **settings: str) -> Run:
    return bench.run(WEIGHT, settings=settings, position=position, uut={"serial": "W1"})


def test_a_good_weight_comes_to_its_golden_record(
    weights: Bench, calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = weighed(weights)
    assert failing(run) == set()
    calbench_golden(run, GOLDEN / f"{WEIGHT}.json")


@pytest.mark.parametrize(
    ("error", "fails"),
    [
        ("4.0 mg", set()),
        ("-4.0 mg", set()),
        ("4.9 mg", {"abba"}),
        ("-4.9 mg", {"abba"}),
        ("5.3 mg", {"abba"}),
    ],
)
def test_a_weight_conforms_up_to_mpe_less_u(weights: Bench, error: str, fails: set[str]) -> None:
    """abs(mc - m0) <= MPE - U: 1 kg of class F1 has 5 mg, and U is about 0.6 mg; 4.9 mg does not conform."""
    run = weighed(weights.unit("1", error=error))
    assert failing(run) == fails
    result = run.result("abba/1kg")
    assert Decimal(result.shown.expanded) < Decimal("0.7")
    assert run.record.plan.decision.rule == "guarded_binary/1"


def test_aba_finds_the_same_as_abba(weights: Bench) -> None:
    run = weighed(weights, scheme="ABA")
    assert failing(run) == set()
    assert abs(Decimal(run.result("aba/1kg").shown.error) - Decimal("2.4")) < Decimal(
        "0.8"
    )  # as the station says


def test_a_damaged_surface_fails_the_appearance_alone(weights: Bench) -> None:
    at = "appearance/Surface-clean-and-undamaged/found"
    run = weighed(weights.mistake(at, "wrong_answer", "not in order"))
    assert failing(run) == {"appearance"}


def test_a_comparator_that_scatters_leaves_the_weight_undecided(weights: Bench) -> None:
    # U <= MPE / 3 is 1.67 mg; the cycles scatter by several mg
    run = weighed(weights.unit("comparator", repeatability="4 mg"))
    result = run.result("abba/1kg")
    assert result.verdict == "not_evaluated"
    assert Decimal(result.shown.expanded) > Decimal("1.67")
    assert "TUR" in result.remark
    assert run.verdict == "not_evaluated"


def test_a_standard_whose_u_is_above_a_third_is_refused(weights: Bench) -> None:
    # U of E1k is 0.5 mg; class E1 has 0.5 mg
    with pytest.raises(PlanRefused, match="min_tur"):
        weights.plan(WEIGHT, Options(settings={"accuracy_class": "E1"}, position="1"))


def test_a_set_is_planned_in_one_run_and_each_weight_has_its_limit(weights: Bench) -> None:
    plan = weights.plan(WEIGHT, Options(settings={"smallest": "100 g", "largest": "1 kg"}, position="1"))
    limits = {one.id: one.limit.nominal_upper for one in plan.points if one.limit is not None}
    assert limits == {  # legal-metrology 20, class F1
        "abba/100g": "0.5 mg", "abba/200g": "1 mg", "abba/500g": "2.5 mg", "abba/1kg": "5 mg",
    }  # fmt: skip
    assert [len(one.passes) for one in plan.points if one.test == "abba"] == [3, 3, 3, 3]


def test_every_limit_is_that_of_the_class() -> None:
    """Two writings of table 1 of OIML R 111-1, this one and that for the standards (M1 of 5 mg is 0.20 mg)."""
    rows = authored(WEIGHT).limits["mpe"].bands
    table = {row.up_to or "": row.limit for row in rows}
    seen = 0
    for nominal, cells in table.items():
        assert isinstance(cells, dict)
        for name, text in cells.items():
            known = class_limit(name, parse_quantity(nominal))
            assert (None if known is None else known.mpe) == (None if text is None else parse_quantity(text)), (
                nominal, name,
            )  # fmt: skip
            seen += 1
    assert seen == 19 * 7


def test_the_buoyancy_of_aluminium_in_thin_air() -> None:
    """Worked by hand: E.3-1 gives 1.0052 kg/m³ at 850 hPa, and 0.5 kg (1.2 - 1.0052) (1/2700 - 1/8000) = 23.90 mg."""
    plan = planned(WEIGHT, "demo-weights", smallest="500 g", largest="500 g", density="2700 kg/m^3")
    alike = dict.fromkeys(("A1", "B1", "B2", "A2"), "500 g")
    given = {
        **alike,
        "A1.load": "500 g",
        "A2.load": "500 g",
        "ta": "20 degC",
        "ha": "50 %RH",
        "pa": "850 hPa",
    }
    error = computed(plan, "abba", **given).error
    assert abs(error.value * 10**6 + Decimal("23.90")) < Decimal("0.02")
    assert computed(plan, "abba", **{**given, "B1": "500.0239 g", "B2": "500.0239 g"}).error.value < Decimal(
        "2e-8"
    )


def test_abba_takes_the_drift_out() -> None:
    """((B1 - A1) + (B2 - A2)) / 2 of 0, 3 + 1, 3 + 2, 3 mg above 1 kg: 3 mg."""
    plan = planned(WEIGHT, "demo-weights", density="8000 kg/m^3")
    room = {"ta": "20 degC", "ha": "50 %RH", "pa": "1013.25 hPa", "A1.load": "1 kg", "A2.load": "1 kg"}
    read = {"A1": "1000.000 g", "B1": "1000.004 g", "B2": "1000.005 g", "A2": "1000.003 g"}
    assert computed(plan, "abba", **room, **read).error.value == Decimal("3e-6")
