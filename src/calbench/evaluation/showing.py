"""What is printed: every number rounded once, here and nowhere else (JCGM 100 7.2.6, GB/T 8170)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.documents.record import BudgetShown, Shown
from calbench.metrology import Line, Rounding, report
from calbench.quantities import (
    Quantity,
    Unit,
    display,
    find_unit,
    last_place,
    parse_quantity,
    round_to,
    significant,
)

U_DIGITS = 2
BUDGET_DIGITS = 3
CONDITION_DIGITS, BOUND_DIGITS, FULL_DIGITS = 4, 6, 34
UNRESOLVED = Decimal("1e-6")  # place of a result that has neither U nor a resolution, in its unit


@dataclass(frozen=True)
class Figures:
    """The exact figures of a result that are to be printed, in the coherent unit; None is not printed."""

    nominal: Quantity | None = None
    reference: Quantity | None = None
    indication: Quantity | None = None
    error: Quantity | None = None
    lower: Quantity | None = None
    upper: Quantity | None = None
    expanded: Decimal | None = None
    k: float | None = None
    std_uncertainty: float | None = None
    dof: float | None = None
    guard_band: Decimal | None = None
    accept_lower: Decimal | None = None
    accept_upper: Decimal | None = None


@dataclass(frozen=True)
class Scale:
    """A unit to print in: its names, and the factor that divides a coherent value."""

    names: dict[str, str]
    factor: Decimal

    def number(self, value: Quantity | Decimal | None) -> Decimal | None:
        """Give a value of the coherent unit as a number on this scale; a point on the Celsius scale in °C."""
        if value is None:
            return None
        return (value.value - value.unit.offset if isinstance(value, Quantity) else value) / self.factor


def show(
    figures: Figures, point: Point, test: TestPlan, digits: int = U_DIGITS, rounding: Rounding = "nearest"
) -> Shown:
    """Round for print: U to its digits, results to the last place of U; without U, to the resolution.

    U that rounding would bring below the laboratory's CMC is rounded up, whatever the policy.
    Values stand in the unit of their range or nominal value; error, limits and U in one that suits the limit.
    """
    values, errors = _scales(figures, point, test)
    expanded = _stated(errors.number(figures.expanded), point, errors.factor, digits, rounding)
    place = _place(expanded, point, test, errors.factor)
    seen = place if not test.unit else _place_of_values(figures, point, place)
    return Shown(
        unit=values.names,
        error_unit=errors.names,
        nominal=_exact(values.number(figures.nominal)),
        reference=_rounded(values.number(figures.reference), seen / values.factor),
        indication=_rounded(values.number(figures.indication), seen / values.factor),
        error=_signed(_rounded(errors.number(figures.error), place / errors.factor)),
        lower=_limit(errors.number(figures.lower), place / errors.factor),
        upper=_limit(errors.number(figures.upper), place / errors.factor),
        expanded="" if expanded is None else format(expanded, "f"),
        k="" if figures.k is None else format(round_to(Decimal(repr(figures.k)), Decimal("0.01")), "f"),
        std_uncertainty=_float(figures.std_uncertainty, errors.factor),
        dof="" if figures.dof is None else _dof(figures.dof),
        guard_band=_significant(errors.number(figures.guard_band)),
        accept_lower=_limit(errors.number(figures.accept_lower), place / errors.factor),
        accept_upper=_limit(errors.number(figures.accept_upper), place / errors.factor),
    )


def show_line(
    line: Line, figures: Figures, point: Point, test: TestPlan, own: Unit | None = None
) -> BudgetShown:
    """Round one budget line for print: three digits, shares to a tenth of a percent.

    `own` is the unit of what the line moves, where a point has inputs: its u is printed in it, and the sensitivity is
    how much of the unit of the result one of it makes.
    """
    _, errors = _scales(figures, point, test)
    factor = errors.factor if own is None else own.factor
    return BudgetShown(
        std=_float(line.u, factor),
        sensitivity=_float(line.sensitivity, errors.factor / factor),
        contribution=_float(line.contribution, errors.factor),
        share=format(round_to(Decimal(repr(line.share)), Decimal("0.1")), "f"),
        dof=_dof(line.dof),
        unit="" if own is None else display(own),
    )


def show_operating(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> tuple[str, str, str]:
    """Round an operating condition for print: value, lower and upper bound, numbers in one unit; empty for no bound.

    The value has four digits, a bound six, and as many more as it takes to see on which side of it the value lies.
    """
    holds = within(value, lower, upper)
    for digits in range(CONDITION_DIGITS, FULL_DIGITS):
        shown = significant(value, digits)
        few = max(digits, BOUND_DIGITS)
        low, high = (None if one is None else significant(one, few) for one in (lower, upper))
        if within(shown, low, high) == holds:
            return _exact(shown), _exact(low), _exact(high)
    return _exact(value), _exact(lower), _exact(upper)


def within(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> bool:
    """Tell whether a value lies between two bounds, both inclusive; None is no bound."""
    return (lower is None or lower <= value) and (upper is None or value <= upper)


def _scales(figures: Figures, point: Point, test: TestPlan) -> tuple[Scale, Scale]:
    """Give the scales of values and of errors."""
    if test.scale_value is not None:
        own = Scale(dict(test.scale_unit), parse_quantity(test.scale_value).value)
        return own, own
    if not point.unit:
        none = Scale({"en": "", "zh": ""}, Decimal(1))
        return none, none
    unit = find_unit(point.unit)
    return _in(unit), _in(find_unit(test.unit) if test.unit else _error_unit(figures, point, unit))


def _error_unit(figures: Figures, point: Point, unit: Unit) -> Unit:
    """Give the unit with the prefix that suits the limit; without a limit, U or the resolution; of °C it is K."""
    if unit.offset:
        return find_unit("K")
    limits = [abs(one.value) for one in (figures.lower, figures.upper) if one is not None]
    resolution = parse_quantity(point.resolution).value if point.resolution is not None else None
    size = max(limits) if limits else figures.expanded or resolution
    return Quantity(size, unit).engineering().unit if size else unit


def _in(unit: Unit) -> Scale:
    return Scale({"en": display(unit), "zh": display(unit)}, unit.factor)


def _stated(
    expanded: Decimal | None, point: Point, factor: Decimal, digits: int, rounding: Rounding
) -> Decimal | None:
    if expanded is None:
        return None
    cmc = None if point.cmc is None else parse_quantity(point.cmc).value / factor
    return report(Decimal(0), expanded, digits=digits, rounding=rounding, cmc=cmc).U


def _place(expanded: Decimal | None, point: Point, test: TestPlan, factor: Decimal) -> Decimal:
    """Give the last printed place, in the coherent unit; of U it is one in the unit that errors are printed in."""
    if test.rounding is not None and test.judge_on == "rounded":
        return parse_quantity(test.rounding).value
    if expanded:
        return last_place(expanded) * factor
    step = None if point.resolution is None else parse_quantity(point.resolution)
    if step is not None and (not test.unit or step.dimension == find_unit(test.unit).dimension):
        return step.value
    return UNRESOLVED * max(factor, Decimal(1)) if test.unit else UNRESOLVED


def _place_of_values(figures: Figures, point: Point, place: Decimal) -> Decimal:
    """Give the last printed place of indication and reference, in the coherent unit, where the error has its own.

    That of U if it is of the same kind; else the resolution, or six digits of the larger value.
    """
    values = [one for one in (figures.indication, figures.reference) if one is not None]
    if figures.error is not None and values and figures.error.dimension == values[0].dimension:
        return place
    if point.resolution is not None:
        return parse_quantity(point.resolution).value
    sizes = [abs(one.value - one.unit.offset) for one in values]
    largest = max(sizes, default=Decimal(0))
    return last_place(significant(largest, 6)) if largest else UNRESOLVED


def _float(value: float | None, factor: Decimal) -> str:
    """Write a float with three significant digits, without an exponent, zeros at the end of a whole number kept."""
    if value is None:
        return ""
    digits = significant(Decimal(repr(value)) / factor, BUDGET_DIGITS)
    return _exact(digits) if digits == digits.to_integral_value() else format(digits, "f")


def _significant(value: Decimal | None) -> str:
    return "" if value is None else _exact(significant(value, BUDGET_DIGITS))


def _dof(value: float) -> str:
    return (
        "∞"
        if math.isinf(value)
        else format(significant(Decimal(repr(value)), BUDGET_DIGITS).normalize(), "f")
    )


def _rounded(value: Decimal | None, place: Decimal) -> str:
    return "" if value is None else format(round_to(value, place.normalize()), "f")


def _exact(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize() if value else Decimal(0), "f")


def _signed(text: str) -> str:
    return f"+{text}" if text and text[0] not in "-+" and Decimal(text) != 0 else text


def _limit(value: Decimal | None, place: Decimal) -> str:
    """Write a limit with one digit more than the results, without zeros at its end."""
    digit = Decimal(1).scaleb(place.adjusted() - 1)  # of steps of 2 too: a limit of 7.5 must not become 7.6
    return "" if value is None else _signed(_exact(round_to(value, digit)))
