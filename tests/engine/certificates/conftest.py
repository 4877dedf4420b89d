from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.engine.certificates import sample_dmm, sample_scale

from calbench.documents.record import Record


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"certificates_{name}", Path(__file__).parent / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_READING = _beside("reading")


@pytest.fixture
def dmm_data() -> dict[str, Any]:
    return sample_dmm.dmm_data()


@pytest.fixture
def scale_data() -> dict[str, Any]:
    return sample_scale.scale_data()


@pytest.fixture
def built() -> Callable[[dict[str, Any]], Record]:
    return Record.model_validate


@pytest.fixture(scope="session")
def pages() -> Callable[[bytes], list[str]]:
    """Give the text of each page of a PDF, without white space."""
    function: Callable[[bytes], list[str]] = _READING.pages
    return function


@pytest.fixture(scope="session")
def right_ends() -> Callable[[bytes], list[float]]:
    """Give where each run of text of a PDF ends, in points from the left edge of the page."""
    function: Callable[[bytes], list[float]] = _READING.right_ends
    return function


@pytest.fixture(scope="session")
def raw_pages() -> Callable[[bytes], list[str]]:
    """Give the text of each page of a PDF as it is."""
    function: Callable[[bytes], list[str]] = _READING.raw_pages
    return function
