from __future__ import annotations

import inspect

from calbench.documents.measurands import MEASURANDS
from calbench.instruments import CAPABILITIES
from calbench.instruments.contract import violations


def test_the_table_names_methods_that_their_roles_have():
    for name, capability in CAPABILITIES.items():
        assert capability.name == name
        assert name.startswith(capability.kind)
        if capability.role:
            method = getattr(capability.role, capability.method)
            assert inspect.getdoc(method)


def test_what_the_table_hands_over_is_what_the_methods_take():
    for name, capability in CAPABILITIES.items():
        if capability.role:
            _, *taken = inspect.signature(getattr(capability.role, capability.method)).parameters.values()
            first = {"nominal": "value"}  # a resistor is called by its nominal value
            needed = tuple(first.get(one.name, one.name) for one in taken if one.default is one.empty)
            optional = tuple(one.name for one in taken if one.default is not one.empty)
            measurand = MEASURANDS.get(name.partition(".")[2])
            assert needed == capability.arguments, name
            assert optional == (
                tuple(measurand.words) if measurand and capability.kind == "source" else ()
            ), name


def test_every_source_can_be_made_safe():
    for capability in CAPABILITIES.values():
        if capability.kind == "source":
            assert hasattr(capability.role, "make_safe")
            assert hasattr(capability.role, "standby")


def test_the_contract_is_importable_without_drivers():
    assert callable(violations)
