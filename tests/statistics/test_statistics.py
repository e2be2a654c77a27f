import math

import numpy as np
import pytest
from scipy import stats

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.correlation import rank_correlation
from gradient_horizon.statistics.decay import decay_fit
from gradient_horizon.statistics.half_length import half_length
from gradient_horizon.statistics.intervals import Interval, difference, ratio
from gradient_horizon.statistics.means import mean
from gradient_horizon.statistics.shares import share, shares
from gradient_horizon.statistics.survival import median_time
from gradient_horizon.tables.gradient_horizon import gradient_horizon

LENGTHS = np.array([5, 10, 20, 40, 80])


def test_wilson_s_interval_is_the_textbook_s():
    n, p, z = 10, 0.3, stats.norm.ppf(0.975)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert share(3, 10) == pytest.approx((p, centre - half, centre + half))


def test_a_share_of_nobody_is_unknown():
    assert np.isnan(share(0, 0)).all()


def test_the_mean_has_scipy_s_student_interval_and_ignores_missing_values():
    values = [1.0, 2.0, 4.0, np.nan, 8.0]
    expected = stats.ttest_1samp([1, 2, 4, 8], 0).confidence_interval(0.95)
    assert mean(values) == pytest.approx((3.75, expected.low, expected.high))


def test_one_value_has_no_interval():
    assert mean([2.0]).estimate == 2
    assert np.isnan(mean([2.0]).low)


def test_the_difference_of_two_shares_is_newcombe_s_example():
    # Newcombe (1998), example (a): 56/70 - 48/80, method 10: 0.0524 to 0.3339
    assert difference(share(56, 70), share(48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_an_open_interval_stays_open_in_ratios():
    found = ratio(Interval(80, 70, np.inf), Interval(10, 8, 12.5))
    assert found.estimate == pytest.approx(8)
    assert 5 < found.low < 7
    assert found.high == np.inf


def test_kaplan_meier_s_median_counts_unsolved_seeds():
    assert median_time([100, 200, 300, 1500, 1500], [1, 1, 1, 0, 0]).median == 300
    assert median_time([100, 200, 1500, 1500, 1500], [1, 1, 0, 0, 0]).median == np.inf
    assert median_time([700, 700], [0, 0]).low == np.inf
    assert np.isnan(median_time([], []).median)


def test_t50_lies_between_the_last_solved_and_the_first_unsolved_length():
    found = half_length(LENGTHS, shares(np.array([5, 5, 5, 0, 0]), np.full(5, 5)), np.full(5, 5))
    assert found.length.known == pytest.approx(np.sqrt(20 * 40), rel=0.01)
    assert 20 <= found.low < found.high <= 40


@pytest.mark.parametrize(
    ("solved", "limit", "low", "high"),
    [
        ([5] * 5, Censored.at_least(80), 0, np.inf),
        ([0] * 5, Censored.at_most(5), 0, 5.5),
        ([5, 5, 5, 5, 4], Censored.at_least(80), 0, np.inf),  # the fitted curve crosses one half at 87
        ([2, 1, 0, 0, 0], Censored.at_most(5), 0, 20),
    ],
)
def test_t50_is_censored_at_the_ends(solved, limit, low, high):
    found = half_length(LENGTHS, shares(np.array(solved), np.full(5, 5)), np.full(5, 5))
    assert found.length == limit
    estimate, _ = limit.parts
    assert low <= found.low <= estimate <= found.high <= high


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.05])
def test_the_decay_factor_of_an_exponential_is_its_base(factor):
    fit = decay_fit(3 * factor ** np.arange(60))
    assert fit.factor.estimate == pytest.approx(factor, rel=1e-10)
    assert fit.r_squared == pytest.approx(1)
    assert fit.aic_gain > 100


def test_a_power_law_is_told_from_an_exponential():
    assert decay_fit((1.0 + np.arange(60)) ** -1.5).aic_gain < -100


def test_zeros_beyond_a_window_do_not_enter_the_fit():
    profile = np.where(np.arange(30) < 10, 0.8 ** np.arange(30), 0)
    assert decay_fit(profile).factor.estimate == pytest.approx(0.8)


def test_the_gradient_horizon_is_where_one_per_cent_is_left():
    assert gradient_horizon(0.5 ** np.arange(20)) == Censored.exactly(6)  # 2^-6 = 1.6 %, 2^-7 = 0.8 %
    assert gradient_horizon(0.99 ** np.arange(20)) == Censored.at_least(19)
    assert gradient_horizon(np.array([np.nan, 1.0])) is None


def test_rank_correlation_is_scipy_s():
    first, second = np.random.default_rng(0).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=25).T
    assert rank_correlation(first, second).estimate == pytest.approx(stats.spearmanr(first, second).statistic)


def test_rank_correlation_needs_four_pairs_and_two_values():
    assert math.isnan(rank_correlation(np.arange(3.0), np.arange(3.0)).estimate)
    assert math.isnan(rank_correlation(np.ones(5), np.arange(5.0)).estimate)


def test_ranks_that_agree_fully_are_as_uncertain_as_ranks_of_which_two_neighbours_trade_places():
    traded = rank_correlation(np.arange(7.0), np.array([0.0, 1, 2, 4, 3, 5, 6]))
    assert rank_correlation(np.arange(7.0), np.arange(7.0)) == (1, traded.low, 1)
    assert rank_correlation(np.arange(7.0), -np.arange(7.0)) == pytest.approx((-1, -1, -traded.low))
