"""`max_error_share` of a standard that is read as an input: held against the limit where both are of one kind."""

from __future__ import annotations

import pytest

from calbench.documents.point import LimitPlan
from calbench.planning.error_share import read
from calbench.quantities import parse_quantity
from calbench.traceability.parts import AtPoint, Stated

LIMIT = LimitPlan(lower="-1 %", upper="1 %", text="", nominal_lower="-1 %", nominal_upper="1 %")


def certified(expanded: str) -> AtPoint:
    return AtPoint(Stated(expanded=parse_quantity(expanded)), parse_quantity(expanded), ())


@pytest.mark.parametrize(("limit", "roles"), [(LIMIT, {"comparator"}), (None, set())])
def test_only_what_is_of_the_kind_of_the_limit_has_a_share_of_it(
    limit: LimitPlan | None, roles: set[str]
) -> None:
    certificates = {"comparator": [("E", certified("0.02 %"))], "thermometer": [("t", certified("0.1 K"))]}
    assert set(read(certificates, limit)) == roles
