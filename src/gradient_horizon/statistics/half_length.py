"""T50, the length at which the share that solve falls below one half."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy import optimize

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.intervals import CONFIDENCE
from gradient_horizon.statistics.shares import wilson_ends


class HalfLength(NamedTuple):
    """The length at which the share that solve falls below one half, with its interval; 0 or infinity: open."""

    length: Censored
    low: float
    high: float


def half_success_length(
    lengths: Int[np.ndarray, " length"],
    solved: Int[np.ndarray, " length"],
    n: Int[np.ndarray, " length"],
    confidence: float = CONFIDENCE,
) -> HalfLength:
    """T50 from the share that solve at each tried length: steps, with an interval whose ends are tried lengths.

    The estimate is where the non-increasing curve nearest to the shares (isotonic regression: Barlow et al. 1972),
    linear in the logarithm of length, crosses one half; the middle, where it stays there. It never lies outside the
    tried lengths: where the curve starts below one half or never falls below it, that end is the limit that is known.

    The lower end is the longest length whose Wilson interval lies above one half, 0 if there is none; the upper end is
    the shortest whose interval lies below, infinity if there is none. They rest on nothing but that success does not
    rise with length, so they do not interpolate: between two tried lengths a curve may fall anywhere. Where success
    rises so much that the two ends trade places, the interval holds both, and always the estimate.
    """
    order = np.argsort(lengths)
    lengths, solved, n = (np.asarray(values)[order][np.asarray(n)[order] > 0] for values in (lengths, solved, n))
    lengths = lengths.astype(float)
    if len(lengths) == 0:
        return HalfLength(Censored.exactly(math.nan), math.nan, math.nan)
    lower, upper = wilson_ends(solved, n, confidence)
    low = float(lengths[lower > 0.5].max(initial=0))
    high = float(lengths[upper < 0.5].min(initial=math.inf))
    fitted = optimize.isotonic_regression(solved / n, weights=n, increasing=False).x
    curve = np.round(fitted, 12)  # a pooled share of one half may be off by a rounding error
    if curve[-1] >= 0.5:
        return HalfLength(Censored.at_least(lengths[-1]), min(low, high, float(lengths[-1])), math.inf)
    if curve[0] < 0.5:
        return HalfLength(Censored.at_most(lengths[0]), 0.0, max(low, high, float(lengths[0])))
    estimate = _crossing(lengths, curve)
    return HalfLength(Censored.exactly(estimate), min(low, high, estimate), max(low, high, estimate))


def _crossing(lengths: Float[np.ndarray, " length"], curve: Float[np.ndarray, " length"]) -> float:
    """Where a non-increasing curve, from one half or more to less, crosses one half."""
    halves = lengths[curve == 0.5]
    if len(halves):
        return float(np.sqrt(float(halves[0]) * float(halves[-1])))
    last = np.flatnonzero(curve > 0.5)[-1]
    part = (curve[last] - 0.5) / (curve[last] - curve[last + 1])
    return float(lengths[last] * (lengths[last + 1] / lengths[last]) ** part)
