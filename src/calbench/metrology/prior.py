"""Priors: how the true values of items of a kind are distributed before one of them is measured (JCGM 106 7.2).

A prior is in the unit of the limits: of errors where errors are judged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calbench.metrology.normal import between, quantile

if TYPE_CHECKING:
    from calbench.metrology.correlation import Floats

_STEPS = (-10.0, -6.0, -3.0, -1.0, 0.0, 1.0, 3.0, 6.0, 10.0)


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """True values are normal about `mean` with the standard deviation `sigma`, zero or more.

    Raises:
        ValueError: a number is not finite, or sigma is negative.
    """

    mean: float
    sigma: float

    def __post_init__(self) -> None:
        _finite("mean of the prior", self.mean)
        _not_negative("sigma of the prior", self.sigma)

    @property
    def atoms(self) -> Sequence[float]:
        """The values, where there are only so many: without spread, the mean."""
        return () if self.sigma else (self.mean,)

    @property
    def knots(self) -> Sequence[float]:
        """Where the density is split before it is integrated; beyond the outer ones there is less than 1e-22."""
        return [self.mean + step * self.sigma for step in _STEPS]

    def density(self, values: Floats) -> Floats:
        """Give the probability density at each of several values."""
        import numpy as np  # noqa: PLC0415 - heavy, and only where a global risk is computed

        z = (values - self.mean) / self.sigma
        return np.asarray(np.exp(-z * z / 2) / (self.sigma * math.sqrt(2 * math.pi)))

    def mass(self, lower: float, upper: float) -> float:
        """Give the probability between two values, either of which may be infinite."""
        return between((lower - self.mean) / self.sigma, (upper - self.mean) / self.sigma)


@dataclass(frozen=True, slots=True)
class RectangularPrior:
    """True values are anywhere within `mean` ± `half_width` alike; half_width zero or more.

    Raises:
        ValueError: a number is not finite, or half_width is negative.
    """

    mean: float
    half_width: float

    def __post_init__(self) -> None:
        _finite("mean of the prior", self.mean)
        _not_negative("half width of the prior", self.half_width)

    @property
    def atoms(self) -> Sequence[float]:
        """The values, where there are only so many: without width, the mean."""
        return () if self.half_width else (self.mean,)

    @property
    def knots(self) -> Sequence[float]:
        """Both ends."""
        return [self.mean - self.half_width, self.mean + self.half_width]

    def density(self, values: Floats) -> Floats:
        """Give the probability density at each of several values between both ends."""
        return values * 0 + 1 / (2 * self.half_width)

    def mass(self, lower: float, upper: float) -> float:
        """Give the probability between two values, either of which may be infinite."""
        low, high = self.knots
        return max(0.0, min(high, upper) - max(low, lower)) / (high - low)


@dataclass(frozen=True, slots=True)
class DataPrior:
    """True values as they were found on items of the kind: each is as probable as any other of them.

    Raises:
        ValueError: there is no value, or one is not finite.
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("A prior from data needs at least one value.")
        for value in self.values:
            _finite("value of the prior", value)

    @property
    def atoms(self) -> Sequence[float]:
        """The values."""
        return self.values

    @property
    def knots(self) -> Sequence[float]:
        """None: nothing is integrated."""
        return ()

    def density(self, values: Floats) -> Floats:
        """Give no density: values that stand alone have none."""
        raise ValueError(f"A prior from data has no density at {values!r}; it is a list of values.")

    def mass(self, lower: float, upper: float) -> float:
        """Give the share of the values between two, ends included."""
        return sum(lower <= value <= upper for value in self.values) / len(self.values)


Prior = NormalPrior | RectangularPrior | DataPrior


def prior_in_tolerance(
    in_tolerance: float, *, lower: float | None, upper: float | None, mean: float | None = None
) -> NormalPrior:
    """Give the normal prior of which a share lies within the limits: the reliability that a kind of item has shown.

    With `mean` in the middle of two limits, sigma = T / Φ⁻¹((1 + itp) / 2), T half their distance; elsewhere sigma is
    solved for. With one limit, sigma = |limit - mean| / Φ⁻¹(itp). The limits coincide: sigma is 0.

    Args:
        in_tolerance: probability that an item is within its limits, above 0 and below 1 (ITP, or the end-of-period
            reliability EOPR).
        lower: lower limit or None.
        upper: upper limit or None.
        mean: of the prior; None: the middle of two limits, 0 with one.

    Raises:
        ValueError: no limit, a share that cannot be, or a mean from which no spread gives that share.
    """
    if not 0 < in_tolerance < 1:
        raise ValueError(
            f"The in-tolerance probability is {in_tolerance!r}; it must lie between 0 and 1, such as 0.95."
        )
    low = -math.inf if lower is None else lower
    high = math.inf if upper is None else upper
    if math.isinf(low) and math.isinf(high):
        raise ValueError("An in-tolerance probability needs a limit; here there is none.")
    if not low <= high:
        raise ValueError(f"The lower limit {low!r} is not below the upper limit {high!r}.")
    two = math.isfinite(low) and math.isfinite(high)
    middle = (low + high) / 2 if two else 0.0
    mean = middle if mean is None else mean
    _finite("mean of the prior", mean)
    if two and low == high == mean:
        return NormalPrior(mean, 0.0)
    if not low < mean < high:
        raise ValueError(
            f"The mean of the prior, {mean!r}, is not within the limits {low!r} to {high!r}; state sigma and mean "
            f"of such a prior instead of an in-tolerance probability."
        )
    if two and mean == middle:
        return NormalPrior(mean, (high - low) / 2 / quantile((1 + in_tolerance) / 2))
    if not two:
        if in_tolerance <= 0.5:  # noqa: PLR2004 - half of a normal distribution is on either side of its mean
            raise ValueError(
                f"With one limit and the mean within it, more than half of all items are in tolerance; "
                f"{in_tolerance!r} cannot be."
            )
        return NormalPrior(mean, (min(mean - low, high - mean)) / quantile(in_tolerance))
    return NormalPrior(mean, _spread(in_tolerance, low - mean, high - mean))


def _spread(in_tolerance: float, low: float, high: float) -> float:
    """Solve for the standard deviation of which a share lies between two values, one on either side of zero."""
    from scipy.optimize import brentq  # noqa: PLC0415 - heavy, and only for a mean that is not in the middle

    near, far = sorted((-low, high))
    z = quantile((1 + in_tolerance) / 2)
    # With both limits as near as the nearer one, near / z is the answer; as far as the farther one, far / z.
    return float(
        brentq(lambda s: between(low / s, high / s) - in_tolerance, near / z, far / z, xtol=near * 1e-14)
    )


def _finite(what: str, value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"The {what} is {value!r}; it must be a finite number.")


def _not_negative(what: str, value: float) -> None:
    if not (value >= 0 and math.isfinite(value)):
        raise ValueError(f"The {what} is {value!r}; it must be a finite number, zero or more.")
