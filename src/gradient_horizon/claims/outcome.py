"""How a test comes out: its estimate, with its interval, against the values at which it passes."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import UNKNOWN, Interval


class Outcome(StrEnum):
    """How a test came out."""

    PASS = "pass"
    FAIL = "fail"
    UNCLEAR = "unclear"


class Finding(NamedTuple):
    """An estimate with its interval, and the number of seeds behind it (0: the study has none).

    `side` tells whether the estimate is a limit, which the true value is known to be at most or at least. `parts` are
    the quantities that are compared, if any: the first, and what it is held against.
    """

    effect: Interval
    n: int
    side: Side = Side.NONE
    parts: tuple[Censored, ...] = ()


NOTHING = Finding(UNKNOWN, 0)
"""The finding in a study that lacks the runs."""


@dataclass(frozen=True)
class Region:
    """The values at which a test passes; `reason` names why, in the words of the report."""

    reason: str
    low: float | int = -math.inf
    high: float | int = math.inf

    def holds(self, value: float | int) -> bool:
        """Whether a value lies inside."""
        return self.low <= value <= self.high

    def judge(self, effect: Interval) -> Outcome:
        """Pass or fail where the whole interval lies inside or outside; unclear where it straddles, or is missing."""
        if math.isnan(effect.low) or math.isnan(effect.high):
            return Outcome.UNCLEAR
        if self.low <= effect.low and effect.high <= self.high:
            return Outcome.PASS
        if effect.high < self.low or effect.low > self.high:
            return Outcome.FAIL
        return Outcome.UNCLEAR
