"""Everything that a run loads is loaded before `pytester` runs pytest here.

It takes back what its runs have imported, and numpy cannot be loaded a second time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import calbench.testing.items
from calbench.testing.bench import Bench

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session", autouse=True)
def everything_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert calbench.testing.items.Check is not None
    first = ROOT / "docs" / "tutorials" / "first_procedure.yaml"
    Bench("demo", ROOT, tmp_path_factory.mktemp("first")).run(str(first))
