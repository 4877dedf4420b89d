"""Certified values as entries of an asset: one for each value, and between two of them a line.

A line is written as an expression of `value`, the value that is looked up, so that everybody can read what is done
between two values. Beyond the outermost values there is no entry: the plan refuses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from calbench.dcc.certified import Point, Unusable
from calbench.documents.asset import Entry
from calbench.quantities import Quantity, Unit, coherent_unit, find_unit
from calbench.quantities.decimals import plain

Between = Literal["linear", "nothing"]


def entries(groups: Sequence[Sequence[Point]], between: Between) -> list[Entry]:
    """Give the entries: values in the order of the certificate, then the lines between neighbours of a group.

    Of several results for one value, the one with the largest standard uncertainty counts.

    Raises:
        Unusable: Within a group, two results stand for one value.
    """
    largest: dict[object, Point] = {}
    for point in (each for group in groups for each in group):
        key = (point.at.value, None if point.frequency is None else point.frequency.value)
        if key not in largest or _std(point) > _std(largest[key]):
            largest[key] = point
    made = [_at(point) for point in largest.values()]
    for group in groups:
        for one, two in pairwise(group):
            if one.at.value == two.at.value:
                raise Unusable(f"there are two results for {one.at}: which one holds cannot be told")
            if between == "linear":
                made.append(_line(one, two))
    return made


def ends(groups: Sequence[Sequence[Point]], result: str) -> list[Entry]:
    """Give the values as ends of lines, marked by their group: for what is not fully correlated, no one line holds."""
    return [
        _at(point).model_copy(update={"between": "linear", "result": f"{result}/{number}"})
        for number, group in enumerate(groups)
        for point in group
        if len(group) > 1
    ]


def _at(point: Point) -> Entry:
    return Entry.model_validate(
        {
            "at": text(point.at),
            "correction": text(_difference(point.correction)),
            "expanded": text(_difference(point.expanded)),
            "k": point.k,
            **_more(point, point),
        }
    )


def _line(one: Point, two: Point) -> Entry:
    same = one.k == two.k
    first, second = (one.expanded, two.expanded) if same else (_standard(one), _standard(two))
    return Entry.model_validate(
        {
            "from": text(one.at),
            "to": text(two.at),
            "correction": _linear(one.at, two.at, one.correction, two.correction),
            "expanded": _linear(one.at, two.at, first, second),
            "k": one.k if same else "1",
            **_more(one, two),
        }
    )


def _linear(start: Quantity, end: Quantity, first: Quantity, second: Quantity) -> str:
    """Write the line through two points as an expression: `a + (value - x) * (rise / run)`."""
    a = _difference(first)
    rise = Quantity(second.value - first.value, a.unit)
    if not rise.value:
        return text(a)
    run = _difference(Quantity(end.value - start.value, start.unit))
    from_start = (
        f"value - {text(start)}" if start.value >= 0 or start.unit.offset else f"value + {text(-start)}"
    )
    return f"{text(a)} + ({from_start}) * ({text(rise)} / {text(run)})"


def _more(one: Point, two: Point) -> dict[str, str]:
    more: dict[str, str] = {}
    stated = [Decimal(each) for each in (one.dof, two.dof) if each is not None]
    if stated:
        more["dof"] = plain(min(stated))
    if one.frequency is not None:
        more["frequency"] = text(one.frequency)
    return more


def _std(point: Point) -> Decimal:
    return point.expanded.value / Decimal(point.k)


def _standard(point: Point) -> Quantity:
    return Quantity(_std(point), point.expanded.unit)


def _difference(value: Quantity) -> Quantity:
    """Give a difference in a unit that a difference can have: K for °C."""
    return (
        Quantity(value.value, _unit(value))
        if not value.unit.offset
        else Quantity(value.value, find_unit("K"))
    )


def _unit(value: Quantity) -> Unit:
    return value.unit if value.unit.symbol else coherent_unit(value.dimension)


def text(value: Quantity) -> str:
    """Write a quantity as a file has it: exact, with the symbol in ASCII."""
    return f"{plain(value.in_unit(value.unit))} {value.unit.symbol}".rstrip()
