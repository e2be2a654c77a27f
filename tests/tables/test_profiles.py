import numpy as np
import pytest
from hand_made_tables import frame

from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.profiles import profile_mean_rows

RUN = {"experiment": "memory", "task": "recall", "cell": "tanh", "remedy": "none", "length": 3}
FACTORS = {0: 0.5, 1: 0.8, 2: 0.1}
"""What each network's gradient keeps per step."""
SOLVERS = {0, 1}


def means():
    """The table of mean profiles of three networks, two of which solve the task."""
    profiles, gradients = [], []
    for moment in ("initial", "half", "final"):
        for seed, factor in FACTORS.items():
            network = RUN | {"seed": seed, "moment": moment, "solved": seed in SOLVERS}
            gradients.append(network | {"predicted_factor": factor})
            for lag in range(3):
                row = {"relative_gradient": factor**lag, "contribution": 2 * factor ** (2 * lag)}
                profiles.append(network | row | {"lag": lag, "signal_to_noise": (seed + 1.0) / (lag + 1)})
    made = {"gradients": frame("gradients", gradients), "profiles": frame("profiles", profiles)}
    return TABLES["profile_means"].frame(profile_mean_rows(made)).set_index(["moment", "networks", "lag"])


def geometric(values):
    return np.exp(np.mean(np.log(list(values))))


def test_no_mean_after_training_mixes_networks_that_solved_their_task_with_others():
    found = means()
    assert {key[:2] for key in found.index} == {
        ("initial", "all"),
        *((moment, networks) for moment in ("half", "final") for networks in ("solved", "unsolved")),
    }
    sets = {"all": FACTORS, "solved": SOLVERS, "unsolved": FACTORS.keys() - SOLVERS}
    for (moment, networks, lag), row in found.iterrows():
        factor = geometric(FACTORS[seed] for seed in sets[networks])
        assert row["n"] == len(sets[networks]), (moment, networks)
        assert row["relative_gradient"] == pytest.approx(factor**lag)
        assert row["relative_contribution"] == pytest.approx(factor ** (2 * lag))
        assert row["predicted"] == pytest.approx(factor**lag)


def test_the_signal_to_noise_of_a_lag_is_its_geometric_mean_over_networks():
    found = means()
    for lag in range(3):
        assert found.loc[("initial", "all", lag), "signal_to_noise"] == pytest.approx(6 ** (1 / 3) / (lag + 1))
        assert found.loc[("final", "solved", lag), "signal_to_noise"] == pytest.approx(2**0.5 / (lag + 1))
