"""Risks of decisions: published numbers (cases D08 to D13), other programs, and plain draws."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from scipy.stats import t as student

from calbench.metrology import (
    DataPrior,
    NormalPrior,
    RectangularPrior,
    capability_index,
    conformance_probability,
    find_rule,
    global_risk,
    guard_band,
    nonconformance_probability,
    prior_in_tolerance,
)
from calbench.metrology.risk import stated


def symmetric(itp, tur, factor=1.0):
    """Limits ±1, U = 1/TUR = 2u, acceptance limits ±factor (the model of D12)."""
    prior = prior_in_tolerance(itp, lower=-1.0, upper=1.0)
    return global_risk(prior, 1 / tur / 2, lower=-1.0, upper=1.0, accept=(-factor, factor))


def test_d08_conformance_of_an_oil_between_two_limits():
    # JCGM 106:2012, example of 7.5 as listed in case D08.
    found = conformance_probability(13.6, 1.8, lower=12.5, upper=16.3)
    assert found == pytest.approx(0.6626297865, abs=5e-11)
    assert nonconformance_probability(13.6, 1.8, lower=12.5, upper=16.3) == pytest.approx(
        1 - found, abs=1e-15
    )


def test_d09_conformance_of_a_zener_below_one_limit():
    assert conformance_probability(-5.47, 0.05, lower=None, upper=-5.40) == pytest.approx(
        0.9192433408, abs=5e-11
    )
    assert conformance_probability(5.47, 0.05, lower=5.40, upper=math.inf) == pytest.approx(
        0.9192433408, abs=5e-11
    )


@pytest.mark.parametrize(
    ("itp", "pfa", "conditional"),
    [
        (0.6, 4.838603, 8.260082),
        (0.7, 3.922341, 5.72322),
        (0.8, 2.855831, 3.632272),
        (0.9, 1.599954, 1.798805),
        (0.95, 0.87101, 0.923898),
        (0.99, 0.199917, 0.202439),
    ],
)
def test_d10_table_of_the_draft_of_rp_19(itp, pfa, conditional):
    prior = prior_in_tolerance(itp, lower=-1.0, upper=1.0)
    found = global_risk(prior, prior.sigma / 4, lower=-1.0, upper=1.0, accept=(-1.0, 1.0))
    assert 100 * found.pfa == pytest.approx(pfa, abs=6e-7)
    assert 100 * (found.conditional_pfa or 0) == pytest.approx(conditional, abs=6e-7)
    assert found.conforming == pytest.approx(itp, abs=1e-12)


@pytest.mark.parametrize(
    ("limit", "ratio", "factor", "pfa", "pfr"),
    [
        (2, 4, 1.0, 0.008006085, 0.014850884),
        (2.5, 4, 1.0, 0.002445349, None),
        (2, 2, 0.91, 0.008051608, 0.066106452),
    ],
)
def test_d11_deaver(limit, ratio, factor, pfa, pfr):
    # His TUR is a ratio of standard deviations.
    found = global_risk(
        NormalPrior(0.0, 1.0), 1 / ratio, lower=-limit, upper=limit, accept=(-factor * limit, factor * limit)
    )
    assert found.pfa == pytest.approx(pfa, abs=6e-10)
    assert pfr is None or found.pfr == pytest.approx(pfr, abs=6e-10)


@pytest.mark.parametrize(
    ("itp", "tur", "factor", "pfa", "pfr", "digits"),
    [
        (0.95, 4, 1.0, 0.008583, 0.015537, 6),
        (0.95, 2, 1.0, 0.013373, 0.041775, 6),
        (0.8, 4, 1.0, 0.01969, 0.025412, 6),
        (0.9, 3, 1.0, 0.0171415217, 0.0298073297, 10),
        (0.9, 3, 0.9, 0.0076132333, 0.0609938523, 10),
    ],
)
def test_d12_by_reliability_and_tur(itp, tur, factor, pfa, pfr, digits):
    found = symmetric(itp, tur, factor)
    assert found.pfa == pytest.approx(pfa, abs=0.6 * 10**-digits)
    assert found.pfr == pytest.approx(pfr, abs=0.6 * 10**-digits)


RELIABILITIES = np.linspace(0.5, 0.8, 61)


@pytest.mark.parametrize(
    ("tur", "factor", "most", "unguarded"),
    [
        ("1.5", 0.759882, 0.0191, 0.0533),
        ("2", 0.859177, 0.0192, 0.0418),
        ("3", 0.948227, 0.0194, 0.0291),
        ("4", 0.98672, 0.0196, 0.0224),
    ],
)
def test_d13_factor_of_method_6_and_the_most_risk_it_leaves(tur, factor, most, unguarded):
    w = method6(tur)
    assert float(1 - w) == pytest.approx(factor, abs=6e-7)
    guarded = max(symmetric(itp, float(tur), float(1 - w)).pfa for itp in RELIABILITIES)
    assert guarded == pytest.approx(most, abs=6e-5)
    assert max(symmetric(itp, float(tur)).pfa for itp in RELIABILITIES) == pytest.approx(unguarded, abs=6e-5)


def test_d13_factor_is_one_above_a_tur_of_4_59():
    assert method6("4.59") > 0
    assert method6("4.5919") == 0
    assert method6("1000") == 0


def method6(tur):
    expanded = Decimal(1) / Decimal(tur)
    return guard_band(find_rule("z540_m6"), lower=Decimal(-1), upper=Decimal(1), expanded=expanded)


@pytest.mark.parametrize("rule", ["z540_m5_rss", "z540_m6"])
@pytest.mark.parametrize("tur", ["0.5", "0.57", "0.8", "1", "1.2", "1.94", "2.08", "2.5", "4.5", "5", "20"])
def test_rules_by_tur_keep_what_they_promise_for_every_reliability(rule, tur):
    half = Decimal(1)
    w = guard_band(find_rule(rule), lower=-half, upper=half, expanded=half / Decimal(tur))
    if w > 1:
        assert float(tur) < (1 if rule == "z540_m5_rss" else 0.58)
        return
    assert max(symmetric(itp, float(tur), float(1 - w)).pfa for itp in RELIABILITIES) < 0.02005


@pytest.mark.parametrize("dof", [4.0, 7.3, 1.0])
def test_few_degrees_of_freedom_have_tails(dof):
    # reference 3: at y 9.8, u 0.1, TU 10 the normal distribution says 2.28 %, t with 4 degrees of freedom 5.81 %.
    found = nonconformance_probability(9.8, 0.1, lower=None, upper=10.0, dof=dof)
    assert found == pytest.approx(student.sf(2.0, dof), rel=1e-10)
    assert nonconformance_probability(9.8, 0.1, lower=None, upper=10.0) == pytest.approx(0.0228, abs=5e-5)
    assert dof != 4 or round(found, 4) == 0.0581


@pytest.mark.parametrize("value", [-3.0, -1.0, 0.2, 0.99, 1.0, 1.4, 9.0])
def test_two_complementary_probabilities_each_with_all_digits(value):
    inside = conformance_probability(value, 0.1, lower=-1.0, upper=1.0)
    outside = nonconformance_probability(value, 0.1, lower=-1.0, upper=1.0)
    assert inside + outside == pytest.approx(1.0, abs=1e-15)
    # scipy's survival function as the independent source of small tails
    assert outside == pytest.approx(norm.sf(1, value, 0.1) + norm.cdf(-1, value, 0.1), rel=1e-12)
    assert value != 9.0 or inside == pytest.approx(norm.sf(8, 0, 0.1), rel=1e-10)


def test_without_uncertainty_a_value_conforms_or_does_not():
    assert conformance_probability(1.0, 0.0, lower=-1.0, upper=1.0) == 1
    assert nonconformance_probability(1.0000001, 0.0, lower=-1.0, upper=1.0) == 1
    assert capability_index(0.0, lower=-1.0, upper=1.0) == math.inf
    # JCGM 106 7.6.3: T = 2, u = 0.125
    assert capability_index(0.125, lower=-1.0, upper=1.0) == 4


def bivariate(prior, u, limits, accept):
    """PFA and PFR by the bivariate normal distribution of true and measured value, of another library."""
    (low, high), (first, last) = limits, accept
    joint = multivariate_normal(
        [prior.mean] * 2,
        [[prior.sigma**2] * 2, [prior.sigma**2, prior.sigma**2 + u**2]],
        abseps=1e-12,
        releps=1e-12,
    )

    def both(true, measured):
        return joint.cdf([min(true, 1e3), min(measured, 1e3)])

    def box(a, b, c, d):
        return both(b, d) - both(a, d) - both(b, c) + both(a, c)

    accepted = norm.cdf(last, prior.mean, math.hypot(prior.sigma, u)) - norm.cdf(
        first, prior.mean, math.hypot(prior.sigma, u)
    )
    conforming = norm.cdf(high, prior.mean, prior.sigma) - norm.cdf(low, prior.mean, prior.sigma)
    right = box(max(low, -1e3), high, max(first, -1e3), last)
    return accepted - right, conforming - right


@pytest.mark.parametrize(
    ("mean", "sigma", "u", "limits", "accept"),
    [
        (0.0, 0.5, 0.2, (-1.0, 1.0), (-0.8, 0.8)),
        (0.3, 0.7, 0.3, (-1.0, 2.0), (-0.7, 1.7)),
        (0.1, 0.6, 0.2, (-math.inf, 1.0), (-math.inf, 0.8)),
        (0.0, 0.6, 0.25, (-1.0, 1.0), (-1.5, 1.5)),
    ],
)
def test_global_risk_beside_the_bivariate_normal_distribution_of_scipy(mean, sigma, u, limits, accept):
    prior = NormalPrior(mean, sigma)
    found = global_risk(prior, u, lower=limits[0], upper=limits[1], accept=accept)
    pfa, pfr = bivariate(prior, u, limits, accept)
    assert found.pfa == pytest.approx(pfa, abs=2e-9)
    assert found.pfr == pytest.approx(pfr, abs=2e-9)


@pytest.mark.parametrize("u", [1e-4, 0.01, 0.3, 2.0, 50.0])
@pytest.mark.parametrize(
    "prior", [NormalPrior(0.2, 0.5), NormalPrior(-3.0, 0.4), RectangularPrior(0.3, 2.0)], ids=repr
)
@pytest.mark.parametrize("accept", [(-0.9, 1.4), (-1.5, 2.2), (0.0, 0.001)])
def test_integrals_beside_an_adaptive_quadrature(prior, u, accept):
    def density(x):
        if isinstance(prior, NormalPrior):
            return norm.pdf(x, prior.mean, prior.sigma)
        return float(abs(x - prior.mean) <= prior.half_width) / (2 * prior.half_width)

    def passing(x):
        return norm.cdf(accept[1], x, u) - norm.cdf(accept[0], x, u)

    found = global_risk(prior, u, lower=-1.0, upper=1.7, accept=accept)
    marks = [
        *prior.knots,
        *(end + step * u for end in (*accept, -1.0, 1.7) for step in (-8, -4, -1, 0, 1, 4, 8)),
    ]
    ends = sorted({one for one in (*marks, -1.0, 1.7) if min(prior.knots) <= one <= max(prior.knots)})
    pfa = pfr = 0.0
    for a, b in itertools.pairwise(ends):
        inside = -1.0 <= (a + b) / 2 <= 1.7
        chance = (lambda x: 1 - passing(x)) if inside else passing
        part = quad(lambda x, chance=chance: density(x) * chance(x), a, b, epsabs=1e-14, epsrel=1e-12)[0]
        pfa, pfr = (pfa, pfr + part) if inside else (pfa + part, pfr)
    assert found.pfa == pytest.approx(pfa, rel=1e-9, abs=1e-12)
    assert found.pfr == pytest.approx(pfr, rel=1e-9, abs=1e-12)


PRIORS = [
    (NormalPrior(0.1, 0.6), lambda chance, n: chance.normal(0.1, 0.6, n)),
    (RectangularPrior(-0.2, 1.5), lambda chance, n: chance.uniform(-1.7, 1.3, n)),
    (
        DataPrior((-1.2, -0.3, 0.0, 0.4, 1.01)),
        lambda chance, n: chance.choice([-1.2, -0.3, 0.0, 0.4, 1.01], n),
    ),
]


@pytest.mark.parametrize(("prior", "draw"), PRIORS, ids=["normal", "rectangular", "data"])
@pytest.mark.parametrize("u", [0.3, 0.0])
@pytest.mark.parametrize("lower", [-1.0, None])
def test_global_risk_beside_plain_draws(prior, draw, u, lower):
    n = 400_000
    chance = np.random.Generator(np.random.PCG64DXSM(7))
    true = draw(chance, n)
    seen = true + chance.normal(0.0, 1.0, n) * u
    low, first, last_kept = (-np.inf, -np.inf, -np.inf) if lower is None else (-1.0, -0.8, -1.2)
    found = global_risk(
        prior,
        u,
        lower=lower,
        upper=1.0,
        accept=(None if lower is None else -0.8, 0.8),
        reject=(None if lower is None else -1.2, 1.2),
    )
    conforms, passes = (true >= low) & (true <= 1), (seen >= first) & (seen <= 0.8)
    fails = (seen < last_kept) | (seen > 1.2)
    for got, share in (
        (found.pfa, np.mean(~conforms & passes)),
        (found.pfr, np.mean(conforms & fails)),
        (found.accepted, np.mean(passes)),
        (found.conforming, np.mean(conforms)),
    ):
        assert got == pytest.approx(share, abs=4.5 * math.sqrt(max(share * (1 - share), 1e-9) / n) + 1e-12)


def test_no_spread_of_items_and_no_acceptance_zone():
    certain = global_risk(NormalPrior(0.9, 0.0), 0.1, lower=-1.0, upper=1.0, accept=(-1.0, 1.0))
    assert (certain.pfa, certain.conforming) == (0, 1)
    assert certain.pfr == pytest.approx(norm.sf(1.0), rel=1e-9)
    nothing = global_risk(NormalPrior(0.0, 0.5), 0.1, lower=-1.0, upper=1.0, accept=(0.2, -0.2))
    assert (nothing.pfa, nothing.accepted, nothing.conditional_pfa) == (0, 0, None)
    assert nothing.pfr == pytest.approx(nothing.conforming, abs=1e-12)


def test_prior_by_its_share_in_tolerance():
    # z(0.975) = 1.959964 of the table of the normal distribution
    assert prior_in_tolerance(0.95, lower=-1.0, upper=1.0).sigma == pytest.approx(1 / 1.9599639845)
    assert prior_in_tolerance(0.95, lower=2.0, upper=6.0) == prior_in_tolerance(
        0.95, lower=2.0, upper=6.0, mean=4.0
    )
    one = prior_in_tolerance(0.975, lower=None, upper=3.0)
    assert one.mean == 0
    assert one.sigma == pytest.approx(3 / 1.9599639845)
    aside = prior_in_tolerance(0.9, lower=-1.0, upper=2.0, mean=0.0)
    assert norm.cdf(2, 0, aside.sigma) - norm.cdf(-1, 0, aside.sigma) == pytest.approx(0.9, abs=1e-10)
    assert prior_in_tolerance(0.9, lower=0.0, upper=0.0).sigma == 0


@pytest.mark.parametrize("itp", [0.5, 0.65, 0.9, 0.99])
@pytest.mark.parametrize("tur", ["0.8", "1", "2", "4", "40"])
def test_guard_band_of_a_target_holds_it_and_wastes_nothing(itp, tur):
    prior = prior_in_tolerance(itp, lower=-1.0, upper=1.0)
    expanded = Decimal(1) / Decimal(tur)
    w = guard_band(
        find_rule("z540_pfa"),
        lower=Decimal(-1),
        upper=Decimal(1),
        expanded=expanded,
        std=float(expanded) / 2,
        prior=prior,
    )
    held = symmetric(itp, float(tur), 1 - float(w)).pfa
    assert held <= 0.02
    assert w == 0 or symmetric(itp, float(tur), 1 - float(w) + 2e-5 * float(expanded)).pfa > 0.02


def test_guard_band_of_a_target_with_one_limit():
    prior = prior_in_tolerance(0.7, lower=None, upper=1.0)
    w = guard_band(
        find_rule("z540_pfa"), lower=None, upper=Decimal(1), expanded=Decimal(1), std=0.5, prior=prior
    )
    found = global_risk(prior, 0.5, lower=None, upper=1.0, accept=(None, 1 - float(w)))
    assert 0.0199 < found.pfa <= 0.02


@pytest.mark.parametrize(
    ("risk", "text"),
    [(0.0171415217, "0.01714"), (0.5, "0.5000"), (1.23445e-7, "1.234E-7"), (9.9e-13, "0"), (1.0, "1.000")],
)
def test_risk_as_it_is_stored(risk, text):
    assert stated(risk) == Decimal(text)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: NormalPrior(0.0, -1.0), "sigma of the prior is -1.0"),
        (lambda: NormalPrior(math.nan, 1.0), "mean of the prior is nan"),
        (lambda: RectangularPrior(0.0, math.inf), "half width of the prior is inf"),
        (lambda: DataPrior(()), "at least one value"),
        (lambda: DataPrior((0.0, math.inf)), "value of the prior is inf"),
        (lambda: prior_in_tolerance(1.0, lower=-1.0, upper=1.0), "in-tolerance probability is 1.0"),
        (lambda: prior_in_tolerance(0.0, lower=-1.0, upper=1.0), "in-tolerance probability is 0.0"),
        (lambda: prior_in_tolerance(math.nan, lower=-1.0, upper=1.0), "in-tolerance probability is nan"),
        (lambda: prior_in_tolerance(0.9, lower=None, upper=None), "needs a limit"),
        (lambda: prior_in_tolerance(0.4, lower=None, upper=1.0), "more than half"),
        (lambda: prior_in_tolerance(0.9, lower=None, upper=-1.0), "is not within the limits"),
        (
            lambda: global_risk(NormalPrior(0, 1), -1.0, lower=-1.0, upper=1.0, accept=(-1, 1)),
            "uncertainty is -1.0",
        ),
        (
            lambda: global_risk(NormalPrior(0, 1), 1.0, lower=1.0, upper=-1.0, accept=(-1, 1)),
            "must not be above",
        ),
        (
            lambda: global_risk(NormalPrior(0, 1), 1.0, lower=None, upper=None, accept=(-1, 1)),
            "There is no limit",
        ),
        (lambda: conformance_probability(math.nan, 1.0, lower=-1.0, upper=1.0), "The value is nan"),
        (lambda: conformance_probability(0.0, math.inf, lower=-1.0, upper=1.0), "uncertainty is inf"),
        (lambda: conformance_probability(0.0, 1.0, lower=math.nan, upper=1.0), "limits are nan"),
        (
            lambda: conformance_probability(0.0, 1.0, lower=-1.0, upper=1.0, dof=0.5),
            "degrees of freedom are 0.5",
        ),
    ],
)
def test_refuses_what_cannot_be(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_no_heavy_library_is_loaded_for_a_decision():
    code = (
        "import sys, decimal; from calbench.metrology import decide, conformance_probability as p; D = decimal.Decimal;"
        "decide('z540_m6', D(1), lower=D(-2), upper=D(2), expanded=D(1)); p(0.0, 1.0, lower=-1.0, upper=1.0);"
        "assert not {'numpy', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
