"""The studentised bootstrap of a mean."""

from functools import cache

import numpy as np
from jaxtyping import Float, Int

RESAMPLES = 1999
"""With one more, the quantiles for 95 % are whole ranks."""
EQUAL_AT_MOST = 1e-3
"""Share of resamples that may be without spread; more of them cut the tails of the studentised means."""


def studentised_ends(values: Float[np.ndarray, " value"], confidence: float) -> tuple[float, float] | None:
    """The ends of the bootstrap-t interval of a mean (Efron & Tibshirani 1993, section 12.5), for ten values or more.

    The resamples are the same at every call. None where too many of them draw one value only.
    """
    n = len(values)
    drawn = values[_places(n)]
    spread = drawn.std(axis=1, ddof=1)
    varied = spread > 1e-9 * np.ptp(values)
    if np.mean(~varied) > EQUAL_AT_MOST:
        return None
    away = (drawn.mean(axis=1) - values.mean())[varied] / spread[varied]
    lower, upper = np.quantile(away, [(1 - confidence) / 2, (1 + confidence) / 2])
    centre, deviation = float(values.mean()), float(values.std(ddof=1))
    return centre - float(upper) * deviation, centre - float(lower) * deviation


@cache
def _places(n: int) -> Int[np.ndarray, "resample {n}"]:
    return np.random.default_rng(0).integers(n, size=(RESAMPLES, n))
