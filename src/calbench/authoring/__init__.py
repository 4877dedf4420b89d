"""Authoring: strict reading of procedures, stations, assets and budgets, with every problem at its line and column."""

from __future__ import annotations

from calbench.authoring.loading import (
    Surroundings,
    check,
    line_in_budget,
    load_answers,
    load_asset,
    load_budget,
    load_procedure,
    load_station,
)
from calbench.authoring.rendering import as_json, render, summary
from calbench.authoring.source import Source, open_source, source_to_show
from calbench.authoring.validation import Document, read, read_lenient

__all__ = [
    "Document",
    "Source",
    "Surroundings",
    "as_json",
    "check",
    "line_in_budget",
    "load_answers",
    "load_asset",
    "load_budget",
    "load_procedure",
    "load_station",
    "open_source",
    "read",
    "read_lenient",
    "render",
    "source_to_show",
    "summary",
]
