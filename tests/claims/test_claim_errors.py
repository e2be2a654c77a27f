"""How often claims come out supported or refuted where there is nothing to find: simulated studies of pure noise."""

import math
from collections import Counter

import numpy as np
import pytest
from hand_made_tables import EMPTY, GROUPS, frame, spread
from judged import TEXTS

from gradient_horizon import registries
from gradient_horizon.claims.verdict import Verdict, decide
from gradient_horizon.statistics.correlation import rank_correlation
from gradient_horizon.statistics.half_length import half_success_length
from gradient_horizon.statistics.intervals import Interval, difference, ratio
from gradient_horizon.statistics.means import geometric_mean, mean
from gradient_horizon.statistics.shares import share

pytestmark = pytest.mark.long

CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
ERROR = 0.05
"""A 95 % interval misses its truth in one of twenty studies; on which side, is a matter of the statistic."""
SEEDS, T50, LENGTHS = 10, 20, np.array([5, 10, 20, 40, 80])


def at_most(rate, times):
    """What a rate may look like in so many simulated studies: three standard errors more."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / times)


def edge(region):
    """A threshold of a test, on which its statistic may truly lie."""
    return region.low if math.isfinite(region.low) else region.high


def memory_horizon(draw):
    """Of a group of networks of which half solve T50 steps."""
    solved = draw.binomial(SEEDS, 1 / (1 + (LENGTHS / T50) ** 3))
    found = half_success_length(LENGTHS, solved, np.full(len(LENGTHS), SEEDS))
    return found.length.within(found.low, found.high)


def noise(claim, test, draw):
    """The test's estimate with its interval in a study where the truth lies on the threshold; None: it is exact."""
    truth, statistic = edge(test.region), TEXTS["en"].test(claim.id, test.id).statistic
    if "ratio of the memory horizons" in statistic:
        return Interval(*(value * truth for value in ratio(memory_horizon(draw), memory_horizon(draw))))
    if "monotone curve" in statistic:
        return Interval(*(value / T50 * truth for value in memory_horizon(draw)))
    if "Newcombe" in statistic:
        return difference(share(draw.binomial(80, 0.5 + truth / 2), 80), share(draw.binomial(80, 0.5 - truth / 2), 80))
    if "Wilson" in statistic:
        return share(draw.binomial(80, truth), 80)
    if "Student on logarithms" in statistic:
        return geometric_mean(draw.lognormal(np.log(truth), 0.5, SEEDS))
    if "Student" in statistic:
        return mean(draw.normal(truth, 1, SEEDS))
    if "Fisher" in statistic:
        pearson = 2 * np.sin(np.pi * truth / 6)
        return rank_correlation(*draw.multivariate_normal([0, 0], [[1, pearson], [pearson, 1]], size=100).T)
    return None


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_no_claim_is_decided_more_often_than_its_error_rate_allows_where_every_truth_lies_on_its_threshold(claim):
    times = 200
    main = [test for test in claim.tests if test.kind == "main"]
    noisy = [test for test in main if noise(claim, test, np.random.default_rng(0)) is not None]
    if not noisy:
        pytest.skip("its main tests are matters of counting, without chance")
    draw, verdicts = np.random.default_rng(1), Counter()
    for _ in range(times):
        outcomes = []
        for test in noisy:
            outcomes.append(test.region.judge(noise(claim, test, draw)))
        verdicts[decide(outcomes, [])] += 1
    assert verdicts[Verdict.SUPPORTED] / times <= at_most(ERROR, times)
    assert verdicts[Verdict.REFUTED] / times <= at_most(ERROR * len(noisy), times)
    assert verdicts[Verdict.INCONCLUSIVE] > 0


COMPARING = {
    "relu-cures-vanishing": ["memory-horizon", "identity"],
    "gates-cure-vanishing": ["lstm", "gru", "lstm-forget-bias", "lstm-chrono", "gru-chrono", "against-orthogonal"],
    "clipping-cures-exploding": ["lengthens-memory"],
    "orthogonal-lengthens-memory": ["memory-horizon", "identity", "kept"],
    "forget-bias-lengthens-memory": ["bias-1", "chrono", "chrono-gru"],
    "regulariser-lengthens-memory": ["memory-horizon", "against-orthogonal"],
    "normalisation-lengthens-memory": ["memory-horizon"],
}


def test_tables_in_which_no_cell_and_no_remedy_makes_a_difference_decide_no_comparison_more_often_than_allowed():
    times, draw, counts = 100, np.random.default_rng(2), Counter()
    for _ in range(times):
        rows = []
        for experiment, cell, remedy in GROUPS:
            found = memory_horizon(draw)
            group = {"experiment": experiment, "task": "recall", "cell": cell, "remedy": remedy, "policy": "chosen"}
            rows.append(group | {"n": 5 * SEEDS} | spread("memory_horizon", *found))
        tables = EMPTY | {"horizons": frame("horizons", rows)}
        for claim in CLAIMS:
            for test in claim.tests:
                if test.id in COMPARING.get(claim.id, []):
                    counts[claim.id, test.id, test.region.judge(test.measure(tables).effect).value] += 1
    for claim, tests in COMPARING.items():
        for test in tests:
            assert counts[claim, test, "unclear"] > 0
            for outcome in ("pass", "fail"):
                assert counts[claim, test, outcome] / times <= at_most(ERROR, times), (claim, test, outcome)
