"""Means of continuous measures over independent networks."""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy import special

from gradient_horizon.statistics.intervals import CONFIDENCE, Interval
from gradient_horizon.statistics.resampling import studentised_ends
from gradient_horizon.statistics.scales import Scale

RESAMPLED_FROM = 10
"""With fewer values, a bootstrap covers the truth too rarely: its percentile interval of five, in about 84 %."""


def mean(values: ArrayLike, scale: Scale = Scale.IDENTITY, confidence: float = CONFIDENCE) -> Interval:
    """The mean on a scale, taken back from it: on that of logarithms, the geometric mean.

    From ten values on, the interval is resampled and studentised; below, and where values are so alike that resamples
    lack spread, it is Student's, for which two are needed. Missing values are left out.
    """
    given = np.asarray(values, dtype=float)
    given = given[np.isfinite(given)]
    ends = studentised_ends(scale.of_values(given), confidence) if len(given) >= RESAMPLED_FROM else None
    estimate, low, high = (float(part[0]) for part in means(given[None], scale, confidence))
    return Interval(estimate, *(scale.back(np.array(ends)).tolist() if ends else (low, high)))


def means(
    values: Float[np.ndarray, "row value"], scale: Scale = Scale.IDENTITY, confidence: float = CONFIDENCE
) -> tuple[Float[np.ndarray, " row"], ...]:
    """Row by row, the mean on a scale and the ends of Student's interval, taken back: for tables of very many rows.

    Missing values are left out; an interval needs two.
    """
    given = np.isfinite(values)
    n = given.sum(axis=1)
    scaled = scale.of_values(np.where(given, values, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(given, scaled, 0).sum(axis=1) / n
        squares = np.where(given, scaled - centre[:, None], 0) ** 2
        half = special.stdtrit(np.maximum(n - 1, 1), (1 + confidence) / 2) * np.sqrt(squares.sum(axis=1) / (n - 1) / n)
    centre = np.where(n > 0, centre, np.nan)
    half = np.where(n > 1, half, np.nan)
    return tuple(scale.back(part) for part in (centre, centre - half, centre + half))


def geometric_mean(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """The geometric mean of values from 0 up; zeros count as the smallest positive normal float."""
    return mean(values, Scale.LOG, confidence)
