"""Counting statistics of a proof: exact binomial intervals, the effect of points that share a run, and quantiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Interval(NamedTuple):
    """A confidence interval of a probability, 0 to 1."""

    low: float
    high: float


def clopper_pearson(count: float, trials: float, confidence: float = 0.95) -> Interval:
    """Give the exact two-sided interval of a probability that showed `count` times in `trials`.

    Source: Clopper, Pearson, Biometrika 26 (1934) 404. Numbers need not be whole: an effective number of trials, with
    the share that was found, gives the interval of Korn and Graubard (Survey Methodology 24 (1998) 193).

    Raises:
        ValueError: There are no trials, the count is not within them, or the confidence is not between 0 and 1.
    """
    tail = (1 - confidence) / 2
    return Interval(lower_bound(count, trials, tail), upper_bound(count, trials, tail))


def lower_bound(count: float, trials: float, alpha: float) -> float:
    """Give the one-sided lower bound of a probability, exceeded with confidence 1 - `alpha`.

    Raises:
        ValueError: As `clopper_pearson`.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy

    _check(count, trials, alpha)
    return 0.0 if count <= 0 else float(betaincinv(count, trials - count + 1, alpha))


def upper_bound(count: float, trials: float, alpha: float) -> float:
    """Give the one-sided upper bound of a probability, kept with confidence 1 - `alpha`.

    Raises:
        ValueError: As `clopper_pearson`.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy

    _check(count, trials, alpha)
    return 1.0 if count >= trials else float(betaincinv(count + 1, trials - count, 1 - alpha))


def effective_trials(counts: Sequence[int], sizes: Sequence[int]) -> float:
    """Give how many independent trials clusters are worth: `counts` of `sizes` in each, such as points of a run.

    The number is divided by the design effect, the variance between clusters over that of independent trials; never
    by less than 1. Where all or none count, no variance shows, and each cluster is worth one trial.

    Source: Kish, Survey Sampling (1965) 8.2; variance of a ratio over clusters, Cochran, Sampling Techniques, 9A.

    Raises:
        ValueError: There are no trials.
    """
    total = sum(sizes)
    clusters = len([size for size in sizes if size])
    if not total:
        raise ValueError("There are no trials to count.")
    share = sum(counts) / total
    if clusters == total:
        return float(total)
    if share in (0.0, 1.0) or clusters < 2:  # noqa: PLR2004 - one cluster has no variance
        return float(clusters)
    spread = math.fsum((count - share * size) ** 2 for count, size in zip(counts, sizes, strict=True))
    between = clusters / (clusters - 1) * spread / total**2
    effect = max(1.0, between / (share * (1 - share) / total))
    return max(total / effect, min(float(clusters), float(total)) / total)


def quantile(ordered: Sequence[float], p: float) -> float:
    """Give the smallest value that at least a share `p` of the values do not exceed.

    Raises:
        ValueError: There are no values.
    """
    if not ordered:
        raise ValueError("There are no values.")
    return ordered[min(len(ordered), max(1, math.ceil(p * len(ordered) - 1e-9))) - 1]


def quantile_bound(ordered: Sequence[float], p: float, alpha: float) -> float | None:
    """Give a value that the quantile `p` does not exceed with confidence 1 - `alpha`; None if there are too few.

    Source: order statistics, David and Nagaraja, Order Statistics (2003) 7.1: no distribution is assumed.
    """
    from scipy.special import bdtr  # noqa: PLC0415 - heavy

    n = len(ordered)
    if n == 0 or 1 - p**n < 1 - alpha:
        return None
    low, high = 1, n  # the smallest place whose value is not below the quantile with that confidence
    while low < high:
        middle = (low + high) // 2
        if float(bdtr(middle - 1, n, p)) >= 1 - alpha:
            high = middle
        else:
            low = middle + 1
    return ordered[low - 1]


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Give mean and standard deviation (n - 1; 0 for one value), sums exactly rounded.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("There are no values.")
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, 0.0
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _check(count: float, trials: float, alpha: float) -> None:
    if not trials > 0 or not 0 <= count <= trials:
        raise ValueError(f"{count:g} of {trials:g} trials: give a count within at least one trial.")
    if not 0 < alpha < 1:
        raise ValueError(f"The confidence leaves {alpha!r}; it must leave something between 0 and 1.")
