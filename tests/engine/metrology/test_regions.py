"""Several outputs together: coverage regions, adaptive draws and complex quantities (JCGM 102)."""

from __future__ import annotations

import math

import GTC
import numpy as np
import pytest
from scipy import integrate, stats

from calbench.metrology import (
    Influence,
    Inputs,
    adaptive_monte_carlo,
    drawn_region,
    in_parts,
    monte_carlo,
    normal_factor,
    normal_region,
    propagate,
)
from calbench.metrology.stability import Stability


def pair_sums(x):
    """The additive model of JCGM 102 9.2: two outputs with one input in common."""
    return x[0] + x[2], x[1] + x[2]


def normals(*stds):
    return Inputs.of([Influence(f"x{i}", f"x{i}", 0.0, u) for i, u in enumerate(stds)])


@pytest.mark.parametrize(
    ("third", "covariance", "r"), [(1.0, [[2, 1], [1, 2]], 0.5), (3.0, [[10, 9], [9, 10]], 0.9)]
)
def test_additive_model_of_jcgm_102_9_2(third, covariance, r):
    # 9.2.2 and 9.2.4; the numbers as in the public tests of phydrax (test_jcgm_contracts)
    inputs = normals(1.0, 1.0, third)
    law = propagate(pair_sums, inputs)
    assert law.covariance[:, :, 0] == pytest.approx(np.array(covariance), rel=1e-12)
    assert law.correlation[0, 1, 0] == pytest.approx(r, rel=1e-12)
    region = normal_region(law)
    assert region.k == pytest.approx(2.4477, abs=5e-5)  # √5.9915 of every table of χ²
    drawn = monte_carlo(pair_sums, inputs, seed=102, draws=400_000)
    assert drawn_region(drawn).k == pytest.approx(region.k, abs=8e-3)
    assert drawn_region(drawn).content == pytest.approx(region.content, rel=0.01)


@pytest.mark.parametrize(
    ("x1", "r", "expected"),
    [
        (0.001, 0.0, [[1e-4, 0], [0, 100]]),
        (0.010, 0.0, [[1e-4, 0], [0, 1]]),
        (0.100, 0.0, [[1e-4, 0], [0, 0.01]]),
        (0.100, 0.9, [[1e-4, 9e-4], [9e-4, 0.01]]),
    ],
)
def test_magnitude_and_phase_of_jcgm_102_9_3(x1, r, expected):
    # the rows of the law of propagation; the numbers as in the public tests of phydrax (test_jcgm_contracts)
    inputs = Inputs.of(
        [Influence("re", "re", x1, 0.010), Influence("im", "im", 0.0, 0.010)],
        correlations={("re", "im"): r} if r else None,
    )
    law = propagate(
        lambda x: (np.sqrt(x[0] ** 2 + x[1] ** 2), np.arctan(x[1] / x[0])), inputs, method="complex-step"
    )
    assert law.values[:, 0] == pytest.approx([x1, 0])
    assert law.covariance[:, :, 0] == pytest.approx(np.array(expected), rel=1e-9, abs=1e-12)
    # The standard shows this example because the law of propagation is wrong near the origin; here it says so.
    assert law.nonlinear[0, 0] == (1 if x1 < 0.1 else 0)


@pytest.mark.parametrize(
    ("x1", "r", "means", "stds"),
    [
        (0.001, 0.0, (0.013, 0.0), (0.007, 1.744)),
        (0.001, 0.9, (0.012, -0.556), (0.008, 1.599)),
        (0.010, 0.9, (0.015, -0.343), (0.008, 0.903)),
    ],
)
def test_magnitude_and_phase_of_jcgm_102_9_3_by_monte_carlo(x1, r, means, stds):
    # tables 6 and 7; the numbers as in sandialabs/suncal test_examples.py test_GUMSUP2, with its tolerances
    inputs = Inputs.of(
        [Influence("re", "re", x1, 0.010), Influence("im", "im", 0.0, 0.010)],
        correlations={("re", "im"): r} if r else None,
    )
    drawn = monte_carlo(lambda x: (np.hypot(x[0], x[1]), np.arctan2(x[1], x[0])), inputs, seed=93)
    assert drawn.values[0, 0] == pytest.approx(means[0], abs=5e-4)
    assert drawn.values[1, 0] == pytest.approx(means[1], abs=0.01)
    assert drawn.u[0, 0] == pytest.approx(stds[0], abs=5e-4)
    assert drawn.u[1, 0] == pytest.approx(stds[1], abs=5e-3)


@pytest.mark.parametrize("outputs", [1, 2, 3, 7])
@pytest.mark.parametrize("p", [0.5, 0.95, 0.99])
def test_normal_factors_against_scipy(outputs, p):
    assert normal_factor(outputs, p) == pytest.approx(math.sqrt(stats.chi2.ppf(p, outputs)), rel=1e-10)
    assert normal_factor(outputs, p, "box") == pytest.approx(
        stats.norm.ppf(1 - (1 - p) / (2 * outputs)), rel=1e-10
    )
    dof = outputs + 4
    hotelling = outputs * dof / 5 * stats.f.ppf(p, outputs, 5)
    assert normal_factor(outputs, p, dof=dof) == pytest.approx(math.sqrt(hotelling), rel=1e-10)


