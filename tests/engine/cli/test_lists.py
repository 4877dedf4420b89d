"""Lists fit the terminal that they are shown on."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize(
    ("words", "heads"),
    [
        (["procedures"], ["程序", "版本", "名称", "要求"]),
        (["stations"], ["工作站", "仪器", "工位"]),
        (["new", "procedure", "--list"], ["标识", "版本", "规程", "名称"]),
        (
            ["assets", "--on", "2026-01-05"],
            ["资产", "制造厂", "型号", "出厂编号", "证书", "到期日", "于 2026-01-05"],
        ),
    ],
)
def test_heads_of_lists_are_in_the_language_of_the_terminal(words, heads, monkeypatch):
    monkeypatch.setenv("CALBENCH_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "1000")
    head = CliRunner().invoke(main, words).output.splitlines()[0]
    assert re.split(r"\s{2,}", head.strip()) == heads


def test_what_is_not_there_and_what_was_written_is_said_in_chinese(monkeypatch, tmp_path):
    monkeypatch.setenv("CALBENCH_LANG", "zh")
    missing = CliRunner().invoke(main, ["procedures", "scale-class"]).stderr
    assert missing.startswith("calbench: 没有程序“scale-class”。现有：")
    made = CliRunner().invoke(main, ["new", "lab", "voltage-lab", "--into", str(tmp_path)]).output
    assert made.splitlines()[0] == f"已写入 {tmp_path / 'voltage-lab' / 'README.md'}"
    again = CliRunner().invoke(main, ["new", "lab", "voltage-lab", "--into", str(tmp_path)]).stderr
    assert again == f"calbench: 已有 {tmp_path / 'voltage-lab'}，且不是空的。请换一个名称，或将其移走。\n"


def test_parts_of_procedures_are_not_offered_and_are_found_by_name(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(main, ["procedures"]).output
    assert "meter-jjg596-2012" in shown
    assert "meter-creep" not in shown
    refused = CliRunner().invoke(main, ["plan", "meter-creep", "demo-meter"])
    assert refused.exit_code == 2, refused.output
    assert "Parameter 'creep_time' has no default" in refused.output
