"""The page that compares with GTC shows what the command makes."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_holds_the_tables_of_the_command(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    made = importlib.import_module("compared")
    page = (ROOT / "docs" / "explanations" / "uncertainty-compared.md").read_text(encoding="utf-8")
    assert made.tables() in page
    assert page.count("| < 1e-9 |") == made.beside_gtc().count("\n") - 1


def test_the_page_names_tests_that_exist():
    page = (ROOT / "docs" / "explanations" / "uncertainty-compared.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", page)
    assert len(named) > 20
    for file, test in named:
        (path,) = (ROOT / "tests").rglob(file)
        assert f"def {test}(" in path.read_text(encoding="utf-8"), f"{file}::{test}"
