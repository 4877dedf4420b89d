"""Electricity meters after JJG 596-2012: limits, times and formula against the regulation, good and bad units.

Figures: sections 4 and 29 (vectors A and G) of the project's facts about legal metrology (JJG 596-2012, IEC 62053-21);
how the units really are is said here, and what must follow is worked out from that by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import PlanRefused
from calbench.metrology import mean, stdev
from calbench.quantities import parse_quantity, round_to
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options

METER = "meter-jjg596-2012"
CLEAN = {"phase": "0", "temperature_coefficient": "0"}
TRUE = {"voltage_gain": "0", "current_gain": "0", "angle": "0"}
FLAT = "at 0.25 A: {0} %, at 60 A: {0} %"

# Table 4.1 at the load points of 4.2, direct: power factor, current, limit in % of class 1 and of class 2
TABLE = [
    ("1.0", "Imax", 1.0, 2.0), ("1.0", "0.5Imax", 1.0, 2.0), ("1.0", "Ib", 1.0, 2.0), ("1.0", "0.1Ib", 1.0, 2.0),
    ("1.0", "0.05Ib", 1.5, 2.5),
    ("0.5L", "Imax", 1.0, 2.0), ("0.5L", "0.5Imax", 1.0, 2.0), ("0.5L", "Ib", 1.0, 2.0), ("0.5L", "0.2Ib", 1.0, 2.0),
    ("0.5L", "0.1Ib", 1.5, 2.5),
    ("0.8C", "Imax", 1.0, None), ("0.8C", "0.5Imax", 1.0, None), ("0.8C", "Ib", 1.0, None),
    ("0.8C", "0.2Ib", 1.0, None), ("0.8C", "0.1Ib", 1.5, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def single(calbench_bench: Callable[[str], Bench]) -> Bench:
    """Give the bench for one meter, its standard and its source without errors of their own."""
    return calbench_bench("demo-meter").unit("reference", **TRUE).unit("source", **TRUE)


def settings(**given: str) -> Options:
    return Options(settings=given)


def failing(run: Run) -> set[str]:
    """Give the tests that did not pass, after a look that all was measured."""
    assert run.status == "COMPLETED", run
    return {one.test for one in run.record.results if one.verdict != "pass"}


def error_of(run: Run, point: str) -> float:
    value = run.result(point).value
    assert value is not None
    return float(value.removesuffix(" %"))


# --- limits, loads and times ---


@pytest.mark.parametrize(("accuracy_class", "column"), [("1", 2), ("2", 3)])
def test_every_load_point_has_the_limit_of_the_table(single: Bench, accuracy_class: str, column: int) -> None:
    plan = single.plan(METER, settings(accuracy_class=accuracy_class))
    found = {
        point.id: float(parse_quantity(point.limit.nominal_upper or "").value) * 100
        for point in plan.points
        if point.test == "basic-error" and point.limit is not None
    }
    wanted = {f"basic-error/{row[0]}/{row[1]}": row[column] for row in TABLE if row[column] is not None}
    assert found == pytest.approx(wanted)
    assert list(found) == list(wanted)  # from high to low current, as 4.2 has it


@pytest.mark.parametrize(("maximum", "there"), [("20 A", True), ("19.9 A", False)])
def test_half_of_the_maximum_current_is_a_point_from_four_times_the_basic_current(
    single: Bench,
    maximum: str,
    there: bool,  # noqa: FBT001 - a column of the table
) -> None:
    ids = [point.id for point in single.plan(METER, settings(Imax=maximum)).points]
    assert ("basic-error/1.0/0.5Imax" in ids) is there


def test_vector_g_of_the_times_for_creep_and_starting(single: Bench) -> None:
    plan = single.plan(METER, settings(constant="1200 1/kWh"))
    values = {one.name: one.value for one in plan.values}
    assert parse_quantity(values["start_current"]) == parse_quantity("0.02 A")
    assert float(parse_quantity(values["creep_time"]).value) / 60 == pytest.approx(37.88, abs=0.005)
    assert float(parse_quantity(values["start_time"]).value) / 60 == pytest.approx(13.64, abs=0.005)
    creep, starting = plan.points[2], plan.points[3]
    assert (creep.id, creep.stimulus["voltage"], creep.stimulus["current"]) == ("creep/1", "253 V", "0 A")
    assert (starting.id, starting.told["seconds"]) == (
        "starting/1",
        "818 s",
    )  # 13.64 min, whole seconds of it


@pytest.mark.parametrize(
    ("accuracy_class", "mpe", "refused"),
    [("1", "0.2 %", ""), ("1", "0.21 %", "class"), ("2", "0.3 %", ""), ("2", "0.31 %", "class")],
)
def test_the_bench_is_of_the_class_that_the_meter_asks_for(
    single: Bench, accuracy_class: str, mpe: str, refused: str, tmp_path: Path
) -> None:
    """Section 1.4: class 0.2 for class 1, class 0.3 for class 2."""
    (tmp_path / "assets").mkdir()
    for asset in ("REF-3115", "CNT-0053", "ENV-0004"):
        text = (single.root / f"stations/assets/{asset}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"assets/{asset}.yaml").write_text(
            text.replace("mpe: 0.05 %", f"mpe: {mpe}"), encoding="utf-8"
        )
    station = tmp_path / "demo-meter.yaml"
    station.write_text(
        (single.root / "stations/demo-meter.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    bench = Bench(str(station), single.root, single.out)
    options = settings(accuracy_class=accuracy_class)
    if not refused:
        assert bench.plan(METER, options).points
        return
    with pytest.raises(PlanRefused, match=r"the standard is not of a class that is good enough\."):
        bench.plan(METER, options)


# --- the formula, its mean and its rounding ---


@pytest.mark.parametrize("percent", [0.7, -0.7])
def test_a_fast_meter_has_a_positive_error(single: Bench, percent: float) -> None:
    """4.3: (m0 - m) / m. The reversed (m - m0) / m0 would give the other sign, and -0.695 % for 0.7 %."""
    energy = 2 / 1600 / (1 + percent / 100)  # kWh that make a fast meter give its two pulses
    m0, m = 2e6 * 2 / 1600, 2e6 * energy
    expected = 100 * (m0 - m) / m
    run = single.unit("1", **CLEAN, curve=FLAT.format(percent)).run(METER, only=("basic-error/1.0/Ib",))
    assert error_of(run, "basic-error/1.0/Ib") == pytest.approx(expected, abs=2e-3)
    assert expected == pytest.approx(percent)


def test_vector_a_of_ten_published_readings() -> None:
    """The source prints s = 0.0223 as well, which disagrees with its own u of the mean of 3, 0.009461."""
    texts = [
        "0.3356",
        "0.3111",
        "0.3262",
        "0.3589",
        "0.3161",
        "0.3126",
        "0.3138",
        "0.3331",
        "0.3027",
        "0.3149",
    ]
    readings = [Decimal(one) for one in texts]
    assert mean(readings) == Decimal("0.3225")
    assert stdev(readings) == pytest.approx(0.016388, abs=1e-6)
    assert stdev(readings) / 3**0.5 == pytest.approx(0.009461, abs=1e-6)
    assert round_to(mean(readings), Decimal("0.1")) == Decimal("0.3")


@pytest.mark.parametrize(("accuracy_class", "interval"), [("1", "0.001"), ("2", "0.002")])
def test_the_mean_is_rounded_once_to_the_interval_of_the_class(
    single: Bench, accuracy_class: str, interval: str
) -> None:
    plan = single.plan(METER, settings(accuracy_class=accuracy_class))
    test = next(one for one in plan.tests if one.id == "basic-error")
    assert parse_quantity(test.rounding or "").value == Decimal(interval)
    assert (test.judge_on, test.rounding_of) == ("rounded", "error")


@given(st.integers(-40, 40), st.sampled_from([Decimal("0.1"), Decimal("0.2")]))
def test_a_tie_goes_to_the_even_multiple(multiple: int, interval: Decimal) -> None:
    """1.2: GB/T 8170. 1.05 % of class 1 is 1.0 % and passes, 0.95 % is 1.0 % too."""
    tie = (multiple + Decimal("0.5")) * interval
    found = round_to(tie, interval)
    assert abs(found - tie) == interval / 2
    assert int(found / interval) % 2 == 0


@pytest.mark.parametrize(("percent", "verdict", "shown"), [(1.04, "pass", "+1.0"), (1.06, "fail", "+1.1")])
def test_what_is_judged_is_the_rounded_mean(single: Bench, percent: float, verdict: str, shown: str) -> None:
    run = single.unit("1", **CLEAN, curve=FLAT.format(percent)).run(METER, only=("basic-error/1.0/Ib",))
    result = run.result("basic-error/1.0/Ib")
    assert (result.verdict, result.shown.error, result.shown.upper) == (verdict, shown, "+1")


@pytest.mark.parametrize(("percent", "readings"), [(0.7, 2), (0.9, 4), (-1.1, 4), (1.4, 2)])
def test_two_more_readings_are_taken_near_the_limit(single: Bench, percent: float, readings: int) -> None:
    """4.4: at 0.8 to 1.2 of the limit two more, and the mean of all four."""
    run = single.unit("1", **CLEAN, curve=FLAT.format(percent)).run(METER, only=("basic-error/1.0/Ib",))
    (attempt,) = run.record.attempts["basic-error/1.0/Ib"]
    values = [Decimal(one.value) for one in attempt.readings]
    assert (len(values), run.result("basic-error/1.0/Ib").n) == (readings, readings)
    assert error_of(run, "basic-error/1.0/Ib") == pytest.approx(float(sum(values) / readings))


# --- good and bad units ---

JUST_INSIDE = {
    **CLEAN,
    "curve": "at 0.25 A: 1.45 %, at 0.49 A: 1.45 %, at 0.5 A: 0.97 %, at 60 A: 0.97 %",  # 1.5 % below 0.1 Ib, else 1 %
    "start_current": "19 mA",  # starts at 0.004 Ib = 20 mA
    "creep": "1.2 W",  # 2250 J a pulse: one in 1875 s, and the test takes 1705 s
    "register_ratio": "0.998",  # 3.3 kWh: 0.007 kWh short, of 0.02 kWh
}


def test_a_unit_just_inside_every_limit_passes(single: Bench) -> None:
    run = single.unit("1", **JUST_INSIDE).run(METER, uut={"serial": "202600000101"})
    assert failing(run) == set()
    assert run.verdict == "pass"


@pytest.mark.parametrize(
    ("wrong", "test"),
    [
        ({"creep": "6 W"}, "creep"),  # 4 pulses in 1705 s
        ({"start_current": "21 mA"}, "starting"),  # nothing at 20 mA
        (
            {"curve": "at 0.25 A: 0.1 %, at 4.9 A: 0.1 %, at 5 A: 1.3 %, at 5.1 A: 0.1 %, at 60 A: 0 %"},
            "basic-error",
        ),
        ({"phase": "8 mrad"}, "basic-error"),  # 1.4 % at 0.5 inductive: tan 60 deg x 8e-3
        ({"register_ratio": "0.97"}, "register"),  # 0.1 kWh short of 3.3 kWh
    ],
)
def test_a_unit_that_is_wrong_in_one_respect_fails_that_test_alone(
    single: Bench, wrong: dict[str, str], test: str
) -> None:
    good = {**CLEAN, "curve": FLAT.format(0.1)}
    run = single.unit("1", **{**good, **wrong}).run(METER)
    assert failing(run) == {test}
    assert run.verdict == "fail"


def test_a_phase_error_shows_where_the_current_lags(single: Bench) -> None:
    run = single.unit("1", **CLEAN | {"phase": "8 mrad", "curve": FLAT.format(0)}).run(
        METER, only=("basic-error/*",)
    )
    lagging = [
        point
        for point, verdict in run.verdicts.items()
        if point.startswith("basic-error/") and verdict == "fail"
    ]
    assert {point.split("/")[1] for point in lagging} == {"0.5L"}


def test_a_damaged_case_fails_the_inspection_alone(single: Bench) -> None:
    where = "visual-inspection/Case-and-terminals-sound/found"
    run = (
        single.unit("1", **CLEAN, curve=FLAT.format(0.1))
        .mistake(where, "wrong_answer", "not in order")
        .run(METER)
    )
    assert failing(run) == {"visual-inspection"}


def test_a_meter_of_class_two_is_held_against_the_limits_of_class_two(single: Bench) -> None:
    bench = single.unit("1", **CLEAN, curve=FLAT.format(1.9))
    assert failing(bench.run(METER, settings={"accuracy_class": "2"})) == set()
    assert failing(bench.run(METER, settings={"accuracy_class": "1"})) == {"basic-error"}


# --- forty-eight at once ---


@pytest.fixture(scope="module")
def many(calbench_bench: Callable[[str], Bench]) -> Bench:
    return calbench_bench("demo-meters-48")


def test_forty_eight_meters_are_measured_at_once_and_have_a_record_each(many: Bench) -> None:
    options = Options(positions=tuple(str(number) for number in range(1, 49)), only=("basic-error/1.0/Ib",))
    run = many.run_with(METER, options)
    assert len(run.records) == 48
    verdicts = {position: record.results for position, record in run.records.items()}
    judged = {
        key: next(one for one in value if one.id == "basic-error/1.0/Ib") for key, value in verdicts.items()
    }
    assert {key for key, one in judged.items() if one.verdict == "fail"} == {"7"}  # 1.4 % at 5 A
    assert len(run.events("applied")) == 1
    serials = {position: record.uut["serial"] for position, record in run.records.items()}
    assert serials == {str(number): f"2026{100 + number:08d}" for number in range(1, 49)}


def test_a_meter_that_is_unplugged_costs_only_its_own(many: Bench) -> None:
    options = Options(positions=("21", "22", "23"), only=("basic-error/1.0/*", "register/1"))
    whole = many.run_with(METER, options)
    run = many.fault("22", "silent", after=2).run_with(METER, options)
    assert [run.records[one].run.status for one in ("21", "22", "23")] == [
        "COMPLETED",
        "STOPPED",
        "COMPLETED",
    ]
    for other in ("21", "23"):
        verdicts = [{one.id: one.verdict for one in ran.records[other].results} for ran in (run, whole)]
        assert verdicts[0] == verdicts[1]
    lost = {one.id: one.verdict for one in run.records["22"].results}
    assert lost["basic-error/1.0/Ib"] == "pass"  # what was measured before stays
    assert lost["register/1"] == "not_evaluated"


# --- three phases ---

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


def limits_in_percent(bench: Bench, procedure: str, given: dict[str, str], test: str) -> dict[str, float]:
    """Give the limit of every point of a test, by its name behind that of the test, in the order of the plan."""
    return {
        point.id.removeprefix(f"{test}/"): float(parse_quantity(point.limit.nominal_upper or "").value) * 100
        for point in bench.plan(procedure, Options(settings=given)).points
        if point.test == test and point.limit is not None
    }


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
    good = {**CLEAN, "curve": JUST_INSIDE["curve"], "start_current": "19 mA", "creep": "1.2 W"}
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
    ],
)
def test_a_meter_via_transformers_that_is_wrong_in_one_respect_fails_that_test_alone(
    indirect: Bench, wrong: dict[str, str], test: str
) -> None:
    run = indirect.unit("1", **{**CLEAN, "curve": "at 0.015 A: 0.1 %, at 6 A: 0 %", **wrong}).run(
        THREE, settings={**CT, "accuracy_class": "0.5S"}
    )
    assert failing(run) == {test}
