"""Influence quantities: what a measurement result depends on, each with a stable identity.

The id decides what is correlated: two terms with one id are the same quantity, in one budget, between points,
between runs and between certificates. Write it so that it still means the same next year:
`asset:REF-0042/2026-03/gain@10V`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from calbench.metrology.typea import evaluate_readings

Distribution = Literal[
    "normal", "t", "rectangular", "triangular", "trapezoidal", "arcsine", "curvilinear_trapezoid"
]
Shape = Literal["rectangular", "triangular", "trapezoidal", "arcsine", "curvilinear_trapezoid"]
Kind = Literal["A", "B"]

DIVISORS: Mapping[str, float] = {
    "rectangular": math.sqrt(3),
    "triangular": math.sqrt(6),
    "arcsine": math.sqrt(2),
}
"""Half-width / divisor = standard uncertainty (JCGM 100 4.3.7, 4.3.9; JCGM 101 6.4.6 for the arcsine)."""


def divisor(distribution: str, top: float = 0.0, blur: float = 0.0) -> float:
    """Give half-width / standard uncertainty of a distribution; infinite for normal and t, which have no ends."""
    if distribution == "trapezoidal":
        return math.sqrt(6 / (1 + top * top))
    if distribution == "curvilinear_trapezoid":
        return 3 / math.sqrt(3 + blur * blur)
    return DIVISORS.get(distribution, math.inf)


@dataclass(frozen=True, slots=True)
class Influence:
    """One influence quantity with what is known about it.

    Attributes:
        id: stable identity; the same id anywhere is the same quantity.
        name: for people, as the line of a budget is called.
        estimate: value, in the coherent SI unit of the quantity.
        std: standard uncertainty, same unit, zero or more.
        dof: degrees of freedom, 1 or more, `math.inf` allowed.
        distribution: what the quantity is taken to follow.
        kind: how it was evaluated, "A" from readings, "B" otherwise.
        source: certificate, manual and page, or a reason.
        top: for a trapezoid, length of the top / length of the base, 0 to 1; 0 for every other distribution.
        blur: for a curvilinear trapezoid, how far its ends are uncertain / half-width, 0 to 1 (d of JCGM 101
            6.4.3 divided by (b - a) / 2); 0 for every other distribution.

    Raises:
        ValueError: a number is not finite or out of its range, or a word is not one of those above.
    """

    id: str
    name: str
    estimate: float
    std: float
    dof: float = math.inf
    distribution: Distribution = "normal"
    kind: Kind = "B"
    source: str = ""
    top: float = 0.0
    blur: float = 0.0

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ValueError(
                f"The influence named {self.name!r} has no id; give it one that stays the same for years."
            )
        if not math.isfinite(self.estimate):
            raise ValueError(
                f"Influence {self.id!r}: the estimate is {self.estimate!r}; it must be a finite number."
            )
        _not_negative(self.id, "standard uncertainty", self.std)
        if not self.dof >= 1:
            raise ValueError(
                f"Influence {self.id!r}: the degrees of freedom are {self.dof!r}; they must be 1 or more "
                f"(infinite is allowed). One reading alone has none: give its uncertainty as type B."
            )
        _one_of(self.id, "distribution", self.distribution, get_args(Distribution))
        _one_of(self.id, "kind", self.kind, get_args(Kind))
        if not 0 <= self.top <= 1 or (self.top and self.distribution != "trapezoidal"):
            raise ValueError(
                f"Influence {self.id!r}: top is {self.top!r} for a {self.distribution} distribution; "
                f"it is 0 to 1 for a trapezoid and 0 for every other distribution."
            )
        if not 0 <= self.blur <= 1 or (self.blur and self.distribution != "curvilinear_trapezoid"):
            raise ValueError(
                f"Influence {self.id!r}: blur is {self.blur!r} for a {self.distribution} distribution; "
                f"it is 0 to 1 for a curvilinear trapezoid and 0 for every other distribution."
            )

    @property
    def half_width(self) -> float:
        """Half of the length of the base, in the unit of the quantity; infinite for normal and t."""
        return self.std * divisor(self.distribution, self.top, self.blur)

    @classmethod
    def from_half_width(
        cls,
        id: str,  # noqa: A002 - the name of the field
        name: str,
        half_width: float,
        *,
        shape: Shape = "rectangular",
        top: float = 0.0,
        blur: float = 0.0,
        estimate: float = 0.0,
        dof: float = math.inf,
        source: str = "",
    ) -> Influence:
        """Take a quantity that lies within estimate ± half_width.

        Standard uncertainty: half-width / √3 (rectangular), / √6 (triangular), / √2 (arcsine),
        half-width · √((1 + top²) / 6) for a trapezoid (JCGM 100 4.3.7 to 4.3.9), and
        half-width · √(1/3 + blur²/9) for a curvilinear trapezoid (JCGM 101 6.4.3.4), whose ends lie anywhere
        within ± blur · half_width of where they are stated.

        Raises:
            ValueError: the half-width is negative or not finite, or the shape is not known.
        """
        _not_negative(id, "half-width", half_width)
        _one_of(id, "shape", shape, get_args(Shape))
        std = half_width / divisor(shape, top, blur)
        return cls(id, name, estimate, std, dof, shape, "B", source, top, blur)

    @classmethod
    def from_resolution(
        cls,
        id: str,  # noqa: A002 - the name of the field
        name: str,
        resolution: float,
        *,
        estimate: float = 0.0,
        source: str = "",
    ) -> Influence:
        """Take the rounding of a display with steps of `resolution`: u = d / √12 (JCGM 100 F.2.2.1).

        Raises:
            ValueError: the resolution is negative or not finite.
        """
        _not_negative(id, "resolution", resolution)
        return cls(id, name, estimate, resolution / math.sqrt(12), math.inf, "rectangular", "B", source)

    @classmethod
    def from_expanded(
        cls,
        id: str,  # noqa: A002 - the name of the field
        name: str,
        expanded: float,
        k: float,
        *,
        estimate: float = 0.0,
        dof: float = math.inf,
        source: str = "",
    ) -> Influence:
        """Take an expanded uncertainty as certificates state it: u = U / k (JCGM 100 4.3.3).

        Raises:
            ValueError: the expanded uncertainty is negative or not finite, or k is not a finite number above
                zero.
        """
        _not_negative(id, "expanded uncertainty", expanded)
        if not (k > 0 and math.isfinite(k)):
            raise ValueError(
                f"Influence {id!r}: the coverage factor is {k!r}; it must be a finite number above zero, "
                f"as the certificate states it (often 2)."
            )
        return cls(id, name, estimate, expanded / k, dof, _normal_or_t(dof), "B", source)

    @classmethod
    def from_readings(
        cls,
        id: str,  # noqa: A002 - the name of the field
        name: str,
        readings: Sequence[Decimal],
        *,
        source: str = "",
    ) -> Influence:
        """Take repeated readings: their mean, s / √n, and n - 1 degrees of freedom (JCGM 100 4.2).

        Raises:
            ValueError: fewer than two readings, or one that is not finite.
        """
        result = evaluate_readings(readings)
        return cls(id, name, float(result.mean), result.std_of_mean, float(result.dof), "t", "A", source)


def _normal_or_t(dof: float) -> Distribution:
    return "normal" if math.isinf(dof) else "t"


def _not_negative(where: str, what: str, value: float) -> None:
    if not (value >= 0 and math.isfinite(value)):
        raise ValueError(
            f"Influence {where!r}: the {what} is {value!r}; it must be a finite number, zero or more."
        )


def _one_of(where: str, what: str, word: str, allowed: Sequence[str]) -> None:
    if word not in allowed:
        raise ValueError(
            f"Influence {where!r}: the {what} {word!r} is not known; it is one of {', '.join(allowed)}."
        )
