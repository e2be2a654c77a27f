import math

from gradient_horizon.claims.outcome import Outcome, Region
from gradient_horizon.statistics.intervals import Interval

PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR


def test_a_region_judges_the_whole_interval():
    region = Region(5, 10)
    assert region.judge(Interval(7, 6, 8)) is PASS
    assert region.judge(Interval(12, 11, 13)) is FAIL
    assert region.judge(Interval(9, 8, 11)) is UNCLEAR
    assert region.judge(Interval(7, math.nan, 8)) is UNCLEAR
