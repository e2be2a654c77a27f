"""T50, the length at which the share that solve falls below one half."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy import optimize

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.intervals import Interval


class HalfLength(NamedTuple):
    """The length at which the share that solve falls below one half, with its interval; 0 or infinity: open."""

    length: Censored
    low: float
    high: float


def half_length(
    lengths: Int[np.ndarray, " length"], solved_shares: Sequence[Interval], n: Int[np.ndarray, " length"]
) -> HalfLength:
    """T50 from the shares of n networks that solve each tried length: steps, with an interval between tried lengths.

    The estimate is where the non-increasing curve nearest to the shares (isotonic regression: Barlow et al. 1972),
    linear in the logarithm of length, crosses one half; the middle, where it stays there. It never lies outside the
    tried lengths: where the curve starts below one half or never falls below it, that end is the limit that is known.

    The lower end is the longest length whose share's interval lies above one half, 0 if there is none; the upper end
    the shortest whose interval lies below, infinity if there is none. They rest on nothing but that success does not
    rise with length, so they do not interpolate: between two tried lengths a curve may fall anywhere. Where success
    rises so much that the two ends trade places, the interval holds both, and always the estimate.
    """
    tried = [k for k in np.argsort(lengths) if n[k] > 0]
    if not tried:
        return HalfLength(Censored.exactly(math.nan), math.nan, math.nan)
    places, weights = lengths[tried].astype(float), n[tried].astype(float)
    estimates, lower, upper = np.array([solved_shares[k] for k in tried], dtype=float).T
    low, high = float(places[lower > 0.5].max(initial=0)), float(places[upper < 0.5].min(initial=math.inf))
    fitted = optimize.isotonic_regression(estimates, weights=weights, increasing=False).x
    curve = np.round(fitted, 12)  # a pooled share of one half may be off by a rounding error
    if curve[-1] >= 0.5:
        return HalfLength(Censored.at_least(places[-1]), min(low, high, float(places[-1])), math.inf)
    if curve[0] < 0.5:
        return HalfLength(Censored.at_most(places[0]), 0.0, max(low, high, float(places[0])))
    estimate = _crossing(places, curve)
    return HalfLength(Censored.exactly(estimate), min(low, high, estimate), max(low, high, estimate))


def _crossing(lengths: Float[np.ndarray, " length"], curve: Float[np.ndarray, " length"]) -> float:
    """Where a non-increasing curve, from one half or more to less, crosses one half."""
    halves = lengths[curve == 0.5]
    if len(halves):
        return float(np.sqrt(float(halves[0]) * float(halves[-1])))
    last = np.flatnonzero(curve > 0.5)[-1]
    part = (curve[last] - 0.5) / (curve[last] - curve[last + 1])
    return float(lengths[last] * (lengths[last + 1] / lengths[last]) ** part)
