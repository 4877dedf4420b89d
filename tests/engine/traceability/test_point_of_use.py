"""A certificate between its values, with drift at the day of use: numbers worked out by hand.

The certificate: at 0 V a correction of 0 and U = 4 µV, at 10 V a correction of 20 µV and U = 30 µV, k = 2; values of
2025-01-01. At 7.5 V, three quarters of the way: correction 15 µV; u of the ends counts 0.25 · 2 = 0.5 µV and
0.75 · 15 = 11.25 µV. r = 1: 11.75 µV. r = 0: √(0.25 + 126.5625) = 11.2611056 µV. r = 0.4: √(126.8125 + 2 · 0.4 · 0.5 ·
11.25) = √131.3125 = 11.4591666 µV. r = -1: 10.75 µV.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from calbench.metrology import Curve
from calbench.planning import standards
from calbench.quantities import parse_quantity

DCV = "source.voltage.dc"
ENDS = [
    {"at": "0 V", "expanded": "4 uV", "k": "2", "between": "linear"},
    {"at": "10 V", "correction": "20 uV", "expanded": "30 uV", "k": "2", "between": "linear"},
]


def at(asset, value, on=None):
    return standards.at(asset, DCV, parse_quantity(value), None, on)


def microvolts(point) -> float:
    return float(point.u) * 1e6


@pytest.mark.parametrize(
    ("r", "expected"),
    [("1", 11.75), ("0", 11.26110564), ("independent", 11.26110564), ("0.4", 11.45916664), ("-1", 10.75)],
)
def test_between_two_values(make, r, expected):
    point = at(make(provides={DCV: ENDS}, correlation=r), "7.5 V")

    assert point.correction == parse_quantity("15 uV")
    assert microvolts(point) == pytest.approx(expected, rel=1e-8)


def test_the_same_by_drawing(make):
    """r = 0.4: the line through two correlated ends, drawn 400,000 times; 0.11 % is the deviation of such an u."""
    point = at(make(provides={DCV: ENDS}, correlation="0.4"), "7.5 V")

    covariance = [[4, 0.4 * 2 * 15], [0.4 * 2 * 15, 225]]
    ends = np.random.default_rng(2).multivariate_normal([0, 20], covariance, 400_000)
    line = ends[:, 0] + 0.75 * (ends[:, 1] - ends[:, 0])
    assert microvolts(point) == pytest.approx(line.std(), rel=4e-3)
    assert float(point.correction.in_unit("uV")) == pytest.approx(line.mean(), abs=0.07)


def test_words_say_what_was_done_between_values(make):
    (line,) = at(make(provides={DCV: ENDS}), "7.5 V").parts

    assert line.source == "REF-1, certificate C-1, on the line between 0 V and 10 V"


@pytest.mark.parametrize("value", ["-0.1 V", "10.1 V"])
def test_nothing_beyond_the_values(make, value):
    asset = make(provides={DCV: ENDS})

    assert at(asset, value) is None
    assert standards.covered(asset, DCV) == "0 V, 10 V, between 0 V and 10 V"


def test_no_line_where_none_is_stated(make):
    ends = [{key: text for key, text in one.items() if key != "between"} for one in ENDS]

    assert at(make(provides={DCV: ends}), "7.5 V") is None


def test_no_line_between_two_ranges(make):
    ends = [{**ENDS[0], "range": "1 V"}, {**ENDS[1], "range": "10 V"}]

    assert at(make(provides={DCV: ends}), "7.5 V") is None


def test_ends_with_different_k_and_shape(make):
    """U = 4 µV with k = 2, and ±30 µV rectangular: u = 2 and 17.3205 µV; half way (2 + 17.3205) / 2 = 9.66025 µV."""
    ends = [ENDS[0], {"at": "10 V", "half_width": "30 uV", "between": "linear"}]

    assert microvolts(at(make(provides={DCV: ends}), "5 V")) == pytest.approx(9.660254038, rel=1e-9)


def test_drift_grows_with_age(make):
    """2 ppm of 10 V a year; on 2027-01-02, after 731 days: 20 µV · 731 / 365.25 = 40.02737851 µV."""
    asset = make(
        provides={DCV: ENDS}, drift=[{"of": DCV, "per_year": "2 ppm * out", "correction": "-1 ppm * value"}]
    )

    fresh, aged = at(asset, "10 V", date(2025, 1, 1)), at(asset, "10 V", date(2027, 1, 2))

    assert fresh.correction == parse_quantity("20 uV")
    assert microvolts(fresh) == pytest.approx(15)
    certificate, drift = aged.parts
    assert certificate.stated.expanded == parse_quantity("30 uV")
    assert float(drift.stated.half_width.in_unit("uV")) == pytest.approx(40.02737851, rel=1e-9)
    assert float(aged.correction.in_unit("uV")) == pytest.approx(20 - 20.013689254, abs=1e-8)
    assert microvolts(aged) == pytest.approx((15**2 + 40.02737851**2 / 3) ** 0.5, rel=1e-9)


def test_age_counts_from_the_day_of_the_values(make):
    asset = make(certificate={"calibrated": "2024-12-22"}, provides={DCV: ENDS}, drift=[{"per_year": "1 uV"}])

    assert "10 days after 2024-12-22" in at(asset, "10 V", date(2025, 1, 1)).parts[1].source


def test_the_first_drift_that_holds_counts(make):
    spans = [
        {"from": "-5 V", "to": "5 V", "per_year": "1 uV"},
        {"of": DCV, "per_year": "9 uV", "shape": "normal", "k": "3"},
        {"per_year": "5 V"},
    ]
    asset, day = make(provides={DCV: ENDS}, drift=spans), date(2026, 1, 1)

    near, far = at(asset, "5 V", day).parts[1].stated, at(asset, "10 V", day).parts[1].stated

    assert near.half_width is not None
    assert float(far.std) == pytest.approx(3e-6 * 365 / 365.25, rel=1e-9)


def test_without_a_statement_there_is_no_drift(make):
    assert len(at(make(provides={DCV: ENDS}), "10 V", date(2027, 1, 2)).parts) == 1


@pytest.mark.parametrize(
    ("r", "families"),
    [
        ("1", [f"asset:REF-1/C-1/{DCV}"]),
        ("0", [f"asset:REF-1/C-1/{DCV}/10V"]),
        ("0.5", [f"asset:REF-1/C-1/{DCV}", f"asset:REF-1/C-1/{DCV}/10V"]),
    ],
)
def test_what_moves_together_has_one_name(make, r, families):
    point = at(make(provides={DCV: ENDS}, correlation=r), "10 V")

    assert [part.family for part in point.parts] == families
    assert point.u == Decimal("0.000015") or microvolts(point) == pytest.approx(15, rel=1e-15)


@pytest.mark.parametrize(
    ("value", "covered"), [("-1.0001 V", False), ("-1 V", True), ("1 V", True), ("1.0001 V", False)]
)
def test_a_span_holds_at_both_of_its_ends(make, value, covered):
    span, wide, u = (
        {"from": "-1 V", "to": "1 V"},
        {"from": "-9 V", "to": "9 V"},
        {"expanded": "3 uV", "k": "2"},
    )
    asset = make(provides={DCV: [{**span, **u}]})
    drifting = make(provides={DCV: [{**wide, **u}]}, drift=[{**span, "per_year": "1 uV"}])

    assert (at(asset, value) is not None) == covered
    assert len(at(drifting, value, date(2026, 1, 1)).parts) == 1 + covered


def test_a_certificate_that_gives_a_polynomial(make):
    """-12 mK + 0.4 mK/K · t with u₀ = 3 mK, u₁ = 0.05 mK/K, r = -0.8, t in °C, against ISO/TS 28037 11.2."""
    line = Curve(
        np.array([-12.0, 0.4]), np.array([[9, -0.12], [-0.12, 0.0025]]), np.inf, np.array([]), np.nan, 0
    )
    entry = {
        "from": "0 degC",
        "to": "100 degC",
        "correction": "-12 mK + 0.4e-3 * (value - 0 degC)",
        "expanded": "2 * sqrt((3 mK)^2 - 2 * 0.8 * 3 mK * 0.05e-3 * (value - 0 degC) + (0.05e-3 * (value - 0 degC))^2)",
        "k": "2",
    }
    asset = make(provides={"measure.temperature": [entry]})

    found = standards.at(asset, "measure.temperature", parse_quantity("80 degC"))

    value, u = line.value(80.0)
    assert found is not None
    assert float(found.correction.in_unit("mK")) == pytest.approx(float(value), rel=1e-12)
    assert float(found.u) * 1e3 == pytest.approx(float(u), rel=1e-9)
