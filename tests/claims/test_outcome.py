import math

import pytest

from gradient_horizon.claims.outcome import Outcome, Region
from gradient_horizon.statistics.intervals import UNKNOWN, Interval

PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR
TWO_SIDED, AT_LEAST, EXACT = Region("two", 5, 10), Region("least", low=1), Region("exact", 0.75, 0.75)


@pytest.mark.parametrize(
    ("region", "effect", "outcome"),
    [
        (TWO_SIDED, Interval(7, 6, 8), PASS),
        (TWO_SIDED, Interval(12, 11, 13), FAIL),
        (TWO_SIDED, Interval(3, 2, 4), FAIL),
        (TWO_SIDED, Interval(9, 8, 11), UNCLEAR),
        (TWO_SIDED, Interval(7, 1, 20), UNCLEAR),
        (TWO_SIDED, Interval(7, 5, 10), PASS),  # both ends belong to the region
        (TWO_SIDED, Interval(11, 10, 12), UNCLEAR),
        (TWO_SIDED, Interval(7, math.nan, 8), UNCLEAR),
        (TWO_SIDED, UNKNOWN, UNCLEAR),
        (AT_LEAST, Interval(2.78, 1.53, math.inf), PASS),
        (AT_LEAST, Interval(0.5, 0, 0.9), FAIL),
        (AT_LEAST, Interval(math.nan, 0, math.inf), UNCLEAR),
        (AT_LEAST, Interval(math.nan, 1.2, math.inf), PASS),  # where no estimate is known, its limits decide
        (EXACT, Interval(0.75, 0.75, 0.75), PASS),
        (EXACT, Interval(0.7501, 0.7501, 0.7501), FAIL),
    ],
)
def test_a_region_judges_the_whole_interval(region, effect, outcome):
    assert region.judge(effect) is outcome
