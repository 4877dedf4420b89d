"""What budgets cost, as ratios within one process: 1,000 of them against GTC, and Monte Carlo against plain numpy.

Seconds are those of the processor: each way uses one, and what else runs on the machine counts for nothing.

The model is one of ten inputs, `(x1*x2/x3 + x4 - x5) * (1 + x6*(x7 - x8)) + x9*ln(x10)`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

import GTC
import numpy as np

from calbench.metrology import Influence, Inputs, monte_carlo, propagate

ESTIMATES = (1.1, 2.2, 3.3, 4.4, 5.5, 0.006, 7.7, 8.8, 9.9, 10.1)
DOFS = (math.inf, 10.0, math.inf, 50.0, 5.0, math.inf, 20.0, math.inf, 12.0, math.inf)
RELATIVE_U = 1e-3
POINTS = 1000
DRAWS = 1_000_000
OFTEN = 20  # so that a round of ours takes as long as one of GTC's, and is as likely to be disturbed


def model(x, log):
    """Give the output, for numbers of GTC and for arrays alike."""
    return (x[0] * x[1] / x[2] + x[3] - x[4]) * (1 + x[5] * (x[6] - x[7])) + x[8] * log(x[9])


def on_arrays(x):
    """Give the output for arrays."""
    return model(x, np.log)


@dataclass(frozen=True)
class Budgets:
    """Processor seconds for 1,000 budgets at different points, value, u and dof; medians of rounds in turn.

    Attributes:
        ours: by differences, which any smooth model allows; inputs and result are made each time, as GTC does.
        analytic: by the complex step.
        checked: by differences, with second-order terms, which GTC does not evaluate.
        theirs: GTC's.
        deviation: the largest relative difference of value, u or degrees of freedom between `ours` and GTC.
    """

    ours: float
    analytic: float
    checked: float
    theirs: float
    deviation: float


def compare_with_gtc(rounds: int = 5) -> Budgets:
    """Time 1,000 budgets in one process, ours and GTC's in turn."""
    factors = np.linspace(0.9, 1.1, POINTS)
    ways = {
        "ours": lambda: propagate(on_arrays, _table(factors), check_linearity=False),
        "analytic": lambda: propagate(
            on_arrays, _table(factors), method="complex-step", check_linearity=False
        ),
        "checked": lambda: propagate(on_arrays, _table(factors)),
        "theirs": lambda: [by_gtc(factor) for factor in factors],
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, work in ways.items():
            often = 1 if way == "theirs" else OFTEN
            spent, theirs = _timed(lambda work=work, often=often: [work() for _ in range(often)][-1])
            times[way].append(spent / often)
    found = propagate(on_arrays, _table(factors))
    ours = np.stack([found.values[0], found.u[0], found.dof[0]], axis=1)
    deviation = float(np.max(np.abs(ours / np.array(theirs) - 1)))
    return Budgets(*(statistics.median(one) for one in times.values()), deviation)


def monte_carlo_against_numpy(rounds: int = 7) -> float:
    """Give how many times longer ours takes for a million draws than drawing and evaluating alone; median of rounds.

    Ours finds mean, u and interval as well.
    """
    inputs = Inputs.of(influences())
    ratios = []
    for seed in range(rounds + 1):
        ours, _ = _timed(lambda seed=seed: monte_carlo(on_arrays, inputs, seed=seed, draws=DRAWS))
        plain, _ = _timed(lambda seed=seed: _plain(seed))
        ratios.append(ours / plain)
    return statistics.median(ratios[1:])  # the first one warms up


def _plain(seed: int) -> np.ndarray:
    generator = np.random.Generator(np.random.PCG64DXSM(seed))
    return on_arrays(
        [
            x + RELATIVE_U * x * generator.standard_t(dof, DRAWS)
            if math.isfinite(dof)
            else generator.normal(x, RELATIVE_U * x, DRAWS)
            for x, dof in zip(ESTIMATES, DOFS, strict=True)
        ]
    )


def influences() -> list[Influence]:
    """Give the inputs at one point."""
    return [
        Influence(f"x{i}", f"x{i}", x, RELATIVE_U * x, dof)
        for i, (x, dof) in enumerate(zip(ESTIMATES, DOFS, strict=True))
    ]


def _table(factors: np.ndarray) -> Inputs:
    columns = {f"x{i}": x * factors for i, x in enumerate(ESTIMATES)}
    return Inputs.of(
        influences(), estimates=columns, stds={name: RELATIVE_U * column for name, column in columns.items()}
    )


def by_gtc(factor: float) -> tuple[float, float, float]:
    """Give value, u and degrees of freedom by GTC, all inputs times a factor."""
    x = [
        GTC.ureal(one * factor, RELATIVE_U * one * factor, dof)
        for one, dof in zip(ESTIMATES, DOFS, strict=True)
    ]
    y = model(x, GTC.log)
    return y.x, y.u, y.df


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    start = process_time()
    result = work()
    return process_time() - start, result


if __name__ == "__main__":
    found = compare_with_gtc()
    for name, seconds in (
        ("differences", found.ours),
        ("complex step", found.analytic),
        ("second order", found.checked),
    ):
        print(
            f"{POINTS} budgets, {name}: {1e3 * seconds:.2f} ms, {found.theirs / seconds:.0f} times GTC's rate"
        )
    print(f"GTC: {1e3 * found.theirs:.0f} ms; largest relative deviation {found.deviation:.1e}")
    print(f"Monte Carlo, {DRAWS:,} draws: {monte_carlo_against_numpy():.2f} times plain numpy")
