"""The table of peers (`peers.json` beside the drivers) says what the tests of the peers run, and which versions."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import pytest

from calbench.instruments import catalog

ROOT = Path(__file__).parents[2]
PEERS, TABLE = ROOT / "peers", ROOT / "drivers" / "calbench_drivers" / "peers.json"
PREFIX = "peers-"


@pytest.fixture(scope="module")
def table():
    return json.loads(TABLE.read_text(encoding="utf-8"))


def marks():
    """Give the arguments of every `pytest.mark.pair(…)` in the tests of the peers."""
    for file in sorted(PEERS.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.pair":
                yield tuple(ast.literal_eval(argument) for argument in node.args)


def test_the_tests_of_the_peers_run_the_pairs_of_the_table(table):
    listed = {(driver, one["peer"], one["direction"]) for driver, rows in table.items() for one in rows}
    assert listed == set(marks())
    assert sum(len(rows) for rows in table.values()) == len(listed)


def test_every_test_of_a_peer_says_its_pair():
    for file in sorted(PEERS.glob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        whole = any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
            for node in tree.body
        )
        tests = [
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        assert tests
        assert whole or all(test.decorator_list for test in tests), file.name


def test_versions_are_those_that_the_environments_pin(table):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    pinned = {text for name, texts in extras.items() if name.startswith(PREFIX) for text in texts}
    for driver, rows in table.items():
        for one in rows:
            assert f"{one['peer']}=={one['version']}" in pinned, driver


def test_drivers_exist_and_directions_and_licences_are_said(table):
    assert list(table) == sorted(table)
    for driver, rows in table.items():
        assert catalog.find(driver), driver
        assert rows == sorted(rows, key=lambda one: (one["peer"], one["direction"])), driver
        for one in rows:
            assert one.keys() == {"peer", "version", "licence", "direction"}
            assert one["direction"] in {"client", "server"}
            assert one["licence"]
