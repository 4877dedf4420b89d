"""What tests of thermometers share: a bench that adds nothing, and the tables of a procedure without a run."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from calbench.authoring import load_procedure
from calbench.documents.procedure import Procedure
from calbench.planning.tables import look_up, quantity
from calbench.quantities import Quantity, Value, parse_quantity
from calbench.workflow import surroundings

QUIET = {
    "bath": {"uniformity": "0", "stability": "0.001 K"},
    "thermometer": {"probe_tempco": "0"},
}
"""Wells that are alike, and a thermometer that its room does not move."""
PROCEDURE = Path(__file__).parents[2] / "procedures" / "temperature" / "rtd-jjg229.yaml"


@lru_cache
def rtd() -> Procedure:
    """Give the procedure for resistance thermometers as it was read."""
    return load_procedure(PROCEDURE, surroundings())[0].model


def limit_at(accuracy_class: str, celsius: str, *, what: str = "limit") -> tuple[Decimal, Decimal]:
    """Give the limit (K) or another value of the test at a temperature, and the slope of the curve (Ohm/K).

    Looked up in the procedure as planning does, but without the valid range of the class.
    """
    scope: dict[str, Value] = {
        "accuracy_class": accuracy_class,
        "Rnom": parse_quantity("100 Ohm"),
        "nominal": parse_quantity(f"{celsius} degC"),
        "lowest": parse_quantity("-273 degC"),
        "highest": parse_quantity("1000 degC"),
    }
    test = next(one for one in rtd().tests if one.test == "resistance")
    for name, text in (test.values or {}).items():
        scope[name] = quantity(text, scope)
    scope["limit"] = quantity(look_up(rtd().limits["tolerance"], scope, {}, "limit").text, scope)
    found, slope = scope[what], scope["slope"]
    assert isinstance(found, Quantity)
    assert isinstance(slope, Quantity)
    return found.value, slope.value
