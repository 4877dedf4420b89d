"""Influence quantities, uncertainty budgets, coverage and decision rules: pure numbers, no documents.

The same inputs give the same bits: no clock, no randomness, correctly rounded sums. Planning predicts with
this package, evaluation concludes with it. Draws come from a seeded generator, the seed is in the result.

One budget with known sensitivities needs `combine` alone. Models, tables of points, Monte Carlo and least squares work
on arrays: their names load numpy when they are first used. Importing the package loads neither numpy nor scipy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from calbench.metrology.budget import Budget, Line, Term, combine, covariance
from calbench.metrology.correlated import combine_correlated
from calbench.metrology.coverage import (
    Coverage,
    CoverageChoice,
    CoverageRule,
    Expanded,
    coverage_factor,
    expand,
    expand_by_k,
    expand_by_t,
    expand_rectangular,
    expand_trapezoidal,
    is_rectangular_dominant,
    trapezoidal_factor,
)
from calbench.metrology.decision import TUR_DEFINITION, Decision, Verdict, decide, uncertainty_ratio
from calbench.metrology.guardband import guard_band, guard_ratio_for
from calbench.metrology.influence import DIVISORS, Distribution, Influence, Kind, Shape
from calbench.metrology.prior import DataPrior, NormalPrior, Prior, RectangularPrior, prior_in_tolerance
from calbench.metrology.reporting import Reported, Rounding, report
from calbench.metrology.risk import (
    GlobalRisk,
    capability_index,
    conformance_probability,
    global_risk,
    nonconformance_probability,
)
from calbench.metrology.rules import RULES, Promise, Rule, find_rule, promised_false_accept
from calbench.metrology.sensitivity import Model, second_order_variance, sensitivities
from calbench.metrology.typea import TypeA, evaluate_readings, mean, stdev

if TYPE_CHECKING:
    from calbench.metrology.complexparts import in_parts
    from calbench.metrology.correlation import check_correlation, correlation_matrix
    from calbench.metrology.curve import Curve
    from calbench.metrology.drawing import draw
    from calbench.metrology.fitting import fit, fit_line_xy
    from calbench.metrology.inputs import Inputs
    from calbench.metrology.interval import coverage_interval
    from calbench.metrology.model import ArrayModel
    from calbench.metrology.montecarlo import MonteCarlo, adaptive_monte_carlo, monte_carlo
    from calbench.metrology.propagation import Propagation, propagate
    from calbench.metrology.region import Region, drawn_region, normal_factor, normal_region
    from calbench.metrology.tolerance import numerical_tolerance
    from calbench.metrology.validation import Validation, validate

_ON_ARRAYS = {
    "ArrayModel": "model",
    "Curve": "curve",
    "Inputs": "inputs",
    "MonteCarlo": "montecarlo",
    "Propagation": "propagation",
    "Region": "region",
    "Validation": "validation",
    "adaptive_monte_carlo": "montecarlo",
    "check_correlation": "correlation",
    "correlation_matrix": "correlation",
    "coverage_interval": "interval",
    "draw": "drawing",
    "drawn_region": "region",
    "fit": "fitting",
    "fit_line_xy": "fitting",
    "in_parts": "complexparts",
    "monte_carlo": "montecarlo",
    "normal_factor": "region",
    "normal_region": "region",
    "numerical_tolerance": "tolerance",
    "propagate": "propagation",
    "validate": "validation",
}

__all__ = [
    "DIVISORS",
    "RULES",
    "TUR_DEFINITION",
    "ArrayModel",
    "Budget",
    "Coverage",
    "CoverageChoice",
    "CoverageRule",
    "Curve",
    "DataPrior",
    "Decision",
    "Distribution",
    "Expanded",
    "GlobalRisk",
    "Influence",
    "Inputs",
    "Kind",
    "Line",
    "Model",
    "MonteCarlo",
    "NormalPrior",
    "Prior",
    "Promise",
    "Propagation",
    "RectangularPrior",
    "Region",
    "Reported",
    "Rounding",
    "Rule",
    "Shape",
    "Term",
    "TypeA",
    "Validation",
    "Verdict",
    "adaptive_monte_carlo",
    "capability_index",
    "check_correlation",
    "combine",
    "combine_correlated",
    "conformance_probability",
    "correlation_matrix",
    "covariance",
    "coverage_factor",
    "coverage_interval",
    "decide",
    "draw",
    "drawn_region",
    "evaluate_readings",
    "expand",
    "expand_by_k",
    "expand_by_t",
    "expand_rectangular",
    "expand_trapezoidal",
    "find_rule",
    "fit",
    "fit_line_xy",
    "global_risk",
    "guard_band",
    "guard_ratio_for",
    "in_parts",
    "is_rectangular_dominant",
    "mean",
    "monte_carlo",
    "nonconformance_probability",
    "normal_factor",
    "normal_region",
    "numerical_tolerance",
    "prior_in_tolerance",
    "promised_false_accept",
    "propagate",
    "report",
    "second_order_variance",
    "sensitivities",
    "stdev",
    "trapezoidal_factor",
    "uncertainty_ratio",
    "validate",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    module = _ON_ARRAYS.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
