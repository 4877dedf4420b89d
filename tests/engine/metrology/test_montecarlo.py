"""Monte Carlo: JCGM 101 9.2 (D03), NPL's logarithm (D14), moments of each distribution, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from calbench.metrology import (
    Influence,
    Inputs,
    adaptive_monte_carlo,
    coverage_interval,
    draw,
    monte_carlo,
    numerical_tolerance,
    propagate,
    validate,
)

ROOT3 = math.sqrt(3)


def generator(seed=1):
    return np.random.Generator(np.random.PCG64DXSM(seed))


def total(x):
    return x[0] + x[1] + x[2] + x[3]


def four(*half_widths):
    return Inputs.of(
        [
            Influence(f"x{i}", f"x{i}", 0, 1.0)
            if w is None
            else Influence.from_half_width(f"x{i}", f"x{i}", w)
            for i, w in enumerate(half_widths)
        ]
    )


@pytest.mark.parametrize(
    ("inputs", "u", "half", "tolerance", "gum_half"),
    [  # JCGM 101 9.2.2 to 9.2.4; the exact ones of four rectangles: 3.879407
        (four(None, None, None, None), 2.0, 3.92, 0.02, 3.92),
        (four(ROOT3, ROOT3, ROOT3, ROOT3), 2.0, 3.879407, 0.02, 3.92),
        (four(ROOT3, ROOT3, ROOT3, 10 * ROOT3), 10.148892, 17.0, 0.05, 19.9),
    ],
)
def test_d03_additive_model_of_jcgm_101_9_2(inputs, u, half, tolerance, gum_half):
    found = monte_carlo(total, inputs, seed=101)
    assert found.values[0, 0] == pytest.approx(0, abs=5 * u / 1000)
    assert found.u[0, 0] == pytest.approx(u, abs=tolerance / 2)
    assert found.high[0, 0] == pytest.approx(half, abs=tolerance)
    assert found.low[0, 0] == pytest.approx(-half, abs=tolerance)
    law = propagate(total, inputs)
    assert law.u[0, 0] == pytest.approx(u, rel=1e-6)
    assert law.k()[0, 0] * law.u[0, 0] == pytest.approx(gum_half, abs=0.05)


def test_d03_validates_the_law_of_propagation_where_it_holds_and_only_there():
    # JCGM 101 9.2.2.6 and 9.2.4.5: normal inputs validated; one dominant rectangle not (one digit).
    normal, dominant = four(None, None, None, None), four(ROOT3, ROOT3, ROOT3, 10 * ROOT3)
    first = validate(propagate(total, normal), monte_carlo(total, normal, seed=1))
    second = validate(propagate(total, dominant), monte_carlo(total, dominant, seed=1), digits=1)
    assert (first.tolerance[0, 0], bool(first.holds[0, 0])) == (0.05, True)
    assert (second.tolerance[0, 0], bool(second.holds[0, 0])) == (5.0, True)
    assert second.d_low[0, 0] == pytest.approx(19.9 - 17.0, abs=0.05)
    assert not validate(propagate(total, dominant), monte_carlo(total, dominant, seed=1)).holds[0, 0]


def test_d14_logarithm_of_npl():
    x = Inputs.of([Influence.from_half_width("x", "x", 0.5, estimate=0.6)])
    found = monte_carlo(lambda v: np.log(v[0]), x, seed=14, kind="shortest")
    assert found.values[0, 0] == pytest.approx(-0.664900, abs=3e-3)
    assert found.u[0, 0] == pytest.approx(0.606227, abs=3e-3)
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx((-1.89716, 0.09531), abs=0.01)
    symmetric = monte_carlo(lambda v: np.log(v[0]), x, seed=14)
    # exact: ln of 0.1 + p for p = 0.025 and 0.975
    assert (symmetric.low[0, 0], symmetric.high[0, 0]) == pytest.approx(
        (math.log(0.125), math.log(1.075)), abs=0.01
    )


SHAPES = [
    ("rectangular", 0, 0, stats.uniform(-1, 2)),
    ("triangular", 0, 0, stats.triang(0.5, -1, 2)),
    ("trapezoidal", 0.4, 0, stats.trapezoid(0.3, 0.7, -1, 2)),
    ("trapezoidal", 0, 0, stats.triang(0.5, -1, 2)),
    ("trapezoidal", 1, 0, stats.uniform(-1, 2)),
    ("arcsine", 0, 0, stats.arcsine(-1, 2)),
    ("curvilinear_trapezoid", 0, 0, stats.uniform(-1, 2)),
]


@pytest.mark.parametrize(("shape", "top", "blur", "exact"), SHAPES)
def test_draws_of_a_shape_follow_the_distribution_of_scipy(shape, top, blur, exact):
    one = Influence.from_half_width("x", "x", 0.5, shape=shape, top=top, blur=blur, estimate=3.0)
    drawn = draw(one, generator(), 20_000)
    assert stats.kstest((drawn - 3.0) / 0.5, exact.cdf).pvalue > 1e-3
    assert one.std == pytest.approx(0.5 * exact.std(), rel=1e-12)


@pytest.mark.parametrize("blur", [0.2, 0.5, 1.0])
def test_curvilinear_trapezoid_has_the_moments_and_ends_of_jcgm_101_6_4_3(blur):
    one = Influence.from_half_width("x", "x", 2.0, shape="curvilinear_trapezoid", blur=blur, estimate=1.0)
    assert one.std**2 == pytest.approx(4**2 / 12 + (2 * blur) ** 2 / 9, rel=1e-12)
    drawn = draw(one, generator(), 200_000)
    assert drawn.mean() == pytest.approx(1.0, abs=5 * one.std / math.sqrt(200_000))
    assert drawn.std() == pytest.approx(one.std, rel=5e-3)
    assert np.abs(drawn - 1.0).max() <= 2 * (1 + blur)
    assert np.abs(drawn - 1.0).max() > 2.0


@pytest.mark.parametrize(
    ("distribution", "dof", "exact"),
    [
        ("normal", math.inf, stats.norm),
        ("t", math.inf, stats.norm),
        ("t", 4, stats.t(4)),
        ("normal", 9, stats.t(9)),
    ],
)
def test_finite_degrees_of_freedom_are_drawn_as_scaled_t(distribution, dof, exact):
    drawn = draw(Influence("x", "x", 5.0, 0.1, dof, distribution), generator(), 20_000)
    assert stats.kstest((drawn - 5.0) / 0.1, exact.cdf).pvalue > 1e-3


def test_correlated_quantities_are_drawn_together():
    pair = [Influence("a", "a", 1, 0.1), Influence("b", "b", 2, 0.2), Influence("c", "c", 0, 1.0)]
    inputs = Inputs.of(pair, correlations={("a", "b"): -0.6})
    found = monte_carlo(lambda x: (x[0], x[1], x[2]), inputs, seed=2, draws=200_000)
    assert found.correlation[0, 1, 0] == pytest.approx(-0.6, abs=0.01)
    assert found.correlation[0, 2, 0] == pytest.approx(0, abs=0.01)
    assert found.u[:, 0] == pytest.approx([0.1, 0.2, 1.0], rel=0.01)
    assert found.covariance[0, 1, 0] == pytest.approx(
        propagate(lambda x: (x[0], x[1]), inputs).covariance[0, 1, 0], rel=0.02
    )


def test_quantities_with_equal_dof_are_a_joint_t():
    pair = [Influence("a", "a", 0, 1.0, 6), Influence("b", "b", 0, 1.0, 6)]
    inputs = Inputs.of(pair, correlations={("a", "b"): 0.5})
    found = monte_carlo(lambda x: x[0] + x[1], inputs, seed=2, draws=400_000)
    # any sum of a joint t is a t with the same dof: scale √3
    assert found.high[0, 0] == pytest.approx(math.sqrt(3) * stats.t(6).ppf(0.975), rel=0.01)


def test_a_full_correlation_is_one_quantity():
    pair = [Influence("a", "a", 0, 1.0), Influence("b", "b", 0, 1.0)]
    found = monte_carlo(
        lambda x: x[0] - x[1], Inputs.of(pair, correlations={("a", "b"): 1.0}), seed=2, draws=1000
    )
    assert found.u[0, 0] < 1e-12


def test_one_id_is_drawn_once():
    gain = Influence.from_half_width("gain", "gain", 0.1, estimate=1.0)
    found = monte_carlo(lambda x: x[0] / x[1], Inputs.of([gain, gain]), seed=2, draws=1000)
    assert (found.low[0, 0], found.high[0, 0], found.u[0, 0]) == (1.0, 1.0, 0.0)


def test_the_same_seed_gives_the_same_bits_and_a_point_of_a_table_is_that_point_alone():
    inputs = Inputs.of(
        [Influence("x", "x", 0, 1.0, 5), Influence("y", "y", 1, 0.1)], estimates={"x": [1.0, 2.0]}
    )
    table = monte_carlo(lambda x: x[0] * x[1], inputs, seed=9, draws=25_000)
    alone = Inputs.of([Influence("x", "x", 2.0, 1.0, 5), Influence("y", "y", 1, 0.1)])
    again, other = (monte_carlo(lambda x: x[0] * x[1], alone, seed=seed, draws=25_000) for seed in (9, 10))
    assert table.low[0, 1] == again.low[0, 0]
    assert table.u[0, 1] == again.u[0, 0]
    assert other.u[0, 0] != again.u[0, 0]
    assert (again.seed, again.generator, again.draws) == (9, "PCG64DXSM", (25_000,))


def test_the_generator_is_the_one_that_is_named():
    # numpy's PCG64DXSM with seed 12345, the first normal deviate
    expected = np.random.Generator(np.random.PCG64DXSM(12345)).standard_normal(1000).mean()
    found = monte_carlo(lambda x: x[0], Inputs.of([Influence("x", "x", 0, 1.0)]), seed=12345, draws=1000)
    assert found.values[0, 0] == pytest.approx(expected, rel=1e-12)


# --- adaptive ---


@pytest.mark.parametrize(("digits", "most"), [(1, 200_000), (2, 2_000_000)])
def test_adaptive_draws_until_the_digits_are_steady(digits, most):
    inputs = four(None, None, None, None)
    found = adaptive_monte_carlo(total, inputs, seed=79, digits=digits, most=most)
    tolerance = float(numerical_tolerance(np.array(2.0), digits))
    assert found.adaptive
    assert found.draws[0] % 10_000 == 0
    assert 20_000 <= found.draws[0] < most
    assert found.u[0, 0] == pytest.approx(2.0, abs=2 * tolerance)
    assert found.high[0, 0] == pytest.approx(3.92, abs=2 * tolerance)
    assert validate(propagate(total, inputs), found, digits=1).holds[0, 0]


def test_more_digits_take_more_draws_and_equal_a_fixed_number_of_them():
    inputs = four(ROOT3, ROOT3, ROOT3, ROOT3)
    one, two = (adaptive_monte_carlo(total, inputs, seed=5, digits=digits) for digits in (1, 2))
    assert one.draws < two.draws
    fixed = monte_carlo(total, inputs, seed=5, draws=two.draws[0])
    assert (fixed.low[0, 0], fixed.high[0, 0], fixed.u[0, 0]) == (two.low[0, 0], two.high[0, 0], two.u[0, 0])


@pytest.mark.parametrize(
    ("u", "digits", "tolerance"),
    [  # JCGM 101 7.9.2 note: 0.035 V has 35·10⁻³ with two digits and 4·10⁻² with one
        (0.035, 2, 0.0005),
        (0.035, 1, 0.005),
        (10.0, 2, 0.5),
        (9.96, 2, 0.5),
        (9.94, 2, 0.05),
        (0.0, 2, 0.0),
    ],
)
def test_numerical_tolerance(u, digits, tolerance):
    assert float(numerical_tolerance(np.array(u), digits)) == pytest.approx(tolerance, rel=1e-12)


# --- intervals ---


@pytest.mark.parametrize(
    ("m", "p", "ends"),
    [  # JCGM 101 7.7.2, counted by hand: q = 950, r = 25; q = 951 (of 950.95), r = 25
        (1000, 0.95, (25, 975)),
        (1001, 0.95, (25, 976)),
        (400, 0.5, (100, 300)),
    ],
)
def test_symmetric_interval_of_whole_numbers(m, p, ends):
    numbers = np.random.default_rng(3).permutation(np.arange(1.0, m + 1))
    assert coverage_interval(numbers, p) == ends


@pytest.mark.parametrize("p", [0.4, 0.9])
def test_shortest_interval_is_the_shortest(p):
    sample = np.random.default_rng(4).gamma(2.0, size=500)
    ordered, inside = np.sort(sample), math.floor(p * 500 + 0.5)
    lengths = [ordered[low + inside] - ordered[low] for low in range(500 - inside)]
    low, high = coverage_interval(sample, p, "shortest")
    assert high - low == min(lengths)


# --- what is refused ---

HEAVY = Inputs.of(
    [Influence("r", "r", 0.0, 1.0, 2), Influence("s", "s", 0.0, 1.0, 1), Influence("n", "n", 0.0, 1.0)]
)


def test_too_few_degrees_of_freedom_have_an_interval_and_no_standard_deviation():
    found = monte_carlo(lambda x: (x[0], x[1], x[2]), HEAVY, seed=3, draws=100_000)
    assert found.high[0, 0] == pytest.approx(stats.t(2).ppf(0.975), rel=0.03)
    assert np.isnan(found.u[:, 0]).tolist() == [True, True, False]
    assert np.isnan(found.values[:, 0]).tolist() == [False, True, False]
    assert np.isnan(found.covariance[0, 2, 0])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: monte_carlo(lambda x: x[0], HEAVY, seed=1, draws=100),
            "100 draws leave fewer than 10 outside .* 200",
        ),
        (lambda: monte_carlo(lambda x: x[0], HEAVY, seed=1, p=95), "coverage probability is 95"),
        (
            lambda: adaptive_monte_carlo(lambda x: x[0], HEAVY, seed=1),
            "draws of 'r', 's' have no standard deviation",
        ),
        (
            lambda: adaptive_monte_carlo(lambda x: 9.9 * x[2], HEAVY, seed=2, most=20_000),
            "after 20000 draws .* still changes",
        ),
        (lambda: adaptive_monte_carlo(lambda x: x[2], HEAVY, seed=1, digits=3), "it has 1 or 2"),
        (
            lambda: monte_carlo(lambda x: 1 / x[0], Inputs.of([Influence("x", "x", 0, 1)]), seed=1),
            "is inf at the estimates",
        ),
        (
            lambda: monte_carlo(lambda x: np.log(x[0]), Inputs.of([Influence("x", "x", 1, 1)]), seed=1),
            "is nan for a draw \\(x = -",
        ),
        (
            lambda: monte_carlo(
                lambda x: x[0] + x[1],
                Inputs.of(
                    [Influence("a", "a", 0, 1), Influence.from_half_width("b", "b", 1)],
                    correlations={("a", "b"): 0.5},
                ),
                seed=1,
            ),
            "'b' is rectangular and correlated by a coefficient",
        ),
    ],
)
def test_refuses_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_validation_compares_the_same_outputs():
    with pytest.raises(ValueError, match="compare alike"):
        validate(
            propagate(lambda x: x[0], HEAVY),
            monte_carlo(lambda x: (x[2], x[2]), HEAVY, seed=1, draws=1000),
        )
