import pandas as pd
import pytest

from gradient_horizon.statistics.shares import share, share_at_chosen_rates
from gradient_horizon.tables.judged_share import judged_share

RATES = (0.001, 0.003, 0.01)


@pytest.fixture
def networks():
    """Four seeds at three rates: seeds 0 to 2 are judged at the middle one, seed 3 at the last."""
    solved = {0.001: "0000", 0.003: "1101", 0.01: "0111"}
    return pd.DataFrame(
        {"seed": seed, "learning_rate": rate, "chosen": rate == (0.01 if seed == 3 else 0.003)}
        | {"true": solved[rate][seed] == "1"}
        for rate in RATES
        for seed in range(4)
    )


def test_a_seed_counts_at_the_rate_that_others_choose_and_the_interval_knows_of_the_rates(networks):
    found = judged_share(networks, networks["true"], "chosen")
    assert found.estimate == 3 / 4
    assert found == share_at_chosen_rates(3, 4, [3, 3], 3)
    assert found.low < share(3, 4).low


def test_at_a_single_rate_the_interval_is_wilson_s(networks):
    single = networks[networks["learning_rate"].eq(0.003)].assign(chosen=True)
    assert judged_share(single, single["true"], "chosen", 0.99) == share(3, 4, 0.99)


def test_at_any_rate_a_seed_counts_if_it_is_true_at_one(networks):
    assert judged_share(networks, networks["true"], "any") == share(4, 4)


def test_seeds_can_be_counted_several_times(networks):
    found = judged_share(networks, networks["true"], "chosen", times=5)
    assert found == share_at_chosen_rates(15, 20, [15, 15], 3)
