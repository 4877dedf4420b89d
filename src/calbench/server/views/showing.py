"""Words and signs that page and script share, so that both show the same."""

from __future__ import annotations

import json

from calbench.documents.point import Point
from calbench.quantities import parse_quantity
from calbench.server.runs.frames import told
from calbench.server.runs.viewmodel import Cell
from calbench.server.wording import Speaker

STATES = {
    "LOADED": "◌", "CHECKED": "◌", "READY": "◌", "RUNNING": "▶", "HELD": "❚❚", "SUSPENDED": "❚❚", "WAITING": "?",
    "SAFING": "↓", "COMPLETED": "✓", "STOPPED": "■", "ABORTED": "■", "UNSAFE": "!", "RECOVERING": "◌",
    "CRASHED": "✕", "SILENT": "✕",
}  # fmt: skip
OUTPUTS = {
    "verified_off": "○", "no_source": "○", "may_be_on": "●", "found_on": "●", "not_verified": "!", "untouched": "?",
    "unknown": "?", "": "·",
}  # fmt: skip
VERDICTS = {
    "pass": "✓", "fail": "✕", "indeterminate_pass": "✓?", "indeterminate_fail": "✕?", "not_evaluated": "–", "": "…",
}  # fmt: skip
CELLS = {
    "waiting": "·", "measuring": "▸", "measured": "…", "discarded": "↺", "late": "!", "dropped": "⊘", "omitted": "–",
}  # fmt: skip
UNITS = {"in": "", "late": "!", "dropped": "⊘"}


def words(say: Speaker) -> str:
    """Give what the script of the page of a run needs, as JSON."""
    return json.dumps(
        {
            "states": STATES,
            "outputs": OUTPUTS,
            "verdictIcons": VERDICTS,
            "cellIcons": CELLS,
            "verdicts": {name: say(f"verdict.{name}") for name in VERDICTS},
            "cells": {name: say(f"cell.{name}") for name in CELLS},
            "units": UNITS,
            "unitStates": {name: say(f"unit.{name}") for name in UNITS},
            "attempts": say("run.attempts", n="{n}"),
            "discarded": say("run.discarded", n="{n}"),
            "progress": say("run.progress", done="{done}", all="{all}", failed="{failed}"),
            "unsafe": say("unsafe.title", names="{names}"),
            "chart": say("run.chart"),
            "position": say("run.position", position="{position}"),
        },
        ensure_ascii=False,
    )


def figures(cell: Cell, say: Speaker) -> str:
    """Write the figures of a cell: `+0.12 (±8.5) U 0.71 µV`; as the script does."""
    if not cell.error:
        return ""
    limit = f" ({limits(cell)})" if limits(cell) else ""
    expanded = f" U {cell.expanded}" if cell.expanded else ""
    return f"{told(cell, say)}{limit}{expanded} {say.local(cell.unit)}".strip()


def limits(cell: Cell) -> str:
    """Write the limits of a cell: `±8.5`, or both where they differ."""
    high = cell.upper.removeprefix("+")
    if not cell.lower and not cell.upper:
        return ""
    return f"±{high}" if cell.lower == f"-{high}" else f"{cell.lower or '−∞'} … {cell.upper or '+∞'}"


def limit(point: Point) -> str:
    """Write the limit of a point at its nominal value: `±8.5 µV`, or both where they differ."""
    if point.limit is None:
        return ""
    lower, upper = engineering(point.limit.nominal_lower), engineering(point.limit.nominal_upper)
    return f"±{upper}" if lower == f"-{upper}" else f"{lower or '−∞'} … {upper or '+∞'}"


def engineering(quantity: str | None) -> str:
    """Write a quantity with the prefix that suits it."""
    return "" if quantity is None else parse_quantity(quantity).engineering().text()
