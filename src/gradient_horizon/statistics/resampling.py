"""Resamples, and the studentised bootstrap of a mean."""

from functools import cache

import numpy as np
from jaxtyping import Float

RESAMPLES = 1999
"""With one more, the quantiles for 95 % are whole ranks."""
EQUAL_AT_MOST = 1e-3
"""Share of resamples that may be without spread; more of them cut the tails of the studentised means."""


def studentised_ends(values: Float[np.ndarray, " value"], confidence: float) -> tuple[float, float] | None:
    """The ends of the bootstrap-t interval of a mean (Efron & Tibshirani 1993, section 12.5), for ten values or more.

    The resamples are the same at every call. None where too many of them draw one value only.
    """
    n, centre, deviation = len(values), float(values.mean()), float(values.std())
    if deviation == 0:
        return None
    standard = (values - centre) / deviation
    times = times_drawn(n)
    means = times @ standard / n
    spread = np.sqrt(np.maximum(times @ standard**2 / n - means**2, 0))
    varied = spread > 1e-6
    if np.mean(~varied) > EQUAL_AT_MOST:
        return None
    lower, upper = np.quantile(means[varied] / spread[varied], [(1 - confidence) / 2, (1 + confidence) / 2])
    return centre - float(upper) * deviation, centre - float(lower) * deviation


@cache
def times_drawn(n: int) -> Float[np.ndarray, "resample {n}"]:
    """How often each of n values, or clusters of them, is drawn; the same at every call."""
    return np.random.Generator(np.random.PCG64(0)).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(float)