def test_one_output_has_the_factor_of_t():
    assert normal_factor(1, 0.95, dof=7) == pytest.approx(stats.t.ppf(0.975, 7), rel=1e-10)
    assert normal_factor(1, 0.95, "box", dof=7) == pytest.approx(stats.t.ppf(0.975, 7), rel=1e-10)


def test_two_independent_rectangles_have_the_regions_of_a_square():
    inputs = Inputs.of([Influence.from_half_width(n, n, 1.0) for n in "ab"])
    drawn = monte_carlo(lambda x: (x[0], x[1]), inputs, seed=5, draws=400_000)
    # P(max(|a|, |b|) ≤ t) = t² on a square of half-width 1, whose u is 1/√3
    assert drawn_region(drawn, kind="box").k == pytest.approx(math.sqrt(3 * 0.95), abs=2e-3)

    def covered(k):
        radius = k / math.sqrt(3)
        height = integrate.quad(lambda x: min(1.0, math.sqrt(max(radius**2 - x**2, 0))), 0, min(1, radius))
        return height[0]

    k = drawn_region(drawn).k
    assert covered(k) == pytest.approx(0.95, abs=2e-3)


@pytest.mark.parametrize("kind", ["ellipsoid", "box"])
def test_a_region_of_draws_holds_the_stated_part_of_other_draws(kind):
    inputs = Inputs.of(
        [
            Influence.from_half_width("a", "a", 1.0, shape="arcsine"),
            Influence("b", "b", 1.0, 0.3, 5),
            Influence.from_half_width("c", "c", 0.4, shape="triangular"),
        ]
    )

    def model(x):
        return x[0] + x[1], x[1] * x[2] + x[0], x[2] - x[0]

    region = drawn_region(monte_carlo(model, inputs, seed=1, draws=200_000, p=0.9), kind=kind)
    fresh = np.random.default_rng(2)
    n = 200_000
    others = model(
        [
            np.sin(2 * np.pi * fresh.random(n)),
            1 + 0.3 * fresh.standard_t(5, n),
            fresh.triangular(-0.4, 0, 0.4, n),
        ]
    )
    assert region.contains(np.stack(others)).mean() == pytest.approx(0.9, abs=4e-3)
    assert region.contains(region.centre)
    assert not region.contains(region.centre + 3 * region.half_widths)


def test_an_ellipse_has_axes_and_reaches_as_far_as_its_half_widths():
    region = normal_region(propagate(pair_sums, normals(1.0, 1.0, 3.0)))
    axes = region.axes()
    # [[10, 9], [9, 10]] has the eigenvalues 19 along (1, 1) and 1 along (1, -1)
    assert np.linalg.norm(axes, axis=0) == pytest.approx(region.k * np.sqrt([19, 1]), rel=1e-12)
    assert abs(axes[0, 0]) == pytest.approx(abs(axes[1, 0]), rel=1e-12)
    assert region.content == pytest.approx(math.pi * region.k**2 * math.sqrt(19), rel=1e-12)
    assert region.half_widths == pytest.approx(region.k * np.sqrt([10, 10]), rel=1e-12)
    angles = np.linspace(0, 2 * np.pi, 721)
    edge = axes @ np.stack([np.cos(angles), np.sin(angles)])
    assert np.max(edge, axis=1) == pytest.approx(region.half_widths, rel=1e-4)
    assert region.contains(edge * (1 - 1e-9)).all()
    assert not region.contains(edge * (1 + 1e-9)).any()


def test_a_box_covers_at_least_what_it_says_whatever_the_correlation():
    for third in (0.01, 1.0, 30.0):
        law = propagate(pair_sums, normals(1.0, 1.0, third))
        box = normal_region(law, kind="box")
        drawn = stats.multivariate_normal(cov=law.covariance[:, :, 0], seed=3).rvs(100_000)
        assert box.contains(drawn.T).mean() > 0.95 - 2e-3


