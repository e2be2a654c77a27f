"""Shares of networks, such as those that solve a task."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval


def share(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """A success rate with Wilson's score interval (Wilson 1927); unknown for n = 0."""
    return shares(np.array([successes]), np.array([n]), confidence)[0]


def shares(
    successes: Int[np.ndarray, " group"], n: Int[np.ndarray, " group"], confidence: float = CONFIDENCE
) -> list[Interval]:
    """`share` group by group."""
    sizes = np.maximum(n, 1)
    rows = np.stack([successes / sizes, *wilson_ends(successes, sizes, confidence)], axis=1)
    rows[n == 0] = np.nan
    return [Interval(*row) for row in rows.tolist()]


def share_at_chosen_rates(
    successes: int, n: int, at_chosen: Sequence[int], tried: int, confidence: float = CONFIDENCE
) -> Interval:
    """A success rate where each of n seeds is judged at the learning rate that the other seeds choose.

    `at_chosen` has the successes of all n seeds at each rate that any seed is judged at, of `tried` rates. A seed that
    solves at a rate takes its own vote from it, so near a tie judged seeds fail together, and a binomial interval of
    their number covers the expected share too rarely: in 74 % for ten seeds that solve at each of three rates with
    probability 0.3. That share is a mean of the true shares at the chosen rates; so the interval reaches over those of
    these rates, and of the judged seeds. As the best of several rates looks too good, never too bad, lower ends hold
    for all tried rates together (Bonferroni).
    """
    if n == 0:
        return UNKNOWN
    groups, sizes = np.array([successes, *at_chosen]), np.full(len(at_chosen) + 1, n)
    low, _ = wilson_ends(groups, sizes, 1 - (1 - confidence) / tried)
    _, high = wilson_ends(groups, sizes, confidence)
    return Interval(successes / n, float(low.min()), float(high.max()))


def wilson_ends(
    successes: Int[np.ndarray, " group"], n: Int[np.ndarray, " group"], confidence: float = CONFIDENCE
) -> tuple[Float[np.ndarray, " group"], Float[np.ndarray, " group"]]:
    """The ends of Wilson's score intervals of groups, none of which is empty."""
    rate, z = successes / n, special.ndtri((1 + confidence) / 2)
    centre = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    return np.where(successes == 0, 0.0, centre - half), np.where(successes == n, 1.0, centre + half)
