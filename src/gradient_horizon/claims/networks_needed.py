"""How many networks would decide a test that is unclear."""

import math

from gradient_horizon.claims.outcome import Finding, Outcome, Region

MOST_NETWORKS = 1_000_000
"""More than any study would train."""


def networks_needed(finding: Finding, region: Region) -> float:
    """The number of networks that would decide a test, if the estimate holds and intervals shrink as 1 / sqrt(n).

    NaN for a test that is decided, and where `MOST_NETWORKS` would not decide it: the estimate lies on the threshold or
    next to it, or its interval is open because it is censored.
    """
    n, (estimate, low, high) = finding.n, finding.effect
    if region.judge(finding.effect) is not Outcome.UNCLEAR or not math.isfinite(estimate):
        return math.nan
    inside = region.low <= estimate <= region.high
    factors = []
    for edge in region:
        half = high - estimate if edge > estimate else estimate - low
        if low < edge < high and edge != estimate:
            factors.append((half / (edge - estimate)) ** 2)
    factor = (max if inside else min)(factors, default=math.inf)
    return float(math.ceil(n * factor - 1e-6)) if n * factor <= MOST_NETWORKS else math.nan
