from __future__ import annotations

from decimal import Decimal

import pytest

from calbench.errors import UsageError
from calbench.instruments import Applied, Identity, Reading, decimal


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (Decimal("10.000034"), "10.000034"),
        (10, "10"),
        (0.1, "0.1"),
        (1e-07, "1E-7"),
        ("+1.000E+01", "10.00"),
        (".5", "0.5"),
        ("10.00", "10.00"),
    ],
)
def test_numbers_keep_every_digit(given, exact):
    assert str(decimal(given)) == exact


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "ten",
        "1,5",
        "1_000",
        " 1",
        "0x10",
        "١",
        "NaN",
        "1e99999",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        True,
    ],
)
def test_what_is_no_finite_number_is_refused(wrong):
    with pytest.raises(UsageError, match="finite number"):
        decimal(wrong)


def test_a_reading_shows_value_and_unit_without_exponent():
    assert str(Reading(Decimal("10.000034"), "V", "+1.0000034E+01")) == "10.000034 V"
    assert str(Reading(Decimal("1.20E-7"), "V", "+1.20E-07")) == "0.000000120 V"
    assert str(Applied(Decimal("1E+3"), "Ohm", "1E3")) == "1000 Ohm"


def test_an_identity_shows_who_it_is():
    assert str(Identity("FLUKE", "5522A", "1234567", "", "")) == "FLUKE 5522A serial number 1234567"
    assert str(Identity("", "HMT330", "", "", "")) == "HMT330"
