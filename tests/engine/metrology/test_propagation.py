"""The law of propagation over arrays: published cases D01, D02, D02b, D05, D14, and GTC on random models."""

from __future__ import annotations

import itertools
import math
import random
from decimal import Decimal

import GTC
import numpy as np
import pytest
from GTC import get_correlation, multiple_ureal, ureal

from calbench.metrology import (
    Influence,
    Inputs,
    Term,
    combine,
    covariance,
    expand_by_t,
    monte_carlo,
    propagate,
    second_order_variance,
    sensitivities,
)

METHODS = ["differences", "complex-step"]


def bridge(x):
    """R, X, Z of GUM H.2."""
    v, i, phi = x
    return v / i * np.cos(phi), v / i * np.sin(phi), v / i


def end_gauge(x):
    ls, d0, d1, d2, als, da, theta, delta, dtheta = x
    return ls + d0 + d1 + d2 - ls * (da * (theta + delta) + als * dtheta)


END_GAUGE = (
    Influence("ls", "ls", 50000623, 25, 18),
    Influence("d0", "d0", 215, 5.8, 24),
    Influence("d1", "d1", 0, 3.9, 5),
    Influence("d2", "d2", 0, 6.7, 8),
    Influence.from_half_width("als", "als", 2e-6, estimate=11.5e-6),
    Influence.from_half_width("da", "da", 1e-6, dof=50),
    Influence("theta", "theta", -0.1, 0.2),
    Influence.from_half_width("Delta", "Delta", 0.5, shape="arcsine"),
    Influence.from_half_width("dtheta", "dtheta", 0.05, dof=2),
)


@pytest.mark.parametrize("method", METHODS)
def test_d01_end_gauge_of_gum_h1(method):
    found = propagate(end_gauge, Inputs.of(END_GAUGE), method=method)
    assert found.values[0, 0] == 50000838
    assert found.u[0, 0] == pytest.approx(31.66387911, abs=2e-8)
    assert found.dof[0, 0] == pytest.approx(16.7519, abs=5e-5)
    parts = dict(zip(found.inputs.ids, np.abs(found.contributions[0, :, 0]), strict=True))
    assert parts["ls"] == pytest.approx(25, rel=1e-9)
    assert parts["da"] == pytest.approx(2.88679, abs=5e-6)
    assert parts["dtheta"] == pytest.approx(16.59903, abs=5e-6)
    assert found.u_second_order[0, 0] == pytest.approx(33.81, abs=5e-3)
    assert found.nonlinear[0, 0] == 1
    expanded = expand_by_t(found.budget(), 0.99, truncate_dof=True)
    assert expanded.k == pytest.approx(2.9207816, abs=5e-8)
    assert pytest.approx(92.48, abs=5e-3) == expanded.U


def triples():
    v = [Decimal(t) for t in ["5.007", "4.994", "5.005", "4.990", "4.999"]]
    i = [Decimal(t) / 1000 for t in ["19.663", "19.639", "19.640", "19.685", "19.678"]]
    phi = [Decimal(t) for t in ["1.0456", "1.0438", "1.0468", "1.0428", "1.0433"]]
    influences = [Influence.from_readings(n, n, r) for n, r in (("V", v), ("I", i), ("phi", phi))]
    r = np.asarray(np.corrcoef(np.array([v, i, phi], dtype=float)))
    return influences, {("V", "I"): r[0, 1], ("V", "phi"): r[0, 2], ("I", "phi"): r[1, 2]}


@pytest.mark.parametrize("method", METHODS)
def test_d02_impedance_of_gum_h2_from_readings(method):
    influences, pairs = triples()
    found = propagate(bridge, Inputs.of(influences, correlations=pairs), method=method)
    assert [one.std for one in influences] == pytest.approx(
        [0.00320936, 9.471008e-06, 0.0007520638], rel=2e-6
    )
    assert list(pairs.values()) == pytest.approx([-0.355311, 0.857624, -0.645111], abs=5e-7)
    assert found.values[:, 0] == pytest.approx([127.732169928, 219.846511913, 254.259701948], abs=5e-10)
    assert found.u[:, 0] == pytest.approx([0.0710714074, 0.2955816774, 0.2363361301], abs=5e-11)
    r = found.correlation[:, :, 0]
    assert (r[0, 1], r[0, 2], r[1, 2]) == pytest.approx((-0.58843, -0.485259, 0.992512), abs=5e-7)
    assert found.dof[:, 0] == pytest.approx([4, 4, 4], rel=1e-9)


