"""Each decision rule: its guard band, its edges, what it promises, and what it refuses."""

from __future__ import annotations

import hashlib
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from scipy.stats import norm

from calbench.errors import UsageError
from calbench.metrology import (
    RULES,
    NormalPrior,
    Verdict,
    decide,
    find_rule,
    guard_band,
    guard_ratio_for,
    promised_false_accept,
)
from calbench.metrology.assessing import assess, limit_risk, stated_prior
from calbench.metrology.ruletable import as_markdown

ONE = Decimal(1)


def decision(rule, value, *, lower="-1", upper="1", expanded="0.2", **more):
    ends = [None if end is None else Decimal(end) for end in (lower, upper)]
    return decide(rule, Decimal(value), lower=ends[0], upper=ends[1], expanded=Decimal(expanded), **more)


@pytest.mark.parametrize(
    ("rule", "w", "zones"),
    [
        # ILAC-G8:09/2019 table 1 and 4.2; reference 3 of the metrology notes: w / U.
        ("simple", "0", False),
        ("guarded", "0.2", True),
        ("guarded_binary", "0.2", False),
        ("iso14253", "0.166", True),
        ("iso14253_binary", "0.166", False),
        ("three_sigma", "0.3", False),
        ("six_sigma", "0.6", False),
        ("uncritical", "-0.2", False),
        ("z540_m5", "0.2", False),
        ("jjf1094", "0", True),
        ("oiml", "0", True),
    ],
)
def test_guard_bands_and_edges_at_one_step_of_a_decimal(rule, w, zones):
    step, edge = Decimal("1e-20"), ONE - Decimal(w)
    found = decision(rule, edge)
    assert (found.guard_band, found.verdict) == (Decimal(w), Verdict.PASS)
    assert (found.acceptance_lower, found.acceptance_upper) == (-edge, edge)
    assert decision(rule, -edge).verdict is Verdict.PASS
    beyond = decision(rule, edge + step).verdict
    if not zones or w == "0":
        assert beyond is Verdict.FAIL
        return
    assert beyond is Verdict.INDETERMINATE_PASS
    assert decision(rule, 1).verdict is Verdict.INDETERMINATE_PASS
    assert decision(rule, 1 + step).verdict is Verdict.INDETERMINATE_FAIL
    assert decision(rule, 1 + Decimal(w)).verdict is Verdict.INDETERMINATE_FAIL
    assert decision(rule, 1 + Decimal(w) + step).verdict is Verdict.FAIL


@pytest.mark.parametrize(("ratio", "edge"), [("0.5", "0.9"), ("0", "1"), ("2.5", "0.5")])
def test_ratio_that_is_agreed(ratio, edge):
    assert decision("customer", edge, guard_ratio=Decimal(ratio)).verdict is Verdict.PASS
    beyond = Decimal(edge) + Decimal("1e-20")
    assert decision("customer", beyond, guard_ratio=Decimal(ratio)).verdict is Verdict.FAIL
    zoned = decision("customer_zones", "1", guard_ratio=Decimal(ratio)).verdict
    assert zoned is (Verdict.PASS if ratio == "0" else Verdict.INDETERMINATE_PASS)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: decision("customer", "0"), "customer/1 needs guard_ratio"),
        (
            lambda: decision("customer", "0", guard_ratio=Decimal("-0.1")),
            "guard_ratio is -0.1; it must be a finite",
        ),
        (lambda: decision("customer", "0", guard_ratio=Decimal("NaN")), "guard_ratio is NaN"),
        (lambda: decision("customer", "0", guard_ratio=Decimal("Infinity")), "guard_ratio is Infinity"),
        (lambda: decision("guarded", "0", guard_ratio=ONE), "guarded/1 has its own guard band"),
        (lambda: decision("z540_pfa", "0"), "z540_pfa/1 needs a prior"),
        (
            lambda: decision("z540_pfa", "0", prior=NormalPrior(0.0, 1.0)),
            "z540_pfa/1 needs the standard uncertainty",
        ),
        (lambda: promised_false_accept("simple", k=0), "The coverage factor is 0"),
        (lambda: promised_false_accept("customer"), "needs guard_ratio"),
        (lambda: guard_ratio_for(0, NormalPrior(0, 1), 1, 2, lower=-1, upper=1), "target PFA is 0"),
        (lambda: guard_ratio_for(0.02, NormalPrior(0, 1), 0, 2, lower=-1, upper=1), "finite and above zero"),
        (lambda: stated_prior(lower=-ONE, upper=ONE), "exactly one of in_tolerance, sigma and half_width"),
    ],
)
def test_refuses_what_a_rule_cannot_use(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_unknown_rule_in_a_promise():
    with pytest.raises(UsageError, match="no decision rule 'z540'"):
        promised_false_accept("z540")


def test_what_the_rules_promise_is_the_table_of_ilac_g8():
    # ILAC-G8:09/2019 table 1, as recomputed in the metrology notes, section 3: risk at the limit for k = 2.
    for rule, risk in {
        "iso14253": 0.0485,
        "guarded": 0.0228,
        "three_sigma": 0.00135,
        "six_sigma": 1e-9,
        "simple": 0.5,
    }.items():
        found = promised_false_accept(rule).false_accept_at_limit
        assert found == pytest.approx(risk, rel=0.02), rule
    relaxed = promised_false_accept("uncritical")
    assert relaxed.false_reject_at_limit == pytest.approx(norm.sf(2))
    assert relaxed.false_accept_at_limit == pytest.approx(norm.cdf(2))
    assert promised_false_accept(
        "customer", guard_ratio=Decimal("0.7"), k=3
    ).false_accept_at_limit == pytest.approx(norm.sf(2.1))
    assert promised_false_accept("jjf1094", tur=2.9).false_accept_at_limit == pytest.approx(norm.sf(2))
    assert promised_false_accept("jjf1094", tur=3).false_accept_at_limit == 0.5
    for rule in ("z540_m5", "z540_m5_rss", "z540_m6", "z540_pfa"):
        assert promised_false_accept(rule).false_accept == 0.02


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.guard == "ratio"])
def test_the_promise_is_the_specific_risk_at_the_acceptance_limit(rule):
    # An independent road: at an acceptance limit, the probability beyond limits that are far from each other.
    found = decide(rule, Decimal(0), lower=Decimal(-100), upper=Decimal(100), expanded=Decimal(2))
    promised = promised_false_accept(rule, tur=50).false_accept_at_limit
    at_limit = limit_risk(found, lower=Decimal(-100), upper=Decimal(100), std=1.0)
    assert float(at_limit or 0) == pytest.approx(promised, rel=6e-4)


