import json
from dataclasses import replace

import numpy as np
from small_runs import LENGTH, of

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import FROM_RUNS, TABLES
from gradient_horizon.tables.gradient_horizon import gradient_horizon
from gradient_horizon.tables.gradients import NEEDED_SHARE
from gradient_horizon.training.stages import STAGES


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


def test_gradients_and_their_horizons_are_of_the_full_state_and_of_h_beside_it(made):
    results, tables, _ = made
    _, measures = results["lstm"]
    for m, stage in enumerate(STAGES):
        for seed in range(2):
            full, hidden = measures["profile"][m, seed], measures["hidden_profile"][m, seed]
            lags = of(tables["profiles"], "lstm", moment=stage, seed=seed).sort_values("lag")
            np.testing.assert_array_equal(lags["gradient"], full)
            np.testing.assert_array_equal(lags["relative_gradient"], full / full[0])
            np.testing.assert_array_equal(lags["hidden_gradient"], hidden)
            np.testing.assert_array_equal(lags["signal_to_noise"], measures["signal_to_noise"][m, seed])
            assert (hidden[1:] < full[1:]).all()
            row = of(tables["gradients"], "lstm", moment=stage, seed=seed).squeeze()
            assert row["hidden_gradient_horizon"] == gradient_horizon(hidden)
            for column, share in (
                ("gradient_horizon_10", 0.1),
                ("gradient_horizon", 0.01),
                ("gradient_horizon_01", 0.001),
            ):
                last = max(lag for lag in range(LENGTH) if full[lag] >= share * full[0])
                expected = Censored.at_least(last) if last == LENGTH - 1 else Censored.exactly(last)
                assert row[column] == expected, column
            assert row["transient_growth"] == full.max() / full[0]


def test_only_cells_of_mean_field_theory_have_its_factor(made):
    results, tables, _ = made
    _, measures = results["tanh"]
    rows = of(tables["gradients"], "tanh", moment="final").sort_values("seed")
    np.testing.assert_array_equal(rows["chi_1"], measures["chi_1"][2])
    assert (rows["chi_1"] > 0).all()
    assert of(tables["gradients"], "lstm")["chi_1"].isna().all()


def test_a_network_is_solved_at_every_moment_if_it_solved_its_task_in_the_end(made):
    _, _, (files, *_) = made
    outcome = json.loads(json.dumps(files.outcome))
    for network in outcome["networks"]:
        network["status"] = "solved" if network["seed"] == 1 else "unsolved"
    run = replace(files)
    run.__dict__["outcome"] = outcome
    for name in ("gradients", "profiles", "gates", "transport"):
        rows = TABLES[name].frame(FROM_RUNS[name](run))
        assert (rows["solved"] == rows["seed"].eq(1)).all(), name
        assert set(rows["moment"]) >= {"initial", "final"}
        assert rows["solved"].any()


def test_what_steps_beyond_the_window_contribute_is_told_of_truncated_runs_only(made):
    _, tables, (files, *_) = made
    assert tables["gradients"]["beyond_window"].isna().all()
    window = LENGTH // 2
    run = replace(files, spec=replace(files.spec, changes=(("truncation", {"window": window}),)))
    found = TABLES["gradients"].frame(FROM_RUNS["gradients"](run)).set_index(["moment", "seed"])["beyond_window"]
    profiles = TABLES["profiles"].frame(FROM_RUNS["profiles"](files))
    beyond = profiles[profiles["lag"] >= window].groupby(["moment", "seed"])["contribution"].max()
    assert (beyond > 0).all()
    assert found.sort_index().tolist() == beyond.sort_index().tolist()
