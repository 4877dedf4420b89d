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
from tests.procedures.energy import (
    CLEAN,
    FLAT,
    LOW,
    PUBLISHED,
    TABLE,
    TRUE,
    VIA_TRANSFORMERS,
    error_of,
    failing,
    settings,
)

from calbench.errors import PlanRefused
from calbench.metrology import mean, stdev
from calbench.quantities import parse_quantity, round_to
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options

METER = "meter-jjg596-2012"


@pytest.fixture(scope="module")
def single(calbench_bench: Callable[[str], Bench]) -> Bench:
    """Give the bench for one meter, its standard and its source without errors of their own."""
    return calbench_bench("demo-meter").unit("reference", **TRUE).unit("source", **TRUE)


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
    readings = [Decimal(one) for one in PUBLISHED]
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
    "curve": LOW,
    "start_current": "19 mA",  # starts at 0.004 Ib = 20 mA
    "creep": "1.2 W",  # 2250 J a pulse: one in 1875 s, and the test takes 1705 s
    "register_ratio": "0.998",  # 3.3 kWh: 0.007 kWh short, of 0.02 kWh
    "clock_rate": "0.47 s/day",  # 0.5 s/day, and the counter's time base is off by 0.02 s/day
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
        ({"clock_rate": "0.7 s/day"}, "clock"),
        ({"clock_rate": "-0.7 s/day"}, "clock"),
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


# --- the clock ---

RIGHT_TIME = {"timebase": "0", "noise": "0", "ageing": "0"}
STEADY = {**CLEAN, "clock_temperature": "0"}


@pytest.mark.parametrize(
    ("rate", "shown", "verdict"),
    # 4.5: 0.5 s/d either way, inclusive; rounded to 0.01 s/d and judged so
    [
        ("0.4 s/day", "+0.40", "pass"),  # a fast clock gains: positive
        ("-0.4 s/day", "-0.40", "pass"),
        ("0.504 s/day", "+0.50", "pass"),
        ("0.506 s/day", "+0.51", "fail"),
        ("-0.504 s/day", "-0.50", "pass"),
        ("-0.506 s/day", "-0.51", "fail"),
        ("4.63e-6", "+0.40", "pass"),  # a share: 4.63e-6 of 86 400 s
    ],
)
def test_a_clock_gains_at_most_half_a_second_a_day(
    single: Bench, rate: str, shown: str, verdict: str
) -> None:
    bench = single.unit("counter", **RIGHT_TIME).unit("1", **STEADY, clock_rate=rate)
    result = bench.run(METER, only=("clock/1",)).result("clock/1")
    assert (result.shown.error, result.shown.upper, result.verdict) == (shown, "+0.5", verdict)


def test_a_clock_is_measured_five_times_for_a_minute_with_voltage_alone(single: Bench) -> None:
    run = single.run(METER, only=("clock/1",))
    (attempt,) = run.record.attempts["clock/1"]
    assert len(attempt.readings) == 5
    (point,) = [one for one in run.record.plan.points if one.id == "clock/1"]
    assert (point.told["seconds"], point.stimulus["voltage"], point.stimulus["current"]) == (
        "60 s",
        "220 V",
        "0 A",
    )


def test_the_uncertainty_of_a_clock_is_that_of_the_time_base_and_of_the_rounding(single: Bench) -> None:
    """0.043 s/d (k = 2) of the certificate, 0.001 s/d of the display and 0.01 s/d of the result, by hand."""
    parts = (0.043 / 2, 0.001 / 2 / 3**0.5, 0.01 / 2 / 3**0.5)
    expected = 1.96 * sum(part**2 for part in parts) ** 0.5
    assert expected == pytest.approx(0.0425, abs=5e-5)
    bench = single.unit("counter", **RIGHT_TIME).unit("1", **STEADY)
    stated = bench.run(METER, only=("clock/1",)).result("clock/1").expanded
    assert stated is not None
    assert float(parse_quantity(stated).in_unit("s/day")) == pytest.approx(expected, abs=5e-5)


def test_the_plan_says_what_the_standard_brings_in_seconds_a_day(single: Bench) -> None:
    """As its certificate has it, although 0.05 s/d is no finite decimal of a day."""
    (point,) = [one for one in single.plan(METER, settings()).points if one.id == "clock/1"]
    assert (point.predicted.standard_mpe, point.predicted.standard_u) == ("0.05 s/d", "0.043 s/d")
    assert (point.limit.nominal_upper if point.limit else None) == "0.5 s/d"


