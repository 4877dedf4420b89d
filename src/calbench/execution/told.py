"""What the method of a driver is told at a point: values, ranges and loads, in its order and in its units."""

from __future__ import annotations

from calbench.documents.measurands import MEASURANDS, TOLD
from calbench.documents.point import Point
from calbench.documents.readings import InputPlan
from calbench.errors import RunFailed
from calbench.instruments.capabilities import CAPABILITIES
from calbench.quantities import Quantity, find_unit, parse_quantity


def arguments(point: Point, one: InputPlan, capability: str) -> list[str | int]:
    """Give what the instrument that is read must be told, in the order of its method."""
    given: list[str | int] = []
    for name in CAPABILITIES[capability].arguments:
        if name == "on_range":
            given.append(_number(point.range_of(one), one.read))
            continue
        if name not in point.told:
            raise RunFailed(f"{point.id}: {capability} needs {name}, and the plan does not say it.")
        value = parse_quantity(point.told[name]).in_unit(find_unit(TOLD[name]))
        given.append(int(value) if name == "pulses" else f"{value:f}")
    return given


def stimulus(point: Point, capability: str, nominal: str) -> dict[str, str | int]:
    """Give what the source must be told, in the order of its method, and the words that the plan says beside it."""
    known: dict[str, str | int] = {"value": _number(nominal, point.apply)}
    if point.frequency is not None:
        known["frequency"] = _number(point.frequency, "frequency")
    words = MEASURANDS[point.apply].words
    known |= {
        name: _told(point.apply, name, text) for name, text in point.stimulus.items() if name not in words
    }
    wanted = CAPABILITIES[capability].arguments
    missing = [name for name in wanted if name not in known]
    if missing:
        raise RunFailed(f"{point.id}: {capability} needs {', '.join(missing)}, and the plan does not say it.")
    said = {name: point.stimulus[name] for name in words if name in point.stimulus}
    return {name: known[name] for name in wanted} | said


def value_of(one: InputPlan) -> dict[str, str | int]:
    """Give what the source of an input must be told: the one value that it is set to."""
    if one.expected is None:
        raise RunFailed(f"{one.name}: there is no value to apply.")
    return {"value": _number(one.expected, one.read)}


def _told(quantity: str, name: str, text: str) -> str | int:
    value = parse_quantity(text)
    return int(value.value) if name == "phases" else str(value.in_unit(MEASURANDS[quantity].told_in(name)))


def _number(text: str, quantity: str) -> str:
    value: Quantity = parse_quantity(text)
    return str(value.in_unit(find_unit(MEASURANDS[quantity].unit)))
