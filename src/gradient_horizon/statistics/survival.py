"""Times to an event that some cases never see."""

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from gradient_horizon.statistics.intervals import CONFIDENCE


class Survival(NamedTuple):
    """Median time to an event, with interval; infinite where fewer than half of the cases ever see it."""

    median: float
    low: float
    high: float


def median_time(times: ArrayLike, happened: ArrayLike, confidence: float = CONFIDENCE) -> Survival:
    """Kaplan-Meier's median with Brookmeyer & Crowley's (1982) interval; cases that did not happen are censored."""
    times, happened = np.asarray(times, dtype=float), np.asarray(happened, dtype=bool)
    if len(times) == 0:
        return Survival(np.nan, np.nan, np.nan)
    if not happened.any():
        return Survival(np.inf, np.inf, np.inf)
    data = stats.CensoredData(uncensored=times[happened], right=times[~happened])
    survival = stats.ecdf(data).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the interval is undefined where no or all cases are left
        band = survival.confidence_interval(confidence, method="log-log")

    def first_at_most_half(curve: np.ndarray) -> float:
        reached = np.flatnonzero(curve <= 0.5)
        return float(survival.quantiles[reached[0]]) if len(reached) else np.inf

    low = first_at_most_half(np.nan_to_num(band.low.probabilities, nan=0.0))
    estimates = np.asarray(survival.probabilities)
    high = np.where(np.isnan(band.high.probabilities), estimates, band.high.probabilities)
    return Survival(first_at_most_half(estimates), low, first_at_most_half(high))
