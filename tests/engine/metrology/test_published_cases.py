"""Numbers that others printed: JCGM 100, EA-4/02, NPL DEM-ES-011 (reference cases D01, D04-D07, D14)."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from calbench.metrology import (
    Influence,
    Term,
    combine,
    coverage_factor,
    evaluate_readings,
    expand_by_k,
    expand_by_t,
    expand_rectangular,
    is_rectangular_dominant,
    second_order_variance,
    sensitivities,
)

END_GAUGE = (
    Influence("ls", "standard", 50000623, 25, 18),
    Influence("d0", "observations", 215, 5.8, 24),
    Influence("d1", "random effects of the comparator", 0, 3.9, 5),
    Influence("d2", "systematic effects of the comparator", 0, 6.7, 8),
    Influence.from_half_width("als", "expansion coefficient", 2e-6, estimate=11.5e-6),
    Influence.from_half_width("da", "difference of the coefficients", 1e-6, dof=50),
    Influence("theta", "mean temperature of the bed", -0.1, 0.2),
    Influence.from_half_width("Delta", "cyclic temperature", 0.5, shape="arcsine"),
    Influence.from_half_width("dtheta", "difference of the temperatures", 0.05, dof=2),
)


def end_gauge(x):
    ls, d0, d1, d2, als, da, theta, delta, dtheta = x
    return ls + d0 + d1 + d2 - ls * (da * (theta + delta) + als * dtheta)


def budget_of(model, influences):
    slopes = sensitivities(model, [i.estimate for i in influences], [i.std for i in influences])
    return combine(Term(i, c) for i, c in zip(influences, slopes, strict=True))


def test_end_gauge_of_gum_h1_at_first_order():
    budget = budget_of(end_gauge, END_GAUGE)
    assert end_gauge([i.estimate for i in END_GAUGE]) == 50000838
    assert budget.u == pytest.approx(31.66387911, abs=2e-8)
    assert budget.dof == pytest.approx(16.7519, abs=5e-5)
    parts = {line.id: abs(line.contribution) for line in budget.lines}
    assert parts["ls"] == pytest.approx(25, rel=1e-9)
    assert parts["da"] == pytest.approx(2.88679, abs=5e-6)
    assert parts["dtheta"] == pytest.approx(16.59903, abs=5e-6)
    assert parts["theta"] == pytest.approx(0, abs=1e-7)
    assert parts["als"] == pytest.approx(0, abs=1e-7)


def test_end_gauge_difference_d_alone():
    budget = combine(Term(i) for i in END_GAUGE[1:4])
    assert budget.u == pytest.approx(9.68194195397, rel=1e-11)
    assert budget.dof == pytest.approx(25.4472507774, rel=1e-11)


def test_end_gauge_expanded_at_99_percent():
    expanded = expand_by_t(budget_of(end_gauge, END_GAUGE), 0.99, truncate_dof=True)
    assert expanded.dof == 16
    assert expanded.k == pytest.approx(2.9207816, abs=5e-8)
    assert pytest.approx(92.48, abs=5e-3) == expanded.U
    assert (expanded.p, expanded.rule) == (0.99, "t-truncated")


def test_end_gauge_with_second_order_terms():
    added = second_order_variance(end_gauge, [i.estimate for i in END_GAUGE], [i.std for i in END_GAUGE])
    u = budget_of(end_gauge, END_GAUGE).u
    assert math.sqrt(u**2 + added) == pytest.approx(33.81, abs=5e-3)


def test_d04_twenty_temperatures_of_gum_4_4_3():
    text = (
        "96.9 98.18 98.25 98.61 99.03 99.49 99.56 99.74 99.89 100.07 100.33 100.42 100.68 100.95 101.11 "
        "101.2 101.57 101.84 102.36 102.72"
    )
    result = evaluate_readings([Decimal(word) for word in text.split()])
    assert result.mean == Decimal("100.145")
    assert result.stdev == pytest.approx(1.48884448, abs=5e-9)
    assert result.std_of_mean == pytest.approx(0.33291575, abs=5e-9)
    assert (result.n, result.dof) == (20, 19)


def test_welch_satterthwaite_of_gum_g_4_1():
    parts = [("a", 0.25, 9), ("b", 0.57, 4), ("c", 0.82, 14)]
    budget = combine(Term(Influence(name, name, 0, u, dof)) for name, u, dof in parts)
    assert budget.u == pytest.approx(1.02946588, abs=5e-9)
    assert budget.dof == pytest.approx(18.99874, abs=5e-6)
    # The standard takes 19 (nearest) here; G.6.4's next lower integer would be 18.
    assert coverage_factor(0.95, 19) == pytest.approx(2.093024, abs=5e-7)
    assert coverage_factor(0.95, 19) * budget.u == pytest.approx(2.1547, abs=5e-5)


def test_ten_kilogram_weight_of_ea_4_02_s2():
    # In mg above 10 kg. 25 mg is a pooled standard deviation of one reading; three readings were taken.
    influences = [
        Influence.from_expanded("ms", "standard", 45, 2, estimate=5),
        Influence.from_half_width("drift", "drift of the standard", 15),
        Influence("dm", "observed difference", 20, 25 / math.sqrt(3)),
        Influence.from_half_width("mc", "eccentricity and magnetism", 10),
        Influence.from_half_width("B", "air buoyancy", 10),
    ]
    budget = combine(map(Term, influences))
    assert math.fsum(line.sensitivity * line.estimate for line in budget.lines) == 25  # 10000.025 g
    assert budget.u == pytest.approx(29.2617, abs=5e-5)
    assert pytest.approx(58.5235, abs=1e-4) == expand_by_k(budget).U
    assert expand_by_k(budget).p == pytest.approx(0.9545, abs=5e-5)


def multimeter_at_100_v(meter_half_width=0.05):
    return combine(
        [
            Term(Influence.from_expanded("VS", "calibrator", 0.002, 2, estimate=100), -1.0),
            Term(Influence.from_half_width("dViX", "resolution of the meter", meter_half_width)),
            Term(Influence.from_half_width("dVS", "other corrections of the calibrator", 0.011), -1.0),
        ]
    )


def test_multimeter_of_ea_4_02_s9_has_a_dominant_rectangular_contribution():
    expanded = expand_rectangular(multimeter_at_100_v())
    assert multimeter_at_100_v().u == pytest.approx(0.0295748, abs=5e-8)
    assert expanded.k == 1.65
    assert pytest.approx(0.0488, abs=5e-5) == expanded.U
    assert (expanded.p, expanded.rule) == (0.95, "rectangular-dominant")


def test_rectangular_rule_is_refused_where_nothing_dominates():
    with pytest.raises(ValueError, match=r"k = 1\.65 .* dominates .* Use k from the t distribution"):
        expand_rectangular(multimeter_at_100_v(meter_half_width=0.02))


@pytest.mark.parametrize(("rest", "dominant"), [(0.29, True), (0.31, False)])
def test_dominance_of_ea_4_02_s9_is_a_ratio_of_uncertainties(rest, dominant):
    largest = Influence("a", "a", 0, 1.0, distribution="rectangular")
    others = [Influence("b", "b", 0, 0.6 * rest), Influence("c", "c", 0, 0.8 * rest)]
    assert is_rectangular_dominant(combine(map(Term, [*others, largest]))) is dominant


def test_rectangular_rule_is_refused_where_a_normal_contribution_dominates():
    with pytest.raises(ValueError, match=r"largest is 'certificate' \(normal, 100\.0 %"):
        expand_rectangular(combine([Term(Influence("c", "certificate", 0, 1.0))]))


def test_logarithm_of_npl_dem_es_011_at_first_order():
    x = Influence.from_half_width("x", "x", 0.5, estimate=0.6)
    budget = budget_of(lambda values: math.log(values[0]), [x])
    assert math.log(x.estimate) == pytest.approx(-0.510826, abs=5e-7)
    assert budget.u == pytest.approx(0.481125, abs=5e-7)


def test_ten_input_model_measured_with_four_other_programs():
    # GTC, uncertainties, MetroloPy and suncal agree on a model of this form; here against exact derivatives.
    x = [1.1, 2.2, 3.3, 4.4, 5.5, 0.006, 7.7, 8.8, 9.9, 10.1]
    u = [0.001 * value for value in x]

    def model(v):
        return (v[0] * v[1] / v[2] + v[3] - v[4]) * (1 + v[5] * (v[6] - v[7])) + v[8] * math.log(v[9])

    a, b = x[0] * x[1] / x[2] + x[3] - x[4], 1 + x[5] * (x[6] - x[7])
    exact = [
        b * x[1] / x[2],
        b * x[0] / x[2],
        -b * x[0] * x[1] / x[2] ** 2,
        b,
        -b,
        a * (x[6] - x[7]),
        a * x[5],
        -a * x[5],
        math.log(x[9]),
        x[8] / x[9],
    ]
    assert sensitivities(model, x, u) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("p", "dof", "k"),
    [  # JCGM 100 table G.2
        (0.95, 1, 12.71),
        (0.95, 4, 2.78),
        (0.95, 10, 2.23),
        (0.95, 50, 2.01),
        (0.95, math.inf, 1.960),
        (0.9545, 5, 2.65),
        (0.9545, math.inf, 2.000),
        (0.99, 16, 2.92),
        (0.9973, 20, 3.42),
        (0.9973, math.inf, 3.000),
    ],
)
def test_coverage_factor_of_table_g2(p, dof, k):
    assert coverage_factor(p, dof) == pytest.approx(k, abs=0.005 if math.isfinite(dof) else 0.0005)
