"""Temperatures are printed in °C and their differences in K (SI brochure, 2.3.1): 23 °C is 296.15 K."""

from __future__ import annotations

from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.evaluation.showing import Figures, show
from calbench.quantities import parse_quantity


def test_a_temperature_is_printed_in_degrees_and_its_error_in_kelvin():
    point = Point(
        id="t/1",
        test="t",
        quantity="temperature",
        unit="degC",
        reference="nominal",
        resolution="0.1 delta_degC",
    )
    test = TestPlan(
        id="t", title={"en": "T"}, kind="points", procedure="x", procedure_version="1.0.0", points=["t/1"]
    )
    figures = Figures(
        nominal=parse_quantity("23 degC"),
        reference=parse_quantity("-5 degC"),
        indication=parse_quantity("23.14 degC"),
        error=parse_quantity("0.14 K"),
        lower=parse_quantity("-0.5 K"),
        upper=parse_quantity("0.5 K"),
    )

    shown = show(figures, point, test)

    assert (shown.unit["en"], shown.nominal, shown.reference, shown.indication) == (
        "°C",
        "23",
        "-5.0",
        "23.1",
    )
    assert (shown.error_unit["en"], shown.error, shown.lower, shown.upper) == ("K", "+0.1", "-0.5", "+0.5")
