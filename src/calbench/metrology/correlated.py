"""The budget of contributions that are correlated by stated coefficients, sensitivities known (JCGM 100 5.2.2).

The law of propagation over a whole model is `propagate`; this is `combine` with coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from calbench.metrology.budget import Budget, Line, Term, combine


def combine_correlated(terms: Iterable[Term], pairs: Mapping[tuple[str, str], float]) -> Budget:
    """Combine terms into a budget, with coefficients of correlation between influences.

    Sums are correctly rounded, so their order changes nothing. The share of a line is its part of the variance with
    half of every joint term; shares add up to 100 %, and one may be negative. Correlated influences count as one
    contribution to the degrees of freedom, with the fewest that one of them has (as `propagate` does).

    Args:
        terms: as of `combine`.
        pairs: coefficient, -1 to 1, by two ids; without any this is `combine`.

    Raises:
        ValueError: as of `combine`; an unknown id, or coefficients that cannot hold together.
    """
    plain = combine(terms)
    if not pairs:
        return plain
    from calbench.metrology.correlation import correlation_matrix, groups  # noqa: PLC0415 - numpy

    matrix = correlation_matrix([line.id for line in plain.lines], pairs)
    r = [[float(one) for one in row] for row in matrix]
    parts = [line.contribution for line in plain.lines]
    _, exponent = math.frexp(max(abs(part) for part in parts))
    # Scaled by a power of two, which is exact, so that no square overflows or vanishes.
    scaled = [math.ldexp(part, -exponent) for part in parts]
    own = [_with(scaled, r, i, range(len(scaled))) for i in range(len(scaled))]
    variance = max(math.fsum(own), 0.0)
    u = math.ldexp(math.sqrt(variance), exponent)
    shares = [part / variance if variance else 0.0 for part in own]
    weights = []
    for members in groups(matrix):
        together = math.fsum(_with(scaled, r, i, members) for i in members)
        weights.append(together**2 / min(_counting(plain.lines[i]) for i in members))
    weight = math.fsum(weights)
    dof = variance**2 / weight if weight and variance else math.inf
    lines = tuple(replace(line, share=100 * share) for line, share in zip(plain.lines, shares, strict=True))
    return Budget(lines, u, dof)


def _with(parts: Sequence[float], r: Sequence[Sequence[float]], i: int, members: Iterable[int]) -> float:
    """Give what one contribution brings into the variance: its square, and half of what it has in common."""
    return math.fsum(parts[i] * r[i][j] * parts[j] for j in members)


def _counting(line: Line) -> float:
    """Give the degrees of freedom of a line; without an uncertainty it brings none in."""
    return line.dof if line.u > 0 else math.inf
