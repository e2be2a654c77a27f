"""Estimates from the successes of drawn networks, as the study makes them."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float

from gradient_horizon.simulating.chosen_rates import rates_chosen_by_others
from gradient_horizon.simulating.curves import LENGTHS, Curve
from gradient_horizon.simulating.question import Estimate
from gradient_horizon.statistics.half_length import half_length
from gradient_horizon.statistics.intervals import Interval, difference, pooled, ratio
from gradient_horizon.statistics.mean_length import mean_solved_length
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.statistics.shares import share, share_at_chosen_rates, shares

OfSeeds = Callable[[Bool[np.ndarray, "seed length"]], Interval]
OfChosen = Callable[[Bool[np.ndarray, "seed length"], Sequence[Interval]], Interval]


def half_length_of(solved: Bool[np.ndarray, "seed length"], own: Sequence[Interval] | None = None) -> Interval:
    """T50, open where it is censored; from the shares' own intervals, by default Wilson's."""
    found = half_length(LENGTHS, own or _wilson(solved), np.full(len(LENGTHS), len(solved)))
    return found.length.within(found.low, found.high)


def mean_length_of(solved: Bool[np.ndarray, "seed length"], own: Sequence[Interval] | None = None) -> Interval:
    """The mean length that is solved; from the shares' own intervals, by default Wilson's."""
    return mean_solved_length(LENGTHS, solved, own or _wilson(solved))


def _wilson(solved: Bool[np.ndarray, "seed length"]) -> list[Interval]:
    return shares(solved.sum(axis=0), np.full(len(LENGTHS), len(solved)))


def of_share(truth: float) -> Estimate:
    """The share of n seeds that solve."""
    return lambda draw, n: share(int(draw.binomial(n, truth)), n)


def of_difference(first: float, second: float) -> Estimate:
    """The difference of two shares."""
    return lambda draw, n: difference(of_share(first)(draw, n), of_share(second)(draw, n))


def of_curve(curve: Curve, measure: OfSeeds) -> Estimate:
    """A measure of one curve."""
    return lambda draw, n: measure(curve.draw(draw, n))


def of_ratio(first: Curve, second: Curve, measure: OfSeeds) -> Estimate:
    """The ratio of a measure of two curves."""
    return lambda draw, n: ratio(*(measure(curve.draw(draw, n)) for curve in (first, second)))


def of_chosen_share(rates: Float[np.ndarray, " rate"]) -> Estimate:
    """The share of seeds that solve, each judged at the learning rate that the others choose."""
    return lambda draw, n: _at_chosen(draw, rates, n)[1]


def of_chosen_curves(curves: Sequence[Curve], measure: OfChosen) -> Estimate:
    """A measure of the curves at several learning rates, each seed judged length by length as in `of_chosen_share`."""
    by_rate = np.array([curve.shares() for curve in curves])

    def estimate(draw: np.random.Generator, n: int) -> Interval:
        judged, intervals = zip(*(_at_chosen(draw, rates, n) for rates in by_rate.T), strict=True)
        return measure(np.stack(judged, axis=1), intervals)

    return estimate


def _at_chosen(
    draw: np.random.Generator, rates: Float[np.ndarray, " rate"], n: int
) -> tuple[Bool[np.ndarray, " seed"], Interval]:
    solved = draw.random((len(rates), n)) < rates[:, None]
    chosen = rates_chosen_by_others(solved, draw.random(solved.shape))
    judged = solved[chosen, np.arange(n)]
    at_chosen = [int(solved[rate].sum()) for rate in np.unique(chosen)]
    return judged, share_at_chosen_rates(int(judged.sum()), n, at_chosen, len(rates))


def of_settings(effects: Sequence[Estimate], scale: Scale) -> Estimate:
    """The pooled effect of settings, each drawn by itself."""
    return lambda draw, n: pooled([effect(draw, n) for effect in effects], scale)