def test_a_meter_without_a_clock_is_not_asked_for_one(single: Bench) -> None:
    tests = {one.id for one in single.plan(METER, settings(with_clock="no")).tests}
    assert "clock" not in tests
    assert "register" in tests


def test_the_plan_counts_the_minutes_of_a_clock(single: Bench) -> None:
    """Five readings of a minute, and 5 s for each as for any reading."""
    with_it, without = (single.plan(METER, settings(with_clock=one)).estimate_s for one in ("yes", "no"))
    assert with_it - without == 5 * (60 + 5)


@pytest.mark.parametrize(("mpe", "refused"), [("0.16 s/day", False), ("0.17 s/day", True)])
def test_the_tester_of_clocks_errs_by_a_third_of_the_limit_at_most(
    single: Bench,
    mpe: str,
    refused: bool,  # noqa: FBT001 - a column of the table
    tmp_path: Path,
) -> None:
    (tmp_path / "assets").mkdir()
    for asset in ("REF-3115", "CNT-0053", "ENV-0004"):
        text = (single.root / f"stations/assets/{asset}.yaml").read_text(encoding="utf-8")
        changed = text.replace("mpe: 0.05 s/day", f"mpe: {mpe}")
        (tmp_path / f"assets/{asset}.yaml").write_text(changed, encoding="utf-8")
    station = tmp_path / "demo-meter.yaml"
    text = (single.root / "stations/demo-meter.yaml").read_text(encoding="utf-8")
    station.write_text(text, encoding="utf-8")
    bench = Bench(str(station), single.root, single.out)
    if not refused:
        assert bench.plan(METER, settings()).points
        return
    with pytest.raises(
        PlanRefused, match=r"Role 'timer': the standard is not of a class that is good enough\."
    ):
        bench.plan(METER, settings())


# --- forty-eight at once; tests/sweeps/test_forty_eight.py has the whole procedure, and their certificates ---


def test_forty_eight_meters_are_measured_at_once_and_one_that_is_unplugged_costs_only_its_own(
    calbench_bench: Callable[[str], Bench],
) -> None:
    """After two messages of its own, while its register is read. The station says of 7 and 21 what is wrong."""
    only = ("basic-error/1.0/Ib", "register/1")
    options = Options(positions=tuple(str(number) for number in range(1, 49)), only=only)
    run = calbench_bench("demo-meters-48").fault("22", "silent", after=2).run_with(METER, options)
    assert {key for key, one in run.records.items() if one.run.status != "COMPLETED"} == {"22"}
    verdicts = {key: [one.verdict for one in record.results] for key, record in run.records.items()}
    assert {key: one for key, one in verdicts.items() if one != ["pass", "pass"]} == {
        "7": ["fail", "pass"],  # 1.4 % at 5 A
        "21": ["pass", "fail"],  # its register is 3 % behind
        "22": ["pass", "not_evaluated"],  # what was measured before stays
    }
    assert run.records["22"].run.status == "STOPPED"
    assert len(run.events("applied")) == 2  # one source: each load is put out once, for all
    serials = {position: record.uut["serial"] for position, record in run.records.items()}
    assert serials == {str(number): f"2026{100 + number:08d}" for number in range(1, 49)}


def test_the_clocks_of_several_meters_are_measured_at_once(calbench_bench: Callable[[str], Bench]) -> None:
    run = calbench_bench("demo-meters-48").run_with(METER, Options(positions=("43", "44"), only=("clock/1",)))
    verdicts = {key: record.results[0].verdict for key, record in run.records.items()}
    assert verdicts == {"43": "pass", "44": "fail"}  # 44 gains 0.7 s a day
    times = [float(event.t_mono) for event in run.events("reading")]
    assert max(times) - min(times) < 5 * 60  # five minutes for both, not for each


# --- golden record and proof ---

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("procedure", "station", "given"),
    [
        (METER, "demo-meter", {}),
        ("meter3p-jjg596-2012", "demo-meter-3p", {}),
        ("meter3p-jjg596-2012", "demo-meter-ct", VIA_TRANSFORMERS),
        ("meter-jjg596-2026", "demo-meter", {"accuracy_class": "B"}),
    ],
)
def test_the_record_is_the_golden_one(
    calbench_bench: Callable[[str], Bench],
    calbench_golden: Callable[[Run, Path], None],
    procedure: str,
    station: str,
    given: dict[str, str],
) -> None:
    run = calbench_bench(station).run(procedure, settings=given)
    assert run.verdict == "pass"
    calbench_golden(run, GOLDEN / f"{procedure}.{station}.json")
