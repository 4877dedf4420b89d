"""Influences, type A evaluation, budgets: what is refused, what is defined, and properties that must hold."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import calbench
from calbench.metrology import (
    Influence,
    Term,
    combine,
    covariance,
    coverage_factor,
    evaluate_readings,
    expand_by_k,
    expand_by_t,
    mean,
    second_order_variance,
    sensitivities,
)


def influence(name="x", std=1.0, dof=math.inf, **more):
    return Influence(name, name, 0.0, std, dof, **more)


# --- influences ---


@pytest.mark.parametrize(
    ("shape", "top", "u"),
    [  # JCGM 100 4.3.7 to 4.3.9; a trapezoid runs from the triangle (top 0) to the rectangle (top 1)
        ("rectangular", 0, 1 / math.sqrt(3)),
        ("triangular", 0, 1 / math.sqrt(6)),
        ("arcsine", 0, 1 / math.sqrt(2)),
        ("trapezoidal", 0, 1 / math.sqrt(6)),
        ("trapezoidal", 1, 1 / math.sqrt(3)),
        ("trapezoidal", 0.5, math.sqrt(1.25 / 6)),
    ],
)
def test_standard_uncertainty_of_a_half_width(shape, top, u):
    made = Influence.from_half_width("x", "x", 1.0, shape=shape, top=top)
    assert made.std == pytest.approx(u, rel=1e-15)
    assert (made.distribution, made.kind, made.top) == (shape, "B", top)


def test_standard_uncertainty_of_a_resolution():
    # JCGM 100 F.2.2.1: u = 0.29 times the step.
    assert Influence.from_resolution("x", "display", 1.0).std == pytest.approx(0.29, abs=0.005)
    assert Influence.from_resolution("x", "display", 2.0).std == pytest.approx(1 / math.sqrt(3), rel=1e-15)


def test_standard_uncertainty_of_a_certificate_and_of_readings():
    certificate = Influence.from_expanded("c", "certificate", 0.003, 2, dof=50, source="No. 7")
    assert (certificate.std, certificate.distribution, certificate.source) == (0.0015, "t", "No. 7")
    assert Influence.from_expanded("c", "certificate", 0.003, 2).distribution == "normal"
    repeated = Influence.from_readings("r", "repeatability", [Decimal(n) for n in (1, 2, 3)])
    assert (repeated.estimate, repeated.dof, repeated.kind, repeated.distribution) == (2.0, 2.0, "A", "t")
    assert repeated.std == pytest.approx(1 / math.sqrt(3), rel=1e-15)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: influence(std=-1.0), "uncertainty is -1.0; it must be a finite number, zero or more"),
        (lambda: influence(std=math.nan), "standard uncertainty is nan"),
        (lambda: influence(std=math.inf), "standard uncertainty is inf"),
        (lambda: influence(dof=0.5), "degrees of freedom are 0.5; they must be 1 or more"),
        (lambda: influence(dof=math.nan), "degrees of freedom are nan"),
        (lambda: influence(name=" "), "has no id"),
        (lambda: Influence("x", "x", math.nan, 1), "estimate is nan"),
        (lambda: influence(distribution="gauss"), "'gauss' is not known; it is one of normal, t"),
        (lambda: influence(kind="C"), "the kind 'C' is not known"),
        (lambda: influence(top=0.5), "top is 0.5 for a normal distribution"),
        (lambda: Influence.from_half_width("x", "x", -1.0), "half-width is -1.0"),
        (
            lambda: Influence.from_half_width("x", "x", 1.0, shape="round"),  # type: ignore[arg-type] # on purpose
            "shape 'round' is not known",
        ),
        (lambda: Influence.from_half_width("x", "x", 1.0, shape="trapezoidal", top=2), "top is 2"),
        (lambda: Influence.from_resolution("x", "x", math.nan), "resolution is nan"),
        (lambda: Influence.from_expanded("x", "x", -1.0, 2), "expanded uncertainty is -1.0"),
        (lambda: Influence.from_expanded("x", "x", 1.0, 0), "coverage factor is 0"),
        (lambda: Influence.from_readings("x", "x", [Decimal(1)]), "1 reading cannot show a spread"),
        (lambda: combine([Term(influence(), math.nan)]), "sensitivity is nan"),
        (lambda: combine([Term(influence(std=1e300), 1e300)]), "contribution is too large"),
        (lambda: combine([]), "at least one contribution"),
        (
            lambda: combine([Term(influence(std=1.0)), Term(influence(std=2.0))]),
            "described twice and differently",
        ),
        (lambda: coverage_factor(95, 10), "coverage probability is 95"),
        (lambda: coverage_factor(0.95, 0), "degrees of freedom are 0"),
        (lambda: expand_by_k(combine([Term(influence())]), math.nan), "coverage factor is nan"),
        (lambda: mean([]), "no readings"),
        (lambda: mean([Decimal("NaN")]), "reading is NaN"),
        (lambda: sensitivities(lambda _: math.nan, [1.0], [0.1]), "must give a finite number"),
        (lambda: sensitivities(sum, [1.0], []), "1 estimates but 0 uncertainties"),
        (lambda: sensitivities(sum, [1.0], [-0.1]), "u zero or more"),
    ],
)
def test_refuses_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


# --- type A ---


def test_mean_of_readings_is_exact():
    assert mean([Decimal("10.0000340")] * 3 + [Decimal("10.0000341")]) == Decimal("10.000034025")
    assert mean([Decimal(1), Decimal(1), Decimal(2)]) == Decimal("1.333333333333333333333333333333333")


def test_energy_meter_readings():
    # Worked number A: ten readings in %, mean 0.3225, s 0.016388, u of a mean of three 0.009461.
    text = "0.3356 0.3111 0.3262 0.3589 0.3161 0.3126 0.3138 0.3331 0.3027 0.3149"
    result = evaluate_readings([Decimal(word) for word in text.split()])
    assert result.mean == Decimal("0.3225")
    assert result.stdev == pytest.approx(0.016388, abs=5e-7)
    assert result.stdev / math.sqrt(3) == pytest.approx(0.009461, abs=1e-6)  # cut, not rounded


def test_equal_readings_have_no_spread():
    assert evaluate_readings([Decimal("0.1")] * 10).stdev == 0


def test_small_spread_on_a_large_value_is_not_lost():
    readings = [Decimal("1e9") + Decimal(n) * Decimal("1e-9") for n in (0, 1, 2)]
    assert evaluate_readings(readings).stdev == pytest.approx(1e-9, rel=1e-15)


@given(st.lists(st.decimals(-1000, 1000, places=6), min_size=2, max_size=20))
def test_type_a_agrees_with_the_standard_library(readings):
    result = evaluate_readings(readings)
    exact = [Fraction(reading) for reading in readings]
    assert Fraction(result.mean) == pytest.approx(statistics.mean(exact), rel=1e-30, abs=1e-30)
    assert result.stdev == pytest.approx(math.sqrt(statistics.variance(exact)), rel=1e-14, abs=0)
    assert evaluate_readings(readings[::-1]) == result


# --- budgets ---


def test_line_holds_what_a_certificate_prints():
    terms = [
        Term(Influence("b", "second", 2.0, 3.0, 5, "t", "A", "readings"), -1.0),
        Term(Influence.from_half_width("a", "first", math.sqrt(3) * 2), 2.0),
    ]
    first, second = combine(terms).lines
    assert (first.id, first.name, first.estimate, first.u) == ("b", "second", 2.0, 3.0)
    assert (first.distribution, first.dof, first.kind, first.source) == ("t", 5, "A", "readings")
    assert (first.sensitivity, first.contribution, first.share) == (-1.0, -3.0, 36.0)
    assert second.contribution == pytest.approx(4.0)
    assert second.share == pytest.approx(64.0)
    assert combine(terms).u == pytest.approx(5.0)


def test_one_influence_twice_is_one_quantity():
    x = influence("x", 3.0, 4.0)
    assert combine([Term(x, 1.0), Term(x, 1.0)]).u == 6.0  # not 3·√2
    assert combine([Term(x, 1.0), Term(x, 1.0)]).dof == 4.0
    assert combine([Term(x, 1.0), Term(x, -1.0)]).u == 0.0
    assert len(combine([Term(x), Term(x)]).lines) == 1
    for order in ([1e16, 1.0, -1e16], [1.0, 1e16, -1e16], [1e16, -1e16, 1.0]):
        assert combine(Term(x, c) for c in order).u == 3.0


def test_degrees_of_freedom_at_the_edges():
    assert combine([Term(influence("x", 1.0)), Term(influence("y", 2.0))]).dof == math.inf
    assert combine([Term(influence("x", 0.0, 3.0))]).dof == math.inf
    assert combine([Term(influence("x", 0.0, 3.0))]).u == 0.0
    assert combine([Term(influence("x", 0.3, 3.0))]).dof == 3.0
    assert combine([Term(influence("x", 1.0, 3.0)), Term(influence("y", 0.0, 1.0))]).dof == 3.0
    assert combine([Term(influence("x", 1.0, 8.0)), Term(influence("y", 1.0, 8.0))]).dof == 16.0


def test_truncation_of_degrees_of_freedom_goes_down_but_does_not_lose_a_whole_one():
    thirds = combine(Term(influence(name, 0.7, 4.0)) for name in "abc")
    assert 11.99 < thirds.dof < 12  # twelve, but for the last bit of a division
    assert expand_by_t(thirds, truncate_dof=True).dof == 12
    mixed = combine([Term(influence("a", 1.0, 4.0)), Term(influence("b", 0.5))])
    assert mixed.dof == pytest.approx(6.25)
    assert expand_by_t(mixed, truncate_dof=True).dof == 6
    assert expand_by_t(mixed).dof == mixed.dof
    assert expand_by_t(combine([Term(influence())]), truncate_dof=True).dof == math.inf


def test_fixed_k_says_what_it_covers():
    # JCGM 100 table G.2: k = 2.65 covers 95.45 % at 5 degrees of freedom, k = 2 at infinitely many.
    few = combine([Term(influence(std=0.5, dof=5.0))])
    assert expand_by_k(few, 2.65).p == pytest.approx(0.9545, abs=1e-4)
    assert pytest.approx(1.325) == expand_by_k(few, 2.65).U
    assert expand_by_k(few, 2.0).p < 0.9
    assert expand_by_k(combine([Term(influence())])).p == pytest.approx(0.9545, abs=1e-5)


def test_very_small_and_very_large_units_change_nothing():
    for scale in (1e-200, 1e-30, 1e30, 1e200):
        budget = combine([Term(influence("x", 3 * scale, 4.0)), Term(influence("y", 4 * scale))])
        assert budget.u == pytest.approx(5 * scale)
        assert budget.dof == pytest.approx(4 / 0.36**2)


def test_covariance_through_shared_influences():
    gain, a, b = influence("gain", 2.0), influence("a"), influence("b")
    one, other = combine([Term(gain, 10.0), Term(a)]), combine([Term(gain, -5.0), Term(b)])
    assert covariance(one, other) == -200.0
    assert covariance(one, one) == pytest.approx(one.u**2)
    assert covariance(combine([Term(a)]), combine([Term(b)])) == 0.0
    with pytest.raises(ValueError, match=r"'gain' has u = 2\.0 in one budget and 2\.5"):
        covariance(one, combine([Term(influence("gain", 2.5))]))


stds = st.floats(0, 1e6, allow_subnormal=False)
slopes = st.floats(-1e6, 1e6, allow_subnormal=False)
dofs = st.one_of(st.just(math.inf), st.floats(1, 1e6))
described = st.lists(st.tuples(stds, dofs, slopes), min_size=1, max_size=8)


def terms_of(described):
    return [Term(influence(f"x{n}", std, dof), c) for n, (std, dof, c) in enumerate(described)]


@given(described, st.randoms(use_true_random=False))
def test_order_does_not_change_a_bit(described, rng):
    terms = terms_of(described) * 2
    shuffled = rng.sample(terms, len(terms))
    one, other = combine(terms), combine(shuffled)
    assert (one.u, one.dof) == (other.u, other.dof)
    assert sorted(one.lines, key=lambda line: line.id) == sorted(other.lines, key=lambda line: line.id)


@given(described, st.integers(-40, 40))
def test_scaling_the_result_scales_u_and_keeps_the_dof(described, exponent):
    factor = 2.0**exponent
    one = combine(terms_of(described))
    other = combine(terms_of([(std, dof, c * factor) for std, dof, c in described]))
    assert other.u == pytest.approx(one.u * factor, rel=1e-12)
    assert other.dof == pytest.approx(one.dof, rel=1e-9)


@given(described, dofs)
def test_term_without_uncertainty_changes_nothing(described, dof):
    one = combine(terms_of(described))
    other = combine([*terms_of(described), Term(influence("zero", 0.0, dof), 1e6)])
    assert (one.u, one.dof) == (other.u, other.dof)
    assert one.lines == other.lines[:-1]


@given(described)
def test_bounds_of_u_dof_and_shares(described):
    budget = combine(terms_of(described))
    assert budget.u >= max(abs(line.contribution) for line in budget.lines) * (1 - 1e-15)
    finite = [line.dof for line in budget.lines if line.contribution]
    if budget.u:
        assert math.fsum(line.share for line in budget.lines) == pytest.approx(100)
        assert budget.dof >= min(finite) * (1 - 1e-12)  # JCGM 100 G.4.1 note


# --- sensitivities ---


def test_sensitivity_without_uncertainty_is_still_given():
    assert sensitivities(lambda x: x[0] * x[1], [3.0, 0.0], [0.0, 0.0]) == pytest.approx((0.0, 3.0))


def test_sensitivity_of_a_model_with_abs_and_min():
    # The complex step would give 1 and a wrong first derivative here, without an error.
    found = sensitivities(lambda x: x[0] + abs(x[0]) + min(x[1], 5.0), [2.0, 3.0], [0.1, 0.1])
    assert found == pytest.approx((2.0, 1.0), rel=1e-12)


def test_model_is_not_evaluated_further_out_than_one_u():
    seen = []

    def model(x):
        seen.append(x[0])
        return math.log(x[0])

    sensitivities(model, [1.0], [0.9])
    second_order_variance(model, [1.0], [0.9])
    assert 1 - 0.9 <= min(seen) <= max(seen) <= 1 + 0.9


def test_small_uncertainty_on_a_large_value():
    assert sensitivities(lambda x: x[0] * (1 + x[1]), [1e6, 0.0], [1e-3, 1e-9]) == pytest.approx(
        (1, 1e6), rel=1e-6
    )


def test_uncertainty_below_the_spacing_of_floats_does_not_lose_the_sensitivity():
    assert sensitivities(lambda x: x[0], [1e6], [1e-12]) == pytest.approx((1.0,), rel=1e-6)
    with pytest.raises(ValueError, match="cannot be told apart; use a larger unit"):
        sensitivities(lambda x: x[0], [0.0], [5e-324])


def test_second_order_of_a_square_at_zero():
    # y = x², x ~ N(0, u): the first order gives nothing, the variance of y is 2u⁴.
    assert sensitivities(lambda x: x[0] ** 2, [0.0], [0.1]) == pytest.approx((0.0,), abs=1e-12)
    assert second_order_variance(lambda x: x[0] ** 2, [0.0], [0.1]) == pytest.approx(2e-4, rel=1e-9)


def test_second_order_of_a_product_and_a_cube():
    # Exact for normal inputs: var(xy) - first order = u²v²; x³ at 1: 9·2u⁴ + 18u⁴ = 36u⁴ plus 15u⁶,
    # which is of third order.
    assert second_order_variance(lambda x: x[0] * x[1], [5.0, 7.0], [0.1, 0.2]) == pytest.approx(
        4e-4, rel=1e-6
    )
    assert second_order_variance(lambda x: x[0] ** 3, [1.0], [0.01]) == pytest.approx(36e-8, rel=1e-3)


def test_second_order_of_a_linear_model_is_nothing():
    assert second_order_variance(lambda x: 2 * x[0] - x[1], [1.0, 1.0], [0.1, 0.1]) == pytest.approx(
        0, abs=1e-12
    )


def test_third_derivatives_that_mix_two_inputs():
    # y = x·z²: f_xzz = 2 and f_zz = 2x. At (1, 1): ½f_zz²v⁴ + f_xz²u²v² + f_x f_xzz u²v² = 2v⁴ + (4 + 2)u²v².
    u, v = 0.01, 0.02
    expected = 2 * v**4 + 6 * u**2 * v**2
    one = second_order_variance(lambda x: x[0] * x[1] ** 2, [1.0, 1.0], [u, v])
    other = second_order_variance(lambda x: x[0] ** 2 * x[1], [1.0, 1.0], [v, u])
    assert (one, other) == pytest.approx((expected, expected), rel=1e-6)


def test_sensitivity_is_exact_over_a_wide_interval():
    # d(ln x)/dx = 1/x, with steps up to half of x: needs the high orders of the extrapolation.
    assert sensitivities(lambda x: math.log(x[0]), [0.6], [0.3])[0] == pytest.approx(1 / 0.6, rel=1e-12)


def test_one_extrapolation_is_exact_for_a_cubic():
    calls = []

    def model(x):
        calls.append(x)
        return x[0] ** 3

    assert sensitivities(model, [1.0], [0.5]) == (3.0,)
    assert len(calls) == 6  # two rows give the value, the third confirms it


def test_linear_model_is_evaluated_four_times_for_each_input():
    calls = []

    def model(x):
        calls.append(x)
        return 2 * x[0] - 3 * x[1] + 0.1

    assert sensitivities(model, [0.3, 10.0], [0.07, 0.1]) == pytest.approx((2, -3), rel=1e-13)
    assert len(calls) == 8


# --- imports ---


def test_importing_metrology_loads_no_numpy_and_no_randomness():
    root = str(Path(calbench.__file__).parents[1])
    code = (
        f"import sys; sys.path.insert(0, {root!r}); from calbench.metrology import Influence, Term, combine; "
        "combine([Term(Influence('x', 'x', 0, 1))]); "
        "print([name for name in ('numpy', 'scipy', 'random', 'statistics') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
