"""From the outcomes of a claim's tests to its verdict."""

from collections.abc import Sequence
from enum import StrEnum

from gradient_horizon.claims.outcome import Outcome


class Verdict(StrEnum):
    """How a claim came out."""

    SUPPORTED = "supported"
    CONDITIONAL = "supported with conditions"
    ONLY_IF = "holds only if"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


def decide(main: Sequence[Outcome], boundary: Sequence[Outcome]) -> Verdict:
    """The verdict that follows from the outcomes of main and boundary tests."""
    if Outcome.FAIL in main:
        return Verdict.ONLY_IF if Outcome.PASS in boundary else Verdict.REFUTED
    if main and all(outcome is Outcome.PASS for outcome in main):
        return Verdict.CONDITIONAL if Outcome.FAIL in boundary else Verdict.SUPPORTED
    return Verdict.INCONCLUSIVE
