"""How many seeds would decide a test that is unclear."""

import math

import numpy as np

from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.question import Test
from gradient_horizon.statistics.scales import Scale

MOST_TIMES = 64
"""More than so many times the seeds no study would train."""


def networks_needed(test: Test, place: Place, finding: Finding) -> float:
    """The number of seeds per arm that would decide a test, if shares and estimates stay what they are.

    `place` is where the finding was made, at the same confidence. NaN for a test that is decided, and where more seeds
    would not decide it: the estimate lies on the threshold, or it is the lengths tried, or a limit of what was
    observed, that keep the interval wide. Counted evidence is asked again with so many times the counts; for means,
    intervals shrink as one over the root of the number of seeds, on the scale of the mean.
    """
    if finding.n == 0 or test.region.judge(finding.effect) is not Outcome.UNCLEAR:
        return math.nan
    if test.evidence.more_seeds_sharpen:
        factor = _by_shrinking(finding, test.region, test.evidence.scale)
        return float(math.ceil(finding.n * factor - 1e-6)) if factor <= MOST_TIMES else math.nan
    return finding.n * _fewest_times(test, place)


def _fewest_times(test: Test, place: Place) -> float:
    """With how many times the counts the test is decided; NaN: with none that a study could have."""

    def decided(times: int) -> bool:
        return test.region.judge(test.evidence.find(place.with_times(times)).effect) is not Outcome.UNCLEAR

    enough = 2
    while not decided(enough):
        enough *= 2
        if enough > MOST_TIMES:
            return math.nan
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if decided(middle) else (middle, enough)
    return float(enough)


def _by_shrinking(finding: Finding, region: Region, scale: Scale) -> float:
    if not math.isfinite(finding.effect.estimate):
        return math.inf
    estimate, low, high = scale.of_ends(np.array(finding.effect, dtype=float)).tolist()
    edges = scale.of_ends(np.array([region.low, region.high], dtype=float)).tolist()
    factors = []
    for edge in edges:
        half = high - estimate if edge > estimate else estimate - low
        if low < edge < high and edge != estimate:
            factors.append((half / (edge - estimate)) ** 2)
    return (max if region.holds(finding.effect.estimate) else min)(factors, default=math.inf)
