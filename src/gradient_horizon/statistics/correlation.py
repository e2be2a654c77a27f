"""Rank correlations."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float
from scipy import special, stats

from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval


def rank_correlation(
    first: Float[np.ndarray, " pair"], second: Float[np.ndarray, " pair"], confidence: float = CONFIDENCE
) -> Interval:
    """Spearman's rank correlation, with Fisher's z interval in Bonett & Wright's (2000) variance; needs four pairs.

    Where the ranks agree fully, or are fully reversed, Fisher's z is infinite; the other end is then that of ranks in
    which two neighbours trade places, the nearest that there is.
    """
    n = len(first)
    if n < 4 or len(np.unique(first)) < 2 or len(np.unique(second)) < 2:
        return UNKNOWN
    estimate = float(np.clip(stats.spearmanr(first, second).statistic, -1, 1))
    nearest = 1 - 12 / (n**3 - n)
    inner = float(np.clip(estimate, -nearest, nearest))
    half = special.ndtri((1 + confidence) / 2) * np.sqrt((1 + inner**2 / 2) / (n - 3))
    low, high = (float(np.tanh(np.arctanh(inner) + sign * half)) for sign in (-1, 1))
    return Interval(estimate, -1.0 if estimate < -nearest else low, 1.0 if estimate > nearest else high)


def rank_correlation_up_to_limit(
    doses: Iterable[float | int], responses: Iterable[Censored], confidence: float = CONFIDENCE
) -> Interval:
    """`rank_correlation` of doses with responses that were all observed up to one limit: those beyond it rank equal.

    Unknown where responses are censored at different limits, or one that is known lies beyond the limit.
    """
    numbers = [response.parts for response in responses]
    values = np.array([number for number, _ in numbers], dtype=float)
    limits = {number for number, side in numbers if side is not Side.NONE}
    if any(side is Side.LEFT for _, side in numbers) or len(limits) > 1 or (limits and values.max() > max(limits)):
        return UNKNOWN
    return rank_correlation(np.array(list(doses), dtype=float), values, confidence)
