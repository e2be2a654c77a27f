"""The rule from findings to a verdict, line by line."""

import math

import pytest

from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.verdict import Asked, Verdict, decide, inside, outside
from gradient_horizon.statistics.censored import Side
from gradient_horizon.statistics.intervals import Interval

PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR
ABOVE_ONE = Region("longer", low=1.0)
ESTIMATES = {PASS: 2.0, FAIL: 0.5, UNCLEAR: 1.5}


def question(*outcomes, pooled, adjusted=None, estimates=None):
    """A main question in so many settings; an estimate that is not given lies on the side of its outcome."""
    values = estimates or [ESTIMATES[outcome] for outcome in outcomes]
    findings = tuple(Finding(Interval(value, math.nan, math.nan), 10) for value in values)
    return Asked(ABOVE_ONE, findings, outcomes, tuple(adjusted or outcomes), pooled)


@pytest.mark.parametrize(
    ("main", "conditions", "verdict"),
    [
        ([], [PASS, FAIL], Verdict.INCONCLUSIVE),
        ([question(pooled=UNCLEAR)], [PASS, FAIL], Verdict.INCONCLUSIVE),
        # a question about which no setting says anything leaves a claim without support, and speaks against none
        ([question(PASS, pooled=PASS), question(pooled=UNCLEAR)], [], Verdict.INCONCLUSIVE),
        ([question(FAIL, pooled=FAIL), question(pooled=UNCLEAR)], [], Verdict.REFUTED),
        ([question(PASS, FAIL, pooled=UNCLEAR)], [], Verdict.DEPENDS),
        ([question(PASS, FAIL, pooled=PASS)], [FAIL], Verdict.DEPENDS),
        ([question(PASS, pooled=PASS), question(FAIL, pooled=FAIL)], [], Verdict.DEPENDS),
        # decided at 95 % each, but not where both sides share the error
        ([question(PASS, FAIL, pooled=UNCLEAR, adjusted=[PASS, UNCLEAR])], [], Verdict.INCONCLUSIVE),
        ([question(PASS, FAIL, pooled=PASS, adjusted=[PASS, UNCLEAR])], [], Verdict.INCONCLUSIVE),
        ([question(PASS, PASS, pooled=PASS)], [], Verdict.SUPPORTED),
        ([question(PASS, PASS, pooled=PASS)], [PASS, UNCLEAR], Verdict.SUPPORTED),
        ([question(UNCLEAR, UNCLEAR, pooled=PASS)], [], Verdict.SUPPORTED),
        ([question(PASS, UNCLEAR, pooled=PASS, estimates=[2.0, 0.9])], [], Verdict.INCONCLUSIVE),
        ([question(PASS, UNCLEAR, pooled=UNCLEAR)], [], Verdict.INCONCLUSIVE),
        ([question(PASS, pooled=PASS), question(UNCLEAR, pooled=UNCLEAR)], [], Verdict.INCONCLUSIVE),
        ([question(PASS, PASS, pooled=PASS)], [PASS, FAIL], Verdict.CONDITIONAL),
        ([question(FAIL, UNCLEAR, pooled=FAIL, estimates=[0.5, 0.9])], [FAIL], Verdict.REFUTED),
        ([question(FAIL, UNCLEAR, pooled=FAIL, estimates=[0.5, 0.9])], [FAIL, PASS], Verdict.ONLY_IF),
        ([question(FAIL, UNCLEAR, pooled=FAIL, estimates=[0.5, 1.1])], [], Verdict.INCONCLUSIVE),
        ([question(FAIL, UNCLEAR, pooled=UNCLEAR)], [PASS], Verdict.INCONCLUSIVE),
        # one of two questions that is answered otherwise than the claim says is enough
        ([question(UNCLEAR, pooled=UNCLEAR), question(FAIL, pooled=FAIL)], [], Verdict.REFUTED),
        ([question(UNCLEAR, pooled=UNCLEAR)], [PASS, FAIL], Verdict.INCONCLUSIVE),
    ],
)
def test_each_line_of_the_rule(main, conditions, verdict):
    assert decide(main, conditions) is verdict


@pytest.mark.parametrize(
    ("estimate", "side", "sides"),
    [
        (2.0, Side.NONE, (True, False)),
        (0.5, Side.NONE, (False, True)),
        (1.0, Side.NONE, (True, False)),  # the threshold itself passes
        (2.0, Side.RIGHT, (True, False)),
        (2.0, Side.LEFT, (False, False)),  # at most 2: it may be on either side
        (0.5, Side.LEFT, (False, True)),
        (0.5, Side.RIGHT, (False, False)),
        (math.nan, Side.NONE, (False, False)),
    ],
)
def test_a_limit_lies_on_a_side_only_with_all_that_it_can_be(estimate, side, sides):
    finding = Finding(Interval(estimate, 0.0, math.inf), 10, side)
    assert (inside(ABOVE_ONE, finding), outside(ABOVE_ONE, finding)) == sides