def test_an_output_that_follows_from_others_has_a_box_and_no_ellipsoid():
    inputs = normals(1.0, 2.0)

    def model(x):
        return x[0], x[1], x[0] + x[1]

    law, drawn = propagate(model, inputs), monte_carlo(model, inputs, seed=1, draws=20_000)
    with pytest.raises(ValueError, match="depend on each other linearly"):
        normal_region(law)
    with pytest.raises(ValueError, match="depend on each other linearly"):
        drawn_region(drawn)
    assert np.isnan(drawn.k_ellipsoid).all()
    assert drawn_region(drawn, kind="box").contains([0.1, 0.1, 0.2])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: normal_factor(0), "a region needs one or more"),
        (lambda: normal_factor(2, 1.0), "must lie between 0 and 1"),
        (lambda: normal_factor(3, dof=2), "too few for an ellipsoid of 3 outputs"),
        (lambda: normal_factor(2, 0.95, "sphere"), "it is ellipsoid or box"),  # type: ignore[arg-type] # that is the test
        (
            lambda: normal_region(propagate(lambda x: (x[0], 0 * x[0]), normals(1.0))),
            "Output 1 has the standard uncertainty 0.0",
        ),
        (
            lambda: drawn_region(
                monte_carlo(
                    lambda x: (x[0], x[1]),
                    Inputs.of([Influence("a", "a", 0, 1, 2), Influence("b", "b", 0, 1)]),
                    seed=1,
                    draws=10_000,
                )
            ),
            "more than 2 degrees of freedom",
        ),
        (
            lambda: normal_region(propagate(pair_sums, normals(1, 1, 1)), kind="box").axes(),
            "no axes of its own",
        ),
    ],
)
def test_refuses_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_adaptive_draws_of_several_outputs_wait_for_what_they_have_in_common():
    # 7.8.3: ten blocks at least, then λmax of the correlation and k of the ellipsoid are steady to the digits asked for
    few = adaptive_monte_carlo(pair_sums, normals(1.0, 1.0, 1.0), seed=7, digits=1)
    assert few.draws == (100_000,)
    alone = adaptive_monte_carlo(lambda x: x[0] + x[2], normals(1.0, 1.0, 1.0), seed=7, digits=1)
    assert alone.draws[0] < 100_000
    assert few.k_ellipsoid[0] == pytest.approx(2.4477, abs=0.02)


def test_a_correlation_that_is_not_steady_keeps_the_draws_going():
    # Every other block has r = 0.9: each output alone is steady from the first blocks on, λmax (1 or 1.9) is not.
    # 2 · 0.45 / √h is within the tolerance of λmax = 1.45, which is 0.05, after some 310 blocks; else ten would do.
    rng, made = np.random.default_rng(8), []

    def block(n):
        made.append(n)
        z = rng.standard_normal((2, n))
        r = 0.9 * (len(made) % 2)
        return np.stack([z[0], r * z[0] + math.sqrt(1 - r**2) * z[1]])

    rule = Stability(2, 0.9, "symmetric", 1_000, 1_000_000)
    assert rule.reach(block, 0).shape[1] / 1_000 == pytest.approx(315, abs=15)


def test_a_point_of_a_table_has_the_region_of_that_point_alone():
    inputs = Inputs.of(
        [Influence("{point}/a", "a", 0.0, 1.0), Influence("b", "b", 0.0, 1.0)], stds={"{point}/a": [0.5, 2.0]}
    )

    def model(x):
        return x[0] + x[1], x[1]

    table = monte_carlo(model, inputs, seed=3, draws=20_000)
    alone = monte_carlo(
        model, Inputs.of([Influence("a", "a", 0.0, 2.0), Influence("b", "b", 0.0, 1.0)]), seed=3, draws=20_000
    )
    assert table.k_ellipsoid[1] == alone.k_ellipsoid[0]
    assert drawn_region(table, point=1).content == drawn_region(alone).content
    assert np.isnan(monte_carlo(lambda x: x[0], normals(1.0), seed=1, draws=10_000).k_ellipsoid).all()


def test_complex_quantities_in_parts_against_gtc():
    # an impedance in parallel with another, r of the parts stated; GTC propagates complex numbers of its own
    cov_a, cov_b = (0.3**2, 0.2 * 0.3 * 0.4, 0.2 * 0.3 * 0.4, 0.4**2), (0.1**2, 0.0, 0.0, 0.2**2)
    a, b, c = GTC.ucomplex(50 + 3j, cov_a), GTC.ucomplex(40 - 8j, cov_b), GTC.ureal(1.1, 0.01)
    theirs = (c * a * b / (a + b), a / b)
    inputs = Inputs.of(
        [
            Influence("a.re", "a", 50, 0.3),
            Influence("a.im", "a", 3, 0.4),
            Influence("b.re", "b", 40, 0.1),
            Influence("b.im", "b", -8, 0.2),
            Influence("c", "c", 1.1, 0.01),
        ],
        correlations={("a.re", "a.im"): 0.2},
    )
    model = in_parts(lambda z: (z[2] * z[0] * z[1] / (z[0] + z[1]), z[0] / z[1]), [True, True, False])
    law = propagate(model, inputs)
    for place, z in enumerate(theirs):
        pair = slice(2 * place, 2 * place + 2)
        assert law.values[pair, 0] == pytest.approx([z.x.real, z.x.imag], rel=1e-12)
        assert law.covariance[pair, pair, 0].ravel() == pytest.approx(list(z.v), rel=1e-8)
    drawn = monte_carlo(model, inputs, seed=4, draws=100_000)
    assert drawn.u[:, 0] == pytest.approx(law.u[:, 0], rel=0.02)
    with pytest.raises(ValueError, match="cannot be differentiated by the complex step"):
        propagate(model, inputs, method="complex-step")
