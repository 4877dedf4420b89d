"""Calculators of heat meters on their bench: what is wrong in one respect fails there alone.

Limit: 0.5 % + dtmin / dt % (reference facts, section 22, general knowledge), so for dtmin = 3 K, worked out by hand:
1.409 % at 3.3 K, 0.7 % at 15 K, 0.552 % at 57.5 K.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.procedures.flow import MakeBench, failing, percent, planned, reference

from calbench import library
from calbench.documents.journal import parse
from calbench.errors import PlanRefused
from calbench.proof import prove
from calbench.testing.bench import Bench, Run
from calbench.workflow import JOURNAL, Options, execute, prepare
from calbench_sim.parts.flow.heat_register import heat_coefficient

GOLDEN = Path(__file__).parent / "golden"
CALCULATOR, STATION = "heat-calculator-jjg225", "demo-heat-calculator"
SMALL, MIDDLE, LARGE = "energy/small", "energy/middle", "energy/large"
EXACT = {"supply_offset": "0 K", "return_offset": "0 K", "calculator": "0"}
CURVE = "at 3.3 K: {}, at 15 K: {}, at 57.5 K: {}"


@pytest.fixture(scope="module")
def bench(calbench_bench: MakeBench) -> Bench:
    """The bench with calibrators that put out what they say, so that outcomes follow from the calculator alone."""
    quiet = calbench_bench(STATION)
    for side in ("supply", "return"):
        quiet = quiet.unit(side, resistance_gain="0")
    return quiet


@pytest.fixture(scope="module")
def shipped(calbench_bench: MakeBench) -> Run:
    return calbench_bench(STATION).run(CALCULATOR, position="1")


def test_the_shipped_calculator_comes_to_the_golden_record(
    shipped: Run, calbench_golden: Callable[[Run, Path], None]
) -> None:
    assert shipped.verdict == "pass"
    # 4 mK + 3 mK of 3.3 K and 0.04 %, and the calibrators
    assert percent(shipped, SMALL) == pytest.approx(0.25, abs=0.2)
    calbench_golden(shipped, GOLDEN / f"{CALCULATOR}.json")


def test_the_shipped_bad_calculator_fails_at_every_difference(calbench_bench: MakeBench) -> None:
    assert failing(calbench_bench(STATION).run(CALCULATOR, position="3")) == {SMALL, MIDDLE, LARGE}


@pytest.mark.parametrize(
    ("supply", "back"), [(53.3, 50.0), (65.0, 50.0), (107.5, 50.0), (23.0, 20.0), (110.0, 90.0)]
)
def test_the_heat_is_that_of_the_standard(supply: float, back: float) -> None:
    # EN 1434-1, annex A, by IAPWS R7-97 as the bench has it; resistances by IEC 60751
    ohms = {
        name: 500 * (1 + 3.9083e-3 * at - 5.775e-7 * at**2) for name, at in (("Rs", supply), ("Rr", back))
    }
    text = planned(CALCULATOR, STATION)["energy"].reference
    given = {name: f"{value!r} Ohm" for name, value in ohms.items()}
    heat = reference(text, nominal="1000", pulse_volume="1 L", Rnom="500 Ohm", **given)
    right = heat_coefficient(supply, back) * (supply - back)  # of 1 m3
    assert float(heat.value) == pytest.approx(right, rel=3e-4)  # half-width that the budget has


def test_pulses_are_so_many_that_the_step_is_little_beside_the_limit(bench: Bench) -> None:
    plan = bench.plan(CALCULATOR, Options({"heat_step": "10 Wh"}, position="1"))
    points = {one.id: one for one in plan.points if one.stimulus}
    # 36 kJ of 5 % of 1.409 %, 0.7 % and 0.552 % of 4.1 kJ/L/K at 3.3 K, 15 K and 57.5 K
    assert [points[name].nominal for name in (SMALL, MIDDLE, LARGE)] == ["3777", "1673", "554"]
    limits = [one.limit.nominal_upper[:5] for one in points.values() if one.limit and one.limit.nominal_upper]
    assert limits == ["1.409", "0.7 %", "0.552"]


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"dtmax": "80 K"}, "Enthalpy of water"),  # 130 degC, where the polynomials do not hold
        ({"Rnom": "1 kOhm"}, "min_tur"),  # 20 mOhm of the range of 3.3 kOhm are too much
    ],
)
def test_what_would_say_nothing_is_refused(bench: Bench, setting: dict[str, str], told: str) -> None:
    with pytest.raises(PlanRefused, match=told):
        bench.plan(CALCULATOR, Options(setting, position="1"))


@pytest.mark.parametrize(
    ("errors", "fails", "error"),
    [
        ({}, set(), 0.0),
        ({"supply_offset": "50 mK"}, {SMALL}, 1.515),  # of 3.3 K; 0.33 % of 15 K
        ({"return_offset": "50 mK"}, {SMALL}, -1.515),
        ({"supply_offset": "44 mK"}, set(), 1.333),
        ({"supply_offset": "200 mK", "return_offset": "200 mK"}, set(), 0.0),  # alike
        ({"calculator_curve": CURVE.format("0 %", "0.78 %", "0 %")}, {MIDDLE}, 0.0),
        ({"calculator_curve": CURVE.format("0 %", "-0.62 %", "0 %")}, set(), 0.0),
        ({"calculator_curve": CURVE.format("0 %", "0 %", "-0.63 %")}, {LARGE}, 0.0),
        ({"calculator_curve": CURVE.format("1.33 %", "0.62 %", "0.48 %")}, set(), 1.33),
    ],
)
def test_a_calculator_fails_where_it_is_wrong_and_nowhere_else(
    bench: Bench, errors: dict[str, str], fails: set[str], error: float
) -> None:
    run = bench.unit("2", **(EXACT | errors)).run(CALCULATOR, position="2", uut={"serial": "C-2"})
    assert failing(run) == fails
    assert run.verdict == ("fail" if fails else "pass")
    # a pulse too many or too few of a hundred would be 1 %
    assert percent(run, SMALL) == pytest.approx(error, abs=0.06)


def test_a_calculator_that_counts_other_litres_fails_everywhere(bench: Bench) -> None:
    wrong = bench.unit("2", **EXACT, litres="1.1 L").run(CALCULATOR, position="2", uut={"serial": "C-2"})
    assert failing(wrong) == {SMALL, MIDDLE, LARGE}
    assert percent(wrong, SMALL) == pytest.approx(10, abs=0.1)


def test_a_seal_that_is_broken_fails_the_inspection_alone(bench: Bench) -> None:
    bad = bench.unit("1", **EXACT).mistake(
        "visual-inspection/Seal-in-place/found", "wrong_answer", "not in order"
    )
    assert failing(bad.run(CALCULATOR, position="1")) == {"visual-inspection/Seal-in-place"}


def test_decades_that_a_person_sets_do_as_well(tmp_path: Path) -> None:
    text = library.find("stations", STATION).read_text(encoding="utf-8")
    for address in (4, 5):
        line = f'    driver: fluke/f5522a\n    link: {{visa: "GPIB0::{address}::INSTR", timeout: 5 s}}\n'
        assert line in text
        text = text.replace(line, "    driver: keyboard\n    sim: byeye/decade\n")
    station = tmp_path / "decades.yaml"
    station.write_text(text, encoding="utf-8")
    done = execute(prepare(CALCULATOR, str(station), Options(position="1")), tmp_path / "runs")
    events, _ = parse((done.folder / JOURNAL).read_bytes())
    asked = [one.body["text"] for one in events if one.type == "asked" and "/R" in str(one.body["id"])]
    told = [str(one["en"]) for one in asked if isinstance(one, dict)]
    # 500 Ohm (1 + 3.9083e-3 t - 5.775e-7 t^2) at 53.3 degC and 50 degC, by hand
    assert told[:2] == [
        "Set Resistance, four-wire to 603.34 Ohm.",
        "Set Resistance, four-wire to 596.99 Ohm.",
    ]
    assert {one.verdict for one in done.record.results} == {"pass"}


def test_several_calculators_take_the_same_pulses_at_once(tmp_path: Path) -> None:
    text = library.find("procedures", CALCULATOR).read_text(encoding="utf-8")
    path = tmp_path / "several.yaml"
    inspection = text[text.index("  - use:") : text.index("  - test: energy")]
    text = text.replace(inspection, "")
    path.write_text(
        text.replace("\nroles:", "\npositions: {max: 3, sharing: parallel}\n\nroles:"), encoding="utf-8"
    )
    options = Options(positions=("1", "2"), only=(SMALL,))
    done = execute(prepare(str(path), STATION, options), tmp_path / "runs")
    events, _ = parse((done.folder / JOURNAL).read_bytes())
    applied = [(one.body.get("input"), one.body["for"]) for one in events if one.type == "applied"]
    assert applied == [(what, {"1": 1, "2": 1}) for what in ("Rs", "Rr", None)]
    assert [record.verdict for record in done.records.values()] == ["pass", "pass"]


def test_pulses_whose_end_is_not_heard_of_are_not_put_out_again(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "retried.yaml"
    text = library.find("procedures", CALCULATOR).read_text(encoding="utf-8")
    inspection = text[text.index("  - use:") : text.index("  - test: energy")]
    path.write_text(
        text.replace(inspection, "").replace("policy: {", "policy: {comms_retry: 2, "), encoding="utf-8"
    )
    # the 29th message to the generator asks whether the first burst is over
    run = bench.fault("pulses", "silent", after=28, count=1).run(str(path), position="1")
    assert run.status != "COMPLETED"
    assert [len(run.events(kind)) for kind in ("retry", "fault")] == [0, 1]
    assert [one.body.get("input") for one in run.events("applied")] == ["Rs", "Rr"]


def test_the_budget_covers_what_it_claims() -> None:
    report = prove(prepare(CALCULATOR, STATION, Options(position="1")), 40, workers=1).report
    assert [point.id for one in report.tests for point in one.points if point.verdict == "optimistic"] == []
    assert report.stopped == []
    found = next(one.covered for one in report.tests if one.id == "energy")
    assert found is not None
    assert float(found.rate.share) > 0.87
