"""How a procedure states an uncertainty contribution, turned into an influence quantity.

A statement gives one of `std`, `half_width` with a shape, or `expanded` with k, as expressions over names in scope
(language item 5). Planning evaluates it with predicted readings, evaluation with the real ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, cast

from calbench.metrology.assessing import stated_prior
from calbench.metrology.influence import Distribution, Influence, Kind, Shape
from calbench.metrology.prior import Prior
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


class StatedPrior(Protocol):
    """How true values are distributed, as a procedure states it: a share in tolerance, or expressions of a point."""

    @property
    def in_tolerance(self) -> str | None:
        """Share within the limits."""

    @property
    def sigma(self) -> str | None:
        """Standard deviation."""

    @property
    def half_width(self) -> str | None:
        """Half-width of a rectangular distribution."""

    @property
    def mean(self) -> str | None:
        """Mean, or middle."""


def prior(stated: StatedPrior, lower: Decimal | None, upper: Decimal | None, scope: Scope) -> Prior:
    """Give the prior at a point, in the coherent unit of its limits.

    Raises:
        ValueError: An expression cannot be evaluated, or the prior cannot be, such as a mean beyond the limits.
    """

    def number(text: str | None) -> float | None:
        return None if text is None else float(_quantity("prior", text, scope).value)

    return stated_prior(
        lower=lower,
        upper=upper,
        in_tolerance=None if stated.in_tolerance is None else float(stated.in_tolerance),
        sigma=number(stated.sigma),
        half_width=number(stated.half_width),
        mean=number(stated.mean),
    )


def influence(statement: Statement, scope: Scope) -> Influence:
    """Evaluate a statement in a scope; values are in the coherent SI unit.

    Raises:
        ValueError: An expression cannot be evaluated, is not a quantity, or gives a negative uncertainty.
    """
    place = f"contribution '{statement.name}'"
    dof = math.inf
    if statement.dof is not None:
        dof = float(_quantity(f"{place}, dof", statement.dof, scope).value)
    if statement.std is not None:
        std = _uncertainty(statement, "std", statement.std, scope)
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
        half_width = _uncertainty(statement, "half_width", statement.half_width, scope)
        return Influence.from_half_width(
            statement.influence,
            statement.name,
            half_width,
            shape=cast("Shape", statement.shape),
            dof=dof,
            source=statement.source,
        )
    expanded = _uncertainty(statement, "expanded", statement.expanded or "", scope)
    k = float(_quantity(f"{place}, k", statement.k or "2", scope).value)
    return Influence.from_expanded(
        statement.influence, statement.name, expanded, k, dof=dof, source=statement.source
    )


def _uncertainty(statement: Statement, key: str, text: str, scope: Scope) -> float:
    """Give a stated uncertainty in the coherent unit, zero or more."""
    where = f"contribution '{statement.name}', {key}"
    found = _quantity(where, text, scope)
    if found.value < 0:
        raise ValueError(f"{where}: '{text}' is {found.text()}; an uncertainty is zero or more")
    return float(found.value)


def _quantity(where: str, text: str, scope: Scope) -> Quantity:
    place = f"{where}: '{text}'"
    try:
        value = evaluate(parse(text), scope)
    except ValueError as error:
        raise ValueError(f"{place} cannot be evaluated: {error}") from error
    if not isinstance(value, Quantity):
        raise ValueError(f"{place} does not give one quantity but {value!r}")  # noqa: TRY004 - a wrong text, not type
    return value
