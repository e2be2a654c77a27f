"""Rank correlation with limits and clusters, against SciPy, pair by pair, and on truths that are known."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.concordance import concordance_ahead, orders, rank_concordance
from gradient_horizon.statistics.resampling import times_drawn

KINDS = (Censored.exactly, Censored.at_least, Censored.at_most)


def exactly(values):
    return [Censored.exactly(value) for value in values]


def drawn_limits(draw, n):
    return [KINDS[draw.integers(3)](draw.integers(1, 5)) for _ in range(n)]


def order_of(first, second):
    """By what the two values can be: 1, -1, 0 or, where more than one of them is possible, NaN."""
    (one, one_side), (other, other_side) = first.parts, second.parts
    if one_side is other_side is Side.NONE:
        return np.sign(one - other)
    larger = one_side is not Side.LEFT and other_side is not Side.RIGHT and one >= other
    smaller = one_side is not Side.RIGHT and other_side is not Side.LEFT and one <= other
    return 1 if larger else -1 if smaller else math.nan


def tau_by_pairs(first, second, strata):
    """Tau-b over pairs of known order, how many pairs there are, and how many are left out."""
    products, ours, theirs, pairs, hidden = 0.0, 0.0, 0.0, 0, 0
    for i, j in itertools.combinations(range(len(first)), 2):
        if strata[i] == strata[j]:
            one, other = order_of(first[i], first[j]), order_of(second[i], second[j])
            pairs += 1
            if math.isnan(one) or math.isnan(other):
                hidden += 1
            else:
                products, ours, theirs = products + one * other, ours + one**2, theirs + other**2
    return products / math.sqrt(ours * theirs), pairs, hidden


def test_the_order_of_two_values_is_known_where_no_limit_hides_it():
    five, six = Censored.exactly(5), Censored.exactly(6)
    beyond, below = Censored.at_least(5), Censored.at_most(5)
    found = orders([five, six, beyond, below])
    np.testing.assert_array_equal(found[0], [0, -1, -1, 1])
    np.testing.assert_array_equal(found[1], [1, 0, np.nan, 1])
    np.testing.assert_array_equal(found[2], [1, np.nan, np.nan, 1])
    np.testing.assert_array_equal(found[3], [-1, -1, -1, np.nan])


def test_without_limits_it_is_kendall_s_tau_b_by_scipy():
    draw = np.random.default_rng(0)
    for _ in range(20):
        first, second = draw.integers(0, 6, (2, 12))
        found = rank_concordance(exactly(first), exactly(second), list("aabbccddeeff"))
        assert found.correlation.estimate == pytest.approx(stats.kendalltau(first, second).statistic)
        assert (found.pairs, found.hidden) == (66, 0)


def test_limits_and_strata_leave_out_the_pairs_whose_order_is_hidden_or_not_asked():
    draw = np.random.default_rng(1)
    strata = list("xxxxyyyyyz")
    for _ in range(20):
        first, second = drawn_limits(draw, 10), drawn_limits(draw, 10)
        for given, named in ((None, ["all"] * 10), (strata, strata)):
            found = rank_concordance(first, second, list("abcdeabcde"), strata=given)
            tau, pairs, hidden = tau_by_pairs(first, second, named)
            assert found.correlation.estimate == pytest.approx(tau)
            assert (found.pairs, found.hidden) == (pairs, hidden)


def resampled_by_scipy(first, second, clusters, times):
    """Tau-b of the cases of resampled clusters, written out one after another."""
    cases = [
        i
        for cluster, often in zip(sorted(set(clusters)), times, strict=True)
        for i in [i for i, own in enumerate(clusters) if own == cluster] * int(often)
    ]
    return stats.kendalltau(first[cases], second[cases]).statistic


def test_the_interval_is_student_s_of_resamples_of_whole_clusters_on_fisher_s_scale():
    draw = np.random.default_rng(2)
    clusters = list("aaaaabbbcccddd")
    first = draw.normal(size=len(clusters)).round(1)
    second = first + draw.normal(size=len(clusters)).round(1)
    taus = np.array([resampled_by_scipy(first, second, clusters, times) for times in times_drawn(4)])
    tau = stats.kendalltau(first, second).statistic
    half = stats.t(3).ppf(0.975) * taus.std() * math.sqrt(4 / 3) / (1 - tau**2)
    wanted = (tau, math.tanh(math.atanh(tau) - half), math.tanh(math.atanh(tau) + half))
    found = rank_concordance(exactly(first), exactly(second), clusters)
    assert found.correlation == pytest.approx(wanted)
    other = draw.normal(size=len(clusters)).round(1)
    others = np.array([resampled_by_scipy(other, second, clusters, times) for times in times_drawn(4)])
    ahead = tau - stats.kendalltau(other, second).statistic
    half = stats.t(3).ppf(0.975) * (taus - others).std() * math.sqrt(4 / 3)
    ends = (max(ahead - half, -2), min(ahead + half, 2))
    found = concordance_ahead(exactly(first), exactly(other), exactly(second), clusters)
    assert found == pytest.approx((ahead, *ends))


def test_a_measure_is_not_ahead_of_its_own_ranks():
    first, second = exactly([1, 2, 3, 4, 5, 6]), exactly([2, 1, 3, 6, 4, 5])
    doubled = [value.times(2) for value in first]
    assert concordance_ahead(first, doubled, second, list("aabbcc")) == (0, 0, 0)


@pytest.mark.parametrize(
    ("first", "clusters", "estimate"),
    [
        ([1, 2, 3, 4, 5, 6], "aabbcc", 1.0),  # no resample differs
        ([2, 1, 3, 4, 5, 6], "aaabbb", 13 / 15),  # two clusters
        ([1, 1, 1, 1, 1, 1], "aabbcc", math.nan),  # no order at all
    ],
)
def test_where_resamples_say_nothing_there_is_no_interval(first, clusters, estimate):
    found = rank_concordance(exactly(first), exactly([1, 2, 3, 4, 5, 6]), list(clusters)).correlation
    assert found == pytest.approx((estimate, math.nan, math.nan), nan_ok=True)


def test_nothing_has_no_correlation():
    found = rank_concordance([], [], [])
    assert np.isnan(found.correlation).all()
    assert (found.pairs, found.hidden) == (0, 0)


SIZES = (24, 11, 10, 7, 1)
LIMIT = 0.5


def drawn_study(draw):
    """Values that are alike within clusters; those of the second kind beyond a limit are known by it only."""
    clusters = np.repeat(np.arange(len(SIZES)), SIZES)
    of_clusters, of_cases = (
        draw.multivariate_normal([0, 0], [[1, pearson], [pearson, 1]], size=size)
        for pearson, size in ((0.9, len(SIZES)), (0.2, len(clusters)))
    )
    first, second = ((of_clusters[clusters] + of_cases) / math.sqrt(2)).T
    learnt = [Censored.at_least(LIMIT) if value > LIMIT else Censored.exactly(value) for value in second]
    return exactly(first), learnt, [str(cluster) for cluster in clusters]


@pytest.mark.slow
def test_the_interval_covers_the_truth_with_few_unequal_clusters_and_limits_where_single_cases_would_not():
    draw = np.random.default_rng(3)
    truth = np.mean([rank_concordance(*drawn_study(draw)).correlation.estimate for _ in range(1500)])
    covered, by_cases = 0, 0
    for _ in range(400):
        first, second, clusters = drawn_study(draw)
        alone = [str(case) for case in range(len(first))]
        for given, counted in ((clusters, "clusters"), (alone, "cases")):
            _, low, high = rank_concordance(first, second, given).correlation
            covered += counted == "clusters" and low <= truth <= high
            by_cases += counted == "cases" and low <= truth <= high
    assert 0.92 <= covered / 400 <= 0.99
    assert by_cases / 400 < 0.85
