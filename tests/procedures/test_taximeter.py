"""Taximeters (JJG 517-2016): the distance in the vehicle, and the error of the taximeter itself.

The limits -4.0 % to +1.0 % and E = (Q - N/k) / (N/k) are of section 16 of the reference facts. What a vehicle gives for
a kilometre over the constant k is the error of the distance: w/k - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calbench.documents.canonical import canonical
from calbench.evaluation.verifying import verify_record
from calbench.proof import prove
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

TAXI = "taximeter-jjg517"
GOLDEN = Path(__file__).parent / "golden" / "taximeter-jjg517.json"


@pytest.fixture(scope="module")
def rollers(calbench_bench: Callable[[str], Bench]) -> Bench:
    """Rollers that say what was driven, so that outcomes follow from the taximeter alone; it shows single metres."""
    return calbench_bench("demo-taxi").unit("rollers", error="0 %")


def shown(rollers: Bench, w: str, **settings: str) -> Run:
    """Verify a taximeter whose vehicle gives `w` pulses for a kilometre, and which takes 1000."""
    unit = rollers.unit("1", k="1000 1/km", w=f"{w} 1/km", step="1 m", **settings)
    return unit.run(TAXI, settings={"step": "1 m"}, position="1")


def percent(run: Run, result: str) -> float:
    return 100 * float(parse_quantity(run.result(result).value or "").value)


def test_the_record_of_a_good_taximeter_is_the_golden_one(
    calbench_bench: Callable[[str], Bench], calbench_golden: Callable[[Run, Path], None]
) -> None:
    uut = {"maker": "Example Instruments", "model": "TX-1", "serial": "TX-0001"}
    run = calbench_bench("demo-taxi").run(TAXI, uut=uut, position="1")
    assert all(
        one.holds for one in verify_record(canonical(run.record)) if one.name in ("results", "readings")
    )
    calbench_golden(run, GOLDEN)


@pytest.mark.parametrize(
    ("w", "verdict"),
    [
        ("961.5", "pass"),  # -3.85 %
        ("958.5", "fail"),  # -4.15 %
        ("1008.5", "pass"),  # +0.85 %
        ("1011.5", "fail"),  # +1.15 %
        ("1020", "fail"),  # +2 %: within -4 % to +4 %, and beyond the limit that counts
        ("980", "pass"),  # -2 %
    ],
)
def test_the_distance_is_judged_by_limits_that_are_not_alike(rollers: Bench, w: str, verdict: str) -> None:
    run = shown(rollers, w)
    judged = {name: one for name, one in run.verdicts.items() if name.startswith("distance")}
    assert set(judged.values()) == {verdict}
    assert len(judged) == 6
    assert run.verdict == verdict
    assert percent(run, "distance/long/1") == pytest.approx(100 * (float(w) / 1000 - 1), abs=0.03)


def test_what_the_vehicle_has_wrong_is_no_error_of_the_taximeter_itself(rollers: Bench) -> None:
    run = shown(rollers, "1020")
    for name in ("bench/short/1", "bench/long/3"):
        assert percent(run, name) == pytest.approx(0, abs=0.06)  # a metre of 2 km, cut off, and a pulse
        assert run.result(name).verdict == "not_evaluated"


def test_the_error_of_the_taximeter_itself_is_that_of_its_constant(rollers: Bench) -> None:
    # the plate says 1000 pulses for a kilometre, and it divides by 990: (Q - N/k)/(N/k) = 1000/990 - 1 = +1.01 %
    unit = rollers.unit("1", k="990 1/km", w="990 1/km", step="1 m")
    run = unit.run(TAXI, settings={"step": "1 m"}, position="1")
    assert percent(run, "bench/long/1") == pytest.approx(1.01, abs=0.03)
    assert percent(run, "distance/long/1") == pytest.approx(0, abs=0.03)
    assert run.verdict == "pass"  # nothing is known to judge the bench error by


def test_a_broken_seal_fails_alone(rollers: Bench) -> None:
    at = "visual-inspection/Seals-whole/found"
    run = (
        rollers.unit("1", k="1000 1/km", w="990 1/km")
        .mistake(at, "wrong_answer", "not in order")
        .run(TAXI, position="1")
    )
    assert [name for name, one in run.verdicts.items() if one == "fail"] == [at.rpartition("/")[0]]
    assert run.verdict == "fail"


def test_the_budget_covers_what_it_claims() -> None:
    report = prove(prepare(TAXI, "demo-taxi", Options(position="1")), 30, workers=1).report
    (distance,) = [test for test in report.tests if test.id == "distance"]
    assert [point.id for point in distance.points if point.verdict == "optimistic"] == []
    assert distance.covered is not None
    assert float(distance.covered.rate.share) >= 0.9
    assert {point.covered.unit for point in distance.points if point.covered} == {"%"}
