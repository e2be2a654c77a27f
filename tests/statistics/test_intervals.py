"""Intervals made from intervals, and the scales that keep them inside their bounds."""

import math

import numpy as np
import pytest
from scipy import stats

from gradient_horizon.statistics.intervals import Interval, difference, pooled, ratio, weighted_sum
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.statistics.shares import share


def test_a_weighted_sum_of_symmetric_intervals_is_that_of_independent_normal_estimates():
    parts = [Interval(1, 1 - 0.3, 1 + 0.3), Interval(4, 4 - 0.4, 4 + 0.4)]
    half = math.sqrt((2 * 0.3) ** 2 + (3 * 0.4) ** 2)
    assert weighted_sum(parts, np.array([2.0, -3.0])) == pytest.approx((-10, -10 - half, -10 + half))


def test_the_pooled_effect_is_the_mean_with_zou_and_donner_s_ends():
    effects = [Interval(0.5, 0.2, 0.6), Interval(0.2, 0.1, 0.5), Interval(-0.1, -0.5, 0.0)]
    low = 0.2 - math.sqrt(0.3**2 + 0.1**2 + 0.4**2) / 3
    high = 0.2 + math.sqrt(0.1**2 + 0.3**2 + 0.1**2) / 3
    assert pooled(effects) == pytest.approx((0.2, low, high))


def test_ratios_are_pooled_on_the_logarithmic_scale():
    found = pooled([Interval(2, 1, 4), Interval(8, 4, 16)], Scale.LOG)
    half = math.sqrt(2) * math.log(2) / 2
    assert found == pytest.approx((4, 4 * math.exp(-half), 4 * math.exp(half)))


def test_an_effect_pooled_with_nothing_is_itself_and_nothing_pooled_is_unknown():
    assert pooled([share(3, 10)], Scale.LOGIT) == pytest.approx(share(3, 10))
    assert np.isnan(pooled([])).all()


def test_an_open_end_stays_open_and_leaves_the_other():
    opened = pooled([Interval(4, 2, math.inf), Interval(1, 0.5, 2)], Scale.LOG)
    closed = pooled([Interval(4, 2, 8), Interval(1, 0.5, 2)], Scale.LOG)
    assert opened == (pytest.approx(closed.estimate), pytest.approx(closed.low), math.inf)
    assert ratio(Interval(4, 0, 8), Interval(1, 0.5, 2)).low == 0


def test_without_an_estimate_the_ends_are_those_that_always_hold():
    found = difference(Interval(math.inf, 300, math.inf), Interval(100, 80, 120))
    assert math.isnan(found.estimate)
    assert found[1:] == (180, math.inf)
    mixed = pooled([Interval(math.nan, 1, 3), Interval(2, 0, 5)])
    assert math.isnan(mixed.estimate)
    assert mixed[1:] == (0.5, 4)


def test_intervals_of_settings_are_narrower_than_each_and_wider_at_more_confidence():
    def half(confidence):
        found = pooled([share(9, 10, confidence), share(5, 10, confidence)])
        return found.high - found.low

    assert half(0.99) > half(0.95)
    assert half(0.95) < share(9, 10).high - share(9, 10).low + share(5, 10).high - share(5, 10).low


@pytest.mark.parametrize("scale", list(Scale))
def test_a_scale_is_taken_back_and_never_leaves_its_bounds(scale):
    values = {Scale.UP_TO_ONE: [-3.0, 0.2, 0.999], Scale.FISHER: [-0.9, 0.1, 0.8]}.get(scale, [0.02, 0.3, 0.9])
    assert scale.back(scale.of_values(np.array(values))) == pytest.approx(values)
    low, high = scale.back(np.array([-1e9, 1e9]))
    ends = {Scale.LOG: (0, math.inf), Scale.LOGIT: (0, 1), Scale.FISHER: (-1, 1)}
    if scale in ends:
        assert (low, high) == ends[scale]
    if scale is Scale.UP_TO_ONE:
        assert high == 1


def test_scales_are_the_textbook_s():
    assert Scale.FISHER.of_values(np.array([0.5])) == pytest.approx(np.arctanh(0.5))
    assert Scale.LOGIT.of_values(np.array([0.8])) == pytest.approx(math.log(4))
    assert Scale.UP_TO_ONE.of_values(np.array([0.99])) == pytest.approx(math.log(100))
    assert np.isfinite(Scale.LOGIT.of_values(np.array([0.0, 1.0]))).all()
    assert Scale.LOGIT.of_ends(np.array([0.0, 1.0])).tolist() == [-math.inf, math.inf]


def test_a_value_beyond_a_bound_is_refused():
    with pytest.raises(ValueError, match=r"values on the scale logit must lie in \[0, 1\], got 1\.2"):
        Scale.LOGIT.of_values(np.array([0.3, 1.2]))


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("solved", [0, 3, 10])
def test_wilson_s_interval_is_scipy_s_at_every_confidence(solved, confidence):
    expected = stats.binomtest(solved, 10).proportion_ci(confidence, method="wilson")
    assert share(solved, 10, confidence) == pytest.approx((solved / 10, expected.low, expected.high))
