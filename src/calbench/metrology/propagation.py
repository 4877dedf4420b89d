"""The law of propagation of uncertainty for any model, over all points of a table in one call (JCGM 100, JCGM 102).

For one linear result with its sensitivities known, `combine` is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calbench.metrology.budget import Budget, Line
from calbench.metrology.correlation import Floats, groups
from calbench.metrology.coverage import coverage_factor
from calbench.metrology.derivatives import Method, derivatives
from calbench.metrology.inputs import Inputs
from calbench.metrology.model import ArrayModel, at_estimates, label, of_point
from calbench.metrology.secondorder import second_order
from calbench.metrology.tolerance import numerical_tolerance


@dataclass(frozen=True, eq=False)
class Propagation:
    """What the law of propagation says of every output at every point; output and input in the order of the model.

    Attributes:
        inputs: what it was made of.
        values: outputs at the estimates, shape (outputs, points), each in its unit.
        sensitivities: shape (outputs, inputs, points), unit of the output per unit of the input.
        contributions: sensitivity · u, with its sign, same shape, unit of the output.
        covariance: shape (outputs, outputs, points), from inputs in common and their correlation (JCGM 102 6.2).
        u: combined standard uncertainty, shape (outputs, points).
        dof: effective degrees of freedom, shape (outputs, points), infinite where none is finite (JCGM 100 G.4.1).
        second_order: variance that second-order terms would add (JCGM 100 5.1.2 note; correlated inputs as
            `second_order` says), shape (outputs, points); not a number where it was not asked for or the model has no
            value within u.
    """

    inputs: Inputs
    values: Floats
    sensitivities: Floats
    contributions: Floats
    covariance: Floats
    u: Floats
    dof: Floats
    second_order: Floats

    @property
    def u_second_order(self) -> Floats:
        """Standard uncertainty with second-order terms, shape (outputs, points)."""
        return np.sqrt(np.maximum(self.u**2 + self.second_order, 0))

    @property
    def nonlinear(self) -> Floats:
        """1 where second-order terms change the second significant digit of u (or are not finite), else 0."""
        moved = np.abs(self.u_second_order - self.u)
        limit = numerical_tolerance(np.where(self.u > 0, self.u, 1.0))
        limit = np.where(self.u > 0, limit, 0.0)
        return np.where(np.isnan(self.second_order), 0.0, (moved > limit).astype(np.float64))

    @property
    def correlation(self) -> Floats:
        """Correlation coefficients of the outputs, shape (outputs, outputs, points); 0 beside an output without u."""
        # Parts of u, not the covariance: a product of two small uncertainties can be too small for a number.
        parts = np.divide(
            self.contributions,
            self.u[:, None],
            out=np.zeros_like(self.contributions),
            where=self.u[:, None] > 0,
        )
        found = np.einsum("aip,bip->abp", parts, _mixed(parts, self.inputs))
        for output in range(len(self.u)):
            found[output, output] = 1.0
        return np.asarray(np.clip(found, -1.0, 1.0))

    def k(self, p: float = 0.95) -> Floats:
        """Give coverage factors from the t distribution, shape (outputs, points) (JCGM 100 G.3).

        Raises:
            ValueError: p is not between 0 and 1.
        """
        different, where = np.unique(self.dof, return_inverse=True)
        factors = np.array([coverage_factor(p, float(dof)) for dof in different])
        return factors[where].reshape(self.dof.shape)

    def budget(self, output: int = 0, point: int = 0) -> Budget:
        """Give the budget of one output at one point, to expand, show or combine it with others.

        Where inputs are correlated, the share of one is its part of the variance with half of every joint term; the
        shares add up to 100 %, and one may be negative.
        """
        parts = self.contributions[output, :, point]
        u = float(self.u[output, point])
        matrix = self.inputs.correlation
        variances = parts * (parts if matrix is None else matrix @ parts)
        shares = variances / u**2 if u > 0 else np.zeros_like(parts)
        lines = tuple(
            Line(
                one.id, one.name, one.estimate, one.std, one.distribution, one.dof, one.kind, one.source,
                float(self.sensitivities[output, i, point]), float(parts[i]), 100 * float(shares[i]),
            )
            for i, one in enumerate(self.inputs.at(point))
        )  # fmt: skip
        return Budget(lines, u, float(self.dof[output, point]))


def propagate(
    model: ArrayModel,
    inputs: Inputs,
    *,
    method: Method = "differences",
    check_linearity: bool = True,
) -> Propagation:
    """Propagate the uncertainty of the inputs through a model (JCGM 100 5.1.2, 5.2.2; JCGM 102 6.2).

    Args:
        model: takes arrays, in the order of the inputs, and works element by element.
        inputs: at one point, or at the points of a table.
        method: how sensitivities are found; "complex-step" for analytic models only.
        check_linearity: evaluate second-order terms too: about 2n² more evaluations of the model.

    Correlated inputs count as one contribution to the degrees of freedom, with the fewest that one of them has: exact
    for quantities observed together (Willink and Hall, Metrologia 39 (2002) 361), and on the safe side otherwise.

    Raises:
        ValueError: an output or a sensitivity is not a finite number; the message names the output, the point and the
            input.
    """
    values = at_estimates(model, inputs)
    slopes = derivatives(model, inputs, len(values), method)
    parts = slopes * inputs.stds
    if not np.isfinite(parts).all():
        output, i, point = (int(place) for place in np.argwhere(~np.isfinite(parts))[0])
        raise ValueError(
            f"Influence {inputs.ids[i]!r}{of_point(inputs, point)}: its contribution to output "
            f"{label(model, output)} is too large for a number; check the units."
        )
    mixed = _mixed(parts, inputs)
    scale = np.max(np.abs(parts), axis=1, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    variance = np.maximum(np.sum((parts / scale) * (mixed / scale), axis=1), 0.0)
    u = np.sqrt(variance) * scale[:, 0]
    with np.errstate(over="ignore"):
        covariance = np.einsum("aip,bip->abp", parts, mixed)
    if not np.isfinite(covariance).all():
        output, _, point = (int(place) for place in np.argwhere(~np.isfinite(covariance))[0])
        raise ValueError(
            f"The variance of output {label(model, output)}{of_point(inputs, point)} is too large for a number; check "
            f"the units."
        )
    dof = _effective_dof(parts / scale, variance, inputs)
    added = second_order(model, inputs, values) if check_linearity else np.full(values.shape, np.nan)
    return Propagation(inputs, values, slopes, parts, covariance, u, dof, added)


def _mixed(parts: Floats, inputs: Inputs) -> Floats:
    """Give each contribution with what others have in common with it: R·parts, over the inputs."""
    if inputs.correlation is None:
        return parts
    return np.asarray(np.einsum("ij,ajp->aip", inputs.correlation, parts))


def _effective_dof(parts: Floats, variance: Floats, inputs: Inputs) -> Floats:
    """Give the Welch-Satterthwaite degrees of freedom; parts and variance are in one unit at each point."""
    weight = np.zeros(variance.shape)
    if inputs.correlation is None:
        squares = parts * parts
        weight = np.sum(squares * squares / inputs.dofs, axis=1)
    else:
        for members in groups(inputs.correlation):
            some = parts[:, members]
            matrix = inputs.correlation[np.ix_(members, members)]
            together = np.einsum("aip,ij,ajp->ap", some, matrix, some)
            weight += together**2 / np.min(_counting(inputs, members), axis=0)
    known = (weight > 0) & (variance > 0)
    return np.asarray(np.where(known, variance**2 / np.where(known, weight, 1.0), np.inf))


def _counting(inputs: Inputs, members: list[int]) -> Floats:
    """Give the degrees of freedom of those that have an uncertainty; others bring none in."""
    return np.asarray(np.where(inputs.stds[members] > 0, inputs.dofs[members], np.inf))
