"""The budgets of the procedures of trade, on their benches."""

from __future__ import annotations

import pytest
from tests.procedures.trade import (
    FUEL,
    LOT,
    WEIGHT,
    proven,
)


@pytest.mark.parametrize(
    ("procedure", "station", "test", "only"),
    [
        (WEIGHT, "demo-weights", "abba", ("abba/*",)),
        (FUEL, "demo-fuel", "delivery", ("delivery/*",)),
        (LOT, "demo-prepack", "contents", ("contents/package/1", "contents/package/2")),
    ],
)
def test_the_budgets_cover_what_they_claim(
    procedure: str, station: str, test: str, only: tuple[str, ...]
) -> None:
    report = proven(procedure, station, 40, *only)
    assert (report.stopped, report.not_shifted) == ([], [])
    found = next(one.covered for one in report.tests if one.id == test)
    assert found is not None
    assert float(found.rate.share) > 0.92