def test_34_digits_of_a_root_and_of_an_exponential_whatever_the_context_of_the_caller():
    with localcontext() as context:
        context.prec = 90
        half, expanded = Decimal(3), Decimal("1.7")
        rss = half - (half * half - expanded * expanded).sqrt()
        tur = half / expanded
        method6 = expanded * (Decimal("1.04") - (Decimal("0.38") * tur.ln() - Decimal("0.54")).exp())
        context.prec = 34
        wanted = {"z540_m5_rss": +rss, "z540_m6": +method6}
    for rule, w in wanted.items():
        with localcontext() as context:
            context.prec = 3
            found = guard_band(find_rule(rule), lower=Decimal(-2), upper=Decimal(4), expanded=expanded)
        assert found == w
        assert len(found.as_tuple().digits) == 34


@pytest.mark.parametrize("rule", ["z540_m5_rss", "z540_m6"])
def test_a_rule_by_tur_with_one_limit_says_nothing_and_why(rule):
    found = decision(rule, "0", lower=None)
    assert (found.verdict, found.guard_band) == (Verdict.NOT_EVALUATED, None)
    assert "one limit alone does not have" in found.reason
    assert decision(rule, "1", lower=None, expanded="0").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("expanded", "verdict"), [("0.999999", Verdict.PASS), ("1", Verdict.PASS), ("1.000001", Verdict.FAIL)]
)
def test_root_sum_of_squares_around_a_tur_of_one(expanded, verdict):
    assert decision("z540_m5_rss", "0", expanded=expanded).verdict is verdict


def test_method_6_accepts_nothing_below_a_tur_of_0_569():
    assert decision("z540_m6", "0", expanded=str(1 / Decimal("0.57"))).verdict is Verdict.PASS
    assert decision("z540_m6", "0", expanded=str(1 / Decimal("0.569"))).verdict is Verdict.FAIL


def test_a_guard_band_of_a_target_has_six_decimals_of_u():
    prior = stated_prior(lower=-ONE, upper=ONE, in_tolerance=0.7)
    w = guard_band(
        find_rule("z540_pfa"), lower=-ONE, upper=ONE, expanded=Decimal("0.5"), std=0.25, prior=prior
    )
    assert w > 0
    assert w / Decimal("0.5") % Decimal("1e-6") == 0


def test_risks_of_a_decision_are_of_its_verdict():
    passed = decision("guarded", "0.7")
    risks = assess(passed, Decimal("0.7"), lower=-ONE, upper=ONE, std=0.1)
    assert float(risks.specific or 0) == pytest.approx(norm.sf(3), rel=5e-4)
    failed = decision("guarded", "1.3")
    risks = assess(failed, Decimal("1.3"), lower=-ONE, upper=ONE, std=0.1, prior=NormalPrior(0.0, 0.5))
    assert float(risks.specific or 0) == pytest.approx(norm.sf(3), rel=5e-4)
    assert risks.pfa is not None
    nothing = decision("z540_m6", "0", lower=None)
    assert assess(nothing, ONE, lower=None, upper=ONE, std=0.1).specific is None


def test_a_rule_never_changes_under_its_version():
    # Fingerprints of the rules as they were released: a change of one needs a new version beside the old one.
    fields = {
        str(rule): (
            rule.guard,
            str(rule.guard_ratio),
            rule.neglect_ratio,
            rule.binary,
            rule.fail_at_widened_limit,
        )
        for rule in RULES.values()
    }
    text = "\n".join(f"{name} {what}" for name, what in sorted(fields.items()))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "8708921ce7a8ea08"


def test_the_page_of_the_rules_is_written_from_them():
    page = Path(__file__).parents[3] / "docs" / "reference" / "decision-rules.md"
    assert as_markdown() in page.read_text(encoding="utf-8")
