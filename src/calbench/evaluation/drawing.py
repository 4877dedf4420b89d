"""U of a result by Monte Carlo, where the test asks for it (JCGM 101)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from calbench.documents.deciding import MonteCarloPlan
from calbench.documents.plan import TestPlan
from calbench.evaluation.composed import given, model_of
from calbench.evaluation.observing import Observation, static_scope
from calbench.metrology import Term
from calbench.quantities import Quantity, names, parse, significant

if TYPE_CHECKING:
    from calbench.metrology.model import Array, ArrayModel

DIGITS = 6
"""Significant digits that are kept: more than the draws are good for, fewer than differ between machines."""


@dataclass(frozen=True)
class Drawn:
    """What the draws say, in the coherent unit, each to six digits.

    Attributes:
        u: their standard deviation.
        U: the larger distance from the result to an end of the coverage interval.
        low: lower end of the interval.
        high: upper end.
    """

    u: float
    U: float
    low: Decimal
    high: Decimal


def draw_result(
    observation: Observation,
    test: TestPlan,
    terms: Sequence[tuple[Term, str]],
    pairs: Mapping[tuple[str, str], float],
    plan: MonteCarloPlan,
    p: float,
) -> Drawn:
    """Draw the contributions of a result through the model of its test.

    Args:
        observation: what was observed.
        test: whose model is drawn through.
        terms: contributions, each with what it moves: `indication`, `reference`, or an input.
        pairs: coefficients of correlation by ids.
        plan: draws, seed and kind of interval.
        p: coverage probability.

    Raises:
        ValueError: The model has no value for a draw, inputs cannot be drawn, or the draws have no standard deviation.
    """
    from calbench.metrology import Inputs, adaptive_monte_carlo, monte_carlo  # noqa: PLC0415 - numpy

    inputs = Inputs.of([term.influence for term, _ in terms], correlations=dict(pairs) or None)
    moves = [moved for _, moved in terms]
    if observation.inputs:
        function = model_of(test, observation.fixed).function(
            given(observation.inputs, observation.reference), moves
        )
    else:
        function = _function(observation, test.model, [moved == "indication" for moved in moves])
    seed = int(Decimal(plan.seed))
    if plan.draws == "adaptive":
        found = adaptive_monte_carlo(function, inputs, seed=seed, p=p, kind=plan.interval)
    else:
        found = monte_carlo(
            function, inputs, seed=seed, draws=int(Decimal(plan.draws)), p=p, kind=plan.interval
        )
    u = float(found.u[0, 0])
    if not math.isfinite(u):
        raise ValueError(
            "the draws have no standard deviation: a contribution has 2 degrees of freedom or fewer, and its "
            "distribution has none. Take more readings, or leave out monte_carlo."
        )
    low, high = (_kept(float(ends[0, 0])) for ends in (found.low, found.high))
    away = max(abs(float(low)), abs(float(high)))
    error = observation.error.value
    return Drawn(float(_kept(u)), away, error + low, error + high)


def _function(observation: Observation, model: str, moves: Sequence[bool]) -> ArrayModel:
    """Give the deviation of the result as a function of the deviations of its contributions: no digits are lost."""
    import numpy as np  # noqa: PLC0415 - heavy, and few tests ask for Monte Carlo

    from calbench.metrology.compiling import compile_expression  # noqa: PLC0415 - as above

    fixed = {
        name: float(value.value)
        for name, value in static_scope(observation.point).items()
        if isinstance(value, Quantity)
    }
    at = {"indication": observation.indication, "reference": observation.reference}
    estimates = {name: float(one.value) for name, one in at.items()}
    expression = parse(model)
    compiled = compile_expression(expression, frozenset({*fixed, *at} & {*names(expression), *at}))
    result = compiled({**fixed, **estimates})
    linear = model == "indication - reference"

    def deviation(arguments: Sequence[Array]) -> Array:
        indication = sum((one for one, moved in zip(arguments, moves, strict=True) if moved), 0.0)
        reference = sum((one for one, moved in zip(arguments, moves, strict=True) if not moved), 0.0)
        if linear:
            return np.asarray(indication - reference)
        moved = {
            "indication": estimates["indication"] + indication,
            "reference": estimates["reference"] + reference,
        }
        return np.asarray(compiled({**fixed, **moved}) - result)

    return deviation


def _kept(value: float) -> Decimal:
    return significant(Decimal(repr(value)), DIGITS)
