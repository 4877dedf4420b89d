"""Explicit correlation of influence quantities, checked to be possible (JCGM 100 5.2, JCGM 102 3.20 note)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pairs = Mapping[tuple[str, str], float]

_NEGATIVE = 1e-10  # eigenvalues of a matrix whose coefficients were printed with ten digits or more
_SHOWN = 4


def correlation_matrix(ids: Sequence[str], pairs: Pairs) -> Floats:
    """Give the matrix of correlation coefficients of quantities, 1 on its diagonal, shape (n, n).

    Args:
        ids: one id for each quantity, all different.
        pairs: coefficient, -1 to 1, by two ids; pairs that are not named are not correlated.

    Raises:
        ValueError: an unknown id, a pair of one quantity with itself, a pair that is given twice, a coefficient
            outside -1 to 1, or coefficients that cannot hold together.
    """
    matrix = np.eye(len(ids))
    places = {id_: place for place, id_ in enumerate(ids)}
    for (one, other), r in pairs.items():
        for id_ in (one, other):
            if id_ not in places:
                raise ValueError(f"Correlation of {one!r} and {other!r}: there is no quantity {id_!r}.")
        i, j = places[one], places[other]
        if i == j:
            raise ValueError(f"Correlation of {one!r} with itself: it is 1 by definition; leave it out.")
        if (other, one) in pairs:
            raise ValueError(f"The correlation of {one!r} and {other!r} is given twice; give it once.")
        matrix[i, j] = matrix[j, i] = r
    check_correlation(ids, matrix)
    return matrix


def check_correlation(ids: Sequence[str], matrix: Floats) -> None:
    """Refuse a matrix that is no correlation matrix.

    It is symmetric, has 1 on its diagonal, -1 to 1 elsewhere, and no eigenvalue below zero: otherwise a sum of
    the quantities would have a negative variance.

    Raises:
        ValueError: it names the pair, or the eigenvalue and the pairs that it comes from.
    """
    n = len(ids)
    if matrix.shape != (n, n):
        raise ValueError(
            f"The correlation matrix has the shape {matrix.shape}; {n} quantities need ({n}, {n})."
        )
    for i in range(n):
        if matrix[i, i] != 1:
            raise ValueError(f"The correlation of {ids[i]!r} with itself is {matrix[i, i]!r}; it must be 1.")
        for j in range(i):
            r = float(matrix[i, j])
            if not -1 <= r <= 1:
                raise ValueError(f"The correlation of {ids[j]!r} and {ids[i]!r} is {r!r}; it is -1 to 1.")
            if matrix[j, i] != r:
                raise ValueError(
                    f"The correlations of {ids[i]!r} and {ids[j]!r}, either way, are not the same."
                )
    values, vectors = np.linalg.eigh(matrix)
    if n and values[0] < -_NEGATIVE:
        raise ValueError(
            f"The correlations {_culprits(ids, matrix, vectors[:, 0])} cannot hold together: the matrix has the "
            f"eigenvalue {values[0]:.3g}, so a variance would be negative. Check signs and digits of these."
        )


def _culprits(ids: Sequence[str], matrix: Floats, vector: Floats) -> str:
    """Name the pairs that make the variance in the direction of an eigenvector negative, the worst first."""
    n = len(ids)
    parts = sorted(
        (float(vector[i] * vector[j] * matrix[i, j]), i, j) for i in range(n) for j in range(i + 1, n)
    )
    worst = [(i, j) for part, i, j in parts if part < 0][:_SHOWN]
    return ", ".join(f"r({ids[i]}, {ids[j]}) = {matrix[i, j]:g}" for i, j in sorted(worst))


def groups(matrix: Floats) -> list[list[int]]:
    """Give the quantities that are correlated with each other, directly or through others; each in one group."""
    waiting, found = set(range(len(matrix))), []
    while waiting:
        members = {min(waiting)}
        while True:
            grown = members | {int(j) for i in members for j in np.flatnonzero(matrix[i])}
            if grown == members:
                break
            members = grown
        waiting -= members
        found.append(sorted(members))
    return found


def factor(matrix: Floats) -> Floats:
    """Give the lower triangle L with L·Lᵀ = matrix (Cholesky); of a singular matrix too, the same bits anywhere."""
    n = len(matrix)
    lower = np.zeros((n, n))
    for j in range(n):
        rest = float(matrix[j, j] - _dot(lower[j, :j], lower[j, :j]))
        pivot = np.sqrt(rest) if rest > _NEGATIVE else 0.0
        lower[j, j] = pivot
        for i in range(j + 1, n):
            lower[i, j] = (matrix[i, j] - _dot(lower[i, :j], lower[j, :j])) / pivot if pivot else 0.0
    return lower


def _dot(a: Iterable[float], b: Iterable[float]) -> float:
    return float(sum(x * y for x, y in zip(a, b, strict=True)))
