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


def test_parts_of_procedures_are_not_offered_and_are_found_by_name(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(main, ["procedures"]).output
    assert "meter-jjg596-2012" in shown
    assert "meter-creep" not in shown
    refused = CliRunner().invoke(main, ["plan", "meter-creep", "demo-meter"])
    assert refused.exit_code == 2, refused.output
    assert "Parameter 'creep_time' has no default" in refused.output
