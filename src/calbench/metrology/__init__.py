"""Influence quantities, uncertainty budgets, coverage and decision rules: pure numbers, no documents.

The same inputs give the same bits: no clock, no randomness, correctly rounded sums. Planning predicts with
this package, evaluation concludes with it. Importing it loads neither numpy nor scipy.
"""

from calbench.metrology.budget import Budget, Line, Term, combine, covariance
from calbench.metrology.coverage import (
    CoverageRule,
    Expanded,
    coverage_factor,
    expand_by_k,
    expand_by_t,
    expand_rectangular,
    is_rectangular_dominant,
)
from calbench.metrology.decision import (
    RULES,
    TUR_DEFINITION,
    Decision,
    Rule,
    Verdict,
    decide,
    find_rule,
    uncertainty_ratio,
)
from calbench.metrology.influence import DIVISORS, Distribution, Influence, Kind, Shape
from calbench.metrology.sensitivity import Model, second_order_variance, sensitivities
from calbench.metrology.typea import TypeA, evaluate_readings, mean, stdev

__all__ = [
    "DIVISORS",
    "RULES",
    "TUR_DEFINITION",
    "Budget",
    "CoverageRule",
    "Decision",
    "Distribution",
    "Expanded",
    "Influence",
    "Kind",
    "Line",
    "Model",
    "Rule",
    "Shape",
    "Term",
    "TypeA",
    "Verdict",
    "combine",
    "covariance",
    "coverage_factor",
    "decide",
    "evaluate_readings",
    "expand_by_k",
    "expand_by_t",
    "expand_rectangular",
    "find_rule",
    "is_rectangular_dominant",
    "mean",
    "second_order_variance",
    "sensitivities",
    "stdev",
    "uncertainty_ratio",
]