def test_d02b_impedance_of_gum_h2_from_rounded_inputs():
    influences = [
        Influence("V", "V", 4.999, 0.0032),
        Influence("I", "I", 0.019661, 9.5e-6),
        Influence("phi", "phi", 1.04446, 7.5e-4),
    ]
    pairs = {("V", "I"): -0.36, ("phi", "V"): 0.86, ("I", "phi"): -0.65}
    found = propagate(bridge, Inputs.of(influences, correlations=pairs))
    assert found.u[:, 0] == pytest.approx([0.0699787279884, 0.295716826846, 0.236602971835], rel=1e-9)
    r = found.correlation[:, :, 0]
    assert (r[0, 1], r[1, 2], r[2, 0]) == pytest.approx(
        (-0.591484610819, 0.992797472722, -0.490623905441), rel=1e-9
    )
    assert np.isinf(found.dof).all()
    assert (np.abs(found.second_order) < 1e-4 * found.u**2).all()  # as good as linear


def second_order_of_a_cubic(slope, bent, twisted, covariance):
    """The formula as it is printed: one sum over all indices, for y = a·x + ½ x·H·x + ⅙ T(x, x, x) at x = 0."""
    return np.einsum("ij,kl,ik,jl->", bent, bent, covariance, covariance) / 2 + np.einsum(
        "i,ij,jkl,kl->", slope, covariance, twisted, covariance
    )


@pytest.mark.parametrize("seed", range(4))
def test_second_order_of_correlated_inputs_is_the_sum_over_all_indices(seed):
    rng = np.random.default_rng(seed)
    slope, bent, twisted = rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=(3, 3, 3))
    bent = bent + bent.T
    twisted = np.mean([twisted.transpose(order) for order in itertools.permutations(range(3))], axis=0)
    root = rng.normal(size=(3, 3))
    covariance = root @ root.T
    u = np.sqrt(np.diagonal(covariance))
    r = covariance / np.outer(u, u)
    names = ("a", "b", "c")
    inputs = Inputs.of(
        [Influence(n, n, 0.0, float(s)) for n, s in zip(names, u, strict=True)],
        correlations={(names[i], names[j]): float(r[i, j]) for i in range(3) for j in range(i)},
    )

    def model(x):
        z = np.stack(np.broadcast_arrays(*x))
        return (
            np.einsum("i,i...->...", slope, z)
            + np.einsum("ij,i...,j...->...", bent, z, z) / 2
            + np.einsum("ijk,i...,j...,k...->...", twisted, z, z, z) / 6
        )

    found = propagate(model, inputs)
    exact = second_order_of_a_cubic(slope, bent, twisted, covariance)
    assert found.second_order[0, 0] == pytest.approx(exact, rel=1e-9)
    assert found.u[0, 0] ** 2 == pytest.approx(slope @ covariance @ slope, rel=1e-9)


@pytest.mark.parametrize("r", [-0.9, -0.3, 0.5, 1.0])
def test_second_order_of_a_product_of_correlated_factors_is_its_exact_variance(r):
    # Var(xy) of a joint normal: μx²σy² + μy²σx² + 2 r μx μy σx σy + σx²σy²(1 + r²) (Kendall and Stuart, vol. 1, 10.4)
    inputs = Inputs.of(
        [Influence("x", "x", 2.0, 0.5), Influence("y", "y", 3.0, 0.4)], correlations={("x", "y"): r}
    )
    found = propagate(lambda x: x[0] * x[1], inputs)
    exact = (2 * 0.4) ** 2 + (3 * 0.5) ** 2 + 2 * r * 2 * 3 * 0.5 * 0.4 + (0.5 * 0.4) ** 2 * (1 + r**2)
    assert found.u_second_order[0, 0] == pytest.approx(np.sqrt(exact), rel=1e-9)
    drawn = monte_carlo(lambda x: x[0] * x[1], inputs, seed=2, draws=200_000)
    assert drawn.u[0, 0] == pytest.approx(np.sqrt(exact), rel=5e-3)
    # half of the second digit: 0.05 where u is above 1, 0.005 where the two nearly cancel
    assert found.nonlinear[0, 0] == (1 if r == -0.9 else 0)


