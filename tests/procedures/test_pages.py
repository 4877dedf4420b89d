"""The pages of the shipped procedures: each is in their index, with its regulation and benches, and on a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from calbench.authoring.loading import load_procedure
from calbench.workflow import surroundings

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/reference/procedures"
PARTS = ("bench-links", "visual-inspection")
"""A check of lines, and what others use: no kind of instrument."""
SHIPPED = {
    path.stem: path
    for path in (ROOT / "procedures").rglob("*.yaml")
    if path.stem not in PARTS and path.parent.name != "parts"
}
SHARED = {path.stem: path for path in (ROOT / "procedures").rglob("parts/*.yaml")}
"""Tests that several procedures share: they run as parts of these alone."""


class Row(NamedTuple):
    regulation: str
    stations: list[str]
    page: str


def rows() -> dict[str, Row]:
    """Give the index, by procedure."""
    found = {}
    for line in (PAGES / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            name, _, regulation, stations, page = (cell.strip() for cell in line.strip("|").split("|"))
            target = re.search(r"\((.+)\)", page)
            assert target is not None, line
            found[name.strip("`")] = Row(regulation, re.findall(r"`(.+?)`", stations), target[1])
    return found


INDEX = rows()


def test_every_shipped_procedure_is_in_the_index() -> None:
    assert set(INDEX) == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_it_has_the_regulation_and_benches_of_its_files(name: str) -> None:
    row = INDEX[name]
    regulation = load_procedure(SHIPPED[name], surroundings())[0].model.regulation
    assert row.regulation == (f"{regulation.id}-{regulation.year}" if regulation else "none")
    assert row.stations
    assert [one for one in row.stations if not (ROOT / f"stations/{one}.yaml").is_file()] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_its_page_names_it(name: str) -> None:
    assert f"`{name}`" in (PAGES / INDEX[name].page).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SHARED)
def test_a_part_is_called_like_its_file_is_named_on_the_index_and_is_used_by_two_at_least(name: str) -> None:
    loaded, _ = load_procedure(SHARED[name], surroundings())
    assert loaded.model.id == name
    assert f"`{name}`" in (PAGES / "README.md").read_text(encoding="utf-8")
    said = f"use: {SHARED[name].relative_to(ROOT).as_posix()}\n"
    assert sum(said in path.read_text(encoding="utf-8") for path in SHIPPED.values()) > 1
