"""The mean length that is solved: the area under the shares that solve, over the logarithm of length."""

import numpy as np
from jaxtyping import Int

from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval, weighted_sum
from gradient_horizon.statistics.shares import share


def mean_solved_length(
    lengths: Int[np.ndarray, " length"],
    solved: Int[np.ndarray, " length"],
    n: Int[np.ndarray, " length"],
    confidence: float = CONFIDENCE,
) -> Interval:
    """The geometric mean over networks of the length that they solve, within the tried lengths: steps.

    ln of it is ln(shortest) plus the integral of the share that solve over ln(length) by trapezoids, as Spearman and
    Kaerber estimate the mean of a dose-response curve (Miller 1973); like a restricted mean survival time (Royston &
    Parmar 2013) it counts nothing beyond the longest length. Ratios of it compare curves at all lengths, need no shape,
    and equal the ratio of T50 for curves of one shape that reach 0 and 1 within the tried lengths; a curve cut off at
    an end brings the ratio nearer to 1. The interval is that of a sum of independent shares with Wilson's intervals
    (MOVER: Zou & Donner 2008). Unknown for less than two lengths, or where one was tried by nobody.
    """
    order = np.argsort(lengths)
    if len(lengths) < 2 or not np.all(n):
        return UNKNOWN
    places = np.log(lengths[order])
    gaps = np.diff(places)
    weights = (np.append(gaps, 0) + np.insert(gaps, 0, 0)) / 2
    parts = [share(int(solved[k]), int(n[k]), confidence) for k in order]
    return Interval(*(float(np.exp(places[0] + value)) for value in weighted_sum(parts, weights)))
