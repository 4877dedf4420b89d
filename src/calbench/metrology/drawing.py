"""Random draws of influence quantities, from a generator that is handed in (JCGM 101 6.4)."""

from __future__ import annotations

import math

import numpy as np

from calbench.metrology.correlation import Floats, factor, groups
from calbench.metrology.influence import Influence
from calbench.metrology.inputs import Inputs


def draw(influence: Influence, generator: np.random.Generator, n: int) -> Floats:
    """Give n draws of a quantity, in its unit, shape (n,).

    Normal and t: normal with infinite degrees of freedom, else t scaled by the standard uncertainty (6.4.7 and
    6.4.9). Rectangular 6.4.2, curvilinear trapezoid 6.4.3, trapezoidal 6.4.4, triangular 6.4.5, arcsine 6.4.6: the
    shape as it is; degrees of freedom of a shape with ends have no place in JCGM 101 and change nothing.
    """
    if influence.distribution in ("normal", "t"):
        dof = influence.dof
        z = generator.standard_normal(n) if math.isinf(dof) else generator.standard_t(dof, n)
        z *= influence.std
    elif influence.distribution == "rectangular":
        z = generator.random(n)
        z *= 2 * influence.half_width
        z -= influence.half_width
    else:
        z = _shaped(influence, generator, n)
        z *= influence.half_width
    z += influence.estimate
    return z


def _shaped(influence: Influence, generator: np.random.Generator, n: int) -> Floats:
    """Give draws between -1 and 1 (a curvilinear trapezoid: and a little beyond)."""
    first = generator.random(n)
    if influence.distribution == "arcsine":
        return np.sin(2 * np.pi * first)
    second = generator.random(n)
    if influence.distribution == "triangular":
        return first + second - 1
    if influence.distribution == "trapezoidal":
        return (1 + influence.top) * first + (1 - influence.top) * second - 1
    return (1 + influence.blur * (1 - 2 * first)) * (2 * second - 1)


class Sampler:
    """Draws all inputs of a model at one point, block after block; correlated ones together.

    Explicitly correlated quantities are drawn from a joint normal distribution (JCGM 101 6.4.8), each scaled by the
    root of ν/χ²(ν) where it has finite degrees of freedom; those with the same ν share one χ², which makes a joint t.

    Raises:
        ValueError: a correlated quantity is neither normal nor t: its correlation says too little to draw it.
    """

    def __init__(self, inputs: Inputs, point: int, generator: np.random.Generator) -> None:
        self._influences = inputs.at(point)
        self._order = inputs.order
        self._generator = generator
        matrix = np.eye(len(self._influences)) if inputs.correlation is None else inputs.correlation
        self._groups = groups(matrix)
        self._factors = {
            members[0]: factor(matrix[np.ix_(members, members)])
            for members in self._groups
            if len(members) > 1
        }
        for members in self._groups:
            for i in members if len(members) > 1 else ():
                one = self._influences[i]
                if one.distribution not in ("normal", "t"):
                    raise ValueError(
                        f"Influence {one.id!r} is {one.distribution} and correlated by a coefficient, which does not "
                        f"say how the two vary together. Write what they have in common as an input of its own, or "
                        f"use the law of propagation alone."
                    )

    def block(self, n: int) -> list[Floats]:
        """Give n draws of each argument of the model."""
        drawn: dict[int, Floats] = {}
        for members in self._groups:
            if len(members) > 1:
                drawn.update(self._together(members, n))
            else:
                one = self._influences[members[0]]
                drawn[members[0]] = draw(one, self._generator, n) if one.std > 0 else np.array(one.estimate)
        return [drawn[k] for k in self._order]

    def heavy_tails(self, dof: float) -> list[int]:
        """Give the inputs drawn from t with at most so many degrees of freedom (1: no mean, 2: no variance)."""
        return [
            i
            for i, one in enumerate(self._influences)
            if one.std > 0 and one.distribution in ("normal", "t") and one.dof <= dof
        ]

    def _together(self, members: list[int], n: int) -> dict[int, Floats]:
        z = self._factors[members[0]] @ self._generator.standard_normal((len(members), n))
        stretch: dict[float, Floats] = {}
        for row, i in enumerate(members):
            dof = self._influences[i].dof
            if math.isfinite(dof) and dof not in stretch:
                stretch[dof] = np.sqrt(dof / self._generator.chisquare(dof, n))
            if math.isfinite(dof):
                z[row] *= stretch[dof]
        return {
            i: self._influences[i].estimate + self._influences[i].std * z[row]
            for row, i in enumerate(members)
        }
