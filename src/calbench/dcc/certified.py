"""What a certificate says of a standard: at which values, with which correction and uncertainty.

The correction of an instrument is the negative of its error (VIM 2.53): the error column of the certificate, or the
measured value minus the reference value where it has no error column. An error that is stated as a share (%, ppm, 1) of
a quantity that has a unit is the relative error: it is taken times the reference value, or the nominal one without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from calbench.dcc.content import Certificate, Quantity, Result, Table
from calbench.dcc.units import quantity
from calbench.documents.measurands import MEASURANDS, split
from calbench.quantities import Dimension, QuantityError, coherent_unit, find_unit
from calbench.quantities import Quantity as Value

ERROR, REFERENCE, MEASURED, NOMINAL = (
    "basic_measurementError",
    "basic_referenceValue",
    "basic_measuredValue",
    "basic_nominalValue",
)


class Unusable(ValueError):  # noqa: N818 - reads as a sentence where it is caught
    """The certificate does not say what is needed; the message says what is missing."""


@dataclass(frozen=True)
class Point:
    """One certified value: where, the correction, and the uncertainty with its k; `dof` None is not stated."""

    at: Value
    correction: Value
    expanded: Value
    k: str
    dof: str | None = None
    frequency: Value | None = None


_BEFORE = {"beforeAdjustment", "beforeRepair"}
_AFTER = {"afterAdjustment", "afterRepair"}


def names_of(result: Result) -> list[str]:
    """Give every name by which a result can be called."""
    return [each for each in (result.id, *result.name.values()) if each]


def results(certificate: Certificate) -> list[Result]:
    """Give the results of a certificate; those of before an adjustment or repair only if there are none of after it."""
    states = [{one.status for one in each.conditions} for each in certificate.measurements.each]
    if any(state & _AFTER for state in states):
        states = [state & (_BEFORE | _AFTER) for state in states]
        former = [bool(state) and not state & _AFTER for state in states]
    else:
        former = [False for _ in states]
    return [
        result
        for each, gone in zip(certificate.measurements.each, former, strict=True)
        if not gone
        for result in each.results
    ]


def certified(certificate: Certificate, capability: str, name: str | None = None) -> list[list[Point]]:
    """Give the certified values for a capability, in groups within which a line may be drawn.

    `name` is the name or id of a result; None takes the only one that fits the quantity.

    Raises:
        Unusable: There is no such result, several fit, or it does not say what is needed.
    """
    wanted = split(capability)[1]
    if wanted not in MEASURANDS or capability.startswith("standard."):
        raise Unusable(f"values for {capability} are not read from a certificate: enter them by hand")
    unit = find_unit(MEASURANDS[wanted].unit)
    found = [one for one in results(certificate) if name is None or name in names_of(one)]
    known = "; ".join(next(iter(names_of(one)), "?") for one in results(certificate))
    if not found:
        raise Unusable(f"the certificate has no result {name!r}; it has {known}")
    fitting = [groups for one in found if (groups := _groups(one, unit.dimension))]
    if len(fitting) != 1:
        many = "several results" if fitting else "no result with errors, values and uncertainties"
        raise Unusable(f"the certificate has {many} in the unit of {wanted}; its results are {known}")
    if MEASURANDS[wanted].alternating and any(one.frequency is None for group in fitting[0] for one in group):
        raise Unusable(f"{wanted} alternates, and the certificate has no column of frequencies")
    return fitting[0]


def _groups(result: Result, dimension: Dimension) -> list[list[Point]]:
    """Group rows by range and frequency, where points are named as calbench names them; else by list and frequency."""
    groups: dict[object, list[Point]] = {}
    alone = [Table(quantities=result.data.quantities)] if result.data.quantities else []
    for number, table in enumerate([*alone, *result.data.all_tables()]):
        for key, point in _rows(table, dimension, number):
            groups.setdefault(key, []).append(point)
    return [sorted(group, key=lambda point: point.at.value) for group in groups.values()]


def _rows(table: Table, dimension: Dimension, number: int) -> Iterator[tuple[object, Point]]:
    """Give the rows of a list with the key of their group."""
    columns = {
        name: one for one in table.quantities for name in one.ref_type.split() if one.numbers or one.words
    }
    place = columns.get(NOMINAL) or columns.get(REFERENCE) or columns.get(MEASURED)
    spread = next(
        (
            one
            for name in (ERROR, MEASURED, REFERENCE)
            if (one := columns.get(name)) and any(each.uncertainty for each in one.numbers)
        ),
        None,
    )
    has_error = ERROR in columns or (MEASURED in columns and REFERENCE in columns)
    if place is None or spread is None or not has_error or not _fits(place, dimension):
        return
    for index in range(len(place.numbers[0].values)):
        try:
            yield _key(columns, index, number), _point(columns, place, spread, index)
        except Unusable as reason:
            raise Unusable(f"list {number + 1}, value {index + 1}: {reason}") from reason


def _point(columns: dict[str, Quantity], place: Quantity, spread: Quantity, index: int) -> Point:
    try:
        if ERROR in columns:
            row = columns[ERROR].numbers[-1].row(index)
            error = quantity(row.value, _of_difference(row.unit))
        else:
            error = _value(columns[MEASURED], index) - _value(columns[REFERENCE], index)
        row = next(each for each in spread.numbers if each.uncertainty).row(index)
        at, of = _value(place, index), _value(columns.get(REFERENCE, place), index)
        expanded = abs(_absolute(quantity(row.uncertainty, _of_difference(row.unit)), of))
        error = _absolute(error, of)
        k = row.k if row.kind == "expanded" else "1"
        if not k or Decimal(k) <= 0 or expanded.value <= 0:
            raise Unusable(f"an uncertainty of {row.uncertainty} with k = {k or '?'} cannot be used")
        correction = Value(-error.value, error.unit)
        return Point(at, correction, expanded, k, _dof(columns, index), _frequency(columns, index))
    except IndexError:
        raise Unusable("the columns of a list have different lengths") from None
    except QuantityError as bad:
        raise Unusable(str(bad)) from bad


def _absolute(value: Value, of: Value) -> Value:
    """Give an error or uncertainty in the dimension of what it is of; a share is taken times it, with its sign."""
    if value.dimension == of.dimension:
        return value
    if not value.dimension.dimensionless or of.unit.offset:
        raise Unusable(f"an error or uncertainty in {value.unit.symbol or '1'} does not go with {of}")
    return Value(value.value * of.value, coherent_unit(of.dimension))


def _of_difference(unit: str) -> str:
    """Give the unit of an error or uncertainty: a difference of two temperatures in °C is in kelvin."""
    return r"\kelvin" if unit == r"\degreecelsius" else unit


def _value(column: Quantity, index: int) -> Value:
    row = column.numbers[-1].row(index)  # of a hybrid, the unit that people use stands last
    return quantity(row.value, row.unit)


def _fits(column: Quantity, dimension: Dimension) -> bool:
    try:
        return bool(column.numbers) and _value(column, 0).dimension == dimension
    except QuantityError:
        return False


def _key(columns: dict[str, Quantity], index: int, number: int) -> object:
    named = columns.get("calbench_point")
    words = named.words if named is not None else ()
    span = re.match(r"(.*)/", words[index]) if index < len(words) else None
    frequency = _frequency(columns, index)
    return (span[1] if span else number, None if frequency is None else frequency.value)


def _frequency(columns: dict[str, Quantity], index: int) -> Value | None:
    hertz = find_unit("Hz").dimension
    for name, column in columns.items():
        if name in ("calbench_frequency", "basic_frequency") and _fits(column, hertz):
            return _value(column, index if len(column.numbers[0].values) > 1 else 0)
    return None


def _dof(columns: dict[str, Quantity], index: int) -> str | None:
    column = columns.get("calbench_degreesOfFreedom")
    if column is None or not column.words:
        return None
    word = column.words[0] if len(column.words) == 1 else column.words[index]
    return word if re.fullmatch(r"[0-9]+(\.[0-9]+)?", word) and Decimal(word) > 0 else None
