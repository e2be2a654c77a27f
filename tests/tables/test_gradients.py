import numpy as np
from small_runs import LENGTH, of

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.gradients import NEEDED_SHARE


def test_the_context_that_is_needed_ends_where_what_comes_before_is_worth_less_than_its_share(made):
    results, tables, _ = made
    _, measures = results["tanh"]
    limit = NEEDED_SHARE * np.log(8)
    contexts = [0, 1, 2, 5, LENGTH]
    for seed in range(2):
        rises = measures["ablation"][2, seed, :4]
        mattering = [index for index, rise in enumerate(rises) if rise >= limit]
        expected = contexts[mattering[-1] + 1] if mattering else 0
        assert of(tables["gradients"], "tanh", moment="final", seed=seed)["context_needed"].item() == (
            Censored.at_least(LENGTH) if expected == LENGTH else Censored.exactly(expected)
        )
