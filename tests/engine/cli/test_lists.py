"""Lists fit the terminal that they are shown on."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from calbench.cli import main, text


@pytest.mark.parametrize("verb", ["drivers", "procedures", "stations"])
def test_lists_fit_eighty_columns_and_lose_nothing(verb, monkeypatch):
    monkeypatch.setenv("CALBENCH_LANG", "en")
    shown = {}
    for columns in ("80", "1000"):
        monkeypatch.setenv("COLUMNS", columns)
        shown[columns] = CliRunner().invoke(main, [verb]).output
    assert max(map(len, shown["80"].splitlines())) <= 80
    assert sorted(shown["80"].replace("─", "").split()) == sorted(shown["1000"].replace("─", "").split())


def test_a_cell_is_broken_at_its_spaces_and_never_within_a_word(monkeypatch):
    monkeypatch.setenv("COLUMNS", "42")
    rows = [("one", f"a:{text.NO_BREAK}driver, b:{text.NO_BREAK}another", "x" * 30)]
    assert text.folded(("name", "drivers", "long"), rows).splitlines() == [
        "name  drivers     long",
        "────  ──────────  " + "─" * 30,
        "one   a: driver,  " + "x" * 30,
        "      b: another",
    ]
