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
    return lambda draw, n: _at_chosen_rates(draw, rates[None], n)[1][0]


def of_chosen_curves(curves: Sequence[Curve], measure: OfChosen) -> Estimate:
    """A measure of the curves at several learning rates, each seed judged length by length as in `of_chosen_share`."""
    by_length = np.stack([curve.shares() for curve in curves], axis=1)
    return lambda draw, n: measure(*_at_chosen_rates(draw, by_length, n))


def _at_chosen_rates(
    draw: np.random.Generator, rates: Float[np.ndarray, "length rate"], n: int
) -> tuple[Bool[np.ndarray, "seed length"], list[Interval]]:
    """Whether each seed solves at the rate that the others choose, and the intervals of the shares."""
    solved = draw.random((*rates.shape, n)) < rates[..., None]
    chosen = rates_chosen_by_others(solved, draw.random(solved.shape))
    judged = np.take_along_axis(solved, chosen[:, None], axis=1)[:, 0]
    successes = solved.sum(axis=2).tolist()
    intervals = [
        share_at_chosen_rates(int(own.sum()), n, [successes[k][rate] for rate in set(used)], rates.shape[1])
        for k, (own, used) in enumerate(zip(judged, chosen.tolist(), strict=True))
    ]
    return judged.T, intervals


def of_settings(effects: Sequence[Estimate], scale: Scale) -> Estimate:
    """The pooled effect of settings, each drawn by itself."""
    return lambda draw, n: pooled([effect(draw, n) for effect in effects], scale)
