import math

import pytest

from gradient_horizon.claims.networks_needed import networks_needed
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.statistics.intervals import UNKNOWN, Interval


@pytest.mark.parametrize(
    ("effect", "region", "needed"),
    [
        (Interval(1.1, 0.4, 1.9), Region(low=1), 490),  # (0.7 / 0.1)^2 times 10 networks
        (Interval(0.5, 0.0, 1.5), Region(low=1), 40),  # (1 / 0.5)^2 times 10
        (Interval(0.9, 0.7, 1.3), Region(0.8, 1.2), 40),  # inside: both ends have to come in; (0.2 / 0.1)^2 is more
        (Interval(2.0, 1.5, 3.0), Region(low=1), math.nan),  # decided
        (Interval(1.0, 0.5, 1.5), Region(low=1), math.nan),  # on the threshold
        (Interval(1.0 + 1e-9, 0.5, 1.5), Region(low=1), math.nan),  # next to it
        (Interval(0.5, 0.2, math.inf), Region(low=1), math.nan),  # censored
        (UNKNOWN, Region(low=1), math.nan),
    ],
)
def test_networks_needed_grow_with_the_square_of_the_interval_over_its_distance(effect, region, needed):
    assert networks_needed(Finding(effect, 10), region) == pytest.approx(needed, rel=0, nan_ok=True)
