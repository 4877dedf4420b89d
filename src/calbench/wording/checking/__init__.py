"""Problems of authored files: what is wrong, and what to do; and the words that stand within both."""

from __future__ import annotations

from calbench.wording.checking import (
    assets,
    budgets,
    certificates,
    deciding,
    expressions,
    formulas,
    inputs,
    judging,
    loads,
    measuring,
    phrases,
    points,
    procedures,
    stations,
    structure,
    uncertainty,
    writing,
)

TABLES = (
    assets.MESSAGES,
    budgets.MESSAGES,
    certificates.MESSAGES,
    deciding.MESSAGES,
    expressions.MESSAGES,
    formulas.MESSAGES,
    inputs.MESSAGES,
    judging.MESSAGES,
    loads.MESSAGES,
    measuring.MESSAGES,
    phrases.MESSAGES,
    points.MESSAGES,
    procedures.MESSAGES,
    stations.MESSAGES,
    structure.MESSAGES,
    uncertainty.MESSAGES,
    writing.MESSAGES,
)
"""Templates, in English and in Chinese."""
