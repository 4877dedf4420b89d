"""Runs of the shipped benches, made once for all tests that only look at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.workflow import Finished, Options, execute, prepare

UUT = {"maker": "HP", "serial": "US36000017"}


@pytest.fixture(scope="session")
def multimeter(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The multimeter procedure on the demo bench."""
    return execute(prepare("dmm-34401a", "demo", Options(uut=UUT)), tmp_path_factory.mktemp("multimeter"))


@pytest.fixture(scope="session")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The scale procedure on the demo bench."""
    return execute(prepare("scale-class3", "demo", Options()), tmp_path_factory.mktemp("scale"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[3]
