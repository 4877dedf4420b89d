"""What the runs of a proof have in common: what certificates state of the values in use, and the limits of points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from calbench.documents.measurands import MEASURANDS, capability
from calbench.documents.plan import Binding, Plan, TestPlan
from calbench.documents.point import Point
from calbench.planning import standards, weighing
from calbench.planning.seating import UUT
from calbench.proof.population import Population
from calbench.quantities import Quantity, find_unit, parse_quantity
from calbench.traceability.parts import AtPoint

if TYPE_CHECKING:
    from calbench.documents.asset import Asset
    from calbench.workflow import Prepared

_IN_THE_WORLD = {"voltage.dc": "voltage", "resistance.2w": "resistance", "resistance.4w": "resistance"}


@dataclass(frozen=True)
class Open:
    """What one line of a standard leaves open, in SI units; all lines of one family are one draw.

    The budget counts what is of one family as moving together (`calbench.traceability.parts`), so it does here.
    """

    u: float
    shape: str
    dof: float
    family: str
    influence: str


@dataclass(frozen=True)
class Stated:
    """What is stated of one value of a standard: the true one is it, plus the correction, plus what is left open."""

    quantity: str
    value: float
    frequency: float
    correction: float
    open: tuple[Open, ...]
    measured: bool = False
    """Of a measuring standard: it holds around the value too, for what is measured there is never just that."""


@dataclass(frozen=True)
class Weighed:
    """What is stated of one weight: its conventional mass in kg, drift included, and what is left open."""

    mass: float
    open: tuple[Open, ...]


@dataclass(frozen=True)
class Limits:
    """The middle of the limits at one value of a range (0: no range), and half their distance, in SI units."""

    quantity: str
    value: float
    range: float
    middle: float
    half: float


@dataclass(frozen=True)
class Sketch:
    """What is drawn in each run: by instrument and by weight, and the units under test by their instrument."""

    standards: Mapping[str, tuple[Stated, ...]]
    weights: Mapping[str, Weighed]
    units: Mapping[str, tuple[Limits, ...]]
    population: Population


def in_the_world(quantity: str) -> str:
    """Give the name of a measurand in the truth of the simulated world."""
    return _IN_THE_WORLD.get(quantity, quantity)


def sketch(prepared: Prepared, population: Population) -> Sketch:
    """Look up what is drawn in each run of a plan."""
    plan = prepared.plan
    on = datetime.fromisoformat(plan.created).date()
    assets = {name: loaded.model for name, loaded in prepared.assets.items()}
    bindings = {binding.role: binding for binding in plan.bindings}
    found: dict[str, dict[tuple[str, float, float], Stated]] = {}
    units: dict[str, dict[tuple[str, float, float], Limits]] = {}
    tests = {test.id: test for test in plan.tests}
    for point in plan.points:
        if point.nominal is None:
            continue
        for binding, name, value, ranged in _in_use(point, bindings):
            asset = assets.get(binding.asset)
            stated = None if asset is None else _stated(asset, name, (value, ranged), point, on)
            if stated is not None:
                key = stated.quantity, stated.value, stated.frequency
                found.setdefault(binding.instrument, {})[key] = stated
        limits = _limits(point) if _has_own_limits(tests[point.test], point) else None
        if limits is not None:
            unit = unit_of(plan, point)
            units.setdefault(unit, {}).setdefault((limits.quantity, limits.range, limits.value), limits)
    placed = {name for point in plan.points for name in point.place}
    placed |= {name for point in plan.points for one in point.inputs for name in one.place}
    placed |= {name for step in plan.steps for name in step.place}
    return Sketch(
        {name: tuple(several.values()) for name, several in found.items()},
        {name: one for asset in assets.values() for name, one in _weights(asset, on) if name in placed},
        {name: tuple(several.values()) for name, several in units.items()},
        population,
    )


def unit_of(plan: Plan, point: Point) -> str:
    """Give the name of the instrument whose error of indication a point finds."""
    if point.reference == "read" or _is_a_value(point):
        return plan.uut.position
    return next(one.instrument for one in plan.bindings if one.role == point.read_role)


def _has_own_limits(test: TestPlan, point: Point) -> bool:
    """Tell whether the limits of a point are those of the unit alone, in its own quantity."""
    direct = _is_direct(test, point) or (_is_a_value(point) and test.model == "indication - reference")
    alike = (
        not test.unit or find_unit(test.unit).dimension == find_unit(MEASURANDS[point.read].unit).dimension
    )
    return not point.inputs or (direct and alike)


def _is_a_value(point: Point) -> bool:
    """Tell whether a point finds what the unit is, as the mass of a weight: others are read, and it is nominal."""
    roles = {one.role for one in point.inputs}
    return bool(roles) and "uut" not in roles and point.reference == "nominal" and point.nominal is not None


def _is_direct(test: TestPlan, point: Point) -> bool:
    """Tell whether the error of a test with inputs is one indication of the unit; then its limits are the unit's.

    What a standard says of the unit, such as the error of a meter by its pulses, is no indication of the unit.
    """
    own = {one.name for one in point.inputs if (one.role, one.read) == (UUT, point.read)}
    return test.indication in own and test.model == "indication - reference"


def _in_use(
    point: Point, bindings: Mapping[str, Binding]
) -> Iterator[tuple[Binding, str, Quantity, Quantity | None]]:
    """Give each standard of a point whose value is put out or read by an instrument.

    Each comes with its capability, its value, and the range that an input is read on, if it says one.
    """
    nominal = parse_quantity(point.nominal or "0")
    if point.apply_role:
        yield bindings[point.apply_role], capability("source", point.apply), nominal, None
    if point.reference == "read":
        yield bindings[point.read_role], capability("measure", point.read), nominal, None
    for one in point.inputs:
        if one.role != "uut" and one.expected is not None:
            ranged = None if one.range is None else parse_quantity(one.range)
            yield bindings[one.role], capability(one.kind, one.read), parse_quantity(one.expected), ranged


def _stated(
    asset: Asset, name: str, at: tuple[Quantity, Quantity | None], point: Point, on: date
) -> Stated | None:
    """Look up what is stated at a value, and on a range if one is said."""
    value, ranged = at
    alternating = point.frequency is not None and MEASURANDS[name.partition(".")[2]].alternating
    frequency = parse_quantity(point.frequency) if point.frequency is not None and alternating else None
    standard = standards.at(asset, name, value, frequency, on, ranged)
    if standard is None:
        return None
    return Stated(
        quantity=in_the_world(name.partition(".")[2]),
        value=_world(value),
        frequency=0.0 if frequency is None else float(frequency.value),
        correction=float(standard.correction.value),
        open=_open(standard),
        measured=name.startswith("measure."),
    )


def _world(value: Quantity) -> float:
    """Give a value as the simulated world has it: a temperature in degC, not in kelvin."""
    return float(value.in_unit(find_unit("degC")) if value.unit.offset else value.value)


def _weights(asset: Asset, on: date) -> Iterator[tuple[str, Weighed]]:
    for weight in asset.weights:
        nominal = parse_quantity(weight.nominal)
        standard = weighing.certified([asset], [weighing.Picked(asset, weight)], nominal, on)
        yield weight.id, Weighed(float(nominal.value + standard.correction.value), _open(standard))


def _open(standard: AtPoint) -> tuple[Open, ...]:
    return tuple(
        Open(
            u=float(part.stated.std),
            shape="normal" if part.stated.half_width is None else part.stated.shape,
            dof=math.inf if part.stated.dof is None else float(Decimal(part.stated.dof)),
            family=part.family,
            influence=part.influence,
        )
        for part in standard.parts
    )


def _limits(point: Point) -> Limits | None:
    """Give the limits of a point; a unit that weighs nothing was set to zero, so nothing is drawn there."""
    value = parse_quantity(point.nominal or "0")
    if point.limit is None or (point.quantity == "mass" and not value.value):
        return None
    edges = [point.limit.nominal_lower, point.limit.nominal_upper]
    known = [float(parse_quantity(edge).value) for edge in edges if edge is not None]
    if not known:
        return None
    # with one limit, the other is taken to be as far on the other side of zero
    low, high = (min(known), max(known)) if len(known) > 1 else (-abs(known[0]), abs(known[0]))
    on = 0.0 if point.range is None else float(parse_quantity(point.range).value)
    return Limits(in_the_world(point.quantity), _world(value), on, (low + high) / 2, (high - low) / 2)
