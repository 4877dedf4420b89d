"""The evaluation of a budget file: by the law of propagation, by Monte Carlo, or by both, and the two compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from calbench.budgeting.noting import notes
from calbench.budgeting.outcome import (
    Contribution,
    Drawn,
    Histogram,
    Outcome,
    Output,
    Propagated,
    Together,
)
from calbench.budgeting.reading import influence_of, pairs_of, values_of
from calbench.budgeting.units import Scale, outputs_of, per
from calbench.documents.budget import BudgetFile, BudgetReport
from calbench.metrology import (
    Budget,
    Coverage,
    Expanded,
    Inputs,
    MonteCarlo,
    Propagation,
    adaptive_monte_carlo,
    monte_carlo,
    normal_factor,
    propagate,
    report,
    validate,
)
from calbench.metrology import expand as expand_budget
from calbench.metrology.compiling import Model
from calbench.metrology.joint import RegionKind, is_regular
from calbench.quantities import Quantity, parse_quantity

REGION_KINDS: tuple[RegionKind, ...] = ("ellipsoid", "box")


class NotEvaluated(ValueError):  # noqa: N818 - reads as a sentence where it is caught
    """A budget has no result; `path` leads to what in its file is the reason, as keys from the top."""

    def __init__(self, message: str, path: tuple[str, ...]) -> None:
        super().__init__(message)
        self.path = path


@contextmanager
def _because_of(*path: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise NotEvaluated(str(error), path) from error


def evaluate(file: BudgetFile, methods: Sequence[str] | None = None, *, bins: int = 0) -> Outcome:
    """Evaluate a budget file.

    Args:
        file: as authoring loads it.
        methods: "gum" (JCGM 100, JCGM 102 clause 6), "mc" (JCGM 101, JCGM 102 clause 7) or both; those of the file if
            None.
        bins: of a histogram of the draws of each output; none for 0.

    Raises:
        NotEvaluated: the model has no value beside the estimates or for a draw, or the coverage rule does not apply;
            the message names output and input.
    """
    chosen = file.report.methods if methods is None else methods
    values = dict(values_of(file))
    inputs = Inputs.of(
        [influence_of(name, one) for name, one in file.inputs.items()], correlations=pairs_of(file) or None
    )
    model = Model(file.model, list(file.inputs))
    only = list(file.model) if len(file.model) == 1 else []
    with _because_of("model", *only):
        law = propagate(model, inputs, method="complex-step")
        draws = _draw(model, inputs, file.report, bins) if "mc" in chosen else None
    compared = (
        validate(law, draws, int(Decimal(file.report.digits)))
        if draws is not None and "gum" in chosen
        else None
    )
    outputs = []
    for place, (name, (exact, scale)) in enumerate(outputs_of(file, values).items()):
        outputs.append(
            Output(
                name,
                file.model[name],
                scale.symbol,
                scale.spread_symbol,
                _propagated(file, name, law, place, exact, scale, values) if "gum" in chosen else None,
                None if draws is None else _drawn(draws, place, scale),
                None if compared is None else bool(compared.holds[place, 0]),
            )
        )
    matrices = {
        "gum": law.correlation if "gum" in chosen else None,
        "mc": None if draws is None else draws.correlation,
    }
    correlation = {
        key: tuple(tuple(float(r) for r in row) for row in matrix[:, :, 0])
        for key, matrix in matrices.items()
        if matrix is not None and len(outputs) > 1
    }
    together = tuple(_together(law if "gum" in chosen else None, draws, float(file.report.coverage)))
    return Outcome(
        file.budget, tuple(outputs), correlation, together, tuple(notes(file, inputs, law, outputs))
    )


def _together(law: Propagation | None, draws: MonteCarlo | None, p: float) -> Iterator[Together]:
    """Give the coverage regions that there are: none of one output, no ellipsoid where one follows from the others."""
    if law is not None and len(law.u) > 1 and (law.u > 0).all():
        regular = is_regular(law.correlation[:, :, 0])
        for kind in REGION_KINDS if regular else REGION_KINDS[1:]:
            yield Together("gum", kind, normal_factor(len(law.u), p, kind), p)
    if draws is not None and len(draws.u) > 1:
        for kind, k in (("ellipsoid", draws.k_ellipsoid[0]), ("box", draws.k_box[0])):
            if not math.isnan(k):
                yield Together("mc", kind, float(k), p)


def _draw(model: Model, inputs: Inputs, wanted: BudgetReport, bins: int) -> MonteCarlo:
    p, seed = float(wanted.coverage), int(Decimal(wanted.seed))
    if wanted.draws == "adaptive":
        digits = int(Decimal(wanted.digits))
        return adaptive_monte_carlo(
            model, inputs, seed=seed, digits=digits, p=p, kind=wanted.interval, bins=bins
        )
    draws = int(Decimal(wanted.draws))
    return monte_carlo(model, inputs, seed=seed, draws=draws, p=p, kind=wanted.interval, bins=bins)


def expand(budget: Budget, wanted: BudgetReport) -> Expanded:
    """Expand by the rule of a budget file.

    Raises:
        ValueError: the rule does not apply to this budget.
    """
    k = None if wanted.k is None else float(wanted.k)
    return expand_budget(budget, Coverage(float(wanted.coverage), wanted.rule, k))


def _propagated(
    file: BudgetFile,
    name: str,
    law: Propagation,
    place: int,
    exact: Quantity,
    scale: Scale,
    values: dict[str, Quantity],
) -> Propagated:
    wanted, budget = file.report, law.budget(place)
    with _because_of("report", "rule"):
        expanded = expand(budget, wanted)
    value, U = scale.exact(exact), scale.width(expanded.U)  # noqa: N806 - the symbol of the GUM
    cmc = None if name not in wanted.cmc else parse_quantity(wanted.cmc[name]).in_unit(scale.spread)
    stated = report(
        value, Decimal(repr(U)), digits=int(Decimal(wanted.digits)), rounding=wanted.rounding, cmc=cmc
    )
    return Propagated(
        value,
        scale.width(budget.u),
        budget.dof,
        expanded.k,
        U,
        expanded.p,
        expanded.rule,
        float(value) - U,
        float(value) + U,
        scale.width(float(law.u_second_order[place, 0])),
        None if math.isnan(law.second_order[place, 0]) else not law.nonlinear[place, 0],
        stated,
        tuple(_contributions(file, budget, scale, values)),
    )


def _contributions(
    file: BudgetFile, budget: Budget, scale: Scale, values: dict[str, Quantity]
) -> list[Contribution]:
    named: dict[str, list[str]] = {}
    for name, one in file.inputs.items():
        named.setdefault(one.id or name, []).append(name)
    found = []
    for line in budget.lines:
        one, own = file.inputs[named[line.id][0]], Scale.of(values[named[line.id][0]].unit)
        sensitivity = line.sensitivity * float(own.spread.factor) / float(scale.spread.factor)
        found.append(
            Contribution(
                " ".join(named[line.id]),
                line.id,
                one.name or {"en": line.name},
                own.number(line.estimate),
                own.symbol,
                own.width(line.u),
                own.spread_symbol,
                line.distribution,
                line.kind,
                line.dof,
                sensitivity,
                per(scale, own),
                scale.width(line.contribution),
                line.share,
                one.source or {},
            )
        )
    return found


def _drawn(draws: MonteCarlo, place: int, scale: Scale) -> Drawn:
    return Drawn(
        scale.number(float(draws.values[place, 0])),
        scale.width(float(draws.u[place, 0])),
        scale.number(float(draws.low[place, 0])),
        scale.number(float(draws.high[place, 0])),
        draws.p,
        draws.kind,
        draws.draws[0],
        draws.adaptive,
        draws.seed,
        draws.generator,
        _histogram(draws, place, scale),
    )


def _histogram(draws: MonteCarlo, place: int, scale: Scale) -> Histogram | None:
    if not draws.counts.size:
        return None
    counts = tuple(int(count) for count in draws.counts[place, 0])
    low, high = (scale.number(float(end)) for end in draws.edges[place, 0])
    return Histogram(low, high, counts, draws.draws[0] - sum(counts))
