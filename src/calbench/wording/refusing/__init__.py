"""Refusals: of plans, and of what is asked of a run, before and after it."""

from __future__ import annotations

from calbench.wording.refusing import afterwards, plans, points, refusals, standards, tools

TABLES = (
    afterwards.MESSAGES,
    plans.MESSAGES,
    points.MESSAGES,
    refusals.MESSAGES,
    standards.MESSAGES,
    tools.MESSAGES,
)
"""Templates, in English and in Chinese."""
