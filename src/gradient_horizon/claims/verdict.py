"""From the findings of a claim's tests to its verdict."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.statistics.censored import Side


class Verdict(StrEnum):
    """How a claim came out."""

    SUPPORTED = "supported"
    CONDITIONAL = "supported with conditions"
    DEPENDS = "depends on"
    ONLY_IF = "holds only if"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


class Asked(NamedTuple):
    """A main question: its finding in each informative setting, and over all of them.

    `adjusted` are outcomes at intervals adjusted for the number of main tests, for a verdict that rests on two sides.
    """

    region: Region
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    adjusted: tuple[Outcome, ...]
    pooled: Outcome

    def speaks_for(self) -> bool:
        """The pooled effect passes, no setting fails, and no setting's estimate lies outside."""
        return (
            self.pooled is Outcome.PASS
            and Outcome.FAIL not in self.outcomes
            and not any(outside(self.region, finding) for finding in self.findings)
        )

    def speaks_against(self) -> bool:
        """The pooled effect fails, no setting passes, and no setting's estimate lies inside."""
        return (
            self.pooled is Outcome.FAIL
            and Outcome.PASS not in self.outcomes
            and not any(inside(self.region, finding) for finding in self.findings)
        )


def inside(region: Region, finding: Finding) -> bool:
    """Whether the estimate, or all that it can be where it is a limit, lies where the test passes."""
    low, high = _span(finding)
    return region.low <= low and high <= region.high


def outside(region: Region, finding: Finding) -> bool:
    """Whether the estimate, or all that it can be where it is a limit, lies where the test does not pass."""
    low, high = _span(finding)
    return high < region.low or low > region.high


def _span(finding: Finding) -> tuple[float, float]:
    estimate = finding.effect.estimate
    return (
        -math.inf if finding.side is Side.LEFT else estimate,
        math.inf if finding.side is Side.RIGHT else estimate,
    )


def decide(main: Sequence[Asked], conditions: Sequence[Outcome]) -> Verdict:
    """The verdict on a claim, whose main questions all have to be answered as it says.

    `conditions` are outcomes at adjusted intervals, in informative settings. A question about which no setting says
    anything leaves a claim without support, and speaks against none.
    """
    adjusted = [outcome for asked in main for outcome in asked.adjusted]
    if Outcome.PASS in adjusted and Outcome.FAIL in adjusted:
        return Verdict.DEPENDS
    if main and all(asked.speaks_for() for asked in main):
        return Verdict.CONDITIONAL if Outcome.FAIL in conditions else Verdict.SUPPORTED
    if any(asked.speaks_against() for asked in main):
        return Verdict.ONLY_IF if Outcome.PASS in conditions else Verdict.REFUTED
    return Verdict.INCONCLUSIVE
