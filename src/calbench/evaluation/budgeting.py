"""Budgets: the contributions of a point combined into U, with its coverage factor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan
from calbench.documents.plan import TestPlan
from calbench.documents.point import ContributionPlan
from calbench.documents.record import BudgetLine
from calbench.evaluation.composed import LOAD, given, model_of
from calbench.evaluation.drawing import Drawn, draw_result
from calbench.evaluation.observing import Observation, quantity, static_scope
from calbench.evaluation.showing import Figures, show_line
from calbench.metrology import (
    Budget,
    Coverage,
    Expanded,
    Influence,
    Term,
    combine_correlated,
    expand,
    sensitivities,
)
from calbench.metrology.statement import Statement, influence
from calbench.quantities import Quantity, Unit, Value, find_unit, parse_quantity

DEFAULT_MODEL = "indication - reference"


@dataclass(frozen=True)
class Concluded:
    """The uncertainty of one result: its budget, what its influences are called, and U with k."""

    names: Mapping[str, dict[str, str]]
    budget: Budget
    expanded: Expanded
    cmc: Decimal | None = None
    drawn: Drawn | None = None

    @property
    def computed(self) -> Decimal:
        """Expanded uncertainty of the budget in the coherent unit, exactly the float that was computed."""
        return Decimal(repr(self.expanded.U))

    @property
    def U(self) -> Decimal:  # noqa: N802 - the symbol of the GUM
        """Expanded uncertainty as it is stated and decided with: never below the laboratory's CMC (ILAC-P14 5.4)."""
        return self.computed if self.cmc is None else max(self.computed, self.cmc)

    @property
    def std(self) -> float:
        """Standard uncertainty that goes with U: what is stated, divided by k."""
        return self.budget.u if self.computed == self.U else float(self.U) / self.expanded.k


def conclude(
    observation: Observation, test: TestPlan, names: Mapping[str, Value], coverage: Coverage
) -> Concluded | None:
    """Combine the contributions of a point; None if the procedure states none.

    Raises:
        ValueError: A contribution cannot be evaluated from what was measured.
    """
    contributions = observation.point.contributions
    if not contributions:
        return None
    by_id = {one.influence: one for one in contributions}
    influences = [influence(_statement(one), names) for one in contributions]
    slopes = _slopes(observation, test, influences)
    moves = [one.input for one in contributions]
    terms = [Term(one, slopes[moved]) for one, moved in zip(influences, moves, strict=True)]
    pairs = {(each.one, each.other): float(each.r) for each in observation.point.correlations}
    budget = combine_correlated(terms, pairs)
    floor = observation.point.cmc
    cmc = None if floor is None else parse_quantity(floor).value
    called = {name: one.name for name, one in by_id.items()}
    if test.monte_carlo is None or not any(term.influence.std for term in terms):
        return Concluded(called, budget, expand(budget, coverage), cmc)
    both = list(zip(terms, moves, strict=True))
    drawn = draw_result(observation, test, both, pairs, test.monte_carlo, coverage.p)
    if not drawn.u:
        return Concluded(called, budget, expand(budget, coverage), cmc)
    # Lines and shares are those of the law of propagation; u, k and U those of the draws.
    expanded = Expanded(drawn.U / drawn.u, drawn.U, coverage.p, math.inf, "monte-carlo")
    return Concluded(called, replace(budget, u=drawn.u, dof=math.inf), expanded, cmc, drawn)


def coverage_of(plan: DecisionPlan) -> Coverage:
    """Give what the plan asks of every U."""
    return Coverage(float(plan.coverage), plan.coverage_rule, None if plan.k is None else float(plan.k))


def _slopes(observation: Observation, test: TestPlan, influences: Sequence[Influence]) -> Mapping[str, float]:
    """Give the derivative of the error by what each contribution moves."""
    if not observation.inputs:
        first, second = _sensitivities(observation, test)
        return {"indication": first, "reference": second}
    stds: dict[str, float] = {}
    for one, each in zip(observation.point.contributions, influences, strict=True):
        stds[one.input] = max(stds.get(one.input, 0.0), each.std)
    return model_of(test, observation.fixed).slopes(given(observation.inputs, observation.reference), stds)


def _sensitivities(observation: Observation, test: TestPlan) -> tuple[float, float]:
    """Give the derivative of the model with respect to indication and reference."""
    if test.model == DEFAULT_MODEL:
        return 1.0, -1.0
    unit = observation.indication.unit
    fixed = static_scope(observation.point)

    def model(values: list[float]) -> float:
        named = {
            name: Quantity(Decimal(repr(value)), unit)
            for name, value in zip(("indication", "reference"), values, strict=True)
        }
        return float(quantity(test.model, {**fixed, **named}).value)

    estimates = [float(observation.indication.value), float(observation.reference.value)]
    steps = [max(abs(one), 1.0) * 1e-6 for one in estimates]
    first, second = sensitivities(model, estimates, steps)  # type: ignore[arg-type] # a list is a sequence
    return first, second


def _unit(moved: str, observation: Observation) -> Unit:
    """Give the unit in which u of what moves an input, the indication or the reference is printed."""
    if moved.endswith(LOAD):
        text = observation.inputs[moved.removesuffix(LOAD)].plan.load
        return parse_quantity(text or "1 kg").unit
    text = observation.inputs[moved].unit if moved in observation.inputs else observation.point.unit
    unit = find_unit(text)
    return find_unit("K") if unit.offset else unit


def _statement(one: ContributionPlan) -> Statement:
    return Statement(
        influence=one.influence,
        name=one.name.get("en", one.influence),
        kind=one.kind,
        std=one.std,
        half_width=one.half_width,
        expanded=one.expanded,
        k=one.k,
        shape=one.shape,
        dof=one.dof,
        source=one.source,
    )


def lines(
    concluded: Concluded, figures: Figures, observation: Observation, test: TestPlan
) -> list[BudgetLine]:
    """Give the lines of a budget as the record holds them, exact and as printed."""
    point = observation.point
    moved: dict[str, dict[str, None]] = {}
    for one in point.contributions if observation.inputs else ():
        moved.setdefault(one.influence, {})[one.input] = None
    own = {name: _unit(next(iter(several)), observation) for name, several in moved.items()}
    return [
        BudgetLine(
            name=concluded.names[line.id],
            influence=line.id,
            kind=line.kind,
            distribution=line.distribution,
            std=repr(line.u),
            sensitivity=repr(line.sensitivity),
            contribution=repr(line.contribution),
            share=repr(line.share),
            dof=repr(line.dof),
            source=line.source,
            shown=show_line(line, figures, point, test, own.get(line.id)),
            input=", ".join(moved.get(line.id, ())),
        )
        for line in concluded.budget.lines
    ]
