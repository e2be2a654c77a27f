"""What solved networks are worth on longer sequences: which networks count, by accuracy and by loss."""

import math

import numpy as np
import pytest
from hand_made_tables import tables_of

from gradient_horizon.claims.arms import GRU
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.longer import LeftBeyond, StillSolved, rows_as_far_as_learnt
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import LESS_OFTEN_THAN_NOT
from gradient_horizon.statistics.shares import share

SETTING = "modern-adding"
OWN = {"experiment": SETTING, "task": "adding", "cell": "gru", "remedy": "none"}
SEEDS = 10


def tables(solved_by_length, *, loss=lambda factor, seed: 0.01 * factor, accuracy=math.nan):
    """Networks of ten seeds, of which the first ones solved each length, tested at 1 and 4 times the length."""
    rows = [
        ("extrapolation", OWN | {"length": length, "seed": seed, "factor": factor, "loss": loss(factor, seed)} | more)
        for length, solved in solved_by_length.items()
        for seed in range(SEEDS)
        for factor in (1, 4)
        for more in [{"solved": seed < solved, "solved_there": factor == 1 or seed < 2, "accuracy": accuracy}]
    ]
    baseline = {"task": "adding", "rank": 0, "loss": 1 / 6}
    networks = [("networks", OWN | {"length": length, "seed": 0, "judged": True}) for length in solved_by_length]
    lengths = [("baselines", baseline | {"length": length}) for length in solved_by_length]
    return tables_of([*rows, *networks, *lengths])


@pytest.mark.parametrize(
    ("solved", "farthest"),
    [({5: 10, 10: 5, 20: 4}, 10), ({5: 10, 10: 4, 20: 5}, 20), ({5: 10}, 5), ({5: 4, 10: 0}, None), ({}, None)],
)
def test_networks_count_that_solved_the_longest_length_that_half_of_them_solve(solved, farthest):
    rows = rows_as_far_as_learnt(GRU, Place(tables(solved), SETTING))
    assert set(rows["length"]) == ({farthest} if farthest else set())
    assert rows["solved"].all()
    assert len(rows) == (2 * solved[farthest] if farthest else 0)


def test_the_share_that_still_solves_is_of_solved_networks_with_wilson_s_interval():
    place = Place(tables({5: 10, 10: 8, 20: 0}), SETTING)
    assert StillSolved(GRU).find(place) == (share(2, 8), 8, "no", ())
    assert StillSolved(GRU, factor=1).find(place).effect.estimate == 1.0
    assert StillSolved(GRU).find(place.with_times(3)).effect == share(6, 24)
    assert StillSolved(GRU).find(place.at(0.99)).effect == share(2, 8, 0.99)
    assert StillSolved(GRU, factor=2).find(place).n == 0


def test_where_nobody_solves_it_the_silence_says_so():
    asked = main("gru", StillSolved(GRU), LESS_OFTEN_THAN_NOT, SETTING)
    claim = Claim("made", "after the lecture", "extrapolation", asked)
    _, (result,) = claim.judge(tables({5: 4}))
    assert result.silence is Silence.NOBODY_SOLVED_IT


def test_what_is_left_is_counted_by_the_loss_where_there_is_no_accuracy():
    given = tables({5: 10}, loss=lambda factor, seed: 0.01 if factor == 1 else 0.05 + 0.01 * seed)
    values = LeftBeyond(GRU).values(Place(given, SETTING))
    expected = (1 / 6 - (0.05 + 0.01 * np.arange(SEEDS))) / (1 / 6 - 0.01)
    np.testing.assert_allclose(values.loc[range(SEEDS)], expected, rtol=1e-12)
