"""A fitted curve: coefficients with their covariance, what it says at a value, and whether it fits the data."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calbench.metrology.correlation import Floats
from calbench.metrology.influence import Distribution, Influence

REJECTED_BELOW = 0.05
SOURCE = "least squares"


@dataclass(frozen=True, eq=False)
class Curve:
    """y = c₀ + c₁·x + c₂·x² + …, fitted to n points.

    Attributes:
        coefficients: shape (degree + 1,), from the constant up; unit of y per unit of x to the power.
        covariance: of the coefficients, shape (degree + 1, degree + 1).
        dof: degrees of freedom of the covariance: n minus the coefficients where the spread of the points gave it,
            infinite where their uncertainties did.
        residuals: y minus the curve, shape (n,), unit of y.
        chi2: sum of the squares of the residuals, each by its uncertainty; not a number where none is known.
        chi2_dof: n minus the number of coefficients.
    """

    coefficients: Floats
    covariance: Floats
    dof: float
    residuals: Floats
    chi2: float
    chi2_dof: int

    @property
    def u(self) -> Floats:
        """Standard uncertainties of the coefficients."""
        return np.sqrt(np.diagonal(self.covariance))

    @property
    def chi2_limit(self) -> float:
        """The 95th percentile of χ² with `chi2_dof`: beyond it the curve is rejected (ISO/TS 28037 6.3)."""
        from scipy.special import chdtri  # noqa: PLC0415 - heavy

        return float(chdtri(self.chi2_dof, REJECTED_BELOW)) if self.chi2_dof else math.nan

    @property
    def consistent(self) -> bool | None:
        """Whether points and their uncertainties agree with the curve; None where that cannot be told."""
        return None if math.isnan(self.chi2) or not self.chi2_dof else self.chi2 <= self.chi2_limit

    def value(self, x: ArrayLike, u_x: ArrayLike = 0.0) -> tuple[Floats, Floats]:
        """Give y and its standard uncertainty at x (ISO/TS 28037 11.2), arrays of the shape of x.

        Args:
            x: where.
            u_x: standard uncertainty of x, independent of the curve.
        """
        at = np.asarray(x, dtype=np.float64)
        basis = at[..., None] ** np.arange(len(self.coefficients))
        slope = at[..., None] ** np.arange(len(self.coefficients) - 1) @ self._slopes()
        variance = (
            np.einsum("...i,ij,...j->...", basis, self.covariance, basis) + (slope * np.asarray(u_x)) ** 2
        )
        return basis @ self.coefficients, np.sqrt(variance)

    def solve(self, y: ArrayLike, u_y: ArrayLike = 0.0) -> tuple[Floats, Floats]:
        """Give the x that belongs to y on a straight line, and its standard uncertainty (ISO/TS 28037 11.1).

        Args:
            y: what was read.
            u_y: standard uncertainty of y, independent of the curve.

        Raises:
            ValueError: no straight line, or one that does not rise or fall.
        """
        if len(self.coefficients) != 2 or self.coefficients[1] == 0:  # noqa: PLR2004 - constant and slope
            raise ValueError("Only a straight line that rises or falls can be solved for x.")
        constant, slope = self.coefficients
        x = (np.asarray(y, dtype=np.float64) - constant) / slope
        _, u_line = self.value(x)
        return x, np.sqrt(u_line**2 + np.asarray(u_y) ** 2) / abs(slope)

    def influences(self, id: str, name: str) -> tuple[tuple[Influence, ...], dict[tuple[str, str], float]]:  # noqa: A002 - the name of the field
        """Give the coefficients as influence quantities, and their correlations, for `Inputs.of`.

        Their ids are `{id}/c0`, `{id}/c1`, …
        """
        distribution: Distribution = "normal" if math.isinf(self.dof) else "t"
        found = tuple(
            Influence(
                f"{id}/c{i}", f"{name}, c{i}", float(c), float(u), self.dof, distribution, source=SOURCE
            )
            for i, (c, u) in enumerate(zip(self.coefficients, self.u, strict=True))
        )
        pairs = {
            (found[i].id, found[j].id): float(np.clip(self.covariance[i, j] / (self.u[i] * self.u[j]), -1, 1))
            for j in range(len(found))
            for i in range(j)
            if self.u[i] > 0 and self.u[j] > 0
        }
        return found, pairs

    def _slopes(self) -> Floats:
        return self.coefficients[1:] * np.arange(1, len(self.coefficients))
