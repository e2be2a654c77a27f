"""The mean length that is solved: the area under the shares that solve, over the logarithm of length."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int

from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval, weighted_sum
from gradient_horizon.statistics.means import means
from gradient_horizon.statistics.scales import Scale


def mean_solved_length(
    lengths: Int[np.ndarray, " length"],
    solved: Bool[np.ndarray, "seed length"],
    solved_shares: Sequence[Interval],
    confidence: float = CONFIDENCE,
) -> Interval:
    """The geometric mean over seeds of the length that they solve, within the tried lengths: steps.

    ln of a seed's length is ln(shortest) plus the integral of its success, 0 or 1, over ln(length) by trapezoids, as
    Spearman and Kaerber estimate the mean of a dose-response curve (Miller 1973); like a restricted mean survival time
    (Royston & Parmar 2013) it counts nothing beyond the longest length. Ratios of it compare curves at all lengths,
    need no shape, and equal the ratio of T50 for curves of one shape that fall from 1 to 0 within the tried lengths; a
    curve cut off at an end brings the ratio nearer to 1.

    `solved_shares` has the interval of the share that solve each length, at the same confidence. The ends are the
    farther of those of the weighted sum of independent shares (MOVER), which stay apart where all seeds do alike, and
    Student's of the seeds' logarithms, which hold however the successes of a seed hang together. Unknown for less than
    two lengths or without seeds.
    """
    if len(lengths) < 2 or len(solved) == 0:
        return UNKNOWN
    order = np.argsort(lengths)
    places = np.log(lengths[order])
    gaps = np.diff(places)
    weights = (np.append(gaps, 0) + np.insert(gaps, 0, 0)) / 2
    of_shares = np.exp(places[0] + np.array(weighted_sum([solved_shares[k] for k in order], weights)))
    of_seeds = means(np.exp(places[0] + solved[:, order] @ weights)[None], Scale.LOG, confidence)
    estimate, low, high = (float(part[0]) for part in of_seeds)
    return Interval(estimate, float(np.fmin(of_shares[1], low)), float(np.fmax(of_shares[2], high)))
