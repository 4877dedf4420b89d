"""Resistance thermometers (JJG 229-2010), temperature transmitters (JJF 1183): units wrong in one respect each.

Numbers: table 29 H of the reference facts (tolerances of IEC 60751 in degC and Ohm) and their section 10: the curve,
valid ranges, R(100 degC) = 138.505 Ohm, slopes 0.39083 Ohm/K at 0 degC and 0.37928 Ohm/K at 100 degC.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.procedures.temperature import QUIET, limit_at

from calbench.documents.canonical import canonical
from calbench.errors import PlanRefused
from calbench.evaluation.verifying import verify_record
from calbench.proof import prove
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare
from calbench_sim.parts.process.platinum import ratio

GOLDEN = Path(__file__).parent / "golden"
RTD, TX, DIGITAL = "rtd-jjg229", "transmitter-jjf1183", "thermometer-digital"
R0, R100 = "resistance/R0/0degC", "resistance/R100/100degC"


def kelvins(run: Run, result: str) -> float:
    return float(parse_quantity(run.result(result).value or "").value)


def judged(run: Run) -> dict[str, str]:
    return {name: verdict for name, verdict in run.verdicts.items() if name.startswith("resistance")}


@pytest.fixture(scope="module")
def bench(calbench_bench: Callable[[str], Bench]) -> Bench:
    """The bench without what its wells and its room add, so that outcomes follow from the unit alone."""
    quiet = calbench_bench("demo-prt")
    for name, settings in QUIET.items():
        quiet = quiet.unit(name, **settings)
    return quiet


def of(bench: Bench, at_zero: str, at_hundred: str) -> Bench:
    return bench.unit("1", curve=f"at 0 degC: {at_zero}, at 100 degC: {at_hundred}")


@pytest.fixture(scope="module")
def good(calbench_bench: Callable[[str], Bench]) -> Run:
    uut = {"maker": "Example Instruments", "model": "Pt100", "serial": "PT-0001"}
    return calbench_bench("demo-prt").run(RTD, uut=uut, position="1")


def test_the_record_of_a_good_thermometer_is_the_golden_one(
    good: Run, calbench_golden: Callable[[Run, Path], None]
) -> None:
    calbench_golden(good, GOLDEN / "rtd-jjg229.json")


def test_a_good_thermometer_passes(good: Run) -> None:
    assert (good.status, good.verdict) == ("COMPLETED", "pass")
    # the station gives it 0.06 K at 0 degC and -0.12 K at 100 degC; its
    # well differs by 1e-4 for each kelvin from the room
    assert kelvins(good, R0) == pytest.approx(0.06, abs=0.03)
    assert kelvins(good, R100) == pytest.approx(-0.12, abs=0.04)
    assert all(
        one.holds for one in verify_record(canonical(good.record)) if one.name in ("results", "readings")
    )


def test_resistances_and_their_ratio_follow_from_the_errors(bench: Bench) -> None:
    # 100 Ohm + 0.1 K * 0.39083 Ohm/K = 100.0391 Ohm; 138.5055 Ohm - 0.2 K * 0.37928 Ohm/K = 138.4296 Ohm
    run = of(bench, "0.1 K", "-0.2 K").run(RTD, position="1")
    assert float(run.result(R0).shown.indication) == pytest.approx(
        100.0391, abs=0.010
    )  # U of the bench: 30 mK
    assert float(run.result(R100).shown.indication) == pytest.approx(138.4296, abs=0.012)
    ratio_ = float(run.result("W100/all").value or "nan")
    assert ratio_ == pytest.approx(138.4296 / 100.0391, abs=2e-4)
    assert run.result("W100/all").verdict == "not_evaluated"
    assert run.verdict == "pass"


# JJG 229-2010 as IEC 60751: A 0.15 K at 0 degC and 0.35 K at 100 degC; B 0.30 and 0.80; U of the bench is 0.03 K
@pytest.mark.parametrize(
    ("accuracy_class", "at_zero", "at_hundred", "failing"),
    [
        ("A", "0.10 K", "0.30 K", set()),
        ("A", "-0.10 K", "-0.30 K", set()),
        ("A", "0.20 K", "0.30 K", {R0}),
        ("A", "0.10 K", "-0.40 K", {R100}),
        ("B", "0.25 K", "0.75 K", set()),
        ("B", "0.35 K", "0.75 K", {R0}),
        ("B", "0.25 K", "0.85 K", {R100}),
        ("AA", "0.06 K", "0.22 K", set()),
        ("AA", "0.14 K", "0.22 K", {R0}),
        ("AA", "0.06 K", "0.32 K", {R100}),  # 0.1 + 0.0017 * 100 = 0.27 K; it would pass with class A
        ("C", "-0.55 K", "1.55 K", set()),
        ("C", "-0.55 K", "1.65 K", {R100}),
    ],
)
def test_a_thermometer_fails_where_it_is_wrong_and_nowhere_else(
    bench: Bench, accuracy_class: str, at_zero: str, at_hundred: str, failing: set[str]
) -> None:
    run = of(bench, at_zero, at_hundred).run(RTD, settings={"accuracy_class": accuracy_class}, position="1")
    assert {name for name, verdict in judged(run).items() if verdict != "pass"} == failing
    assert run.verdict == ("fail" if failing else "pass")
    others = [verdict for name, verdict in run.verdicts.items() if name.startswith("visual")]
    assert others == ["pass"] * 3


def test_what_does_not_pass_the_eye_fails_there_alone(bench: Bench) -> None:
    at = "visual-inspection/No-break-and-no-short-circuit/found"
    run = of(bench, "0 K", "0 K").mistake(at, "wrong_answer", "not in order").run(RTD, position="1")
    assert {name for name, verdict in run.verdicts.items() if verdict == "fail"} == {at.rpartition("/")[0]}
    assert run.verdict == "fail"


# table 29 H: tolerances of classes A and B in degC and in Ohm, over temperature
TABLE_H = [
    ("-200", "0.55", "0.24", "1.3", "0.56"),
    ("-100", "0.35", "0.14", "0.8", "0.32"),
    ("0", "0.15", "0.06", "0.3", "0.12"),
    ("100", "0.35", "0.13", "0.8", "0.30"),
    ("200", "0.55", "0.20", "1.3", "0.48"),
    ("300", "0.75", "0.27", "1.8", "0.64"),
    ("400", "0.95", "0.33", "2.3", "0.79"),
    ("500", "1.15", "0.38", "2.8", "0.93"),
    ("600", "1.35", "0.43", "3.3", "1.06"),
]


@pytest.mark.parametrize(("celsius", "a_kelvin", "a_ohm", "b_kelvin", "b_ohm"), TABLE_H)
def test_table_h_of_the_tolerances(
    celsius: str, a_kelvin: str, a_ohm: str, b_kelvin: str, b_ohm: str
) -> None:
    for accuracy_class, kelvin, ohm in (("A", a_kelvin, a_ohm), ("B", b_kelvin, b_ohm)):
        limit, slope = limit_at(accuracy_class, celsius)
        assert limit == Decimal(kelvin)
        assert float(limit * slope) == pytest.approx(float(ohm), abs=0.0051)  # the table has two decimals


def test_the_curve_and_its_slopes_are_those_of_the_facts() -> None:
    for celsius, ohms, steepness in (("0", "100", "0.39083"), ("100", "138.5055", "0.37928")):
        assert limit_at("A", celsius, what="curve")[0] == Decimal(ohms)
        assert limit_at("A", celsius)[1] == Decimal(steepness)
    # IEC 60751, table 1: 60.26 Ohm at -100 degC, 175.86 Ohm at 200 degC
    for celsius, rounded in (("-100", 60.26), ("200", 175.86)):
        assert float(limit_at("A", celsius, what="curve")[0]) == pytest.approx(rounded, abs=0.005)


@given(celsius=st.integers(-2000, 6000).map(lambda tenths: Decimal(tenths) / 10))
def test_curve_and_slope_agree_with_each_other_and_with_the_simulated_sensor(celsius: Decimal) -> None:
    curve, slope = limit_at("B", str(celsius), what="curve")
    assert float(curve) == pytest.approx(100 * ratio(float(celsius)), rel=1e-12)
    by_difference = 100 * (ratio(float(celsius) + 1e-3) - ratio(float(celsius) - 1e-3)) / 2e-3
    assert float(slope) == pytest.approx(by_difference, rel=1e-5)


# section 10, valid ranges: each end is inclusive
@pytest.mark.parametrize(
    ("accuracy_class", "element", "lower", "upper", "refused"),
    [
        ("AA", "wire-wound", "0", "100", ""),
        ("AA", "film", "0", "150", ""),
        ("AA", "film", "-0.1", "100", "the regulation gives no limit"),
        ("AA", "film", "0", "150.1", "150"),
        ("A", "film", "-25", "100", ""),
        ("B", "film", "-25", "100", ""),
        ("C", "wire-wound", "-25", "150", ""),
        ("C", "film", "0", "100", "C"),
    ],
)
def test_points_beyond_the_valid_range_of_the_class_are_refused(
    bench: Bench, accuracy_class: str, element: str, lower: str, upper: str, refused: str
) -> None:
    settings = {"accuracy_class": accuracy_class, "element": element}
    settings |= {"lower": f"{lower} degC", "upper": f"{upper} degC"}
    options = Options(position="1", settings=settings)
    if not refused:
        assert len([one for one in bench.plan(RTD, options).points if one.test == "resistance"]) >= 2
        return
    with pytest.raises(PlanRefused) as told:
        bench.plan(RTD, options)
    assert refused in str(told.value)


def test_limits_of_use_that_are_asked_for_are_points_too(bench: Bench) -> None:
    settings = {"lower": "-25 degC", "upper": "150 degC"}
    run = of(bench, "0.1 K", "0.1 K").run(RTD, settings=settings, position="1")
    for name in ("resistance/asked/lower", "resistance/asked/upper"):
        assert kelvins(run, name) == pytest.approx(0.1, abs=0.03)
    assert run.verdict == "pass"


@pytest.fixture(scope="module")
def transmitters(calbench_bench: Callable[[str], Bench]) -> Bench:
    quiet = calbench_bench("demo-temperature-tx")
    for name, settings in QUIET.items():
        quiet = quiet.unit(name, **settings)
    return quiet


def test_the_record_of_a_transmitter_is_the_golden_one(
    calbench_bench: Callable[[str], Bench], calbench_golden: Callable[[Run, Path], None]
) -> None:
    uut = {"maker": "Example Instruments", "model": "TT-100", "serial": "TT-0001"}
    run = calbench_bench("demo-temperature-tx").run(TX, uut=uut, position="1")
    calbench_golden(run, GOLDEN / "transmitter-jjf1183.json")


@pytest.mark.parametrize(
    ("curve", "milliamperes"),
    [  # section 11: 16 mA for 100 K, so 0.16 mA for each kelvin that it is wrong
        ("at 0 degC: 0.5 K, at 100 degC: 0.5 K", (0.08, 0.08, 0.08, 0.08, 0.08)),  # its zero
        ("at 0 degC: 0 K, at 100 degC: 1 K", (0, 0.04, 0.08, 0.12, 0.16)),  # its span
        ("at 0 degC: 0 K, at 50 degC: 0.5 K, at 100 degC: 0 K", (0, 0.04, 0.08, 0.04, 0)),  # its linearity
    ],
)
def test_a_calibration_gives_the_errors_of_the_transmitter(
    transmitters: Bench, curve: str, milliamperes: tuple[float, ...]
) -> None:
    run = transmitters.unit("1", curve=curve).run(TX, position="1")
    names = ("t_low", "25%", "50%", "75%", "t_high")
    for name, expected in zip(names, milliamperes, strict=True):
        found = run.result(f"output/{name}")
        error, expanded = (
            1e3 * float(parse_quantity(text or "").value) for text in (found.value, found.expanded)
        )
        assert abs(error - expected) < expanded
        assert kelvins(run, f"as_temperature/{name}") == pytest.approx(error / 0.16, rel=1e-6)
        assert kelvins(run, f"of_span/{name}") == pytest.approx(error / 16, rel=1e-6)
    assert (run.status, run.verdict) == (
        "COMPLETED",
        "not_evaluated",
    )  # a calibration: nobody agreed on a limit


def test_a_laboratory_that_agrees_on_a_limit_adds_one_line(
    tmp_path: Path, calbench_bench: Callable[[str], Bench]
) -> None:
    root = Path(__file__).parents[2]
    text = (root / "procedures" / "temperature" / f"{TX}.yaml").read_text(encoding="utf-8")
    line = "    indication: I_d\n"
    assert line in text
    own = tmp_path / "own.yaml"
    own.write_text(text.replace(line, f"{line}    mpe: 0.5 % I_m\n"), encoding="utf-8")
    bench = calbench_bench("demo-temperature-tx")
    assert bench.run(str(own), position="1").verdict == "pass"  # 0.2 K of 100 K
    bad = bench.run(str(own), position="2")  # 0.5 K to 1.5 K: beyond it but at the lower end
    assert bad.verdict == "fail"
    assert {name for name, one in bad.verdicts.items() if one == "fail"} >= {"output/50%", "output/t_high"}


@pytest.fixture(scope="module")
def displays(calbench_bench: Callable[[str], Bench]) -> Bench:
    quiet = calbench_bench("demo-thermometer")
    for name, settings in QUIET.items():
        quiet = quiet.unit(name, **settings)
    return quiet


def test_the_record_of_a_digital_thermometer_is_the_golden_one(
    calbench_bench: Callable[[str], Bench], calbench_golden: Callable[[Run, Path], None]
) -> None:
    uut = {"maker": "Example Instruments", "model": "DT-10", "serial": "DT-0001"}
    run = calbench_bench("demo-thermometer").run(DIGITAL, uut=uut, position="1")
    calbench_golden(run, GOLDEN / "thermometer-digital.json")


@pytest.mark.parametrize(
    ("curve", "errors"),
    [
        ("at 0 degC: 0.3 K, at 100 degC: 0.3 K", (0.3, 0.3, 0.3, 0.3, 0.3)),  # its zero
        ("at 0 degC: 0 K, at 100 degC: 0.8 K", (0, 0.2, 0.4, 0.6, 0.8)),  # its span
        ("at 0 degC: 0 K, at 50 degC: 0.5 K, at 100 degC: 0 K", (0, 0.25, 0.5, 0.25, 0)),  # its linearity
    ],
)
def test_a_calibration_gives_the_errors_of_a_display(
    displays: Bench, curve: str, errors: tuple[float, ...]
) -> None:
    run = displays.unit("1", curve=curve).run(DIGITAL, position="1")
    for name, expected in zip(("t_low", "25%", "50%", "75%", "t_high"), errors, strict=True):
        found = run.result(f"indication/up/{name}")
        expanded = float(parse_quantity(found.expanded or "").value)
        assert abs(kelvins(run, found.id) - expected) < expanded < 0.15
    assert abs(kelvins(run, "moved/t_low")) <= 0.1 + 0.02  # a step of the display, and noise
    assert (run.status, run.verdict) == (
        "COMPLETED",
        "not_evaluated",
    )  # the eye passed it, and nobody a temperature


def test_a_thermometer_with_an_interface_is_read_by_its_driver(displays: Bench) -> None:
    run = displays.unit("3", probe_offset="0.2 K", probe_gain="0").run(
        DIGITAL, settings={"step": "0.001 K"}, position="3"
    )
    assert kelvins(run, "indication/up/50%") == pytest.approx(0.2, abs=0.03)
    assert not any(
        raw.operator_typed for one in run.record.attempts["indication/up/50%"] for raw in one.readings
    )


def test_the_budgets_cover_what_they_claim() -> None:
    for procedure, station in ((RTD, "demo-prt"), (TX, "demo-temperature-tx"), (DIGITAL, "demo-thermometer")):
        report = prove(prepare(procedure, station, Options(position="1")), 20, workers=1).report
        points = [point for test in report.tests for point in test.points]
        assert [point.id for point in points if point.verdict == "optimistic"] == []
        assert report.stopped == []
        covered = [test.covered for test in report.tests if test.covered is not None]
        units = {one.unit for test in report.tests for point in test.points if (one := point.covered)}
        assert units == {"A" if procedure == TX else "K"}
        assert all(float(one.rate.share) >= 0.9 for one in covered)
