"""How often an interval decides: wrongly where there is no effect, rightly where there is one."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gradient_horizon.simulating.curves import RATE_FACTORS, Curve
from gradient_horizon.simulating.estimates import (
    OfChosen,
    OfSeeds,
    half_length_of,
    mean_length_of,
    of_chosen_curves,
    of_chosen_share,
    of_difference,
    of_ratio,
    of_settings,
)
from gradient_horizon.simulating.question import Change, Estimate, Question, constant, ends
from gradient_horizon.statistics.intervals import Interval, difference, ratio
from gradient_horizon.statistics.means import geometric_mean, mean
from gradient_horizon.statistics.scales import Scale

SEEDS = (5, 10, 13, 15, 20, 35, 50)
SETTINGS = 3
SHORTEST, LONGEST = 8.0, 25.0
"""T50 of the lesser arm is anywhere between these."""


class DecisionRow(NamedTuple):
    """How often the interval of a difference or ratio lies wholly above no effect, and wholly below, with n seeds."""

    quantity: str
    truth: str
    n: int
    above: float
    below: float


class Comparison(NamedTuple):
    """A question about a difference or ratio, and its value where there is no effect."""

    question: Question
    no_effect: float


def error_rows(draws: int, change: Change) -> list[DecisionRow]:
    """A row per comparison without an effect, with 5, 10 and 20 seeds."""
    return [_decided(each, n, draws, change) for each in _without_effect() for n in (5, 10, 20)]


def power_rows(draws: int, change: Change) -> list[DecisionRow]:
    """A row per comparison with an effect and number of seeds."""
    return [_decided(each, n, draws, change) for each in _with_effect() for n in SEEDS]


def _decided(comparison: Comparison, n: int, draws: int, change: Change) -> DecisionRow:
    question, nothing = comparison
    low, high = ends(question, n, draws, change).T
    above, below = float(np.mean(low > nothing)), float(np.mean(high < nothing))
    return DecisionRow(question.quantity, question.truth, n, above, below)


def _without_effect() -> Iterator[Comparison]:
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        yield _compared("difference of shares", f"both {share:g}", 0.0, of_difference(share, share))
    for share in (0.1, 0.5, 0.9):
        yield _compared(
            "difference of shares, chosen rates", f"both {share:g} at each rate", 0.0, _of_chosen(share, share)
        )
    for quantity, measure in (("T50 ratio", half_length_of), ("mean length ratio", mean_length_of)):
        for slope in (2.0, 4.0, 8.0, 32.0):
            yield _compared(quantity, f"both anywhere, slope {slope:g}", 1.0, _of_arms(1.0, slope, measure))
        effects = [_of_arms(1.0, 4.0, measure) for _ in range(SETTINGS)]
        yield _compared(f"pooled {quantity}", f"none in {SETTINGS} settings", 1.0, of_settings(effects, Scale.LOG))
    shares = [of_difference(0.5, 0.5)] * SETTINGS
    yield _compared(
        "pooled difference of shares", f"none in {SETTINGS} settings", 0.0, of_settings(shares, Scale.IDENTITY)
    )
    yield _compared("difference of means", "both normal", 0.0, _of_means())
    yield _compared("ratio of geometric means", "both lognormal, sigma 1", 1.0, _of_geometric_means())


def _with_effect() -> Iterator[Comparison]:
    yield _compared("difference of shares", "0.9 against 0.4", 0.0, of_difference(0.9, 0.4))
    yield _compared(
        "difference of shares, chosen rates", "0.9 against 0.4, less at the other rates", 0.0, _of_chosen(0.9, 0.4, 0.3)
    )
    shares = [of_difference(0.9, 0.4)] * SETTINGS
    yield _compared(
        "pooled difference of shares",
        f"0.9 against 0.4 in {SETTINGS} settings",
        0.0,
        of_settings(shares, Scale.IDENTITY),
    )
    for quantity, measure in (("T50 ratio", half_length_of), ("mean length ratio", mean_length_of)):
        yield _compared(quantity, "T50 twice as long, slope 4", 1.0, _of_arms(2.0, 4.0, measure))
        effects = [_of_arms(2.0, 4.0, measure) for _ in range(SETTINGS)]
        yield _compared(
            f"{quantity}, chosen rates",
            "T50 twice as long, slope 4, shorter at the other rates",
            1.0,
            _of_chosen_arms(2.0, 4.0, measure),
        )
        yield _compared(
            f"pooled {quantity}", f"T50 twice as long in {SETTINGS} settings", 1.0, of_settings(effects, Scale.LOG)
        )


def _compared(quantity: str, truth: str, no_effect: float, estimate: Estimate) -> Comparison:
    return Comparison(Question(quantity, truth, constant(no_effect), estimate), no_effect)


def _of_arms(factor: float, slope: float, measure: OfSeeds) -> Estimate:
    """The ratio of two arms of which the second has its T50 anywhere, and the first this many times as long."""

    def estimate(draw: np.random.Generator, n: int) -> Interval:
        middle = _anywhere(draw)
        return of_ratio(Curve(factor * middle, slope), Curve(middle, slope), measure)(draw, n)

    return estimate


def _of_chosen_arms(factor: float, slope: float, measure: OfChosen) -> Estimate:
    """As `_of_arms`, each seed judged, length by length, at the rate that the other seeds choose."""

    def estimate(draw: np.random.Generator, n: int) -> Interval:
        middle = _anywhere(draw)
        arms = [[Curve(times * middle * rate, slope) for rate in RATE_FACTORS] for times in (factor, 1.0)]
        return ratio(*(of_chosen_curves(arm, measure)(draw, n) for arm in arms))

    return estimate


def _anywhere(draw: np.random.Generator) -> float:
    return float(np.exp(draw.uniform(np.log(SHORTEST), np.log(LONGEST))))


def _of_chosen(first: float, second: float, less: float = 0.0) -> Estimate:
    """The difference of two arms at the rates that other seeds choose; at two of three rates, arms solve by `less`."""
    arms = [of_chosen_share(np.array([share - less, share, share - less])) for share in (first, second)]
    return lambda draw, n: difference(*(arm(draw, n) for arm in arms))


def _of_means() -> Estimate:
    return lambda draw, n: difference(*(mean(draw.normal(size=n)) for _ in range(2)))


def _of_geometric_means() -> Estimate:
    return lambda draw, n: ratio(*(geometric_mean(draw.lognormal(size=n)) for _ in range(2)))
