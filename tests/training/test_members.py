import pytest

from gradient_horizon.training.loop import train
from gradient_horizon.training.members import Member, judged_at, members


def test_networks_stand_seed_by_seed_at_every_learning_rate_selection_seeds_last(small_run):
    spec = small_run(seeds=(3, 5), selection_seeds=(1_000_000,), learning_rates=(0.01, 0.1))
    expected = [(3, 0.01), (3, 0.1), (5, 0.01), (5, 0.1), (1_000_000, 0.01), (1_000_000, 0.1)]
    assert members(spec) == tuple(Member(seed, seed < 1_000_000, rate) for seed, rate in expected)
    assert judged_at(spec, 0.1) == [1, 3]


def test_a_learning_rate_that_the_run_does_not_have_is_refused(small_run):
    with pytest.raises(ValueError, match="not in tuple"):
        judged_at(small_run(), 0.5)


def test_outcomes_stand_in_the_same_order(small_run):
    spec = small_run(seeds=(1, 0), selection_seeds=(1_000_000,), learning_rates=(1e-4, 1e-3), updates=1)
    outcomes = train(spec).outcomes
    assert tuple(Member(o.seed, o.judged, o.learning_rate) for o in outcomes) == members(spec)
