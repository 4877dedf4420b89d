"""Three-phase electricity meters after JJG 596-2012, direct and via transformers: sections 4 of the project's facts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.procedures.energy import (
    CLEAN,
    LOW,
    TABLE,
    TRUE,
    failing,
    limits_in_percent,
    settings,
)

from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench
from calbench.workflow import Options

THREE = "meter3p-jjg596-2012"
CT = {"wired": "transformers", "Ib": "1.5 A", "Imax": "6 A", "constant": "6400 1/kWh"}
# Table 4.1 at the load points of 4.2, via transformers: power factor, current, limit in % of 0.2S, 0.5S, 1, 2
TRANSFORMERS = [
    ("1.0", "Imax", 0.2, 0.5, 1.0, 2.0), ("1.0", "In", 0.2, 0.5, 1.0, 2.0), ("1.0", "0.05In", 0.2, 0.5, 1.0, 2.0),
    ("1.0", "0.02In", None, None, 1.5, 2.5), ("1.0", "0.01In", 0.4, 1.0, None, None),
    ("0.5L", "Imax", 0.3, 0.6, 1.0, 2.0), ("0.5L", "In", 0.3, 0.6, 1.0, 2.0), ("0.5L", "0.1In", 0.3, 0.6, 1.0, 2.0),
    ("0.5L", "0.05In", None, None, 1.5, 2.5), ("0.5L", "0.02In", 0.5, 1.0, None, None),
    ("0.8C", "Imax", 0.3, 0.6, 1.0, None), ("0.8C", "In", 0.3, 0.6, 1.0, None), ("0.8C", "0.1In", 0.3, 0.6, 1.0, None),
    ("0.8C", "0.05In", None, None, 1.5, None), ("0.8C", "0.02In", 0.5, 1.0, None, None),
]  # fmt: skip
CLASSES = ("0.2S", "0.5S", "1", "2")


@pytest.fixture(scope="module")
def three(calbench_bench: Callable[[str], Bench]) -> Bench:
    return calbench_bench("demo-meter-3p").unit("reference", **TRUE).unit("source", **TRUE)


@pytest.fixture(scope="module")
def indirect(calbench_bench: Callable[[str], Bench]) -> Bench:
    return calbench_bench("demo-meter-ct").unit("reference", **TRUE).unit("source", **TRUE)


@pytest.mark.parametrize("accuracy_class", CLASSES)
def test_every_load_point_via_transformers_has_the_limit_of_the_table(
    indirect: Bench, accuracy_class: str
) -> None:
    found = limits_in_percent(indirect, THREE, {**CT, "accuracy_class": accuracy_class}, "basic-error-ct")
    column = 2 + CLASSES.index(accuracy_class)
    wanted = {f"{row[0]}/{row[1]}": row[column] for row in TRANSFORMERS if row[column] is not None}
    assert found == pytest.approx(wanted)
    assert list(found) == list(wanted)


@pytest.mark.parametrize(("accuracy_class", "column"), [("1", 2), ("2", 3)])
def test_three_phases_connected_directly_have_the_same_limits_as_one(
    three: Bench, accuracy_class: str, column: int
) -> None:
    found = limits_in_percent(three, THREE, {"accuracy_class": accuracy_class}, "basic-error")
    assert found == pytest.approx(
        {f"{row[0]}/{row[1]}": row[column] for row in TABLE if row[column] is not None}
    )


def test_there_is_no_direct_meter_of_a_class_with_s(three: Bench) -> None:
    with pytest.raises(PlanRefused, match="the regulation gives no value there"):
        three.plan(THREE, settings(accuracy_class="0.5S"))


@pytest.mark.parametrize(
    ("accuracy_class", "amperes", "factor"),
    [("0.2S", 0.0015, 900), ("0.5S", 0.0015, 600), ("1", 0.003, 600), ("2", 0.0045, 480)],
)
def test_times_of_three_elements_via_transformers(
    indirect: Bench, accuracy_class: str, amperes: float, factor: int
) -> None:
    """4.5: m = 3, of the phase voltage 220 V; 6400 pulses per kWh, 1.5(6) A."""
    plan = indirect.plan(THREE, Options(settings={**CT, "accuracy_class": accuracy_class}))
    values = {one.name: parse_quantity(one.value).value for one in plan.values}
    assert float(values["start_current"]) == pytest.approx(amperes)
    assert float(values["start_time"]) == pytest.approx(
        60 * 1.2 * 60 * 1000 / (6400 * 3 * 220 * amperes), rel=1e-6
    )
    assert float(values["creep_time"]) == pytest.approx(60 * factor * 1e6 / (6400 * 3 * 220 * 6), rel=1e-6)


@pytest.mark.parametrize(
    ("accuracy_class", "interval", "months"),
    [("0.2S", "0.0002", 72), ("0.5S", "0.0005", 72), ("1", "0.001", 96), ("2", "0.002", 96)],
)
def test_rounding_and_interval_follow_the_class(
    indirect: Bench, accuracy_class: str, interval: str, months: int
) -> None:
    plan = indirect.plan(THREE, Options(settings={**CT, "accuracy_class": accuracy_class}))
    test = next(one for one in plan.tests if one.id == "basic-error-ct")
    assert parse_quantity(test.rounding or "").value == Decimal(interval)
    assert plan.regulated is not None
    assert plan.regulated.interval is not None
    assert plan.regulated.interval.months == months


def test_a_good_three_phase_meter_passes(three: Bench) -> None:
    """Within 0.98 % from 0.1 Ib, 1.48 % below; three phases at 20 mA."""
    good = {**CLEAN, "curve": LOW, "start_current": "19 mA", "creep": "1.2 W", "clock_rate": "0.47 s/day"}
    run = three.unit("1", **good).run(THREE)
    assert failing(run) == set()


def test_a_good_meter_via_transformers_passes_as_class_0_5s_and_fails_as_0_2s(indirect: Bench) -> None:
    bench = indirect.unit("1", **CLEAN, curve="at 0.015 A: 0.45 %, at 6 A: 0.45 %")
    assert failing(bench.run(THREE, settings={**CT, "accuracy_class": "0.5S"})) == set()
    assert failing(bench.run(THREE, settings={**CT, "accuracy_class": "0.2S"})) == {"basic-error-ct"}


@pytest.mark.parametrize(
    ("wrong", "test"),
    [
        ({"creep": "12 W"}, "creep"),
        ({"start_current": "2 mA"}, "starting"),  # 0.001 In is 1.5 mA
        ({"curve": "at 0.015 A: 1.2 %, at 0.03 A: 0.1 %, at 6 A: 0 %"}, "basic-error-ct"),  # 1.0 % at 0.01 In
        ({"phase": "5 mrad"}, "basic-error-ct"),  # 0.87 % at 0.5 inductive, of 0.6 %
        ({"register_ratio": "0.95"}, "register"),  # 0.05 kWh short of 0.99 kWh
        ({"clock_rate": "-0.7 s/day"}, "clock"),
    ],
)
def test_a_meter_via_transformers_that_is_wrong_in_one_respect_fails_that_test_alone(
    indirect: Bench, wrong: dict[str, str], test: str
) -> None:
    run = indirect.unit("1", **{**CLEAN, "curve": "at 0.015 A: 0.1 %, at 6 A: 0 %", **wrong}).run(
        THREE, settings={**CT, "accuracy_class": "0.5S"}
    )
    assert failing(run) == {test}
