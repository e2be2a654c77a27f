import numpy as np
from small_runs import LENGTH, of

from gradient_horizon.training.stages import STAGES


def test_gates_are_tabulated_for_gated_networks_only_at_every_stage(made):
    results, tables, _ = made
    gates = tables["gates"]
    assert set(gates["cell"]) == {"lstm", "gru"}
    _, measures = results["lstm"]
    for m, stage in enumerate(STAGES):
        rows = of(gates, "lstm", moment=stage).sort_values("seed")
        assert len(rows) == 2
        np.testing.assert_array_equal(rows["accuracy"], measures["accuracy"][m])
        np.testing.assert_allclose(rows["kept_over_gap"], np.exp(measures["log_kept_gap"][m]))
        for name in ("output_gate_cue", "output_gate_gap", "read_out_gap", "writing_and_keeping_mean_marked"):
            np.testing.assert_array_equal(rows[name], measures[name][m])
    assert of(gates, "lstm", moment="final")["writing_opening"].notna().all()
    final = of(gates, "gru", moment="final")
    assert final[["accuracy", "read_out_gap", "output_gate_cue"]].isna().all(axis=None)


def test_a_trace_shows_the_marked_step_and_what_gates_did(made):
    results, tables, _ = made
    _, measures = results["lstm"]
    assert set(tables["gate_traces"]["cell"]) == {"lstm"}
    rows = of(tables["gate_traces"], "lstm", moment="final", seed=0).sort_values("step")
    assert rows["step"].tolist() == list(range(1, LENGTH + 1))
    assert rows["marked"].sum() == 1
    assert LENGTH // 4 <= rows["marked"].to_numpy().argmax() < LENGTH // 2
    np.testing.assert_array_equal(rows["writing_gate"], measures["trace_writing"][2, 0])
    assert rows["confidence"].between(0, 1).all()
