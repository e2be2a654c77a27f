"""Means over seeds: resampled and studentised from ten seeds on, Student's below, on a scale."""

import math

import numpy as np
import pytest
from scipy import stats

from gradient_horizon.statistics.means import geometric_mean, mean, means
from gradient_horizon.statistics.scales import Scale

VALUES = np.random.default_rng(3).lognormal(0, 1, 12)


@pytest.mark.parametrize(("scale", "values"), [(Scale.IDENTITY, np.log(VALUES)), (Scale.LOG, VALUES)])
def test_from_ten_values_on_the_interval_is_the_bootstrap_t(scale, values):
    """A plain loop over resamples of its own."""
    given, draw = scale.of_values(values), np.random.default_rng(11)
    away = []
    for _ in range(20_000):
        again = draw.choice(given, len(given))
        away.append((again.mean() - given.mean()) / (again.std(ddof=1) / math.sqrt(len(given))))
    error = given.std(ddof=1) / math.sqrt(len(given))
    upper, lower = np.quantile(away, [0.975, 0.025])
    expected = scale.back(given.mean() - np.array([0.0, upper, lower]) * error)
    assert mean(values, scale) == pytest.approx(expected, rel=0.05)
    assert mean(values, scale) == mean(values, scale)


def test_below_ten_values_it_is_student_s_at_any_confidence():
    expected = stats.ttest_1samp(VALUES[:9], 0).confidence_interval(0.99)
    assert mean(VALUES[:9], confidence=0.99) == pytest.approx((VALUES[:9].mean(), expected.low, expected.high))


def test_where_resamples_lack_spread_it_is_student_s():
    values = np.array([1.0] * 9 + [2.0])
    assert mean(values) == pytest.approx([part[0] for part in means(values[None])])
    assert mean([3.0] * 12) == (3, 3, 3)


def test_the_geometric_mean_is_scipy_s_and_zeros_count_as_the_smallest_float():
    assert geometric_mean(VALUES).estimate == pytest.approx(stats.gmean(VALUES))
    smallest = np.finfo(float).tiny
    assert geometric_mean([0.0, 1.0]) == pytest.approx(geometric_mean([smallest, 1.0]))
    with pytest.raises(ValueError, match="logarithm"):
        geometric_mean([-1.0, 1.0])


@pytest.mark.parametrize("n", [5, 12])
def test_no_interval_crosses_the_bounds_of_its_values(n):
    near = 1 - np.geomspace(1e-6, 0.3, n)
    for scale in (Scale.LOGIT, Scale.UP_TO_ONE, Scale.FISHER):
        found = mean(near, scale)
        assert found.low < found.estimate < found.high < 1
    assert mean(near).high > 1 or n >= 10
    assert mean([1.0] * n, Scale.UP_TO_ONE).high <= 1


def test_rows_are_student_s_on_the_scale_and_leave_out_what_is_missing():
    rows = np.array([[1.0, 2, 4, np.nan], [1, np.nan, np.nan, np.nan], [np.nan] * 4])
    estimate, low, high = means(rows, Scale.LOG)
    expected = np.exp(stats.ttest_1samp(np.log([1, 2, 4]), 0).confidence_interval(0.95))
    assert (estimate[0], low[0], high[0]) == pytest.approx((2, *expected))
    assert estimate[1] == 1
    assert np.isnan([low[1], estimate[2]]).all()
