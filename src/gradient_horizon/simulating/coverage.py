"""The grid of truths on which coverage is measured."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from gradient_horizon.simulating.chosen_rates import expected_share
from gradient_horizon.simulating.curves import LENGTHS, RATE_FACTORS, Curve, Seeds, half_of
from gradient_horizon.simulating.estimates import (
    half_length_of,
    mean_length_of,
    of_chosen_curves,
    of_chosen_share,
    of_curve,
    of_difference,
    of_ratio,
    of_settings,
    of_share,
)
from gradient_horizon.simulating.question import Change, Estimate, Question, Value, constant, ends
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.concordance import rank_concordance
from gradient_horizon.statistics.correlation import rank_correlation
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.statistics.means import mean
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.statistics.survival import median_time

SEEDS = (5, 10, 20)
SHARES = tuple(round(0.05 * k, 2) for k in range(1, 20))
SLOPES = (2.0, 4.0, 8.0, 32.0)
BETWEEN = tuple(float(np.sqrt(a * b)) for a, b in itertools.pairwise(LENGTHS))
MIDDLES = tuple(sorted((*map(float, LENGTHS), *BETWEEN)))
"""Every tried length, and the middle between every two."""
LEVELS = (0.3, 0.45, 0.6)
CHOSEN = "learning rate chosen by the other seeds"
LEVELS_OF_RATES = (0.05, 0.1, 0.3, 0.5, 0.7, 0.9)
DISTANCES = ((0.0, 0.0, 0.0), (-0.1, 0.0, -0.1), (0.0, 0.1, -0.1), (-0.3, 0.0, -0.1))
"""Of the shares at three learning rates from a level."""
OF_CLUSTER = 4
"""Cases in each of n clusters."""
INNER = (10.0, *BETWEEN[3:5], 40.0)


class CoverageRow(NamedTuple):
    """How often the intervals of a quantity cover its truths, with n seeds: on average, and for the worst of them."""

    quantity: str
    n: int
    truths: int
    mean: float
    lowest: float
    worst: str


def coverage_rows(draws: int, change: Change) -> list[CoverageRow]:
    """A row per quantity and number of seeds."""
    rows = []
    for quantity, questions in itertools.groupby(questions_of_coverage(), key=lambda question: question.quantity):
        asked = list(questions)
        for n in SEEDS:
            covered = [_coverage(question, n, draws, change) for question in asked]
            worst = int(np.argmin(covered))
            rows.append(
                CoverageRow(quantity, n, len(asked), float(np.mean(covered)), covered[worst], asked[worst].truth)
            )
    return rows


def _coverage(question: Question, n: int, draws: int, change: Change) -> float:
    low, high = ends(question, n, draws, change).T
    value = question.value(n)
    near = 1e-7 * max(1.0, abs(value)) if math.isfinite(value) else 0.0
    return float(np.mean((low <= value + near) & (value - near <= high)))


def questions_of_coverage() -> Iterator[Question]:
    """Every quantity with all its truths."""
    for truth in SHARES:
        yield Question("share", f"{truth:g}", constant(truth), of_share(truth))
    for first, second in itertools.combinations_with_replacement(SHARES[::3], 2):
        yield Question(
            "difference of shares", f"{first:g} - {second:g}", constant(first - second), of_difference(first, second)
        )
    yield from _curves()
    yield from _chosen()
    yield from _means()
    yield from _pooled()
    yield from _others()
    yield from _concordances()


def _curves() -> Iterator[Question]:
    falling = [Curve(middle, slope) for slope in SLOPES for middle in MIDDLES]
    levelled = [Curve(middle, 4.0, level) for level in LEVELS for middle in MIDDLES[2:12:3]]
    together = [Curve(middle, 4.0, seeds=Seeds.THRESHOLD) for middle in MIDDLES]
    arms = [
        (Curve(first, steep), Curve(second, steeper))
        for steep, steeper in ((2.0, 2.0), (4.0, 4.0), (8.0, 8.0), (32.0, 32.0), (2.0, 8.0))
        for first, second in ((10.0, 10.0), (17.0, 17.0), (20.0, 10.0), (40.0, 10.0), (12.0, 34.0))
    ]
    for name, curves in (("", falling), (", curve that levels off", levelled), (f", {Seeds.THRESHOLD}", together)):
        for curve in curves:
            yield Question(f"T50{name}", _said(curve), constant(curve.half()), of_curve(curve, half_length_of))
    for first, second in arms:
        value = constant(first.half() / second.half())
        yield Question("T50 ratio", _arms(first, second), value, of_ratio(first, second, half_length_of))
    shapes = [curve for curve in falling if curve.slope in SLOPES[::2]]
    for name, curves in (("", shapes), (", curve that levels off", levelled), (f", {Seeds.THRESHOLD}", together)):
        for curve in curves:
            value = constant(true_mean_length(curve))
            yield Question(f"mean length{name}", _said(curve), value, of_curve(curve, mean_length_of))
    for first, second in arms:
        value = constant(true_mean_length(first) / true_mean_length(second))
        yield Question("mean length ratio", _arms(first, second), value, of_ratio(first, second, mean_length_of))


def true_mean_length(curve: Curve) -> float:
    """The mean length within the tried lengths."""
    return mean_of_shares(curve.shares())


def mean_of_shares(shares: np.ndarray) -> float:
    """The mean length by its definition, from true shares."""
    places = np.log(LENGTHS)
    return float(np.exp(places[0] + np.trapezoid(shares, places)))


def _said(curve: Curve) -> str:
    level = f", level {curve.level:g}" if curve.level else ""
    return f"{curve.middle:.3g} steps, slope {curve.slope:g}{level}"


def _arms(first: Curve, second: Curve) -> str:
    return f"{_said(first)} / {_said(second)}"


def _chosen() -> Iterator[Question]:
    for rates in itertools.starmap(_rates, itertools.product(LEVELS_OF_RATES, DISTANCES)):
        yield Question(
            f"share, {CHOSEN}",
            " ".join(f"{rate:g}" for rate in rates),
            _expected_share(rates),
            of_chosen_share(rates),
        )
    arms = [[Curve(middle * factor, slope) for factor in RATE_FACTORS] for slope in (2.0, 4.0, 8.0) for middle in INNER]
    for curves in arms:
        yield Question(
            f"T50, {CHOSEN}",
            f"{_said(curves[1])} at the middle rate",
            _expected_half(curves),
            of_chosen_curves(curves, half_length_of),
        )
    for curves in arms:
        yield Question(
            f"mean length, {CHOSEN}",
            f"{_said(curves[1])} at the middle rate",
            _expected_mean(curves),
            of_chosen_curves(curves, mean_length_of),
        )


def _rates(level: float, distances: tuple[float, ...]) -> np.ndarray:
    return np.clip(level + np.array(distances), 0.02, 0.98)


def _expected_share(rates: np.ndarray) -> Value:
    return lambda n: expected_share(rates, n)


def _expected_half(curves: Sequence[Curve]) -> Value:
    return lambda n: half_of(lambda length: _expected(curves, length, n), 1.0, 1000.0)


def _expected_mean(curves: Sequence[Curve]) -> Value:
    return lambda n: mean_of_shares(np.array([_expected(curves, float(length), n) for length in LENGTHS]))


def _expected(curves: Sequence[Curve], length: float, n: int) -> float:
    return expected_share(np.array([1 / (1 + (length / curve.middle) ** curve.slope) for curve in curves]), n)


def _means() -> Iterator[Question]:
    exponent = stats.norm(-1, 2)
    laws: tuple[tuple[str, Scale, Callable[[np.ndarray], np.ndarray]], ...] = (
        ("normal", Scale.IDENTITY, stats.norm(3, 2).ppf),
        ("uniform", Scale.IDENTITY, stats.uniform(3, 2).ppf),
        ("lognormal, sigma 2", Scale.LOG, lambda u: np.exp(exponent.ppf(u))),
        ("gamma, shape 4", Scale.LOG, stats.gamma(4).ppf),
        ("beta(2, 2)", Scale.LOGIT, stats.beta(2, 2).ppf),
        ("beta(8, 2)", Scale.LOGIT, stats.beta(8, 2).ppf),
        ("beta(30, 1)", Scale.LOGIT, stats.beta(30, 1).ppf),
        ("1 - lognormal, sigma 1", Scale.UP_TO_ONE, lambda u: 1 - np.exp(stats.norm(-4, 1).ppf(u))),
        ("tanh of a normal", Scale.FISHER, lambda u: np.tanh(stats.norm(0.8, 0.5).ppf(u))),
    )
    middles = (np.arange(20_000) + 0.5) / 20_000
    for name, scale, quantile in laws:
        value = float(scale.back(np.array([scale.of_values(quantile(middles)).mean()]))[0])
        yield Question("mean", f"{name}, on the scale {scale}", constant(value), _mean_of(scale, quantile))


def _mean_of(scale: Scale, quantile: Callable[[np.ndarray], np.ndarray]) -> Estimate:
    return lambda draw, n: mean(quantile(draw.random(n)), scale)


def _pooled() -> Iterator[Question]:
    for name, pairs in (
        ("alike", ((0.9, 0.4), (0.9, 0.4), (0.9, 0.4))),
        ("unlike", ((0.9, 0.3), (0.5, 0.5), (0.4, 0.6))),
        ("unlike, at the ends", ((0.95, 0.05), (0.95, 0.95), (0.05, 0.1))),
    ):
        value = float(np.mean([first - second for first, second in pairs]))
        effects = [of_difference(*pair) for pair in pairs]
        yield Question("pooled difference of shares", name, constant(value), of_settings(effects, Scale.IDENTITY))
    for quantity, measure, truth in (
        ("pooled T50 ratio", half_length_of, Curve.half),
        ("pooled mean length ratio", mean_length_of, true_mean_length),
    ):
        for name, middles in (
            ("alike", ((20, 10), (20, 10), (20, 10))),
            ("unlike", ((40, 10), (17, 17), (12, 20))),
        ):
            arms = [(Curve(float(a), 4.0), Curve(float(b), 4.0)) for a, b in middles]
            value = float(np.exp(np.mean([np.log(truth(a) / truth(b)) for a, b in arms])))
            yield Question(
                quantity, name, constant(value), of_settings([of_ratio(*arm, measure) for arm in arms], Scale.LOG)
            )


def _others() -> Iterator[Question]:
    for median in (400.0, 800.0, 1200.0):
        yield Question(
            "median time to solve",
            f"exponential, {median:g} of 1500 updates, looked at every 100",
            constant(median),
            _median_time(median),
        )
    for correlation in (0.0, 0.6, 0.9):
        value = 6 / np.pi * np.arcsin(correlation / 2)
        yield Question(
            "rank correlation",
            f"normal pairs, Pearson's {correlation:g}",
            constant(value),
            _rank_correlation(correlation),
        )


def _median_time(median: float) -> Estimate:
    def estimate(draw: np.random.Generator, n: int) -> Interval:
        times = np.ceil(draw.exponential(median / np.log(2), n) / 100) * 100
        return Interval(*median_time(np.minimum(times, 1500), times <= 1500))

    return estimate


def _rank_correlation(pearson: float) -> Estimate:
    def estimate(draw: np.random.Generator, n: int) -> Interval:
        return rank_correlation(*draw.multivariate_normal([0, 0], [[1, pearson], [pearson, 1]], size=n).T)

    return estimate


def _concordances() -> Iterator[Question]:
    for between, within in ((0.0, 0.0), (0.7, 0.7), (0.9, 0.2), (0.2, 0.9)):
        yield Question(
            "rank correlation of clustered pairs",
            f"normal pairs, Pearson's {between:g} of clusters and {within:g} in them",
            _tau(between, within),
            _concordance(between, within),
        )


def _tau(between: float, within: float) -> Value:
    """The mean of tau over pairs of cases: of different clusters, and of one cluster, where only the cases differ."""

    def value(n: int) -> float:
        different, same = (2 / np.pi * np.arcsin(pearson) for pearson in ((between + within) / 2, within))
        share = (OF_CLUSTER - 1) / (n * OF_CLUSTER - 1)
        return float(different * (1 - share) + same * share)

    return value


def _concordance(between: float, within: float) -> Estimate:
    """Half of the variance is of clusters, half of cases."""

    def estimate(draw: np.random.Generator, n: int) -> Interval:
        clusters = np.repeat(np.arange(n), OF_CLUSTER)
        of_clusters, of_cases = (
            draw.multivariate_normal([0, 0], [[1, pearson], [pearson, 1]], size=size)
            for pearson, size in ((between, n), (within, len(clusters)))
        )
        first, second = (
            [Censored.exactly(value) for value in values] for values in (of_clusters[clusters] + of_cases).T
        )
        return rank_concordance(first, second, [str(cluster) for cluster in clusters]).correlation

    return estimate
