"""A curve that a station gives point by point: errors by load, by pressure, by temperature."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from calbench.errors import UsageError
from calbench.quantities import QuantityError, Unit, find_unit, parse_quantity
from calbench.simulation.bench import Bench

_POINT = re.compile(r"\s*at\s+([^:,]+):\s*([^:,]+?)\s*", re.ASCII)


class Curve:
    """Straight lines between points; beyond the first and the last it stays as it is there.

    Args:
        points: x and y, at least one; no two have the same x.
    """

    def __init__(self, points: list[tuple[float, float]]) -> None:
        self._points = sorted(points)
        self._xs = [x for x, _ in self._points]

    def at(self, x: float) -> float:
        """Give the value at x."""
        index = bisect_right(self._xs, x)
        if index == 0 or index == len(self._xs):
            return self._points[max(0, index - 1)][1]
        (x0, y0), (x1, y1) = self._points[index - 1 : index + 1]
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def curve_of(bench: Bench, name: str, x_unit: str, y_unit: str) -> Curve | None:
    """Give the curve of a setting such as `at 5 A: 0.2 %, at 60 A: -0.3 %`; None where there is none.

    Args:
        bench: Whose settings are read.
        name: Of the setting.
        x_unit: To which x has to be convertible; the curve counts in its coherent SI unit.
        y_unit: The same of y.

    Raises:
        UsageError: The setting has another form.
    """
    if name in bench.settings:
        raise _refused(bench, name, f"{bench.settings[name]:g}", x_unit, y_unit)
    text = bench.words.get(name)
    if text is None:
        return None
    found = [_POINT.fullmatch(part) for part in text.split(",")]
    try:
        points = [(_value(one[1], x_unit), _value(one[2], y_unit)) for one in found if one is not None]
    except QuantityError as error:
        raise _refused(bench, name, text, x_unit, y_unit) from error
    if len(points) != len(found) or any(a[0] == b[0] for a, b in pairwise(sorted(points))):
        raise _refused(bench, name, text, x_unit, y_unit)
    return Curve(points)


def _value(text: str, unit: str) -> float:
    wanted: Unit = find_unit(unit)
    quantity = parse_quantity(text)
    return float(quantity.in_unit(wanted) * wanted.factor)


def _refused(bench: Bench, name: str, text: str, x_unit: str, y_unit: str) -> UsageError:
    return UsageError(
        f"Simulated instrument {bench.name!r}: the setting {name!r} is {text!r}. Write points with their values, "
        f"each x once, as in 'at 1 {x_unit}: 0.1 {y_unit}, at 10 {x_unit}: 0.2 {y_unit}'."
    )