def test_d05_welch_satterthwaite_of_gum_g_4_1():
    parts = [("a", 0.0025, 9), ("b", 0.0057, 4), ("c", 0.0082, 14)]
    inputs = Inputs.of([Influence(name, name, 1, u, dof) for name, u, dof in parts])
    found = propagate(lambda x: x[0] * x[1] * x[2], inputs)
    assert 100 * found.u[0, 0] == pytest.approx(1.02946588, abs=5e-9)
    assert found.dof[0, 0] == pytest.approx(18.99874, abs=5e-6)
    assert found.nonlinear[0, 0] == 0


@pytest.mark.parametrize("method", METHODS)
def test_d14_logarithm_of_npl_at_first_order(method):
    x = Influence.from_half_width("x", "x", 0.5, estimate=0.6)
    found = propagate(lambda v: np.log(v[0]), Inputs.of([x]), method=method)
    assert found.values[0, 0] == pytest.approx(-0.510826, abs=5e-7)
    assert found.u[0, 0] == pytest.approx(0.481125, abs=5e-7)
    # half of the second digit: 0.05 where u is above 1, 0.005 where the two nearly cancel


# --- GTC, an independent program ---

MODELS = [
    (lambda x, m: (x[0] * x[1] / x[2], x[0] + m.exp(-x[1]), m.sqrt(x[2]))),
    (lambda x, m: (x[0] ** 2 - x[1] * x[2] + x[3] / x[0], m.sin(x[1]) * x[2])),
    (lambda x, m: ((x[0] + x[1]) / (x[0] - 3 * x[2] - 4) ** 3 * m.log(x[3]), x[3])),
    (lambda x, m: (1 / (1 / x[0] + 1 / x[1] + 1 / x[2]), x[0] - x[3], x[1] * m.cos(x[2]))),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(20))
