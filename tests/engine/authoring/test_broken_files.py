"""A corpus of broken files, one mistake each: what is said of it, word for word, and where.

The expected text stands beside each file. It was read and judged by a person; the places were compared with the
files by eye. A new rule needs a file here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from calbench.authoring import render
from calbench.authoring.loading import (
    check,
    load_answers,
    load_asset,
    load_budget,
    load_procedure,
    load_station,
    load_units,
)
from calbench.authoring.rulebook import RULES
from calbench.authoring.source import Source
from calbench.errors import InvalidFile, Problem

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(path.name for path in BROKEN.glob("*.yaml"))
ELSEWHERE = {  # rules without a file here: why, and where they are tested
    "Y012": "a file of 100,000 values (test_yamlfile)",
    "Y014": "a file of 2 MiB (test_source)",
    "Y017": "a file with a hundred problems (test_validation)",
    "S007": "no field of these documents has bounds that pydantic checks (test_validation)",
    "S009": "no field of these documents has a pattern that pydantic checks (test_validation)",
    **dict.fromkeys(
        [f"D{number:03}" for number in range(2, 10)],
        "a certificate changed in one place (tests/engine/dcc/test_reading)",
    ),
    "S099": "what no other rule names (test_validation)",
}


@pytest.fixture(autouse=True)
def _in_the_corpus(monkeypatch):
    monkeypatch.chdir(BROKEN)


Checked = Callable[[str], tuple[list[Problem], list[Source]]]


@pytest.fixture(scope="module")
def checked(around) -> Checked:
    """Check a file of the corpus: once for all tests, which look at the same problems."""
    return cache(lambda name: check([Path(name)], around))


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_of_a_broken_file(name, checked: Checked):
    problems, sources = checked(name)

    assert render(problems, sources) == Path(name).with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in FILES if name[:1] in "PTABSYU" and name[1:4].isdigit()])
def test_a_file_breaks_the_rule_it_is_named_after_and_no_other(name, checked: Checked):
    problems, _ = checked(name)

    assert {problem.rule for problem in problems} == {name[:4]}


def test_every_documented_rule_has_a_broken_file(around):
    problems, _ = check([Path(name) for name in FILES], around)
    found = {problem.rule for problem in problems}

    assert found <= set(RULES)
    assert set(RULES) - found == set(ELSEWHERE)


def test_loading_refuses_with_the_same_problems(around, checked: Checked):
    for name in FILES:
        path = Path(name)
        expected, _ = checked(name)
        load = {
            "T": lambda path: load_station(path, around),
            "A": load_asset,
            "B": load_budget,
            "a": load_answers,
            "U": load_units,
        }.get(
            "B" if "-budget-" in name else "U" if "-in-units" in name else name[0],
            lambda path: load_procedure(path, around),
        )
        if name.startswith(("F", "Y006")):
            continue
        with pytest.raises(InvalidFile) as refused:
            load(path)
        assert refused.value.problems == expected, name


def test_several_files_are_told_of_together(around):
    problems, sources = check(
        [Path("P010-unknown-connection.yaml"), Path("T001-unknown-driver.yaml")], around
    )

    assert [problem.rule for problem in problems] == ["P010", "T001"]
    assert {"P010-unknown-connection.yaml", "T001-unknown-driver.yaml"} < {source.file for source in sources}


def test_a_file_that_two_files_name_is_told_of_once(around, tmp_path):
    asset = Path("A011-mass-far-off.yaml").read_text(encoding="utf-8")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "SET-9.yaml").write_text(asset, encoding="utf-8")
    station = "station: {}\nlanguage: 1\ninstruments: {{weights: {{asset: SET-9}}}}\n"
    station += "positions: {{1: {{driver: keyboard}}}}\n"
    paths = [tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "assets" / "SET-9.yaml"]
    for path in paths[:2]:
        path.write_text(station.format(path.stem), encoding="utf-8")

    problems, _ = check(paths, around)

    assert [problem.rule for problem in problems] == ["A011"]
