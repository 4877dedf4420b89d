"""The source can be read from the bottom up: no module imports, over whatever way round, one that imports it.

Imports for types alone, and those in functions, count: who reads the module needs what they name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("src", "drivers", "sim")


def sources() -> dict[str, str]:
    """Give the text of every module that is shipped, by its name."""
    found: dict[str, str] = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return found


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Give what is imported anywhere, also for types alone and in functions: the module, and the name taken."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:  # relative imports are banned
            yield from ((node.module, alias.name) for alias in node.names)


def graph(modules: Mapping[str, str]) -> dict[str, set[str]]:
    """Give which of the modules each of them imports."""
    found: dict[str, set[str]] = {}
    for name, text in modules.items():
        taken = {
            f"{module}.{what}" if f"{module}.{what}" in modules else module
            for module, what in imports(ast.parse(text))
        }
        found[name] = taken & modules.keys()
    return found


@cache  # reading all takes half a second
def shipped() -> dict[str, set[str]]:
    """Give which of the modules that are shipped each of them imports."""
    return graph(sources())


def circle(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """Give one circle of imports, its first module also last; empty if there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_module_imports_one_that_imports_it() -> None:
    found = circle(shipped())
    assert not found, "These import each other in a circle: " + " -> ".join(found)


def test_every_shipped_module_is_looked_at() -> None:
    edges = shipped()
    assert {"pyvisa_calbench", "calbench.clock", "calbench.simulation.servers"} <= edges.keys()
    assert {name.partition(".")[0] for name in edges} == {
        "calbench",
        "calbench_drivers",
        "calbench_sim",
        "pyvisa_calbench",
    }
    assert "calbench.errors" in edges["calbench.instruments.link"]


@pytest.mark.parametrize(
    "second",
    [
        "import a.one",
        "from a.one import X",
        "from a import one",
        "if TYPE_CHECKING:\n    from a.one import X",
        "try:\n    import a.one\nexcept ImportError:\n    pass",
        "class C:\n    import a.one",
        "def f():\n    import a.one",
    ],
)
def test_a_circle_is_found_however_it_is_written(second: str) -> None:
    modules = {"a": "", "a.one": "from a.two import Y", "a.two": second}
    found = circle(graph(modules))
    assert found[0] == found[-1]
    assert set(found) == {"a.one", "a.two"}


def test_a_circle_over_a_package_is_found() -> None:
    modules = {"a": "from a.one import X", "a.one": "from a import Y"}
    assert set(circle(graph(modules))) == {"a", "a.one"}
