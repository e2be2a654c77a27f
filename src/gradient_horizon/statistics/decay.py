"""Exponential decay of a gradient over lags, and how much better it fits than a power law."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import stats

from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval


class DecayFit(NamedTuple):
    """A straight line in ln g over k: the factor per step with its interval, R^2, and how much it beats a power law.

    `aic_gain` is AIC(power law) - AIC(exponential); positive where the exponential describes the profile better.
    """

    factor: Interval
    r_squared: float
    aic_gain: float


def decay_fit(profile: Float[np.ndarray, " lag"], confidence: float = CONFIDENCE) -> DecayFit:
    """Fits a gradient profile g_k, k = 0, 1, ...; zeros and missing values are left out, three values are needed."""
    lags = np.flatnonzero(np.isfinite(profile) & (profile > 0))
    if len(lags) < 3:
        return DecayFit(UNKNOWN, np.nan, np.nan)
    logs = np.log(profile[lags])
    line = stats.linregress(lags, logs)
    half = stats.t.ppf((1 + confidence) / 2, len(lags) - 2) * line.stderr
    power = stats.linregress(np.log1p(lags), logs)
    residual = logs - (line.intercept + line.slope * lags)
    power_residual = logs - (power.intercept + power.slope * np.log1p(lags))
    tiny = np.finfo(float).tiny
    gain = len(lags) * np.log(max(float(power_residual @ power_residual), tiny) / max(float(residual @ residual), tiny))
    factor = Interval(*(float(np.exp(value)) for value in (line.slope, line.slope - half, line.slope + half)))
    return DecayFit(factor, float(line.rvalue**2), float(gain))
