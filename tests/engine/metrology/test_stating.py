"""What is stated: coverage by the trapezoidal rule, CMC as a floor, rounding once (D06, D07, EA-4/02 S10, GUM H.1)."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from scipy import stats

from calbench.metrology import (
    Influence,
    Inputs,
    Term,
    combine,
    expand_by_k,
    expand_rectangular,
    expand_trapezoidal,
    propagate,
    report,
    trapezoidal_factor,
)


def test_d06_ten_kilogram_weight_of_ea_4_02_s2_in_grams():
    mass = Inputs.of(
        [
            Influence.from_expanded("ms", "standard", 0.045, 2, estimate=10000.005),
            Influence.from_half_width("drift", "drift", 0.015),
            Influence("dm", "difference", 0.020, 0.025 / math.sqrt(3)),
            Influence.from_half_width("mc", "eccentricity", 0.010),
            Influence.from_half_width("B", "buoyancy", 0.010),
        ]
    )
    found = propagate(lambda x: x[0] + x[1] + x[2] + x[3] + x[4], mass)
    assert found.values[0, 0] == pytest.approx(10000.025, rel=1e-13)
    assert 1000 * found.u[0, 0] == pytest.approx(29.2617, abs=5e-5)
    expanded = expand_by_k(found.budget())
    assert pytest.approx(58.5235, abs=1e-4) == 1000 * expanded.U
    stated = report(Decimal("10000.025"), Decimal(expanded.U))
    assert (str(stated.value), str(stated.U)) == (
        "10000.025",
        "0.059",
    )  # published with one digit less in u: 58 or 59 mg


def test_d07_multimeter_of_ea_4_02_s9_as_published():
    error = Inputs.of(
        [
            Influence("ViX", "reading", 100.1, 0.0),
            Influence.from_expanded("VS", "calibrator", 0.002, 2, estimate=100),
            Influence.from_half_width("dViX", "resolution", 0.05),
            Influence.from_half_width("dVS", "corrections", 0.011),
        ]
    )
    found = propagate(lambda x: x[0] - x[1] + x[2] - x[3], error)
    expanded = expand_rectangular(found.budget())
    assert found.u[0, 0] == pytest.approx(0.0295748, abs=5e-8)
    assert (expanded.k, expanded.U) == pytest.approx((1.65, 0.0488), abs=5e-5)
    stated = report(Decimal("0.1"), Decimal(expanded.U), digits=1)
    assert (str(stated.value), str(stated.U)) == ("0.10", "0.05")


@pytest.mark.parametrize(
    ("top", "k"),
    [
        (0.33, 1.83),  # EA-4/02 S10, vernier calliper: β = 0.33 (recalled)
        (0.0, (1 - math.sqrt(0.05)) * math.sqrt(6)),  # triangle
        (1.0, 0.95 * math.sqrt(3)),  # rectangle
        (0.95, 0.95 * 1.95 / 2 / math.sqrt((1 + 0.95**2) / 6)),  # the ends lie under the top
    ],
)
def test_trapezoidal_factor(top, k):
    assert trapezoidal_factor(0.95, top) == pytest.approx(k, abs=6e-3)


@pytest.mark.parametrize("p", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("top", [0.0, 0.2, 0.6, 0.9, 0.97, 1.0])
def test_trapezoidal_factor_against_scipy(p, top):
    exact = stats.trapezoid((1 - top) / 2, (1 + top) / 2, -1, 2)
    assert trapezoidal_factor(p, top) == pytest.approx(exact.ppf((1 + p) / 2) / exact.std(), rel=1e-9)


def test_two_dominant_rectangles_are_expanded_as_a_trapezoid():
    # EA-4/02 S10, recalled: 50 µm and 25 µm, the rest 1.2 and 1 µm: u = 33 µm (of 29 and 15), k = 1.83, U = 0.06 mm
    parts = [("a", 50.0), ("b", 25.0), ("c", 1.2), ("d", 1.0)]
    budget = combine(Term(Influence.from_half_width(name, name, width)) for name, width in parts)
    expanded = expand_trapezoidal(budget)
    assert budget.u == pytest.approx(33, abs=1)
    assert expanded.k == pytest.approx(1.83, abs=6e-3)
    assert pytest.approx(60, abs=1) == expanded.U
    with pytest.raises(ValueError, match=r"here the largest are 'a' \(rectangular.*'c' \(normal"):
        expand_trapezoidal(combine([Term(Influence("c", "c", 0, 9.0)), Term(budget_line("a", 50.0))]))


def budget_line(name, width):
    return Influence.from_half_width(name, name, width)


@pytest.mark.parametrize(
    ("expanded", "policy", "digits", "cmc", "stated", "floored"),
    [
        ("92.48", "nearest", 2, None, "92", False),  # GUM H.1 prints 93: it rounds up (7.2.6)
        ("92.48", "up", 2, None, "93", False),
        ("0.02547", "nearest", 2, None, "0.025", False),
        ("0.0996", "nearest", 2, None, "0.10", False),
        ("0.25", "nearest", 1, None, "0.2", False),  # half to even
        ("0.020", "nearest", 2, "0.025", "0.025", True),
        ("0.026", "nearest", 2, "0.025", "0.026", False),
        ("0.0254", "nearest", 2, "0.0253", "0.026", False),  # nearest would be 0.025, below the CMC
        ("0.01", "nearest", 2, "0.0254", "0.026", True),
        ("0", "nearest", 2, None, "0", False),
    ],
)
def test_stated_uncertainty(expanded, policy, digits, cmc, stated, floored):
    floor = None if cmc is None else Decimal(cmc)
    found = report(Decimal("1.23456789"), Decimal(expanded), digits=digits, rounding=policy, cmc=floor)
    assert (str(found.U), found.floored, found.rounding) == (stated, floored, policy)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: report(Decimal(1), Decimal(1), digits=3), "it has 1 or 2"),
        (lambda: report(Decimal(1), Decimal(1), rounding="down"), "'down' is not known"),  # type: ignore[arg-type] # on purpose
        (lambda: report(Decimal(1), Decimal("-1")), "expanded uncertainty is -1"),
        (lambda: report(Decimal("NaN"), Decimal(1)), "value is NaN"),
        (lambda: report(Decimal(1), Decimal(1), cmc=Decimal(-1)), "CMC is -1"),
        (lambda: trapezoidal_factor(95, 0.5), "coverage probability is 95"),
        (lambda: trapezoidal_factor(0.95, 1.5), "top of a trapezoid is 1.5"),
        (lambda: Influence.from_half_width("x", "x", 1.0, blur=0.1), "blur is 0.1 for a rectangular"),
        (
            lambda: Influence.from_half_width("x", "x", 1.0, shape="curvilinear_trapezoid", blur=2),
            "blur is 2",
        ),
    ],
)
def test_refuses_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_names_on_arrays_are_loaded_when_they_are_used():
    import calbench.metrology as package

    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(package, "no" + "thing")
