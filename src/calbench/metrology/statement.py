"""How a procedure states an uncertainty contribution, turned into an influence quantity.

A statement gives one of `std`, `half_width` with a shape, or `expanded` with k, as expressions over names in scope
(language item 5). Planning evaluates it with predicted readings, evaluation with the real ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from calbench.metrology.influence import Distribution, Influence, Kind, Shape
from calbench.quantities import Quantity, Value, evaluate, parse

Scope = Mapping[str, Value]


@dataclass(frozen=True)
class Statement:
    """One contribution as stated; texts are expressions, exactly one of `std`, `half_width`, `expanded` is given."""

    influence: str
    name: str
    kind: Kind
    std: str | None = None
    half_width: str | None = None
    expanded: str | None = None
    k: str | None = None
    shape: str = "rectangular"
    dof: str | None = None
    source: str = ""


def influence(statement: Statement, scope: Scope) -> Influence:
    """Evaluate a statement in a scope; values are in the coherent SI unit.

    Raises:
        ValueError: An expression cannot be evaluated, is not a quantity, or gives a negative uncertainty.
    """
    dof = math.inf if statement.dof is None else _number(statement.dof, scope)
    if statement.std is not None:
        std = _number(statement.std, scope)
        distribution: Distribution = "normal" if math.isinf(dof) else "t"
        return Influence(
            statement.influence,
            statement.name,
            0.0,
            std,
            dof,
            distribution,
            statement.kind,
            statement.source,
        )
    if statement.half_width is not None:
        half_width = _number(statement.half_width, scope)
        return Influence.from_half_width(
            statement.influence,
            statement.name,
            half_width,
            shape=cast("Shape", statement.shape),
            dof=dof,
            source=statement.source,
        )
    expanded = _number(statement.expanded or "", scope)
    k = _number(statement.k or "2", scope)
    return Influence.from_expanded(
        statement.influence, statement.name, expanded, k, dof=dof, source=statement.source
    )


def _number(text: str, scope: Scope) -> float:
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' does not give one quantity but {value!r}")  # noqa: TRY004 - a wrong text, not type
    return float(value.value)
