"""From the inputs of a budget file to influence quantities, in coherent units."""

from __future__ import annotations

import math
from collections.abc import Mapping

from calbench.budgeting.wording import local
from calbench.documents.budget import BudgetFile, BudgetInput
from calbench.metrology import Influence, evaluate_readings
from calbench.quantities import Quantity, parse_quantity


def value_of(one: BudgetInput) -> Quantity:
    """Give the value of an input: as stated, or the mean of its readings in the unit of the first."""
    if one.readings is None:
        return parse_quantity(one.value or "")
    readings = [parse_quantity(text) for text in one.readings]
    return Quantity(evaluate_readings([reading.value for reading in readings]).mean, readings[0].unit)


def values_of(file: BudgetFile) -> Mapping[str, Quantity]:
    """Give the values of all inputs, by name."""
    return {name: value_of(one) for name, one in file.inputs.items()}


def influence_of(name: str, one: BudgetInput) -> Influence:
    """Give an input as an influence quantity; one of several with the same id is like the others.

    Raises:
        ValueError: numbers that no quantity has (the rules of authoring refuse them before).
    """
    id_ = one.id or name
    called, source = local(one.name or {}, "en") or id_, local(one.source or {}, "en")
    if one.readings is not None:
        return Influence.from_readings(
            id_, called, [parse_quantity(text).value for text in one.readings], source=source
        )
    estimate = float(value_of(one).value)
    dof = math.inf if one.dof is None else float(one.dof)
    if one.half_width is not None:
        return Influence.from_half_width(
            id_,
            called,
            _float(one.half_width),
            shape=one.shape or "rectangular",
            top=float(one.top or 0),
            blur=float(one.blur or 0),
            estimate=estimate,
            dof=dof,
            source=source,
        )
    if one.expanded is not None:
        return Influence.from_expanded(
            id_,
            called,
            _float(one.expanded),
            float(one.k or "nan"),
            estimate=estimate,
            dof=dof,
            source=source,
        )
    distribution = "normal" if math.isinf(dof) else "t"
    return Influence(id_, called, estimate, _float(one.u or "nan"), dof, distribution, source=source)  # type: ignore[arg-type] # one of the two words


def pairs_of(file: BudgetFile) -> dict[tuple[str, str], float]:
    """Give the correlations by the ids of the inputs."""
    ids = {name: one.id or name for name, one in file.inputs.items()}
    return {(ids[one], ids[other]): float(r) for one, other, r in file.correlations}


def _float(text: str) -> float:
    return float(parse_quantity(text).value)
