"""The inputs of a model: influence quantities with their values at one point, or at the points of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from calbench.metrology.correlation import Floats, Pairs, correlation_matrix
from calbench.metrology.influence import Influence

Column = Mapping[str, ArrayLike]


@dataclass(frozen=True, eq=False)
class Inputs:
    """Influence quantities, one for each different id, over the points of a table. Made by `Inputs.of`.

    Attributes:
        influences: what they are; n of them.
        order: for each argument of the model, the place of its influence; one id given twice is one quantity.
        estimates: shape (n, points), each in the unit of its quantity.
        stds: standard uncertainties, same shape and units.
        dofs: degrees of freedom, same shape.
        correlation: coefficients, shape (n, n), the same at every point; None where nothing is correlated.
    """

    influences: tuple[Influence, ...]
    order: tuple[int, ...]
    estimates: Floats
    stds: Floats
    dofs: Floats
    correlation: Floats | None = None

    @classmethod
    def of(
        cls,
        influences: Sequence[Influence],
        *,
        estimates: Column | None = None,
        stds: Column | None = None,
        dofs: Column | None = None,
        correlations: Pairs | None = None,
    ) -> Inputs:
        """Take influences in the order of the arguments of the model.

        Args:
            influences: at least one; what is not in a column holds at every point.
            estimates: values over the points, by id, each of shape (points,).
            stds: standard uncertainties over the points, likewise.
            dofs: degrees of freedom over the points, likewise.
            correlations: coefficients by pairs of ids (JCGM 100 5.2).

        `{point}` in an id says that the quantity is another one at each point, such as a repeatability; any
        other id is one quantity at all points.

        Raises:
            ValueError: no influence, one id with two descriptions, an id that is unknown, columns of different
                lengths, a value that is not finite, a negative uncertainty, degrees of freedom below 1, or
                impossible correlations.
        """
        different: dict[str, Influence] = {}
        for one in influences:
            if different.setdefault(one.id, one) != one:
                raise ValueError(
                    f"Influence {one.id!r} is described twice and differently: {different[one.id]} and {one}; "
                    f"one id is one quantity, so give the two quantities different ids or correct one of them."
                )
        if not different:
            raise ValueError("A model needs at least one input; a constant has no uncertainty to evaluate.")
        ids = list(different)
        points = _points(ids, estimates, stds, dofs)
        values = tuple(different.values())
        made = cls(
            values,
            tuple(ids.index(one.id) for one in influences),
            _over_points(points, [one.estimate for one in values], ids, estimates),
            _over_points(points, [one.std for one in values], ids, stds),
            _over_points(points, [one.dof for one in values], ids, dofs),
            correlation_matrix(ids, correlations) if correlations else None,
        )
        made._check()
        return made

    @property
    def points(self) -> int:
        """How many points there are."""
        return int(self.estimates.shape[1])

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the influences."""
        return tuple(one.id for one in self.influences)

    def at(self, point: int) -> tuple[Influence, ...]:
        """Give the influences as they are at one point, with its number for `{point}` in their ids."""
        return tuple(
            replace(
                one,
                id=one.id.replace("{point}", str(point)),
                estimate=float(self.estimates[i, point]),
                std=float(self.stds[i, point]),
                dof=float(self.dofs[i, point]),
            )
            for i, one in enumerate(self.influences)
        )

    def _check(self) -> None:
        for what, column, fine in (
            ("estimate", self.estimates, np.isfinite(self.estimates)),
            ("standard uncertainty", self.stds, np.isfinite(self.stds) & (self.stds >= 0)),
            ("number of degrees of freedom", self.dofs, self.dofs >= 1),
        ):
            if not fine.all():
                i, point = (int(place) for place in np.argwhere(~fine)[0])
                allowed = {"estimate": "a finite number", "standard uncertainty": "finite, zero or more"}
                raise ValueError(
                    f"Influence {self.ids[i]!r}, point {point}: the {what} is {float(column[i, point])!r}; "
                    f"it must be {allowed.get(what, '1 or more, infinite is allowed')}."
                )


def _points(ids: Sequence[str], *columns: Column | None) -> int:
    lengths: dict[str, int] = {}
    for column in columns:
        for id_, values in (column or {}).items():
            if id_ not in ids:
                raise ValueError(f"There is no influence {id_!r} to give values over the points for.")
            if np.ndim(values) != 1:
                raise ValueError(f"Influence {id_!r}: values over the points are one row, shape (points,).")
            lengths[id_] = len(np.asarray(values))
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        told = ", ".join(f"{id_}: {length}" for id_, length in lengths.items())
        raise ValueError(f"All columns of a table have the same length, at least 1; here {told}.")
    return next(iter(lengths.values()), 1)


def _over_points(points: int, same: Sequence[float], ids: Sequence[str], column: Column | None) -> Floats:
    table = np.empty((len(ids), points))
    for i, (id_, value) in enumerate(zip(ids, same, strict=True)):
        table[i] = (column or {}).get(id_, value)
    return table
