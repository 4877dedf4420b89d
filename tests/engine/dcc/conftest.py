from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.engine.certificates import sample_dmm, sample_scale

from calbench.certificates.digital import digital
from calbench.dcc import write
from calbench.documents.record import Record

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"dcc_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def schemas() -> Path:
    """Give the folder with PTB's schemas, rules and examples, which are no part of this project."""
    named = os.environ.get("CALBENCH_DCC_SCHEMAS")
    folder = Path(named or ROOT.parent / "shared" / "dcc")
    if not (folder / "v3.3.0" / "dcc.xsd").is_file():
        missing = f"No schemas of the DCC in {folder}: name their folder in CALBENCH_DCC_SCHEMAS."
        if named:
            pytest.fail(missing, pytrace=False)
        pytest.skip(f"DIGITAL CERTIFICATES WERE NOT VALIDATED. {missing}")
    return folder


@pytest.fixture(scope="session")
def rules(schemas: Path) -> Any:
    """Give PTB's Schematron rules, ready to run."""
    return _module(HERE / "schematron.py").Schematron(schemas / "schematron" / "dcc.sch")


@pytest.fixture
def dmm() -> dict[str, Any]:
    """Give the record of a multimeter, in a laboratory whose country is known."""
    return _in_germany(sample_dmm.dmm_data())


@pytest.fixture
def scale() -> dict[str, Any]:
    """Give the record of a scale, as above."""
    return _in_germany(sample_scale.scale_data())


@pytest.fixture
def written() -> Callable[..., bytes]:
    """Give the XML of a record."""

    def make(
        data: dict[str, Any], languages: tuple[str, ...] = ("en", "zh"), sha256: str = "ab" * 32
    ) -> bytes:
        return write(digital(Record.model_validate(data), sha256, languages))  # type: ignore[arg-type]

    return make


def _in_germany(data: dict[str, Any]) -> dict[str, Any]:
    data["plan"]["laboratory"]["country"] = "DE"
    return data
