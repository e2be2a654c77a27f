"""Whole claims on simulated studies: seldom decided where there is no effect, and found where there is one."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from drawn_tables import arms_of, drawn_tables, falling, middles

from gradient_horizon import registries
from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.verdict import Verdict

ERROR, POWER = 0.05, 0.8
DECIDED = set(Verdict) - {Verdict.INCONCLUSIVE}
SIMULATION = pytest.mark.simulation
COMPARING = [
    "regulariser-lengthens-memory",
    pytest.param("gates-cure-vanishing", marks=SIMULATION),
    pytest.param("normalisation-lengthens-memory", marks=SIMULATION),
    pytest.param("forget-bias-lengthens-memory", marks=SIMULATION),
    pytest.param("relu-cures-vanishing", marks=SIMULATION),
    pytest.param("orthogonal-lengthens-memory", marks=SIMULATION),
]


def allowance(rate, draws):
    """By how much so few draws may miss a rate: three standard errors."""
    return 3 * math.sqrt(rate * (1 - rate) / draws)


def asked_by(name):
    """The claim with its main questions alone: nothing else can decide it."""
    claim = registries.load(registries.CLAIMS, "claim", name)
    return replace(claim, tests=tuple(test for test in claim.tests if test.kind == "main" and not test.optional))


def verdicts(claim, draws, factor=lambda arm: 1.0):
    """Verdicts on drawn studies in which an arm's T50 is a factor times that of its experiment, and its share.

    Where a question asks that a decay factor comes half of the way to 1, it does just that: the threshold is the truth.
    """
    halved = {
        (test.setting, arm.cell, arm.remedy)
        for test in claim.tests
        if not isinstance(test.evidence, LengthRatio)
        for arm in test.evidence.arms[:1]
    }
    draw, arms, found = np.random.default_rng(0), arms_of(claim), Counter()
    for _ in range(draws):
        t50 = middles(draw)
        tables = drawn_tables(
            arms,
            lambda arm, t50=t50: falling(t50[arm[0]] * factor(arm)),
            draw,
            distance_of=lambda arm: 0.5 if arm in halved else 1.0,
        )
        found[claim.judge(tables)[0]] += 1
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPARING)
def test_without_an_effect_hardly_any_study_decides_a_claim(name):
    draws = 200
    found = verdicts(asked_by(name), draws)
    assert sum(found[verdict] for verdict in DECIDED) / draws <= ERROR + allowance(ERROR, draws), found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("factors", "verdict"),
    [
        ({"recall-32": 2, "recall-64": 2, "adding-32": 2}, Verdict.SUPPORTED),
        ({"recall-32": 1 / 2, "recall-64": 1 / 2, "adding-32": 1 / 2}, Verdict.REFUTED),
        ({"recall-32": 1 / 3, "recall-64": 1 / 3, "adding-32": 3}, Verdict.DEPENDS),
    ],
)
def test_an_effect_of_the_default_study_s_design_is_found(factors, verdict):
    draws = 25

    def factor(arm):
        """Times that of the tanh cell, on a longer sequence where it falls below what is tried."""
        longer = 3 if factors[arm[0]] < 1 else 1
        return longer * (1 if arm[1] == "tanh" else factors[arm[0]])

    found = verdicts(asked_by("gates-cure-vanishing"), draws, factor)
    assert found[verdict] / draws >= POWER - allowance(POWER, draws), found


def test_studies_are_drawn_with_the_lengths_and_the_seeds_of_the_shipped_configuration():
    claim = asked_by("gates-cure-vanishing")
    draw = np.random.default_rng(0)
    tables = drawn_tables(arms_of(claim), lambda arm: falling(1e6 if arm[1] == "lstm" else 1e-6), draw)
    networks = tables["networks"]
    assert set(networks["experiment"]) == {"recall-32", "adding-32", "recall-64"}
    assert set(networks.loc[networks["cell"].eq("lstm"), "status"]) == {"solved"}
    assert set(networks.loc[networks["cell"].ne("lstm"), "status"]) == {"unsolved"}
    counted = networks[networks["judged"]].groupby(["experiment", "cell", "length"])["seed"].nunique()
    assert set(counted) == {12}
    results = claim.judge(tables)[1]
    assert all(result.finding.n >= 10 for result in results)
    assert {result.silence for result in results if result.test.id == "lstm"} == {""}
    assert {result.silence for result in results if result.test.id == "gru"} == {"nothing works"}
