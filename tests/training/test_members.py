import pytest

from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.loop import train
from gradient_horizon.training.members import Member, judged_at, members


def test_networks_stand_seed_by_seed_at_every_learning_rate_pilot_seeds_last(small_run):
    spec = small_run(seeds=(3, 5), pilot_seeds=(1_000_000,), learning_rates=(0.01, 0.1))
    expected = [(3, 0.01), (3, 0.1), (5, 0.01), (5, 0.1), (1_000_000, 0.01), (1_000_000, 0.1)]
    assert members(spec) == tuple(Member(seed, seed < 1_000_000, rate) for seed, rate in expected)
    assert judged_at(spec, (0.1, 0.1)) == [1, 3]
    assert judged_at(spec, (0.1, 0.01)) == [1, 2]


def test_a_learning_rate_that_the_run_does_not_have_is_refused(small_run):
    with pytest.raises(ValueError, match="not in tuple"):
        judged_at(small_run(), [0.5])


@pytest.mark.parametrize("rates", [[], [0.001, 0.001]])
def test_every_judged_seed_needs_one_learning_rate(small_run, rates):
    with pytest.raises(ValueError, match="zip"):
        judged_at(small_run(), rates)


def test_outcomes_stand_in_the_same_order(small_run):
    spec = small_run(seeds=(1, 0), pilot_seeds=(1_000_000,), learning_rates=(1e-4, 1e-3), updates=1)
    outcomes = train(spec).outcomes
    assert tuple(Member(o.seed, o.judged, o.learning_rate) for o in outcomes) == members(spec)


def test_judged_and_pilot_seeds_choose_among_themselves(small_run):
    rates = (1e-4, 0.02, 5.0)
    short = {"length": 2, "updates": 80, "evaluate_every": 10, "learning_rates": rates}
    result = train(small_run(seeds=(0, 1), pilot_seeds=(1_000_000,), **short))
    assert result.chosen_learning_rates == (0.02, 0.02)
    assert result.pilot_learning_rates == (0.02,)  # alone: the middle
    assert choose_learning_rates(o for o in result.outcomes if o.judged) == {0: 0.02, 1: 0.02}
    with_one = train(
        small_run(seeds=(0,), pilot_seeds=(1_000_000, 1_000_001), **(short | {"learning_rates": rates[1:]}))
    )
    assert with_one.chosen_learning_rates == (0.02,)
    assert with_one.pilot_learning_rates == (0.02, 0.02)
