"""Shares of networks, such as those that solve a task."""

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval


def share(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """A success rate with Wilson's score interval (Wilson 1927); unknown for n = 0."""
    if n == 0:
        return UNKNOWN
    low, high = wilson_ends(np.array([successes]), np.array([n]), confidence)
    return Interval(successes / n, float(low[0]), float(high[0]))


def wilson_ends(
    successes: Int[np.ndarray, " group"], n: Int[np.ndarray, " group"], confidence: float = CONFIDENCE
) -> tuple[Float[np.ndarray, " group"], Float[np.ndarray, " group"]]:
    """The ends of Wilson's score intervals of groups, none of which is empty."""
    rate, z = successes / n, special.ndtri((1 + confidence) / 2)
    centre = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    return np.where(successes == 0, 0.0, centre - half), np.where(successes == n, 1.0, centre + half)
