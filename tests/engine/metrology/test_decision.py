"""Decision rules: boundaries of JJF 1094-2002 5.3.1 and ILAC-G8:09/2019 4.2, and their edge cases."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench import metrology
from calbench.errors import UsageError
from calbench.metrology import RULES, TUR_DEFINITION, NormalPrior, Verdict, decide, find_rule


def judge(rule, value, lower, upper, expanded):
    """Decide with what the rule needs: r = 0.5, or a normal prior as wide as a tolerance of 1."""
    rule = find_rule(rule)
    return decide(
        rule,
        value,
        lower=lower,
        upper=upper,
        expanded=expanded,
        guard_ratio=Decimal("0.5") if rule.needs_guard_ratio else None,
        std=float(expanded or 0) / 2,
        prior=NormalPrior(0.0, 1.0) if rule.needs_prior else None,
    )


def verdict(rule, value, lower, upper, expanded):
    numbers = [None if text is None else Decimal(text) for text in (lower, upper, expanded)]
    return judge(rule, Decimal(value), *numbers).verdict


def test_multimeter_at_10_v_on_its_20_v_range():
    # Worked number D: MPE = 0.0035 %·10 V + 0.0025 %·20 V = 0.00085 V, U95 = 0.25 mV ≤ 0.283 mV, error
    # +0.0007 V.
    mpe = Decimal("0.000035") * 10 + Decimal("0.000025") * 20
    assert mpe == Decimal("0.00085")
    decision = decide("jjf1094/1", Decimal("0.0007"), lower=-mpe, upper=mpe, expanded=Decimal("0.00025"))
    assert decision.verdict is Verdict.PASS
    assert (decision.rule, decision.version, decision.guard_band) == ("jjf1094", 1, Decimal(0))
    assert (decision.acceptance_lower, decision.acceptance_upper) == (-mpe, mpe)
    assert decision.tur == pytest.approx(Decimal("3.4"))
    assert decision.tur_definition == TUR_DEFINITION == "tolerance span / (2 U95) (ANSI/NCSL Z540.3)"


def test_multimeter_with_digits_of_the_display():
    # Worked number D2: 2 V range, ±(0.1 % of 1.209 V + 2 mV), error 0.009 V.
    assert verdict("jjf1094/1", "0.009", "-0.0032", "0.0032", "0.0002") == "fail"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.3", "pass"),
        ("1.0", "pass"),
        ("-1.0", "pass"),
        ("1.0000000000000000000000000001", "fail"),
        ("-1.0000000000000000000000000001", "fail"),
    ],
)
@pytest.mark.parametrize("expanded", [None, "0", "0.2", "5"])
def test_simple_acceptance_includes_its_limits_and_does_not_ask_for_u(value, expected, expanded):
    assert verdict("simple/1", value, "-1", "1", expanded) == expected


@pytest.mark.parametrize(
    ("value", "expanded", "expected"),
    [
        # U = MPEV/3 exactly: uncertainty neglected, the limit passes, beyond it fails.
        ("3", "1", "pass"),
        ("3.0001", "1", "fail"),
        # U above MPEV/3: pass up to MPEV - U, fail from MPEV + U, between undecided.
        ("1.9999", "1.0001", "pass"),
        ("-1.9999", "1.0001", "pass"),
        ("2", "1.0001", "indeterminate_pass"),
        ("3", "1.0001", "indeterminate_pass"),
        ("-3", "1.0001", "indeterminate_pass"),
        ("3.0001", "1.0001", "indeterminate_fail"),
        ("4.0000", "1.0001", "indeterminate_fail"),
        ("4.0001", "1.0001", "fail"),
        ("-4.0001", "1.0001", "fail"),
        # U above MPEV: nothing can pass.
        ("0", "3", "pass"),
        ("0", "3.0001", "indeterminate_pass"),
        ("6.0001", "3.0001", "fail"),
        ("0", "0", "pass"),
        ("3", "0", "pass"),
        ("3.0001", "0", "fail"),
    ],
)
def test_zones_of_jjf_1094(value, expanded, expected):
    assert verdict("jjf1094/1", value, "-3", "3", expanded) == expected


def test_jjf_1094_takes_half_the_span_of_asymmetric_limits():
    # Limits -1 and +5: MPEV = 3. The comparison is that of [y-U, y+U] with the limits.
    assert verdict("jjf1094/1", "5", "-1", "5", "1") == "pass"
    assert verdict("jjf1094/1", "5", "-1", "5", "1.1") == "indeterminate_pass"
    assert verdict("jjf1094/1", "3.9", "-1", "5", "1.1") == "pass"
    assert verdict("jjf1094/1", "0", "-1", "5", "1.1") == "indeterminate_pass"
    assert verdict("jjf1094/1", "-2.1", "-1", "5", "1.1") == "fail"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.8", "pass"),
        ("-0.8", "pass"),
        ("0.8000001", "indeterminate_pass"),
        ("1", "indeterminate_pass"),
        ("1.0000001", "indeterminate_fail"),
        ("1.2", "indeterminate_fail"),
        ("-1.2", "indeterminate_fail"),
        ("1.2000001", "fail"),
        ("-1.2000001", "fail"),
    ],
)
def test_zones_of_the_guarded_rule(value, expected):
    assert verdict("guarded/1", value, "-1", "1", "0.2") == expected


def test_guarded_decision_holds_what_it_rests_on():
    decision = decide(
        "guarded", Decimal("10.1"), lower=Decimal(9), upper=Decimal(11), expanded=Decimal("0.25")
    )
    assert (decision.rule, decision.version) == ("guarded", 1)
    assert decision.guard_band == Decimal("0.25")
    assert (decision.acceptance_lower, decision.acceptance_upper) == (Decimal("9.25"), Decimal("10.75"))
    assert decision.tur == 4


def test_uncertainty_above_the_tolerance_leaves_no_acceptance_zone():
    decision = decide("guarded/1", Decimal(0), lower=Decimal(-1), upper=Decimal(1), expanded=Decimal(2))
    assert decision.verdict is Verdict.INDETERMINATE_PASS
    assert (decision.acceptance_lower, decision.acceptance_upper) == (Decimal(1), Decimal(-1))


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("simple/1", "0.5", "pass"),
        ("simple/1", "-1e9", "pass"),
        ("simple/1", "0.51", "fail"),
        ("guarded/1", "0.4", "pass"),
        ("guarded/1", "0.5", "indeterminate_pass"),
        ("guarded/1", "0.6", "indeterminate_fail"),
        ("guarded/1", "0.61", "fail"),
        # No MPEV with one limit only: U is never neglected, however small.
        ("jjf1094/1", "0.4", "pass"),
        ("jjf1094/1", "0.41", "indeterminate_pass"),
        ("jjf1094/1", "0.59", "indeterminate_fail"),
        ("jjf1094/1", "0.6", "fail"),
    ],
)
def test_one_sided_limits(rule, value, expected):
    assert verdict(rule, value, None, "0.5", "0.1") == expected
    mirrored = format(-Decimal(value), "f")
    assert verdict(rule, mirrored, "-0.5", None, "0.1") == expected


def test_one_sided_decision_has_one_acceptance_limit_and_no_tur():
    decision = decide("guarded/1", Decimal(0), lower=None, upper=Decimal(1), expanded=Decimal("0.1"))
    assert (decision.acceptance_lower, decision.acceptance_upper) == (None, Decimal("0.9"))
    assert decision.tur is None


@pytest.mark.parametrize("rule", sorted(RULES))
def test_relative_tolerance_at_zero(rule):
    # 0.1 % of 0: the limits coincide. Only the very value conforms, and only if no uncertainty is counted.
    assert verdict(rule, "0", "0", "0", "0") == "pass"
    assert verdict(rule, "1e-9", "0", "0", "0") == "fail"
    if rule == "uncritical/1":
        assert verdict(rule, "0.1", "0", "0", "0.1") == "pass"
        assert verdict(rule, "0.11", "0", "0", "0.1") == "fail"
    elif RULES[rule].binary and rule != "simple/1":
        assert verdict(rule, "0", "0", "0", "0.1") == "fail"
    elif RULES[rule].guard == "ratio" and RULES[rule].guard_ratio == 1:
        assert verdict(rule, "0", "0", "0", "0.1") == "indeterminate_pass"
        assert verdict(rule, "0.05", "0", "0", "0.1") == "indeterminate_fail"
        assert verdict(rule, "0.11", "0", "0", "0.1") == "fail"
    assert metrology.uncertainty_ratio(Decimal(0), Decimal(0), Decimal("0.1")) == 0


def test_uncertainty_that_is_not_evaluated_is_not_zero():
    for rule in ("jjf1094/1", "guarded/1"):
        decision = decide(rule, Decimal(0), lower=Decimal(-1), upper=Decimal(1), expanded=None)
        assert decision.verdict is Verdict.NOT_EVALUATED
        assert (decision.guard_band, decision.acceptance_lower, decision.tur) == (None, None, None)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_limit_no_verdict(rule):
    assert verdict(rule, "0", None, None, "0.1") == "not_evaluated"


@pytest.mark.parametrize(
    ("span", "expanded", "ratio"), [("2", "0.25", "4"), ("2", "0", None), ("1", "1.5", "0.3333")]
)
def test_uncertainty_ratio(span, expanded, ratio):
    found = metrology.uncertainty_ratio(Decimal(0), Decimal(span), Decimal(expanded))
    assert (found and found.quantize(Decimal("0.0001"))) == (ratio and Decimal(ratio))


@pytest.mark.parametrize(
    ("value", "lower", "upper", "expanded", "sentence"),
    [
        ("NaN", "-1", "1", "0", "The value is NaN"),
        ("0", "-Infinity", "1", "0", "The lower limit is -Infinity"),
        ("0", "-1", "1", "-0.1", "expanded uncertainty is -0.1; it must be zero or more"),
        ("0", "1", "-1", "0", "lower limit 1 is above the upper limit -1"),
    ],
)
def test_refuses_what_is_no_number_or_upside_down(value, lower, upper, expanded, sentence):
    with pytest.raises(ValueError, match=sentence):
        verdict("simple/1", value, lower, upper, expanded)


def test_unknown_rule_names_those_that_exist():
    with pytest.raises(UsageError, match="no decision rule 'guard'; the rules are simple/1, jjf1094/1, "):
        find_rule("guard")
    assert find_rule("jjf1094") is RULES["jjf1094/1"]
    assert [str(rule) for rule in RULES.values()] == list(RULES)


def test_decimal_context_of_the_caller_changes_nothing():
    case = ("guarded/1", "0.87654321987654", "-1", "1", "0.12345678012346")
    assert verdict(*case) == "pass"
    with localcontext() as context:
        context.prec = 3
        assert verdict(*case) == "pass"
        above = verdict("guarded/1", "0.8766", "-1", "1", "0.12345678012346")
        assert above == "indeterminate_pass"
        beyond = verdict("guarded/1", "-1.12345678012346", "-1", "1", "0.12345678012346")
        assert beyond == "indeterminate_fail"


WITHOUT_PRIOR = [name for name, rule in RULES.items() if not rule.needs_prior]
numbers = st.decimals(-5, 5, places=2)
uncertainties = st.decimals(0, 4, places=2)
half_widths = st.decimals(0, 3, places=2)


@given(numbers, half_widths, uncertainties)
def test_mirrored_values_get_the_same_verdict(value, half, expanded):
    for rule in WITHOUT_PRIOR:
        one = judge(rule, value, -half, half, expanded)
        other = judge(rule, -value, -half, half, expanded)
        assert one.verdict is other.verdict


@given(numbers, half_widths, uncertainties, st.decimals("0.01", 1000, places=2))
def test_unit_of_the_numbers_does_not_matter(value, half, expanded, factor):
    # Of rules with a root or an exponential the 34th digit of w may differ.
    for rule in (name for name in WITHOUT_PRIOR if not RULES[name].needs_both_limits):
        one = judge(rule, value, -half, half, expanded)
        other = judge(rule, value * factor, -half * factor, half * factor, expanded * factor)
        assert one.verdict is other.verdict


@given(numbers, numbers, half_widths, uncertainties)
def test_smaller_error_never_gets_a_worse_verdict(a, b, half, expanded):
    near, far = sorted((abs(a), abs(b)))
    rank = {"pass": 0, "indeterminate_pass": 1, "indeterminate_fail": 2, "fail": 3}
    for rule in WITHOUT_PRIOR:
        verdicts = [judge(rule, v, -half, half, expanded).verdict for v in (near, far)]
        assert rank[verdicts[0]] <= rank[verdicts[1]]
