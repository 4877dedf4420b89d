"""Models are found by name."""

from __future__ import annotations

import sys

import pytest

import calbench_sim
from calbench.errors import UsageError
from calbench.simulation import World
from calbench.simulation.catalog import find, models

MODEL = """
from calbench.simulation import Device

class _Part(Device):
    pass

class A1(Device):
    def receive(self, line):
        self.reply(line)
"""


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "__init__.py").write_text("")
    (tmp_path / "acme" / "a1.py").write_text(MODEL)
    (tmp_path / "acme" / "two.py").write_text(MODEL + "\nclass A2(A1):\n    pass\n")
    (tmp_path / "acme" / "broken.py").write_text("import a_module_that_is_not_there\n")
    monkeypatch.setattr(calbench_sim, "__path__", [str(tmp_path)])
    yield
    for name in [name for name in sys.modules if name.startswith("calbench_sim.acme")]:
        del sys.modules[name]


def test_finds_the_one_public_model():
    assert find("acme/a1").__name__ == "A1"
    assert World().add("x", "acme/a1").bench.name == "x"
    assert models() == ["acme/a1", "acme/broken", "acme/two"]


def test_unknown_models_have_suggestions():
    with pytest.raises(UsageError, match="Did you mean acme/a1"):
        find("acme/a11")
    with pytest.raises(UsageError, match=r"There are: acme/a1"):
        find("zzz/qqq")


@pytest.mark.parametrize("name", ["acme", "acme/A1", "acme/a1/b", "../acme/a1", "acme.a1", "/a1", "os/../a1"])
def test_malformed_names(name):
    with pytest.raises(UsageError, match="must be 'vendor/model'"):
        find(name)


def test_two_public_models_in_one_module():
    with pytest.raises(UsageError, match="it defines 2"):
        find("acme/two")


def test_a_model_that_cannot_be_imported_says_why():
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_not_there"):
        find("acme/broken")
