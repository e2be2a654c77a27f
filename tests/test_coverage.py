"""How often the 95 % intervals of the study cover the truth, on simulated data of the sizes that the study has."""

import numpy as np
import pytest

from gradient_horizon.statistics.correlation import rank_correlation
from gradient_horizon.statistics.half_length import half_success_length
from gradient_horizon.statistics.intervals import difference, ratio
from gradient_horizon.statistics.means import geometric_mean, mean
from gradient_horizon.statistics.shares import share
from gradient_horizon.statistics.survival import median_time

pytestmark = pytest.mark.long

AT_LEAST = 0.93
LENGTHS = np.array([5, 10, 20, 40, 80])


def wilson(draw, n):
    truth = draw.uniform(0.05, 0.95)
    return share(draw.binomial(n, truth), n), truth


def newcombe(draw, n):
    first, second = draw.uniform(0.05, 0.95, 2)
    return difference(share(draw.binomial(n, first), n), share(draw.binomial(n, second), n)), first - second


def student(draw, n):
    return mean(draw.normal(3, 2, n)), 3


def student_on_logarithms(draw, n):
    return geometric_mean(draw.lognormal(-1, 2, n)), np.exp(-1)


def solved_up_to(draw, truth, slope, n):
    chance = 1 / (1 + (LENGTHS / truth) ** slope)
    found = half_success_length(LENGTHS, draw.binomial(n, chance), np.full(len(LENGTHS), n))
    return found.length.within(found.low, found.high)


def horizon(draw, n):
    truth = np.exp(draw.uniform(np.log(8), np.log(50)))
    return solved_up_to(draw, truth, draw.uniform(2, 8), n), truth


def ratio_of_horizons(draw, n):
    truths = np.exp(draw.uniform(np.log(8), np.log(50), 2))
    first, second = (solved_up_to(draw, truth, draw.uniform(2, 8), n) for truth in truths)
    return ratio(first, second), truths[0] / truths[1]


def kaplan_meier(draw, n):
    """Exponential times with a median of 800 updates, evaluated every 100, censored at 1500."""
    times = np.ceil(draw.exponential(800 / np.log(2), n) / 100) * 100
    return median_time(np.minimum(times, 1500), times <= 1500), 800


def spearman(draw, n):
    """Normal pairs with a Pearson correlation of 0.6."""
    first, second = draw.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=n).T
    return rank_correlation(first, second), 6 / np.pi * np.arcsin(0.6 / 2)


@pytest.mark.parametrize(
    ("method", "n", "times"),
    [
        (wilson, 8, 3000),
        (wilson, 80, 3000),
        (newcombe, 12, 3000),
        (newcombe, 80, 3000),
        (student, 5, 3000),
        (student_on_logarithms, 5, 3000),
        (student_on_logarithms, 10, 3000),
        (horizon, 5, 600),
        (horizon, 20, 600),
        (ratio_of_horizons, 8, 600),
        (kaplan_meier, 5, 1500),
        (kaplan_meier, 20, 1500),
        (spearman, 25, 2000),
        (spearman, 105, 2000),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_an_interval_covers_the_truth_as_often_as_it_says(method, n, times):
    draw = np.random.default_rng(7)
    covered = 0
    for _ in range(times):
        interval, truth = method(draw, n)
        low, high = interval[-2:]
        covered += low <= truth <= high
    assert covered / times >= AT_LEAST
