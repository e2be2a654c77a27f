import numpy as np
import pytest
from hand_made_tables import EMPTY, frame
from small_runs import SETTINGS, write_run

from gradient_horizon.errors import DamagedError
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.summarise import of_chosen_runs

RATES = (0.001, 0.003)
OF = {"experiment": "recall-32", "task": "recall", "cell": "tanh", "remedy": "none"}
SOLVED_SHARES = {6: 1.0, 8: 0.5, 9: 0.25}
STATUS = {(seed, rate): "solved" if seed == 1 else "unsolved" for seed in (0, 1, 2) for rate in RATES}


@pytest.fixture(scope="module")
def job(small_run, tmp_path_factory):
    """A run of length 8 whose seeds are judged at the higher rate, and its saved weights."""
    spec = small_run(seeds=(0, 1, 2), learning_rates=RATES, experiment="recall-32", **SETTINGS)
    run, result, _ = write_run(spec, tmp_path_factory.mktemp("run"), chosen_learning_rates=(RATES[1],) * 3)
    return run, result.networks


def chosen_tables(shares=SOLVED_SHARES, status=STATUS):
    success = [
        {**OF, "length": length, "policy": policy, "solved_share": share}
        for length, share in shares.items()
        for policy in ("chosen", "any")
    ]
    networks = [
        {
            **OF,
            "length": 8,
            "seed": seed,
            "learning_rate": rate,
            "judged": True,
            "chosen": rate == RATES[1],
            "status": s,
        }
        for (seed, rate), s in status.items()
    ]
    return EMPTY | {"success": frame("success", success), "networks": frame("networks", networks)}


def test_the_weights_are_those_of_the_first_solved_seed_at_its_rate_and_the_longest_length_half_learn(job):
    run, saved = job
    rows = of_chosen_runs(chosen_tables(), [run])["shown_networks"]
    assert rows[["cell", "length", "seed", "learning_rate"]].drop_duplicates().to_numpy().tolist() == [
        ["tanh", 8, 1, 0.003]
    ]
    for part in ("recurrent", "readout"):
        found = rows[rows["part"].eq(part)].pivot(index="row", columns="column", values="value")
        # members of the run: seed 0 at both rates, then seed 1 at both
        np.testing.assert_array_equal(found.to_numpy(), saved[f"final.{part}"][3].astype(float))


def test_where_no_length_is_learnt_by_half_of_the_seeds_nothing_is_shown_and_no_weights_are_opened():
    closed = object.__new__(RunFiles)
    found = of_chosen_runs(chosen_tables(shares={8: 0.49}), [closed])
    assert found["shown_networks"].equals(TABLES["shown_networks"].frame([]))
    unsolved = dict.fromkeys(STATUS, "unsolved")
    assert of_chosen_runs(chosen_tables(status=unsolved), [closed])["shown_networks"].empty


def test_damaged_weights_are_refused_by_name(job, small_run, tmp_path):
    run, _, _ = write_run(job[0].spec, tmp_path, chosen_learning_rates=(RATES[1],) * 3)
    with run.stored.networks.open("r+b") as file:
        file.seek(-3, 2)
        file.write(b"\x7f\x7f\x7f")
    with pytest.raises(DamagedError, match=r"networks\.safetensors"):
        of_chosen_runs(chosen_tables(), [run])
