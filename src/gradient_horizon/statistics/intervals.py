"""Intervals of estimates, and what is made from those of independent estimates: differences, ratios, means."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.statistics.scales import Scale

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """An estimate and its interval, of 95 % unless another confidence was asked for; NaN where data do not allow it."""

    estimate: float
    low: float
    high: float


UNKNOWN = Interval(np.nan, np.nan, np.nan)


def weighted_sum(parts: Sequence[Interval], weights: Float[np.ndarray, " part"]) -> Interval:
    """A weighted sum of independent estimates (MOVER: Zou & Donner 2008), at the confidence of the parts.

    Infinite ends, from censored estimates, stay infinite. Where an estimate itself is infinite or unknown, the sum has
    none, and its ends are the sums of the ends, which lie farther out.
    """
    estimates, lows, highs = np.array(parts, dtype=float).T
    low_ends, high_ends = np.where(weights > 0, lows, highs), np.where(weights > 0, highs, lows)
    if not np.isfinite(estimates).all():
        with np.errstate(invalid="ignore"):
            return Interval(np.nan, float(weights @ low_ends), float(weights @ high_ends))
    centre = float(weights @ estimates)
    below, above = (np.sqrt(np.sum((weights * (ends - estimates)) ** 2)) for ends in (low_ends, high_ends))
    return Interval(centre, float(centre - below), float(centre + above))


def difference(first: Interval, second: Interval) -> Interval:
    """first - second of independent estimates, as `weighted_sum`; Newcombe's interval for two shares."""
    return weighted_sum([first, second], np.array([1.0, -1.0]))


def ratio(first: Interval, second: Interval) -> Interval:
    """first / second of independent positive estimates, as `difference` on the logarithmic scale."""
    return _on(Scale.LOG, [first, second], lambda logs: difference(*logs))


def pooled(effects: Sequence[Interval], scale: Scale = Scale.IDENTITY) -> Interval:
    """The mean of independent effects on a scale, as `weighted_sum`; unknown without effects.

    It estimates the mean of the true effects of just these settings, whether they are alike or not: the settings are
    no sample of others.
    """
    if not effects:
        return UNKNOWN
    weights = np.full(len(effects), 1 / len(effects))
    return _on(scale, effects, lambda parts: weighted_sum(parts, weights))


def _on(scale: Scale, parts: Sequence[Interval], combine: Callable[[list[Interval]], Interval]) -> Interval:
    found = combine([Interval(*scale.of_ends(np.array(part, dtype=float)).tolist()) for part in parts])
    return Interval(*scale.back(np.array(found)).tolist())
