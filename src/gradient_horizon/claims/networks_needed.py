"""How many seeds would decide a test that is unclear."""

import math

from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.question import Test

MOST_TIMES = 1024
"""More than so many times the seeds no study would train."""


def networks_needed(test: Test, place: Place, finding: Finding) -> float:
    """The number of seeds per arm that would decide a test, if shares and estimates stay what they are.

    NaN for a test that is decided, and where more seeds would not decide it: the estimate lies on the threshold, or it
    is the lengths tried, or a limit of what was observed, that keep the interval wide. Counted evidence is asked again
    with so many times the counts; for means, intervals shrink as one over the root of the number of seeds.
    """
    if finding.n == 0 or test.region.judge(finding.effect) is not Outcome.UNCLEAR:
        return math.nan
    if test.evidence.more_seeds_sharpen:
        factor = _by_shrinking(finding, test.region)
        return float(math.ceil(finding.n * factor - 1e-6)) if factor <= MOST_TIMES else math.nan
    times = 2
    while times <= MOST_TIMES:
        if test.region.judge(test.evidence.find(place.with_times(times)).effect) is not Outcome.UNCLEAR:
            return float(finding.n * times)
        times *= 2
    return math.nan


def _by_shrinking(finding: Finding, region: Region) -> float:
    estimate, low, high = finding.effect
    if not math.isfinite(estimate):
        return math.inf
    holds = region.holds(estimate)
    factors = []
    for edge in (region.low, region.high):
        half = high - estimate if edge > estimate else estimate - low
        if low < edge < high and edge != estimate:
            factors.append((half / (edge - estimate)) ** 2)
    return (max if holds else min)(factors, default=math.inf)
