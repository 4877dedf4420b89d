"""Three-phase electricity meters after JJG 596-2012, direct and via transformers: sections 4 of the project's facts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.procedures.energy import (
    CLEAN,
    FLAT,
    LOW,
    TABLE,
    TRUE,
    error_of,
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
# Table 4.1, `unbalanced`, at the points of 4.2 for each phase: power factor, current, limit in % of 0.2S, 0.5S, 1, 2
ONE_PHASE = [
    ("1.0", "Imax", 0.3, 0.6, 2.0, 3.0), ("1.0", "Ib", 0.3, 0.6, 2.0, 3.0), ("1.0", "0.1Ib", 0.3, 0.6, 2.0, 3.0),
    ("0.5L", "Imax", 0.4, 1.0, 2.0, 3.0), ("0.5L", "Ib", 0.4, 1.0, 2.0, 3.0), ("0.5L", "0.2Ib", 0.4, 1.0, 2.0, 3.0),
]  # fmt: skip
IN = {"Imax": "Imax", "Ib": "In", "0.1Ib": "0.05In", "0.2Ib": "0.1In"}  # the same points via transformers
CLASSES = ("0.2S", "0.5S", "1", "2")


def elements(a: str, b: str, c: str) -> dict[str, str]:
    """Give settings of a unit whose elements are off by these gains beside its curve, and have no angle errors."""
    return {"gain_a": a, "gain_b": b, "gain_c": c, "phase_a": "0", "phase_b": "0", "phase_c": "0"}


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


@pytest.mark.parametrize(
    ("accuracy_class", "wired"),
    [("1", "direct"), ("2", "direct"), *((one, "transformers") for one in CLASSES)],
)
def test_one_phase_loaded_has_the_limits_of_the_table_in_each_phase(
    three: Bench, indirect: Bench, accuracy_class: str, wired: str
) -> None:
    direct = wired == "direct"
    given = {"accuracy_class": accuracy_class} if direct else {**CT, "accuracy_class": accuracy_class}
    test = "unbalanced" if direct else "unbalanced-ct"
    found = limits_in_percent(three if direct else indirect, THREE, given, test)
    column = 2 + CLASSES.index(accuracy_class)
    wanted = {
        f"{phase}/{row[0]}/{row[1] if direct else IN[row[1]]}": row[column]
        for phase in "ABC"
        for row in ONE_PHASE
    }
    assert found == pytest.approx(wanted)
    assert list(found) == list(wanted)


def test_one_phase_loaded_is_a_third_of_the_power_at_balanced_voltages(three: Bench) -> None:
    told = {one.id: one for one in three.plan(THREE, Options()).points}
    for phase in "ABC":
        point = told[f"unbalanced/{phase}/0.5L/0.2Ib"]
        assert parse_quantity(point.nominal or "").value == 110  # 220 V x 1 A x cos 60
        assert (point.stimulus["phases"], point.stimulus["loaded"]) == ("3", phase.lower())
        assert point.near_limit is not None
        assert point.near_limit.readings == 2
    balanced = told["basic-error/0.5L/0.2Ib"]
    assert parse_quantity(balanced.nominal or "").value == 330
    assert "loaded" not in balanced.stimulus


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
    """Within 0.98 % from 0.1 Ib, 1.48 % below; three phases at 20 mA; 1.92 % with one phase loaded."""
    good = {**CLEAN, "curve": LOW, "start_current": "19 mA", "creep": "1.2 W", "clock_rate": "0.47 s/day"}
    run = three.unit("1", **good, **elements("0.95 %", "-0.95 %", "0 %")).run(THREE)
    assert failing(run) == set()
    assert error_of(run, "basic-error/1.0/Ib") == pytest.approx(0.97, abs=0.01)  # the mean of three elements
    found = [error_of(run, f"unbalanced/{phase}/1.0/Ib") for phase in "ABC"]
    assert found == pytest.approx([1.92, 0.02, 0.97], abs=0.01)


def test_a_good_meter_via_transformers_passes_as_class_0_5s_and_fails_as_0_2s(indirect: Bench) -> None:
    """Elements of 0.58 %, 0.32 % and 0.45 %, each loaded alone: within 0.6 % of 0.5S, beyond 0.3 % of 0.2S."""
    apart = elements("0.13 %", "-0.13 %", "0 %")
    bench = indirect.unit("1", **CLEAN, **apart, curve="at 0.015 A: 0.45 %, at 6 A: 0.45 %")
    assert failing(bench.run(THREE, settings={**CT, "accuracy_class": "0.5S"})) == set()
    found = failing(bench.run(THREE, settings={**CT, "accuracy_class": "0.2S"}))
    assert found == {"basic-error-ct", "unbalanced-ct"}


@pytest.mark.parametrize(
    ("wrong", "points"),
    [
        (
            {"gain_a": "2.6 %", "gain_b": "-1.3 %", "gain_c": "-1.3 %"},
            {"A/1.0", "A/0.5L"},
        ),  # of 2 %; 0 % in the mean
        # -1.73 x 15 mrad = -2.6 % at 0.5 inductive, and nothing at 1.0; +1.3 % in the others
        ({"phase_a": "-7.5 mrad", "phase_b": "15 mrad", "phase_c": "-7.5 mrad"}, {"B/0.5L"}),
    ],
)
def test_a_meter_with_one_element_wrong_fails_with_that_phase_loaded_alone(
    three: Bench, wrong: dict[str, str], points: set[str]
) -> None:
    """No balanced load finds it: it fails "unbalanced" alone."""
    unit = three.unit("1", **CLEAN, curve=FLAT.format("0.1"), **{**elements("0", "0", "0"), **wrong})
    run = unit.run(THREE, only=("basic-error/*", "unbalanced/*"))
    assert failing(run) == {"unbalanced"}
    found = {one.id.rpartition("/")[0] for one in run.record.results if one.verdict != "pass"}
    assert found == {f"unbalanced/{point}" for point in points}


@pytest.mark.parametrize(
    ("wrong", "test"),
    [
        ({"creep": "12 W"}, "creep"),
        ({"start_current": "2 mA"}, "starting"),  # 0.001 In is 1.5 mA
        ({"curve": "at 0.015 A: 1.2 %, at 0.03 A: 0.1 %, at 6 A: 0 %"}, "basic-error-ct"),  # 1.0 % at 0.01 In
        ({"phase": "5 mrad"}, "basic-error-ct"),  # 0.87 % at 0.5 inductive, of 0.6 %
        (
            {"gain_a": "-0.4 %", "gain_b": "-0.4 %", "gain_c": "0.8 %"},
            "unbalanced-ct",
        ),  # of 0.6 %; 0 % in the mean
        ({"register_ratio": "0.95"}, "register"),  # 0.05 kWh short of 0.99 kWh
        ({"clock_rate": "-0.7 s/day"}, "clock"),
    ],
)
def test_a_meter_via_transformers_that_is_wrong_in_one_respect_fails_that_test_alone(
    indirect: Bench, wrong: dict[str, str], test: str
) -> None:
    run = indirect.unit(
        "1", **{**CLEAN, **elements("0", "0", "0"), "curve": "at 0.015 A: 0.1 %, at 6 A: 0 %", **wrong}
    ).run(THREE, settings={**CT, "accuracy_class": "0.5S"})
    assert failing(run) == {test}
