"""Rules, risks, coverage rules, CMC, rounding and correlations of a procedure, from the file to the record."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scipy.stats import norm, t

from calbench.documents.canonical import canonical
from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.errors import PlanRefused
from calbench.evaluation.verifying import verify_record
from calbench.workflow import Options, prepare

if TYPE_CHECKING:
    from tests.engine.evaluation.conftest import Desk

K2 = "0.9544997361036416"  # k = 2 for infinite degrees of freedom
ROOT = Path(__file__).parents[3]


def volts(text: str | None) -> float:
    number, unit = (text or "nothing given").split()
    assert unit == "V"
    return float(number)


def decided(text: str) -> tuple[str, str]:
    return "#decision", f"decision: {{coverage: {K2}, {text}}}"


def budget(*lines: str, more: str = "") -> tuple[str, str]:
    listed = "".join(f"      - {{{line}}}\n" for line in lines)
    return "#more", f"    uncertainty:\n{listed}{more}"


TUR4 = budget("name: All, std: 0.125 mV")  # U = 0.25 mV at limits of ± 1 mV


def test_specific_risk_of_a_result(desk: Desk) -> None:
    passed = desk.judged("10.0008", decided("rule: simple"), TUR4)
    assert passed.verdict == "pass"
    assert float(passed.specific_risk) == pytest.approx(norm.sf(0.2 / 0.125), rel=5e-4)
    failed = desk.judged("10.0011", decided("rule: simple"), TUR4)
    assert float(failed.specific_risk) == pytest.approx(norm.sf(0.1 / 0.125), rel=5e-4)
    few = desk.judged("10.0008", decided("rule: simple"), budget("name: All, std: 0.125 mV, dof: 5"))
    assert float(few.specific_risk) == pytest.approx(t.sf(0.2 / 0.125, 5), rel=5e-4)
    assert (passed.pfa, passed.pfr, passed.conditional_pfa) == (None, None, None)


def test_global_risk_is_that_of_case_d12(desk: Desk) -> None:
    # itp 0.95, TUR 4: PFA 0.008583, PFR 0.015537
    found = desk.judged("10", decided("rule: simple, prior: {in_tolerance: 0.95}"), TUR4)
    assert (found.pfa, found.pfr) == ("0.008583", "0.01554")
    # the same prior by its standard deviation: 1 mV / z(0.975)
    same = desk.judged("10", decided("rule: simple, prior: {sigma: 1 mV / 1.959963985}"), TUR4)
    assert same.pfa == found.pfa
    aside = desk.judged("10", decided("rule: simple, prior: {sigma: 1 mV / 1.959963985, mean: 0.2 mV}"), TUR4)
    assert Decimal(aside.pfa) > Decimal(found.pfa)
    flat = desk.judged("10", decided("rule: simple, prior: {half_width: 0.5 mV}"), TUR4)
    assert (flat.pfa, Decimal(flat.pfr) < Decimal("1e-4")) == ("0", True)


@pytest.mark.parametrize(
    ("rule", "w"),
    [
        ("iso14253", "0.0002075"),
        ("three_sigma", "0.000375"),
        ("uncritical", "-0.00025"),
        ("customer, guard_ratio: 0.5", "0.000125"),
        # case D13: factor 0.986720 at TUR 4
        ("z540_m6", "0.00001328"),
    ],
)
def test_guard_band_in_the_record(desk: Desk, rule: str, w: str) -> None:
    found = desk.judged("10", decided(f"rule: {rule}"), TUR4)
    assert Decimal(found.guard_band.split()[0]) == pytest.approx(Decimal(w), rel=Decimal("1e-4"))
    assert found.verdict == "pass"


def test_a_target_needs_its_prior_and_keeps_it(desk: Desk) -> None:
    found = desk.judged("10", decided("rule: z540_pfa, prior: {in_tolerance: 0.65}"), TUR4)
    assert Decimal("0.0199") < Decimal(found.pfa) <= Decimal("0.02")


def test_a_rule_by_tur_refuses_one_limit_when_the_plan_is_made(desk: Desk) -> None:
    with pytest.raises(
        PlanRefused, match=r"dcv/10V: nothing can be decided: .*one limit alone does not have"
    ):
        desk.plan(decided("rule: z540_m6"), ("mpe: 1 mV", "mpe: {upper: 1 mV}"), TUR4)


def test_a_prior_that_cannot_be_is_refused_when_the_plan_is_made(desk: Desk) -> None:
    with pytest.raises(PlanRefused, match=r"mean of the prior, 0\.002, is not within the limits"):
        desk.plan(decided("rule: simple, prior: {in_tolerance: 0.9, mean: 2 mV}"), TUR4)


def test_a_negative_ratio_from_the_work_order_is_refused(desk: Desk) -> None:
    with pytest.raises(PlanRefused, match="guard_ratio is -1; it must be a finite number, zero or more"):
        desk.plan(
            (
                "#decision",
                "parameters: {r: {type: number, default: -1}}\ndecision: {rule: customer, guard_ratio: $r}",
            ),
            TUR4,
        )


def test_guard_ratio_of_a_parameter_and_its_trace_in_the_record(desk: Desk) -> None:
    plan = desk.plan(
        (
            "#decision",
            "parameters: {r: {type: number, default: 0.5}}\ndecision: {rule: customer, guard_ratio: $r}",
        ),
        TUR4,
    )
    journal = desk.journal(plan)
    journal.attempt("dcv/10V", 1, ["10"])
    record = journal.record()
    assert (record.decision.rule, record.decision.guard_ratio) == ("customer", "0.5")
    assert record.decision.risk_definition.startswith("specific risk: probability that the verdict is wrong")
    assert all(check.holds is not False for check in verify_record(canonical(record)))


# --- coverage rules ---


@pytest.mark.parametrize(
    ("how", "lines", "k", "used"),
    [
        ("coverage: 0.95, coverage_rule: fixed, k: 3", ["name: A, std: 0.1 mV"], 3.0, "fixed"),
        # EA-4/02 S9: k = 1.65; S10: two equal rectangles are a triangle, k = √6 (1 - √0.05) = 1.9018
        (
            "coverage_rule: rectangular",
            ["name: A, half_width: 0.1 mV, shape: rectangular"],
            1.65,
            "rectangular-dominant",
        ),
        (
            "coverage_rule: auto",
            ["name: A, half_width: 0.1 mV, shape: rectangular"],
            1.65,
            "rectangular-dominant",
        ),
        (
            "coverage_rule: auto",
            [
                "name: A, half_width: 0.1 mV, shape: rectangular",
                "name: B, half_width: 0.1 mV, shape: rectangular",
            ],
            1.9018,
            "trapezoidal",
        ),
        ("coverage_rule: auto", ["name: A, std: 0.1 mV"], 1.95996, "t"),
        # k = 1.65 is for 95 % alone
        (
            "coverage: 0.99, coverage_rule: auto",
            ["name: A, half_width: 0.1 mV, shape: rectangular"],
            2.57583,
            "t",
        ),
    ],
)
def test_coverage_rules(desk: Desk, how: str, lines: list[str], k: float, used: str) -> None:
    found = desk.judged("10", ("#decision", f"decision: {{{how}}}"), budget(*lines))
    assert float(found.k) == pytest.approx(k, rel=1e-4)
    assert found.coverage_rule == used


def test_a_coverage_rule_that_does_not_apply_is_refused_when_the_plan_is_made(desk: Desk) -> None:
    with pytest.raises(PlanRefused, match="one rectangular contribution dominates"):
        desk.plan(("#decision", "decision: {coverage_rule: rectangular}"), budget("name: A, std: 0.1 mV"))


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("digits: 2", "0.25"),
        ("digits: 1", "0.2"),
        ("digits: 1, rounding: up", "0.3"),
        ("rounding: up", "0.25"),
    ],
)
def test_rounding_policy(desk: Desk, how: str, shown: str) -> None:
    # U = 0.248 mV
    found = desk.judged("10.0001", decided(f"rule: simple, {how}"), budget("name: All, std: 0.124 mV"))
    assert found.shown.expanded.rstrip("0") == shown
    assert found.shown.error == ("+0.1" if "1" in how else "+0.10")


# --- correlation ---


@pytest.mark.parametrize(
    ("r", "second", "u"),
    [
        # u² = u1² + u2² + 2 r u1 u2 for two of one sign, - for the indication and the reference (JCGM 100 eq. 16)
        ("1", "indication", 0.7),
        ("-1", "indication", 0.1),
        ("1", "reference", 0.1),
        ("0.25", "indication", (0.25 + 2 * 0.25 * 0.12) ** 0.5),
        ("0", "indication", 0.5),
    ],
)
def test_contributions_that_are_correlated(desk: Desk, r: str, second: str, u: float) -> None:
    lines = budget(
        "name: One, std: 0.3 mV",
        f"name: Two, std: 0.4 mV, input: {second}",
        more=f"    correlations: [[One, Two, {r}]]\n",
    )
    found = desk.judged("10", decided("rule: simple"), lines)
    assert float(found.std_uncertainty.split()[0]) == pytest.approx(u / 1000, abs=1e-12)
    assert sum(float(line.share) for line in found.budget) == pytest.approx(100)
    plan = desk.plan(decided("rule: simple"), lines)
    assert volts(plan.points[0].predicted.u) == pytest.approx(2 * u / 1000, rel=5e-3)


# --- Monte Carlo ---

SUM = [
    f"name: {name}, half_width: {width} mV, shape: rectangular" for name, width in (("A", 0.1), ("B", 1.0))
]


def drawn(desk: Desk, how: str, *lines: str, model: str = "") -> Any:
    more = f"    monte_carlo: {how}\n" + (f"    model: {model}\n" if model else "")
    return desk.judged("10", ("#decision", "decision: {coverage: 0.95}"), budget(*lines, more=more))


def test_monte_carlo_gives_the_interval_that_the_law_of_propagation_does_not(desk: Desk) -> None:
    # A trapezoid of half widths 1.1 mV and 0.9 mV: 95 % within ± (1.1 - √(4·1·0.1·0.05)) mV = 0.95858 mV (EA-4/02 S10)
    found = drawn(desk, "{draws: 400000, seed: 3}", *SUM)
    assert volts(found.expanded) == pytest.approx(0.95858e-3, rel=4e-3)
    assert volts(found.std_uncertainty) == pytest.approx((1.01 / 3) ** 0.5 * 1e-3, rel=3e-3)
    assert found.coverage_rule == "monte-carlo"
    assert volts(found.interval_lower) == pytest.approx(-0.95858e-3, rel=6e-3)
    assert volts(found.interval_upper) == pytest.approx(0.95858e-3, rel=6e-3)
    again = drawn(desk, "{draws: 400000, seed: 3}", *SUM)
    assert again == found
    assert drawn(desk, "{draws: 400000, seed: 4}", *SUM).expanded != found.expanded
    digits = Decimal(found.expanded.split()[0]).normalize().as_tuple().digits
    assert len(digits) <= 6


def test_monte_carlo_of_a_model_that_is_bent(desk: Desk) -> None:
    # E = (x - 10 V)² / 1 V at x = 10 V with u(x) = 1 V normal: chi squared with 1 degree of freedom, 95 % of it below
    # 3.841 V, the shortest interval from 0. The law of propagation gives u = 0 there.
    lines = ["name: A, std: 1 V"]
    bent = "(indication - reference) * (indication - reference) / 1 V"
    found = drawn(desk, "{draws: 200000, interval: shortest}", *lines, model=bent)
    assert volts(found.expanded) == pytest.approx(3.841, rel=0.03)
    assert volts(found.interval_lower) == pytest.approx(0, abs=0.01)


def test_monte_carlo_until_it_is_steady(desk: Desk) -> None:
    found = drawn(desk, "{draws: adaptive}", "name: A, std: 0.1 mV")
    assert volts(found.expanded) == pytest.approx(0.196e-3, rel=0.02)


def test_draws_without_a_standard_deviation_are_no_uncertainty(desk: Desk) -> None:
    found = drawn(desk, "{}", "name: A, std: 0.1 mV, dof: 1")
    assert found.expanded is None
    assert "no standard deviation" in found.remark


# --- CMC ---


def with_cmc(desk: Desk, expanded: str) -> Plan:
    text = (ROOT / "stations" / "demo.yaml").read_text(encoding="utf-8")
    cmc = f"""laboratory:
  cmc:
    measure.voltage.dc:
      - {{from: 0 V, to: 20 V, expanded: {expanded}}}
      - {{from: 0 V, to: 1000 V, expanded: 1 V}}
