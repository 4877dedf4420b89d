"""JJG 882: a transmitter that is wrong in one respect, and one just within all limits.

Class 0.2 is 0.2 % of 16 mA, 32 uA, which is 1.2 kPa of 600 kPa: dA = A_d - A_s, A_s = 4 + 16 (p - p0)/(pm - p0) mA
(reference facts, section 9).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.procedures.pressure_units import beyond, even, failing, transmitter

from calbench.errors import PlanRefused
from calbench.proof import prove
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

GOLDEN = Path(__file__).parent / "golden"
METER = 3e-6  # A; what a good 34461A may be off at 20 mA on its range of 100 mA


@pytest.fixture(scope="module")
def bench(calbench_bench: Callable[[str], Bench]) -> Bench:
    return calbench_bench("demo-pressure-tx")


def put_out(bench: Bench, settings: dict[str, str] | None = None, **unit: str) -> Run:
    return transmitter(bench, **unit).run("transmitter-jjg882", position="1", settings=settings)


def error(run: Run, name: str) -> float:
    value = run.result(name).value
    assert value is not None
    return float(parse_quantity(value).value)


def test_the_transmitter_of_the_bench_comes_to_its_golden_record(
    bench: Bench, calbench_golden: Callable[[Run, Path], None]
) -> None:
    calbench_golden(bench.run("transmitter-jjg882", position="1"), GOLDEN / "transmitter-jjg882.json")


def test_a_transmitter_just_within_every_limit_passes(bench: Bench) -> None:
    # -29.3 uA rising, and 29.3 uA more half way back
    assert put_out(bench, curve=even("-1.1"), hysteresis="1.1 kPa").verdict == "pass"


@pytest.mark.parametrize(
    ("unit", "tests", "results"),
    [
        (
            {"curve": "at 150 kPa: 0 kPa, at 300 kPa: 1.4 kPa, at 450 kPa: 0 kPa"},  # 37 uA
            {"indication"},
            {"indication/1/up/50%", "indication/1/down/50%"},
        ),
        (
            {
                "curve": even("-0.7"),
                "hysteresis": "1.4 kPa",
            },  # half way back it is all there, elsewhere 3/4 of it
            {"hysteresis"},
            {"hysteresis/1/50%"},
        ),
    ],
)
def test_a_transmitter_that_is_wrong_in_one_respect_fails_in_that(
    bench: Bench, unit: dict[str, str], tests: set[str], results: set[str]
) -> None:
    run = put_out(bench, None, **unit)
    assert (failing(run), beyond(run)) == (tests, results)


def test_a_transmitter_that_does_not_look_right_fails_there(bench: Bench) -> None:
    wrong = bench.mistake("visual-inspection/Housing-sound/found", "wrong_answer", "not in order")
    assert failing(transmitter(wrong).run("transmitter-jjg882", position="1")) == {"visual-inspection"}


def test_the_error_is_actual_minus_theoretical_output(bench: Bench) -> None:
    """100 kPa to 600 kPa: at 225 kPa A_s = 8 mA, and 1 kPa too much is 16/500 mA."""
    span = {"lower": "100 kPa", "upper": "600 kPa"}
    run = put_out(bench, span, **{"from": "100 kPa", "curve": even("1")})
    read = next(iter(run.record.attempts["indication/1/up/25%"][0].readings))
    assert float(read.value) == pytest.approx(8.032e-3, abs=METER)
    assert error(run, "indication/1/up/25%") == pytest.approx(32e-6, abs=METER)


def test_the_certificate_of_the_meter_is_that_of_its_range(bench: Bench) -> None:
    # at 4 mA it says 0.02 % + 0.2 uA on 10 mA, and 0.02 % + 2 uA on 100 mA, which is used: 2.8 uA with k = 2
    (first,) = [
        one
        for one in bench.plan("transmitter-jjg882", Options(position="1")).points
        if one.id == "indication/1/up/0%"
    ]
    (meter,) = [line for line in first.contributions if line.input == "output" and line.expanded]
    assert float(parse_quantity(meter.expanded or "").value) == pytest.approx(2.8e-6)


def test_a_range_that_the_current_leaves_is_refused_when_it_is_planned(bench: Bench) -> None:
    narrow = Options(position="1", settings={"meter_range": "10 mA"})
    with pytest.raises(PlanRefused, match=r"no certified measure\.current\.dc at 16 mA on the range 10 mA"):
        bench.plan("transmitter-jjg882", narrow)


def test_three_cycles_are_three_times_the_points(bench: Bench) -> None:
    planned = bench.plan("transmitter-jjg882", Options(position="1", settings={"cycles": "3"}))
    assert len([one for one in planned.points if one.test == "indication"]) == 27


def test_the_budget_covers_what_it_claims() -> None:
    report = prove(
        prepare("transmitter-jjg882", "demo-pressure-tx", Options(position="1")), 30, workers=1
    ).report
    assert [point.id for one in report.tests for point in one.points if point.verdict == "optimistic"] == []
    assert (report.stopped, report.not_shifted) == ([], [])
