"""A simulator takes no private name that `Device` uses for something else: nobody sees it until a hold or a fault."""

from __future__ import annotations

import ast
import inspect
import textwrap

import pytest

from calbench.simulation import catalog
from calbench.simulation.device import Device


def set_by(kind: type) -> set[str]:
    """Give the private names that the methods of a class set on `self`, or that are its methods."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    found = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


TAKEN = set_by(Device)


@pytest.mark.parametrize("name", sorted(catalog.models()))
def test_no_private_name_of_the_device_is_taken(name):
    classes = [kind for kind in catalog.find(name).__mro__ if issubclass(kind, Device) and kind is not Device]
    assert {kind.__name__: set_by(kind) & TAKEN for kind in classes if set_by(kind) & TAKEN} == {}


def test_the_names_are_those_of_the_device():
    assert {"_held", "_heard", "_status", "_queue"} <= TAKEN
