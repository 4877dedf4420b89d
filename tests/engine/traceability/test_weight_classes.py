"""The table of weight classes, against values that other publications print, and against its own pattern.

Single cells: OIML R 111-1:2004 table 1, as the makers of weights print it (kern-lab.com).
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from calbench.quantities import parse_quantity
from calbench.traceability.weight_classes import COLUMNS, class_limit

NOMINALS = [
    f"{digit}{zeros} {unit}"
    for unit, decades in (("mg", ("", "0", "00")), ("g", ("", "0", "00")), ("kg", ("", "0")))
    for zeros in decades
    for digit in (1, 2, 5)
]


def milligrams(accuracy_class: str, nominal: str) -> Decimal | None:
    found = class_limit(accuracy_class, parse_quantity(nominal))
    return None if found is None else found.mpe.value * 1_000_000


@pytest.mark.parametrize(
    ("accuracy_class", "nominal", "limit"),
    [
        ("E1", "1 mg", "0.003"), ("E2", "1 kg", "1.6"), ("F1", "200 g", "1"), ("F2", "100 g", "1.6"),
        ("M1", "5 mg", "0.2"), ("M1", "10 kg", "500"), ("M2", "100 mg", "1.6"), ("M3", "1 g", "10"),
        ("M3", "20 kg", "10000"), ("F1", "1000 g", "5"),
    ],
)  # fmt: skip
def test_single_cells(accuracy_class: str, nominal: str, limit: str) -> None:
    assert milligrams(accuracy_class, nominal) == Decimal(limit)


@pytest.mark.parametrize("nominal", [one for one in NOMINALS if one != "50 kg"])
def test_each_class_is_about_a_third_of_the_next(nominal: str) -> None:
    cells = [one for name in COLUMNS if (one := milligrams(name, nominal)) is not None]
    assert len(cells) >= 5
    ratios = [after / before for before, after in pairwise(cells)]
    assert all(Decimal(2) <= ratio <= Decimal("3.5") for ratio in ratios)


@pytest.mark.parametrize("accuracy_class", COLUMNS)
def test_a_heavier_weight_never_has_a_smaller_limit(accuracy_class: str) -> None:
    cells = [milligrams(accuracy_class, one) for one in NOMINALS if one != "50 kg"]
    stated = [one for one in cells if one is not None]
    assert stated == sorted(stated)
    assert stated[-1] == Decimal(
        {"E1": 10, "E2": 30, "F1": 100, "F2": 300, "M1": 1000, "M2": 3000, "M3": 10000}[accuracy_class]
    )


def test_what_the_table_has_not_is_not_made_up() -> None:
    assert class_limit("M1", parse_quantity("3 kg")) is None
    assert class_limit("M1", parse_quantity("50 kg")) is None
    assert class_limit("M2", parse_quantity("50 mg")) is None
    assert class_limit("M1-2", parse_quantity("5 kg")) is None


def test_rows_say_how_sure_they_are() -> None:
    sources = {one: found.source for one in NOMINALS if (found := class_limit("M1", parse_quantity(one)))}
    assert {one for one, source in sources.items() if source != "confirmed"} == {"10 kg", "20 kg"}
