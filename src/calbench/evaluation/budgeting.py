"""Budgets: the contributions of a point combined into U, with its coverage factor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from calbench.documents.deciding import DecisionPlan
from calbench.documents.plan import ContributionPlan, Point, TestPlan
from calbench.documents.record import BudgetLine
from calbench.evaluation.drawing import Drawn, draw_result
from calbench.evaluation.observing import Observation, quantity, static_scope
from calbench.evaluation.showing import Figures, show_line
from calbench.metrology import Budget, Coverage, Expanded, Term, combine_correlated, expand, sensitivities
from calbench.metrology.statement import Statement, influence
from calbench.quantities import Quantity, Value, parse_quantity

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
    to_indication, to_reference = _sensitivities(observation, test)
    by_id = {one.influence: one for one in contributions}
    moves = [one.input == "indication" for one in contributions]
    terms = [
        Term(influence(_statement(one), names), to_indication if moved else to_reference)
        for one, moved in zip(contributions, moves, strict=True)
    ]
    pairs = {(each.one, each.other): float(each.r) for each in observation.point.correlations}
    budget = combine_correlated(terms, pairs)
    floor = observation.point.cmc
    cmc = None if floor is None else parse_quantity(floor).value
    called = {name: one.name for name, one in by_id.items()}
    if test.monte_carlo is None or not any(term.influence.std for term in terms):
        return Concluded(called, budget, expand(budget, coverage), cmc)
    both = list(zip(terms, moves, strict=True))
    drawn = draw_result(observation, test.model, both, pairs, test.monte_carlo, coverage.p)
    if not drawn.u:
        return Concluded(called, budget, expand(budget, coverage), cmc)
    # Lines and shares are those of the law of propagation; u, k and U those of the draws.
    expanded = Expanded(drawn.U / drawn.u, drawn.U, coverage.p, math.inf, "monte-carlo")
    return Concluded(called, replace(budget, u=drawn.u, dof=math.inf), expanded, cmc, drawn)


def coverage_of(plan: DecisionPlan) -> Coverage:
    """Give what the plan asks of every U."""
    return Coverage(float(plan.coverage), plan.coverage_rule, None if plan.k is None else float(plan.k))


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


def lines(concluded: Concluded, figures: Figures, point: Point, test: TestPlan) -> list[BudgetLine]:
    """Give the lines of a budget as the record holds them, exact and as printed."""
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
            shown=show_line(line, figures, point, test),
        )
        for line in concluded.budget.lines
    ]
