"""Coverage regions for several outputs together (JCGM 102 6.5 and 7.7).

Intervals of single outputs, put together, cover less than each of them. A region covers all outputs at once: an
ellipsoid, which follows their correlation, or a box, which is easier to state. Clause numbers 7.7.2, 7.8.2 and 7.8.3
were checked in a public text; those of the box (7.7.3) and of the normal case (6.5) were recalled and not checked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calbench.metrology.correlation import Floats
from calbench.metrology.coverage import coverage_factor
from calbench.metrology.joint import RegionKind, distances, is_regular
from calbench.metrology.montecarlo import MonteCarlo
from calbench.metrology.propagation import Propagation


@dataclass(frozen=True, eq=False)
class Region:
    """A region that holds all outputs together with probability p.

    Attributes:
        kind: "ellipsoid": (η - y)ᵀ V⁻¹ (η - y) ≤ k²; "box": |ηⱼ - yⱼ| ≤ k u(yⱼ) for each output.
        centre: the estimates y, shape (outputs,).
        covariance: V, shape (outputs, outputs).
        k: coverage factor of the region.
        p: coverage probability.
    """

    kind: RegionKind
    centre: Floats
    covariance: Floats
    k: float
    p: float

    @property
    def half_widths(self) -> Floats:
        """How far the region reaches from its centre along each output, shape (outputs,), in its unit."""
        return np.asarray(self.k * np.sqrt(np.diagonal(self.covariance)))

    @property
    def content(self) -> float:
        """Area, volume, … of the region, in the product of the units of the outputs."""
        n = len(self.centre)
        if self.kind == "box":
            return float(np.prod(2 * self.half_widths))
        ball = math.pi ** (n / 2) / math.gamma(n / 2 + 1)
        return float(ball * self.k**n * math.sqrt(np.linalg.det(self.covariance)))

    def axes(self) -> Floats:
        """Give the half-axes of the ellipsoid as columns, the longest first, shape (outputs, outputs).

        They have a meaning where the outputs have one unit.

        Raises:
            ValueError: the region is a box.
        """
        if self.kind == "box":
            raise ValueError("A box has no axes of its own; it lies along the outputs.")
        values, vectors = np.linalg.eigh(self.covariance)
        return np.asarray(self.k * np.sqrt(values[::-1]) * vectors[:, ::-1])

    def contains(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Say which vectors lie in the region, its boundary included.

        Args:
            values: shape (outputs,) or (outputs, n).
        """
        away = np.asarray(values, dtype=np.float64).T - self.centre
        u = np.sqrt(np.diagonal(self.covariance))
        if self.kind == "box":
            return np.asarray((np.abs(away) <= self.k * u).all(axis=-1))
        return np.asarray(distances((away / u).T, self.covariance / np.outer(u, u)) <= self.k)


def normal_factor(
    outputs: int, p: float = 0.95, kind: RegionKind = "ellipsoid", dof: float = math.inf
) -> float:
    """Give the coverage factor of a region for outputs that are jointly normal (JCGM 102 6.5).

    Ellipsoid: k² is the p-quantile of χ² with as many degrees of freedom as there are outputs: 2.45 for two and 0.95.
    With finite degrees of freedom, of a covariance that was observed as a whole, k² = Nν/(ν - N + 1)·F(p; N, ν - N + 1)
    (Hotelling, Ann. Math. Stat. 2 (1931) 360). Box: each output is covered with 1 - (1 - p)/N, so that all are with at
    least p, whatever their correlation (Bonferroni).

    Args:
        outputs: N, one or more.
        p: coverage probability, 0 to 1.
        kind: ellipsoid or box.
        dof: degrees of freedom ν of the covariance.

    Raises:
        ValueError: no output, p or dof out of range, or fewer degrees of freedom than outputs.
    """
    if outputs < 1:
        raise ValueError(f"There are {outputs} outputs; a region needs one or more.")
    if kind not in ("ellipsoid", "box"):
        raise ValueError(f"The region {kind!r} is not known; it is ellipsoid or box.")
    single = coverage_factor(p, dof)  # refuses p and dof out of their range
    if kind == "box":
        return coverage_factor(1 - (1 - p) / outputs, dof) if outputs > 1 else single
    from scipy.special import chdtri, fdtri  # noqa: PLC0415 - heavy

    if math.isinf(dof):
        return math.sqrt(float(chdtri(outputs, 1 - p)))
    spare = dof - outputs + 1
    if spare < 1:
        raise ValueError(
            f"{dof:g} degrees of freedom are too few for an ellipsoid of {outputs} outputs: {outputs} or more are "
            f"needed. Take more readings, or state a box."
        )
    return math.sqrt(outputs * dof / spare * float(fdtri(outputs, spare, p)))


def normal_region(
    law: Propagation,
    p: float = 0.95,
    *,
    kind: RegionKind = "ellipsoid",
    point: int = 0,
    dof: float = math.inf,
) -> Region:
    """Give a region by the law of propagation, for outputs that are about jointly normal (JCGM 102 6.5).

    JCGM 102 gives no rule for the degrees of freedom of several outputs; hand in what the covariance has, or take the
    Monte Carlo method where they are few.

    Raises:
        ValueError: as `normal_factor`; an output without uncertainty; outputs that depend on each other linearly.
    """
    covariance = law.covariance[:, :, point]
    _require_regular(law.u[:, point], law.correlation[:, :, point], kind)
    k = normal_factor(len(covariance), p, kind, dof)
    return Region(kind, law.values[:, point], covariance, k, p)


def drawn_region(draws: MonteCarlo, *, kind: RegionKind = "ellipsoid", point: int = 0) -> Region:
    """Give the region that holds a fraction p of the draws (ellipsoid: JCGM 102 7.7.2; box: 7.7.3).

    Raises:
        ValueError: an output without standard deviation; outputs that depend on each other linearly.
    """
    if kind not in ("ellipsoid", "box"):
        raise ValueError(f"The region {kind!r} is not known; it is ellipsoid or box.")
    _require_regular(draws.u[:, point], draws.correlation[:, :, point], kind)
    k = draws.k_ellipsoid if kind == "ellipsoid" else draws.k_box
    return Region(kind, draws.values[:, point], draws.covariance[:, :, point], float(k[point]), draws.p)


def _require_regular(u: Floats, correlation: Floats, kind: RegionKind) -> None:
    missing = np.flatnonzero(~(u > 0))
    if len(missing):
        raise ValueError(
            f"Output {int(missing[0])} has the standard uncertainty {float(u[missing[0]])!r}: it has no part in a "
            f"region. Leave it out, or give the inputs that it depends on an uncertainty and more than 2 degrees of "
            f"freedom."
        )
    if kind == "ellipsoid" and not is_regular(correlation):
        raise ValueError(
            "The outputs depend on each other linearly, within their uncertainties, so an ellipsoid around them has no "
            "content. Leave out an output that follows from the others, or state a box."
        )
