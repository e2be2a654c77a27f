"""T50 and the mean length that is solved."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.half_length import half_length
from gradient_horizon.statistics.intervals import UNKNOWN
from gradient_horizon.statistics.mean_length import mean_solved_length
from gradient_horizon.statistics.shares import share, share_at_chosen_rates, shares

LENGTHS = np.array([5, 10, 20, 40, 80])


def half(solved, n=10, lengths=LENGTHS, confidence=0.95):
    return half_of(lengths, np.array(solved), np.full(len(lengths), n), confidence)


def half_of(lengths, solved, n, confidence=0.95):
    return half_length(lengths, shares(solved, n, confidence), n)


def mean_length(table, confidence=0.95):
    solved = np.array(table, dtype=bool)
    intervals = shares(solved.sum(axis=0), np.full(solved.shape[1], len(solved)), confidence)
    return mean_solved_length(LENGTHS, solved, intervals, confidence)


def test_t50_is_where_the_line_in_the_logarithm_of_length_crosses_one_half():
    found = half([10, 8, 3, 0, 0])
    assert found.length.known == pytest.approx(10 * 2 ** (0.3 / 0.5))
    assert (found.low, found.high) == (5, 40)  # of eight and three in ten, Wilson's intervals hold one half
    assert half([10, 10, 10, 0, 0]).length.known == pytest.approx(math.sqrt(20 * 40))
    assert half([10, 10, 10, 0, 0])[1:] == (20, 40)


def test_t50_does_not_depend_on_success_far_from_one_half():
    """The fitted logistic curve of before made a cell that levels off outlive one that solves everything longer."""
    assert half([10, 7, 7, 3, 3]).length == half([10, 10, 7, 3, 0]).length


def test_a_curve_that_levels_off_above_one_half_is_known_to_reach_the_longest_length_and_no_more():
    found = half([15, 15, 11, 11, 10], n=15)
    assert found.length == Censored.at_least(80)
    assert found[1:] == (10, math.inf)


def test_success_that_rises_with_length_is_pooled_and_its_interval_holds_both_ends():
    assert half([4, 6, 5, 0, 0]).length.known == pytest.approx(math.sqrt(5 * 20))
    found = half([0, 10, 0, 0, 0])
    assert found.length == Censored.at_least(5) or found.length == Censored.at_most(5) or found.length.known
    assert found.low <= 5
    assert found.high >= 10


def test_lengths_may_come_in_any_order_and_those_tried_by_nobody_do_not_count():
    order = np.array([3, 0, 4, 2, 1])
    solved, n = np.array([10, 9, 4, 0, 0]), np.array([10, 10, 10, 0, 10])
    assert half_of(LENGTHS[order], solved[order], n[order]) == half_of(
        LENGTHS[[0, 1, 2, 4]], solved[[0, 1, 2, 4]], n[[0, 1, 2, 4]]
    )
    nobody = half_of(LENGTHS, np.zeros(5, dtype=int), np.zeros(5, dtype=int))
    assert math.isnan(nobody.length.known)


def test_more_confidence_moves_the_ends_apart():
    assert half([10, 9, 6, 1, 0])[1:] == (10, 40)
    assert half([10, 9, 6, 1, 0], confidence=0.995)[1:] == (5, 80)


@given(st.lists(st.integers(0, 10), min_size=5, max_size=5), st.lists(st.integers(0, 10), min_size=5, max_size=5))
def test_a_curve_that_dominates_another_never_ranks_below_and_estimates_lie_in_their_intervals(first, second):
    upper, lower = np.maximum(first, second), np.minimum(first, second)
    better, worse = half(upper), half(lower)
    for found in (better, worse):
        number, side = found.length.parts
        assert 5 <= number <= 80
        assert found.low <= number <= found.high
        assert (found.low == 0) or side is not Side.LEFT
        assert (found.high == math.inf) or side is not Side.RIGHT
    assert better.length.parts[0] >= worse.length.parts[0] - 1e-9
    if better.length.parts[0] == worse.length.parts[0]:
        assert better.length.sort_key >= worse.length.sort_key


def test_the_mean_length_is_the_geometric_mean_of_what_each_seed_solves():
    table = [[1, 1, 0, 0, 0], [1, 1, 1, 1, 0], [1, 0, 0, 0, 0], [1, 1, 1, 0, 0]]
    own = [math.sqrt(10 * 20), math.sqrt(40 * 80), math.sqrt(5 * 10), math.sqrt(20 * 40)]
    found = mean_length(table)
    assert found.estimate == pytest.approx(np.exp(np.mean(np.log(own))))
    assert found.low < found.estimate < found.high


def test_seeds_that_do_all_alike_leave_the_mean_length_uncertain():
    found = mean_length([[1, 1, 1, 0, 0]] * 10)
    gap, low = math.log(2), 1 - share(10, 10).low
    assert found.estimate == pytest.approx(math.sqrt(20 * 40))
    below = math.sqrt(low**2 * ((gap / 2) ** 2 + 2 * gap**2))
    assert found.low == pytest.approx(found.estimate * math.exp(-below))


def test_lengths_of_seeds_that_hang_together_widen_the_mean_length():
    together = [[1, 1, 1, 1, 1]] * 5 + [[1, 0, 0, 0, 0]] * 5
    apart = [[1, *(place % 2 == seed % 2 for place in range(4))] for seed in range(10)]
    assert np.sum(together, axis=0).tolist() == np.sum(apart, axis=0).tolist()
    assert (
        mean_length(together).high / mean_length(together).low > 1.3 * mean_length(apart).high / mean_length(apart).low
    )


def test_a_mean_length_needs_seeds_and_two_lengths():
    assert np.isnan(mean_solved_length(LENGTHS[:1], np.ones((4, 1), dtype=bool), [share(4, 4)])).all()
    assert np.isnan(mean_solved_length(LENGTHS, np.ones((0, 5), dtype=bool), [UNKNOWN] * 5)).all()


def test_the_interval_at_chosen_rates_is_wilson_s_where_one_rate_was_tried_and_reaches_over_all_that_were_chosen():
    assert share_at_chosen_rates(7, 10, [7], 1) == pytest.approx(share(7, 10))
    torn = share_at_chosen_rates(2, 10, [5, 6], 3)
    assert torn.estimate == 0.2
    assert torn.low == pytest.approx(share(2, 10, 1 - 0.05 / 3).low)
    assert torn.high == pytest.approx(share(6, 10).high)
    assert np.isnan(share_at_chosen_rates(0, 0, [], 3)).all()
