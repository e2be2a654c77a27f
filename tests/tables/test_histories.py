from dataclasses import replace

import numpy as np
from small_runs import EVERY, assembled, of

from gradient_horizon.storage import write_arrays


def test_hidden_gradients_are_the_geometric_means_of_the_recorded_norms(made):
    results, tables, _ = made
    result, _ = results["tanh"]
    rows = of(tables["hidden_gradients"], "tanh", update=EVERY + 1).sort_values("step")
    recorded = result.history["hidden_gradient"][1].astype(float)
    np.testing.assert_allclose(rows["gradient"], np.exp(np.log(recorded).mean(axis=1)), rtol=1e-10)
    assert set(rows["n"]) == {2}
    assert sorted(set(of(tables["hidden_gradients"], "tanh")["update"])) == [1, EVERY + 1, 2 * EVERY + 1]


def test_a_budget_that_training_did_not_need_costs_no_record_of_the_gradient(made, tmp_path):
    results, _, (files, *_) = made
    result, _ = results["lstm"]
    recorded = result.history["hidden_gradient"]
    padded = np.concatenate([recorded, np.full((400, *recorded.shape[1:]), np.nan, recorded.dtype)])
    stored = replace(files.stored, history_key="padded")
    write_arrays(stored.history, {**result.history, "hidden_gradient": padded})
    rows = assembled([replace(files, stored=stored)], tmp_path)["hidden_gradients"]
    assert sorted(set(rows["update"])) == [1, EVERY + 1, 2 * EVERY + 1]
