import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from gradient_horizon.measuring.measure import measure
from gradient_horizon.statistics import Censored
from gradient_horizon.storage import write_arrays
from gradient_horizon.tables.assemble import assemble
from gradient_horizon.tables.measured import DECIDES
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.training.loop import train

LENGTH, UPDATES, EVERY = 8, 30, 10


@pytest.fixture(scope="module")
def made(small_run, tmp_path_factory):
    """The files of three small runs, their arrays, and the tables made from them."""
    folder, files, results = tmp_path_factory.mktemp("runs"), [], {}
    for cell, task in (("lstm", "selective-recall"), ("tanh", "selective-recall"), ("gru", "adding")):
        given = {"hidden_size": 8, "batch_size": 8, "length": LENGTH, "updates": UPDATES, "seeds": (0, 1)}
        spec = small_run(cell=cell, task=task, hidden_gradients_every=EVERY, **given)
        result = train(spec)
        measures = measure(spec, 0.001, result.networks)
        run = RunFiles(cell, folder / f"{cell}.json", folder / f"{cell}.history", folder / f"{cell}.measures")
        outcome = {"spec": json.loads(spec.to_json()), "chosen_learning_rate": 0.001, "parameters": result.parameters}
        outcome |= {"recurrent_weights": result.recurrent_weights, "networks": [asdict(o) for o in result.outcomes]}
        run.outcome_file.write_text(json.dumps(outcome))
        write_arrays(run.history_file, result.history)
        write_arrays(run.measures_file, measures)
        files.append(run)
        results[cell] = (result, measures)
    return results, assemble(files), files


def of(table, cell, **where):
    rows = table[table["cell"].eq(cell)]
    for column, value in where.items():
        rows = rows[rows[column].eq(value)]
    return rows


def test_gates_are_told_of_gated_networks_only_at_every_moment(made):
    results, tables, _ = made
    gates = tables["gates"]
    assert set(gates["cell"]) == {"lstm", "gru"}
    _, measures = results["lstm"]
    for m, moment in enumerate(("initial", "half", "final")):
        rows = of(gates, "lstm", moment=moment).sort_values("seed")
        assert len(rows) == 2
        np.testing.assert_array_equal(rows["accuracy"], measures["accuracy"][m])
        np.testing.assert_allclose(rows["kept_over_gap"], np.exp(measures["log_kept_gap"][m]))
    assert of(gates, "lstm", moment="final")["writing_opening"].notna().all()
    assert of(gates, "gru", moment="final")["accuracy"].isna().all()


def test_transport_has_the_singular_values_of_the_lags_within_the_sequence(made):
    results, tables, _ = made
    _, measures = results["tanh"]
    rows = of(tables["transport"], "tanh", moment="final", seed=1)
    assert rows["lag"].tolist() == [1, 2, 5]
    np.testing.assert_array_equal(rows["largest"], measures["transport"][2, 1, :3, 0])
    np.testing.assert_array_equal(rows["smallest"], measures["transport"][2, 1, :3, -1])
    assert rows["gated"].isna().all()
    assert set(tables["transport"]["moment"]) == {"initial", "final"}


def test_eigenvalues_are_those_of_the_recurrent_matrix_the_largest_first(made):
    results, tables, _ = made
    result, _ = results["tanh"]
    assert set(tables["eigenvalues"]["cell"]) == {"tanh"}
    rows = of(tables["eigenvalues"], "tanh", moment="final", seed=0).sort_values("number")
    expected = np.linalg.eigvals(result.networks["final.recurrent"][0, :, :8].astype(float))
    moduli = np.hypot(rows["real"], rows["imaginary"])
    np.testing.assert_allclose(moduli, np.sort(np.abs(expected))[::-1], rtol=1e-6)
    assert (np.diff(moduli) <= 1e-12).all()


def test_a_trace_shows_the_marked_step_and_what_gates_did(made):
    results, tables, _ = made
    _, measures = results["lstm"]
    assert set(tables["gate_traces"]["cell"]) == {"lstm"}
    rows = of(tables["gate_traces"], "lstm", moment="final", seed=0).sort_values("step")
    assert rows["step"].tolist() == list(range(1, LENGTH + 1))
    assert rows["marked"].sum() == 1
    assert rows["marked"].to_numpy().argmax() < LENGTH // 2
    np.testing.assert_array_equal(rows["writing_gate"], measures["trace_writing"][2, 0])
    assert rows["confidence"].between(0, 1).all()


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
    write_arrays(tmp_path / "history", {**result.history, "hidden_gradient": padded})
    rows = assemble([replace(files, history_file=tmp_path / "history")])["hidden_gradients"]
    assert sorted(set(rows["update"])) == [1, EVERY + 1, 2 * EVERY + 1]


def test_the_context_that_is_needed_ends_where_what_comes_before_is_worth_less_than_its_share(made):
    results, tables, _ = made
    _, measures = results["tanh"]
    limit = DECIDES * np.log(8)
    contexts = [0, 1, 2, 5, LENGTH]
    for seed in range(2):
        rises = measures["ablation"][2, seed, :4]
        mattering = [index for index, rise in enumerate(rises) if rise >= limit]
        expected = contexts[mattering[-1] + 1] if mattering else 0
        assert of(tables["gradients"], "tanh", moment="final", seed=seed)["context_needed"].item() == (
            Censored.at_least(LENGTH) if expected == LENGTH else Censored.exactly(expected)
        )


def test_runs_say_how_many_weights_they_have(made):
    _, tables, _ = made
    runs = tables["runs"].set_index("cell")
    assert runs.loc["lstm", "recurrent_weights"] == 4 * 8 * (8 + 10)
    assert runs.loc["tanh", "recurrent_weights"] == 8 * (8 + 10)
    assert runs.loc["gru", "recurrent_weights"] == 3 * 8 * (8 + 2)
    assert runs.loc["lstm", "parameters"] == 4 * 8 * (8 + 10 + 1) + 8 * (8 + 1)
