"""Prepackages, weights and fuel dispensers: good units, units that are wrong in one respect, and published numbers.

Expected outcomes follow from the figures of the regulations (JJF 1070-2023 with OIML R 87, JJG 99-2022 with OIML
R 111-1, JJG 443-2023), which each test names. To accept a change that is meant to golden records, run this file with
`--update-golden-records` and read the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from calbench import library
from calbench.authoring.loading import load_procedure
from calbench.documents.plan import Plan
from calbench.documents.procedure import Procedure
from calbench.errors import PlanRefused
from calbench.evaluation.composed import model_of
from calbench.evaluation.observing import static_scope
from calbench.metrology.composition import Outcome
from calbench.planning.parameters import Given, resolve
from calbench.planning.refusal import Reasons
from calbench.planning.tables import with_values
from calbench.proof import Report, prove
from calbench.quantities import Quantity, parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.traceability.weight_classes import class_limit
from calbench.workflow import Options, prepare, surroundings

GOLDEN = Path(__file__).parent / "golden"
LOT, WEIGHT, FUEL = "prepackage-jjf1070", "weights-jjg99", "fuel-dispenser-jjg443"
Benches = Callable[[str], Bench]


def verdicts(run: Run) -> dict[str, str]:
    """Give the verdict of each test that judges something."""
    assert run.status == "COMPLETED"
    return {one.id: one.verdict for one in run.record.tests if one.id not in ("tare", "contents")}


def failing(run: Run) -> set[str]:
    return {name for name, verdict in verdicts(run).items() if verdict != "pass"}


def planned(procedure: str, station: str, **settings: str) -> Plan:
    return prepare(procedure, station, Options(settings=settings, position="1")).plan


def authored(procedure: str) -> Procedure:
    return load_procedure(library.find("procedures", procedure), surroundings())[0].model


def values(**settings: str) -> Mapping[str, Given]:
    """Give parameters and values of a lot, as a plan computes them."""
    model, reasons = authored(LOT), Reasons()
    found, _ = with_values(model, resolve(model, dict(settings), reasons), reasons)
    return found


def computed(plan: Plan, test: str, **given: str) -> Outcome:
    """Give what the model of a planned test says of these readings."""
    one = next(one for one in plan.tests if one.id == test)
    point = next(each for each in plan.points if each.id == one.points[0])
    known = {name: parse_quantity(text) for name, text in given.items()}
    if not one.reference:
        known["reference"] = parse_quantity(point.nominal or "")
    return model_of(one, static_scope(point)).at(known)


# --- prepackages, JJF 1070-2023 -----------------------------------------------------------------------------------


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


# --- weights, JJG 99-2022 and OIML R 111-1 --------------------------------------------------------------------------


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


# --- fuel dispensers, JJG 443-2023 ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pumps(calbench_bench: Benches) -> Bench:
    flat = {"q1": "5 L/min", "e1": "0 %", "q2": "45 L/min", "e2": "0 %", "repeatability": "0.005 %"}
    return calbench_bench("demo-fuel").unit("1", **flat).unit("can", error="0 %")


def delivered(bench: Bench, **settings: str) -> Run:
    return bench.run(FUEL, settings=settings, position="1", uut={"serial": "F1"})


def test_a_good_dispenser_comes_to_its_golden_record(
    calbench_bench: Benches, calbench_golden: Callable[[Run, Path], None]
) -> None:
    run = delivered(calbench_bench("demo-fuel"))
    assert failing(run) == set()
    calbench_golden(run, GOLDEN / f"{FUEL}.json")


@pytest.mark.parametrize("error", ["0.23 %", "-0.23 %"])
def test_a_dispenser_just_inside_every_limit_passes(pumps: Bench, error: str) -> None:
    # 0.30 %, less 0.07 % for the steps of the neck (5 mL) and of the display (10 mL) on 20 L; 3.8 K of the 4 K
    run = delivered(pumps.unit("1", e1=error, e2=error).unit("can", warming="3.8 K", error="0 %"))
    assert failing(run) == set()


@pytest.mark.parametrize(
    ("wrong", "fails"),
    [
        ({"e1": "0.45 %", "e2": "0.45 %"}, {"delivery"}),
        ({"e1": "-0.45 %", "e2": "-0.45 %"}, {"delivery"}),
        ({"repeatability": "0.09 %"}, {"repeatability"}),
    ],
)
def test_a_dispenser_that_is_wrong_in_one_respect_fails_in_that_alone(
    pumps: Bench, wrong: Mapping[str, str], fails: set[str]
) -> None:
    run = delivered(pumps.unit("1", **wrong))
    assert failing(run) == fails


def test_an_error_at_the_largest_flow_alone_is_found_there(pumps: Bench) -> None:
    run = delivered(pumps.unit("1", q1="25 L/min", q2="45 L/min", e2="0.6 %"))
    wrong = {name for name, verdict in run.verdicts.items() if verdict == "fail"}
    assert wrong == {"delivery/Q1/1", "delivery/Q1/2", "delivery/Q1/3"}


def test_fuel_that_warms_up_breaks_the_condition_and_not_the_volume(pumps: Bench) -> None:
    run = delivered(pumps.unit("can", warming="5 K", error="0 %"))
    assert failing(run) == {"temperatures"}  # 4 K; the expansion is corrected


@pytest.mark.parametrize(
    ("at", "answer", "fails"),
    [
        ("appearance/Seals-whole-and-in-their-places/found", "not in order", "appearance"),
        ("payment/1/within", "no", "payment"),
    ],
)
def test_what_is_looked_at_fails_alone(pumps: Bench, at: str, answer: str, fails: str) -> None:
    assert failing(delivered(pumps.mistake(at, "wrong_answer", answer))) == {fails}


def test_the_published_volume() -> None:
    """legal-metrology 29 J: VB 20.00 L, 50e-6 and 12e-4 per kelvin, tJ 25.0, tB 24.5, VJ 20.03 L."""
    plan = planned(FUEL, "demo-fuel")
    outcome = computed(plan, "delivery", VJ="20.03 L", VB="20.00 L", tJ="25.0 degC", tB="24.5 degC")
    assert round(outcome.reference.value * 1000, 4) == Decimal("20.0165")
    assert round(outcome.error.value * 100, 3) == Decimal("0.067")


def test_a_can_that_is_not_good_enough_is_refused(tmp_path: Path) -> None:
    # |MPE| of the can is 0.05 % of 20 L, a sixth of 0.30 %: it may be a third at most
    assert {
        point.predicted.standard_mpe
        for point in planned(FUEL, "demo-fuel").points
        if point.test == "delivery"
    } == {"0.05 %"}
    text = Path("stations/assets/CAN-0104.yaml").read_text(encoding="utf-8")
    (tmp_path / "assets").mkdir()
    for one in Path("stations/assets").glob("*.yaml"):
        (tmp_path / "assets" / one.name).write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "assets" / "CAN-0104.yaml").write_text(
        text.replace("mpe: 0.05 %", "mpe: 0.11 %"), encoding="utf-8"
    )
    station = tmp_path / "demo-fuel.yaml"
    station.write_text(Path("stations/demo-fuel.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(PlanRefused, match="max_error_share"):
        planned(FUEL, str(station))


# --- proofs -----------------------------------------------------------------------------------------------------------


def proven(procedure: str, station: str, runs: int, *only: str) -> Report:
    return prove(prepare(procedure, station, Options(position="1", only=only)), runs, workers=1).report


@pytest.mark.parametrize(
    ("procedure", "station", "test", "only"),
    [
        (WEIGHT, "demo-weights", "abba", ("abba/*",)),
        (FUEL, "demo-fuel", "delivery", ("delivery/*",)),
        (LOT, "demo-prepack", "contents", ("contents/package/1", "contents/package/2")),
    ],
)
def test_the_budgets_cover_what_they_claim(
    procedure: str, station: str, test: str, only: tuple[str, ...]
) -> None:
    report = proven(procedure, station, 40, *only)
    assert (report.stopped, report.not_shifted) == ([], [])
    found = next(one.covered for one in report.tests if one.id == test)
    assert found is not None
    assert float(found.rate.share) > 0.92
