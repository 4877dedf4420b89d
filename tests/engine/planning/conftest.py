"""Plans from files in a folder: the demonstration bench, its assets and a procedure, each with changes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from calbench.documents.plan import Plan
from calbench.errors import PlanRefused
from calbench.workflow import Options, prepare

ROOT = Path(__file__).parents[3]
Changes = Sequence[tuple[str, str]]


def changed(text: str, changes: Changes) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


class Planner:
    """Plans a procedure (a shipped one by its path, or a text) on the demonstration station."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "procedures", folder / "procedures")
        shutil.copytree(ROOT / "stations", folder / "stations")

    def asset(self, name: str, *changes: tuple[str, str]) -> None:
        path = self.folder / "stations" / "assets" / f"{name}.yaml"
        path.write_text(changed(path.read_text(encoding="utf-8"), changes), encoding="utf-8")

    def station(self, *changes: tuple[str, str]) -> None:
        path = self.folder / "stations" / "demo.yaml"
        path.write_text(changed(path.read_text(encoding="utf-8"), changes), encoding="utf-8")

    def plan(self, procedure: str, *changes: tuple[str, str], options: Options | None = None) -> Plan:
        path = self.folder / "procedures" / "own.yaml"
        if procedure.endswith(".yaml"):
            path = self.folder / "procedures" / procedure
            procedure = path.read_text(encoding="utf-8")
        path.write_text(changed(procedure, changes), encoding="utf-8")
        station = self.folder / "stations" / "demo.yaml"
        return prepare(str(path), str(station), options or Options()).plan

    def refused(self, procedure: str, *changes: tuple[str, str], options: Options | None = None) -> list[str]:
        with pytest.raises(PlanRefused) as refused:
            self.plan(procedure, *changes, options=options)
        return refused.value.reasons


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(tmp_path)
