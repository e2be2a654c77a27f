import math

import numpy as np
import pytest

from gradient_horizon.simulating.coverage import true_mean_length
from gradient_horizon.simulating.curves import LENGTHS, Curve, Seeds, half_of


@pytest.mark.parametrize("curve", [Curve(17.0, 4.0), Curve(12.0, 2.0, 0.3), Curve(30.0, 32.0, 0.45)])
def test_at_t50_one_half_solve(curve):
    def share(length):
        return curve.level + (1 - curve.level) / (1 + (length / curve.middle) ** curve.slope)

    assert share(curve.half()) == pytest.approx(0.5)
    assert half_of(share, 1.0, 1000.0) == pytest.approx(curve.half())
    assert Curve(17.0, 4.0, 0.6).half() == math.inf


@pytest.mark.parametrize("seeds", list(Seeds))
def test_networks_are_drawn_with_the_curve_s_shares(seeds):
    curve = Curve(17.0, 4.0, 0.2, seeds)
    solved = curve.draw(np.random.default_rng(0), 20_000)
    assert solved.mean(axis=0) == pytest.approx(curve.shares(), abs=0.015)
    monotone = np.all(np.diff(solved.astype(int), axis=1) <= 0)
    assert monotone == (seeds is Seeds.THRESHOLD)


def test_the_mean_length_of_a_curve_within_the_tried_lengths_is_near_its_t50():
    assert true_mean_length(Curve(20.0, 8.0)) == pytest.approx(20, rel=0.01)
    assert LENGTHS[0] < true_mean_length(Curve(80.0, 8.0)) < 80
