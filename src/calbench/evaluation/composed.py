"""What the inputs of a point came to: mean, standard deviation and corrected value of each, and the composed model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.documents.readings import InputPlan
from calbench.documents.record import Attempt
from calbench.evaluation import gathering
from calbench.metrology import mean, stdev
from calbench.metrology.composition import REFERENCE, Composition
from calbench.quantities import Quantity, Value, find_unit, parse_quantity

LOAD = ".load"


@dataclass(frozen=True)
class Seen:
    """One input as it was read, in the coherent unit of its quantity.

    Attributes:
        plan: what the plan says of it.
        readings: all of them, as they were read.
        value: their mean, with the correction of the certificate.
        stdev: experimental standard deviation of one reading; None of a single one.
    """

    plan: InputPlan
    readings: tuple[Quantity, ...]
    value: Quantity
    stdev: float | None

    @property
    def unit(self) -> str:
        """The unit to show it in: the one in which its expected value is written, or the coherent one."""
        written = None if self.plan.expected is None else parse_quantity(self.plan.expected).unit.symbol
        return written or MEASURANDS[self.plan.read].unit


def seen(point: Point, attempt: Attempt) -> dict[str, Seen]:
    """Give what each input of a point came to in an attempt, by name and in their order.

    Raises:
        ValueError: One was not read.
    """
    return {one.name: _seen(one, point, attempt) for one in point.inputs}


def names_of(inputs: Mapping[str, Seen]) -> dict[str, Value]:
    """Give the names that expressions may use of inputs: value, readings, n, stdev, resolution, load."""
    known: dict[str, Value] = {}
    for name, one in inputs.items():
        known |= {
            name: one.value,
            f"{name}.readings": one.readings,
            f"{name}.n": Quantity.of(len(one.readings)),
        }
        if one.stdev is not None:
            unit = find_unit("K") if one.value.unit.offset else one.value.unit
            known[f"{name}.stdev"] = Quantity(Decimal(repr(one.stdev)), unit)
        if one.plan.resolution is not None:
            known[f"{name}.resolution"] = parse_quantity(one.plan.resolution)
        if one.plan.certified is not None:
            known[name + LOAD] = parse_quantity(one.plan.certified)
    return known


def given(inputs: Mapping[str, Seen], reference: Quantity | None) -> dict[str, Quantity]:
    """Give the values from which the model computes: of the inputs, of their weights, and a reference that is given."""
    found = {name: one.value for name, one in inputs.items()}
    loads = {name: one.plan.certified for name, one in inputs.items()}
    found |= {name + LOAD: parse_quantity(text) for name, text in loads.items() if text is not None}
    return found if reference is None else {**found, REFERENCE: reference}


def model_of(test: TestPlan, fixed: Mapping[str, Value]) -> Composition:
    """Give the composed model of a test at a point, of which `fixed` are the names that have one value."""
    computed = ("indication", "reference", "rdg")
    known = {name: one for name, one in fixed.items() if name.removeprefix("$") not in computed}
    return Composition(test.model, test.indication, test.reference, known)


def _seen(plan: InputPlan, point: Point, attempt: Attempt) -> Seen:
    readings = tuple(gathering.value(raw) for raw in attempt.readings if raw.input == plan.name)
    if not readings:
        raise ValueError(f"{point.id}: input {plan.name} was not read")
    values = [one.value for one in readings]
    average = Quantity(mean(values), find_unit(MEASURANDS[plan.read].unit))
    value = average if plan.correction is None else average + parse_quantity(plan.correction)
    return Seen(plan, readings, value, stdev(values) if len(values) > 1 else None)
