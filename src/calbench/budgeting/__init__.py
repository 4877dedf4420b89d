"""Budgeting: a budget file evaluated by the law of propagation and by Monte Carlo, without instruments."""

from __future__ import annotations

from calbench.budgeting.evaluating import NotEvaluated, evaluate
from calbench.budgeting.outcome import (
    Contribution,
    Drawn,
    Histogram,
    Outcome,
    Output,
    Propagated,
    Together,
)

__all__ = [
    "Contribution",
    "Drawn",
    "Histogram",
    "NotEvaluated",
    "Outcome",
    "Output",
    "Propagated",
    "Together",
    "evaluate",
]
