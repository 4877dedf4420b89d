"""What is printed of a result whose unit is no power of ten of the coherent one."""

from __future__ import annotations

from decimal import Decimal

from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.evaluation.showing import Figures, show
from calbench.quantities import Quantity, find_unit


def test_energies_are_rounded_in_the_unit_that_is_printed() -> None:
    point = Point(id="meter/1", test="meter", quantity="energy.active", unit="kWh", reference="nominal")
    kwh = find_unit("kWh")
    shown = show(
        Figures(
            nominal=Quantity.of("1234.56", kwh),
            indication=Quantity.of("1234.561", kwh),
            error=Quantity.of("0.001", kwh),
            lower=Quantity.of("-0.02", kwh),
            upper=Quantity.of("0.02", kwh),
            expanded=Decimal("20368"),  # J, which is 5.6578 Wh
        ),
        point,
        TestPlan(
            id="meter", title={}, kind="points", procedure="p", procedure_version="1.0.0", points=["meter/1"]
        ),
    )

    assert (shown.error, shown.lower, shown.upper, shown.expanded) == ("+1.0", "-20", "+20", "5.7")
    assert (shown.nominal, shown.indication) == ("1234.56", "1234.5610")
    assert (shown.unit["en"], shown.error_unit["en"]) == ("kWh", "Wh")


def test_a_limit_is_printed_to_a_decimal_digit_below_a_step_of_two() -> None:
    """JJG 52, class 1.6 of 0.6 MPa: half of 15 kPa by tapping; a pointer read to 2 kPa must not make 7.6 kPa of it."""
    point = Point(
        id="tap/1", test="tap", quantity="pressure", unit="kPa", reference="none", resolution="2 kPa"
    )
    kpa = find_unit("kPa")
    shown = show(
        Figures(error=Quantity.of("4", kpa), upper=Quantity.of("7.5", kpa)),
        point,
        TestPlan(
            id="tap", title={}, kind="points", procedure="p", procedure_version="1.0.0", points=["tap/1"]
        ),
    )
    assert (shown.error, shown.upper) == ("+4", "+7.5")