def test_random_models_against_gtc(seed, method):
    rng = random.Random(seed)
    points = 7
    table = {f"x{i}": np.array([rng.uniform(0.5, 2.0) for _ in range(points)]) for i in range(4)}
    stds = {name: np.array([10 ** rng.uniform(-6, -1.5) for _ in range(points)]) for name in table}
    dofs = {
        name: np.array([rng.choice([math.inf, 2.0, 7.5, 200.0]) for _ in range(points)]) for name in table
    }
    model = MODELS[seed % len(MODELS)]
    inputs = Inputs.of([Influence(n, n, 0, 0) for n in table], estimates=table, stds=stds, dofs=dofs)
    found = propagate(lambda x: model(x, np), inputs, method=method)
    for point in range(points):
        theirs = [ureal(table[n][point], stds[n][point], dofs[n][point]) for n in table]
        outputs = model(theirs, GTC)
        for a, y in enumerate(outputs):
            assert found.values[a, point] == pytest.approx(y.x, rel=1e-13)
            assert found.u[a, point] == pytest.approx(y.u, rel=1e-9)
            assert found.dof[a, point] == pytest.approx(y.df, rel=1e-8)
            for b, z in enumerate(outputs):
                assert found.correlation[a, b, point] == pytest.approx(get_correlation(y, z), abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_quantities_observed_together_against_ensembles_of_gtc(seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(3, 3))
    r = np.asarray(np.corrcoef(a @ rng.normal(size=(3, 50))))
    x, u, dof = [1.0, 2.0, 3.0], [0.01, 0.02, 0.015], 6
    theirs = multiple_ureal(x, u, dof)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        GTC.set_correlation(float(r[i, j]), theirs[i], theirs[j])
    other = ureal(4.0, 0.05, 3)
    y = theirs[0] * theirs[1] / theirs[2] + 0.1 * other
    influences = [Influence(f"x{i}", f"x{i}", x[i], u[i], dof) for i in range(3)] + [
        Influence("z", "z", 4, 0.05, 3)
    ]
    pairs = {(f"x{i}", f"x{j}"): float(r[i, j]) for i, j in ((0, 1), (0, 2), (1, 2))}
    found = propagate(lambda v: v[0] * v[1] / v[2] + 0.1 * v[3], Inputs.of(influences, correlations=pairs))
    assert found.u[0, 0] == pytest.approx(y.u, rel=1e-9)
    assert found.dof[0, 0] == pytest.approx(y.df, rel=1e-8)


# --- what must hold ---


def test_arrays_and_single_numbers_are_the_same_engine():
    slopes = sensitivities(end_gauge, [i.estimate for i in END_GAUGE], [i.std for i in END_GAUGE])
    budget = combine(Term(i, c) for i, c in zip(END_GAUGE, slopes, strict=True))
    found = propagate(end_gauge, Inputs.of(END_GAUGE))
    assert found.u[0, 0] == pytest.approx(budget.u, rel=1e-9)
    added = second_order_variance(end_gauge, [i.estimate for i in END_GAUGE], [i.std for i in END_GAUGE])
    assert found.second_order[0, 0] == pytest.approx(added, rel=1e-6)
    lines = found.budget().lines
    assert [line.share for line in lines] == pytest.approx([line.share for line in budget.lines], abs=1e-6)


def test_a_point_of_a_table_is_that_point_alone():
    column = np.linspace(1.0, 9.0, 5)
    pair = [Influence("a", "a", 1.0, 0.1, 5), Influence("b", "b", 2.0, 0.2)]
    table = propagate(lambda x: x[0] * x[1] ** 2, Inputs.of(pair, estimates={"a": column}))
    for point, a in enumerate(column):
        alone = propagate(lambda x: x[0] * x[1] ** 2, Inputs.of([Influence("a", "a", a, 0.1, 5), pair[1]]))
        for one, other in ((table.values, alone.values), (table.u, alone.u), (table.dof, alone.dof)):
            assert one[0, point] == other[0, 0]


def test_one_id_is_one_quantity():
    gain = Influence("gain", "gain", 1.0, 0.01)
    found = propagate(lambda x: x[0] / x[1], Inputs.of([gain, gain]))
    assert found.u[0, 0] == pytest.approx(0, abs=1e-15)
    assert len(found.budget().lines) == 1


def test_points_of_a_table_are_correlated_by_what_they_share():
    inputs = Inputs.of(
        [Influence("standard", "s", 0, 0.3), Influence("run/{point}/rep", "r", 0, 0.4)],
        estimates={"standard": [1.0, 2.0]},
    )
    found = propagate(lambda x: x[0] + x[1], inputs)
    assert covariance(found.budget(point=0), found.budget(point=1)) == pytest.approx(0.09, rel=1e-12)


def test_nothing_uncertain_has_no_uncertainty_and_infinite_dof():
    found = propagate(lambda x: x[0] + 3, Inputs.of([Influence("x", "x", 2.0, 0.0, 4)]))
    assert (found.values[0, 0], found.u[0, 0], found.dof[0, 0]) == (5.0, 0.0, math.inf)
    assert found.nonlinear[0, 0] == 0


def test_an_output_that_an_input_does_not_touch():
    found = propagate(lambda x: (x[0], 7.0), Inputs.of([Influence("x", "x", 2.0, 0.1)]))
    assert found.values[:, 0].tolist() == [2.0, 7.0]
    assert found.u[1, 0] == 0
    assert found.correlation[:, :, 0].tolist() == [[1, 0], [0, 1]]


def test_shares_of_a_correlated_budget_add_up():
    influences, pairs = triples()
    budget = propagate(bridge, Inputs.of(influences, correlations=pairs)).budget(1)
    assert math.fsum(line.share for line in budget.lines) == pytest.approx(100, rel=1e-12)


def test_correlated_inputs_with_unlike_dof_have_the_fewest():
    pair = [Influence("a", "a", 0, 1.0, 18), Influence("b", "b", 0, 1.0, 2)]
    found = propagate(lambda x: x[0] + x[1], Inputs.of(pair, correlations={("a", "b"): 0.2}))
    assert found.u[0, 0] ** 2 == pytest.approx(2.4, rel=1e-9)
    assert found.dof[0, 0] == pytest.approx(2, rel=1e-9)


def test_abs_is_right_by_differences():
    found = propagate(lambda x: np.abs(x[0]), Inputs.of([Influence("x", "x", -2.0, 0.1)]))
    assert found.sensitivities[0, 0, 0] == pytest.approx(-1, rel=1e-12)


def test_an_infinite_slope_is_found_by_the_complex_step_too():
    with pytest.raises(ValueError, match="sensitivity of output 0 to 'x' is not finite"):
        propagate(lambda x: np.sqrt(x[0]), Inputs.of([Influence("x", "x", 0.0, 0.1)]), method="complex-step")


@pytest.mark.parametrize("scale", [1e-180, 1e-9, 1.0, 1e120])
def test_correlation_and_dof_do_not_depend_on_the_unit(scale):
    pair = [Influence("a", "a", 1.0, 0.3, 5), Influence("b", "b", 1.0, 0.4)]
    found = propagate(lambda x: (scale * (x[0] + x[1]), scale * x[1]), Inputs.of(pair))
    assert found.u[:, 0] / scale == pytest.approx([0.5, 0.4], rel=1e-9)
    assert found.correlation[0, 1, 0] == pytest.approx(0.8, rel=1e-9)
    assert found.dof[0, 0] == pytest.approx(5 * 0.5**4 / 0.3**4, rel=1e-8)


ONE = [Influence("x", "x", 0.0, 0.1)]
TWO = [Influence("a", "a", 1.0, 0.1), Influence("b", "b", 1.0, 0.1), Influence("c", "c", 1.0, 0.1)]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: propagate(lambda x: 1 / x[0], Inputs.of(ONE)),
            r"Output 0 .* inf at the estimates \(x = 0.0\)",
        ),
        (lambda: propagate(lambda x: np.log(x[0]), Inputs.of(ONE)), "is -inf at the estimates"),
        (
            lambda: propagate(lambda x: np.sqrt(x[0]), Inputs.of(ONE)),
            "sensitivity of output 0 to 'x' .* not finite",
        ),
        (lambda: propagate(lambda x: 1e200 * x[0], Inputs.of(ONE)), "variance of output 0 is too large"),
        (lambda: propagate(lambda x: x[0] + 1j, Inputs.of(ONE)), "two outputs"),
        (lambda: Inputs.of([]), "at least one input"),
        (lambda: Inputs.of([*ONE, Influence("x", "x", 1.0, 0.1)]), "described twice and differently"),
        (lambda: Inputs.of(ONE, estimates={"y": [1.0]}), "no influence 'y'"),
        (lambda: Inputs.of(ONE, estimates={"x": 1.0}), "one row"),
        (lambda: Inputs.of(TWO, estimates={"a": [1, 2]}, stds={"b": [1]}), "same length, .* a: 2, b: 1"),
        (lambda: Inputs.of(ONE, estimates={"x": [1.0, math.nan]}), "'x', point 1: the estimate is nan"),
        (lambda: Inputs.of(ONE, stds={"x": [1.0, -1.0]}), "'x', point 1: the standard uncertainty is -1.0"),
        (lambda: Inputs.of(ONE, dofs={"x": [0.5]}), "'x', point 0: the number of degrees of freedom is 0.5"),
        (lambda: Inputs.of(TWO, correlations={("a", "d"): 0.1}), "no quantity 'd'"),
        (lambda: Inputs.of(TWO, correlations={("a", "a"): 0.1}), "'a' with itself"),
        (lambda: Inputs.of(TWO, correlations={("a", "b"): 1.1}), "'a' and 'b' is 1.1; it is -1 to 1"),
        (lambda: Inputs.of(TWO, correlations={("a", "b"): math.nan}), "is nan; it is -1 to 1"),
        (lambda: Inputs.of(TWO, correlations={("a", "b"): 0.1, ("b", "a"): 0.1}), "given twice"),
        (
            lambda: Inputs.of(TWO, correlations={("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}),
            r"r\(a, b\) = 0.9, r\(a, c\) = -0.9, r\(b, c\) = 0.9 cannot hold together: .* eigenvalue -0.8",
        ),
    ],
)
def test_refuses_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize("std", [0.0, 5e-324, 1e-3])
def test_an_estimate_that_is_the_smallest_number_has_a_slope(std: float) -> None:
    inputs = Inputs.of([Influence("x", "x", 5e-324, std)])
    assert propagate(lambda x: 3.0 * x[0], inputs).sensitivities == pytest.approx(3.0)
