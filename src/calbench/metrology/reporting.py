"""What is stated of a result: U not below the laboratory's CMC, rounded once by a declared policy."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from calbench.quantities import last_place, round_to, significant

Rounding = Literal["nearest", "up"]
"""nearest: half to even (ISO 80000-1 annex B rule A); up: away from zero (JCGM 100 7.2.6)."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A result as it is stated, in the unit of the numbers handed in.

    Attributes:
        value: rounded to the last place of U.
        U: expanded uncertainty, rounded.
        floored: true where the CMC took the place of a smaller U.
        digits: significant digits of U.
        rounding: the policy for U; the value is rounded to the nearest always.
    """

    value: Decimal
    U: Decimal
    floored: bool
    digits: int
    rounding: Rounding


def report(
    value: Decimal,
    expanded: Decimal,
    *,
    digits: int = 2,
    rounding: Rounding = "nearest",
    cmc: Decimal | None = None,
) -> Reported:
    """State a result: U is at least the CMC (ILAC-P14, 5.4), has so many digits, and the value its last place.

    U that the rounding would bring below the CMC is rounded up, whatever the policy.

    Args:
        value: the result, exact, in the unit that it is stated in.
        expanded: U, exact, zero or more, in the same unit.
        digits: significant digits of U, 1 or 2 (JCGM 100 7.2.6).
        rounding: policy for U.
        cmc: the smallest U that the laboratory is accredited for, same unit; None for no floor.

    Raises:
        ValueError: a number is not finite or negative, or digits or policy are not known.
    """
    if digits not in (1, 2):
        raise ValueError(f"U is stated with {digits!r} significant digits; it has 1 or 2 (JCGM 100 7.2.6).")
    if rounding not in get_args(Rounding):
        raise ValueError(f"The rounding policy {rounding!r} is not known; it is one of nearest, up.")
    for what, number in (("value", value), ("expanded uncertainty", expanded), ("CMC", cmc)):
        if number is not None and not (number.is_finite() and (number >= 0 or what == "value")):
            raise ValueError(
                f"The {what} is {number}; it must be a finite number, and U and CMC zero or more."
            )
    floored = cmc is not None and expanded < cmc
    exact = cmc if floored and cmc is not None else expanded
    stated = significant(exact, digits, rounding)
    if cmc is not None and stated < cmc:
        stated = significant(exact, digits, "up")
    rounded = round_to(value, last_place(stated)) if stated else value
    return Reported(rounded, stated, floored, digits, rounding)
