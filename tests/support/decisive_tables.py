"""For every test of every claim, in every setting: a table that makes it pass, one that makes it fail, one neither."""

import math

import numpy as np
from evidence_rows import SEEDS, pilots, rows_with
from hand_made_tables import EMPTY, tables_of

from gradient_horizon.claims.evidence.exact import (
    DifferenceFromTorch,
    LargestContributionBeyond,
    LargestFilterError,
    PowersHold,
    SizeRatio,
)
from gradient_horizon.claims.evidence.orders import Order
from gradient_horizon.claims.evidence.shares import Share, ShareDifference
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.statistics.scales import Scale

WITHOUT_CHANCE = (DifferenceFromTorch, SizeRatio, LargestFilterError, LargestContributionBeyond)
"""Numbers without an interval: only a study without the runs leaves them open."""

TESTS = {f"{claim.id}/{test.id}@{test.setting}": (claim, test) for claim in registered_claims() for test in claim.tests}


def _distance(test, edge):
    """How far from a threshold, on the evidence's scale, values lie that decide."""
    if isinstance(test.evidence, Share | PowersHold):
        return min(edge, 1 - edge)
    if isinstance(test.evidence, ShareDifference):
        return 0.4
    if isinstance(test.evidence, Order):
        return 1.5
    if test.evidence.scale is not Scale.IDENTITY:
        return math.log(2)
    return abs(edge) / 2 or 1.0


def values_of(test):
    """A value at which a test passes and one at which it fails, as far from the threshold between them."""
    scale = test.evidence.scale
    low, high = scale.of_ends(np.array([test.region.low, test.region.high], dtype=float)).tolist()
    if math.isfinite(low) and math.isfinite(high):
        inside = (low + high) / 2
        outside = high + ((high - inside) or _distance(test, high))
    elif math.isfinite(low):
        inside, outside = (low + sign * _distance(test, low) for sign in (1, -1))
    else:
        inside, outside = (high - sign * _distance(test, high) for sign in (1, -1))
    return tuple(scale.back(np.array([inside, outside])).tolist())


def tables_with(test, values):
    """The rows of one test, with its pilots."""
    made = rows_with(test.evidence, test.setting, np.array(values, dtype=float))
    return tables_of([*made, *(row for arm in test.works for row in pilots(test.setting, arm))])


def decisive(test):
    """Tables by which a test passes, fails and stays open: there every other seed is as in the first, the rest not."""
    inside, outside = values_of(test)
    alternating = [(inside, outside)[seed % 2] for seed in range(SEEDS)]
    neither = EMPTY if isinstance(test.evidence, WITHOUT_CHANCE) else tables_with(test, alternating)
    return tables_with(test, [inside] * SEEDS), tables_with(test, [outside] * SEEDS), neither
