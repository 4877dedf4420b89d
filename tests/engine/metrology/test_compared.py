"""The page that compares with GTC shows what the command makes."""

from __future__ import annotations

import importlib
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_holds_the_tables_of_the_command(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    made = importlib.import_module("compared")
    page = (ROOT / "docs" / "explanations" / "uncertainty-compared.md").read_text(encoding="utf-8")
    assert made.tables() in page
    assert page.count("| < 1e-9 |") == made.beside_gtc().count("\n") - 1
