"""How a test comes out: its estimate, with its interval, against the values at which it passes."""

import math
from enum import StrEnum
from typing import NamedTuple

from gradient_horizon.statistics.censored import Side
from gradient_horizon.statistics.intervals import Interval


class Outcome(StrEnum):
    """How a test came out."""

    PASS = "pass"
    FAIL = "fail"
    UNCLEAR = "unclear"


class Finding(NamedTuple):
    """An estimate with its interval, and the number of networks behind it (0: the study has none).

    `side` tells whether the estimate is a limit, which the true value is known to be at most or at least.
    """

    effect: Interval
    n: int
    side: Side = Side.NONE


class Region(NamedTuple):
    """The values at which a test passes."""

    low: float = -math.inf
    high: float = math.inf

    def judge(self, effect: Interval) -> Outcome:
        """Pass or fail where the whole interval lies inside or outside; unclear where it straddles, or is missing."""
        if math.isnan(effect.low) or math.isnan(effect.high):
            return Outcome.UNCLEAR
        if self.low <= effect.low and effect.high <= self.high:
            return Outcome.PASS
        if effect.high < self.low or effect.low > self.high:
            return Outcome.FAIL
        return Outcome.UNCLEAR