"""
    shutil.copytree(ROOT / "stations" / "assets", desk.folder / "stations" / "assets")
    path = desk.folder / "stations" / "demo.yaml"
    path.write_text(re.sub(r"^laboratory: .*\n", cmc, text, flags=re.MULTILINE), encoding="utf-8")
    desk.plan(decided("rule: guarded"), TUR4)
    return prepare(str(desk.folder / "procedure.yaml"), str(path), Options(position="1")).plan


@pytest.mark.parametrize(
    ("expanded", "stated", "floored"),
    [("20 ppm * out + 0.2 mV", 0.0004, True), ("10 ppm * out", 0.00025, False)],
)
def test_the_cmc_is_the_floor_of_u(desk: Desk, expanded: str, stated: float, floored: bool) -> None:  # noqa: FBT001 - a case
    plan = with_cmc(desk, expanded)
    journal = desk.journal(plan)
    journal.attempt("dcv/10V", 1, ["10.0007"])
    found = journal.record().results[0]
    stated_u = volts(found.expanded)
    assert stated_u == pytest.approx(stated)
    assert volts(found.expanded_computed) == pytest.approx(0.00025)
    # U decides as it is stated: 0.7 mV is within 1 mV by 0.3 mV.
    assert found.verdict == ("indeterminate_pass" if floored else "pass")
    # and so do the risks: u = U / k
    assert float(found.specific_risk or 0) == pytest.approx(norm.sf(0.3e-3 / (stated_u / 2)), rel=1e-3)
    assert volts(found.cmc) == (0.0004 if floored else 0.0001)


def test_rounding_never_brings_u_below_the_cmc(desk: Desk) -> None:
    plan = with_cmc(desk, "0.4449 mV")
    journal = desk.journal(plan)
    journal.attempt("dcv/10V", 1, ["10"])
    assert journal.record().results[0].shown.expanded == "0.45"


# --- documents of before ---


def test_a_plan_of_before_keeps_its_bytes_and_its_results(desk: Desk) -> None:
    plan = desk.plan(decided("rule: guarded"), TUR4)
    old = plan.model_dump(mode="json")
    old["decision"] = {"rule": "guarded/1", "coverage": K2}
    for point in old["points"]:
        point["predicted"] = {
            key: point["predicted"][key] for key in ("standard_u", "u", "tur", "standard_tur")
        }
    read = Plan.model_validate(old)
    assert read.model_dump(mode="json") == old
    journal = desk.journal(read)
    journal.attempt("dcv/10V", 1, ["10"])
    record = journal.record()
    written = record.model_dump(mode="json")
    new = {"specific_risk", "pfa", "pfr", "conditional_pfa", "cmc", "expanded_computed", "coverage_rule"}
    assert new & set(written["results"][0]) == set()
    assert {"guard_band", "accept_lower"} & set(written["results"][0]["shown"]) == set()
    assert set(written["decision"]) == {"rule", "version", "coverage", "tur_definition"}
    assert Record.model_validate(written) == record
