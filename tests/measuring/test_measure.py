import math

import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine.layout import Layout
from gradient_horizon.measuring import measure as measuring
from gradient_horizon.measuring.lags import LAGS
from gradient_horizon.measuring.measure import CONTEXTS, measure
from gradient_horizon.training.assembly import build_cell, build_changes
from gradient_horizon.training.stages import STAGES
from gradient_horizon.training.starts import initial_weights

STEPS = {"transport_lag", "ablation_context"}
CHEAP = {"loss", "profile", "contribution", "weight_gradient", "spectral_radius", "spectral_norm", "eigenvalues"}
CHEAP |= {"eigenvector_condition", "departure_from_normality", "hidden_saturation", "filter_error"}
CHEAP |= {"hidden_profile", "signal_to_noise", "chi_1", "output_gate_cue", "output_gate_gap"}
CHEAP |= {"read_out_gap", "read_out_end", "kept", "gate_time", "log_kept_gap", "gate_saturation"}


def run_measure(spec, *, final=lambda weight: weight):
    """Measures of initial networks at every stage, the last of which `final` may change."""
    changes = build_changes(spec.changes)
    task = registries.load(registries.TASKS, "task", spec.task)()
    layout = Layout(build_cell(spec.cell, changes), spec.hidden_size, task.inputs)
    weights = [initial_weights(layout, task.outputs, changes, length=spec.length, seed=seed) for seed in spec.seeds]
    networks = {f"{stage}.readout": np.stack([weight.readout for weight in weights]) for stage in STAGES}
    for stage in STAGES:
        networks[f"{stage}.recurrent"] = np.stack([weight.recurrent for weight in weights])
    networks["final.recurrent"] = final(networks["final.recurrent"])
    return measure(spec, [0.001 for _ in spec.seeds], networks)


@pytest.mark.parametrize("cell", registries.CELLS)
@pytest.mark.parametrize("changes", [(), (("layer-normalisation", {}),)], ids=["plain", "normalised"])
def test_networks_that_had_left_have_nan_everywhere_and_others_keep_their_numbers(small_run, cell, changes):
    def lose_the_first(weight):
        weight[0] = np.nan
        return weight

    measures = run_measure(small_run(cell=cell, changes=changes, seeds=(0, 1), hidden_size=4), final=lose_the_first)
    for name in measures.keys() - STEPS:
        assert measures[name].dtype == np.float64
        assert np.isnan(measures[name][2, 0]).all(), name
        np.testing.assert_allclose(measures[name][2, 1], measures[name][0, 1], rtol=1e-10, atol=1e-12, err_msg=name)
        half = measures[name][0] if name in CHEAP else np.full_like(measures[name][0], np.nan)
        np.testing.assert_allclose(measures[name][1], half, rtol=1e-12, atol=1e-14, err_msg=name)
    assert np.isfinite(measures["transport"][0, :, :3]).all()  # of lags 1, 2 and 5 of 6 steps
    assert np.isnan(measures["transport"][0, :, 3:]).all()
    assert np.isfinite(measures["ablation"][0, :, :4]).all()
    assert np.isnan(measures["ablation"][0, :, 4:]).all()


def test_networks_that_diverge_have_nan_everywhere(small_run):
    measures = run_measure(small_run(cell="linear", length=40), final=lambda weight: 1e200 * weight)
    for name in measures.keys() - STEPS:
        assert np.isnan(measures[name][2]).all(), name
    assert np.isfinite(measures["loss"][:2]).all()


def test_an_orthogonal_linear_network_carries_everything_back_unchanged(small_run):
    measures = run_measure(small_run(cell="linear", changes=(("orthogonal", {"gain": 1.0}),), length=10, hidden_size=8))
    assert measures["transport_lag"].tolist() == list(LAGS)
    np.testing.assert_allclose(measures["transport"][0, 0, :4], np.ones((4, 8)), rtol=1e-10)
    np.testing.assert_allclose(measures["memory_transport"][0, 0, :4], np.ones(4), rtol=1e-10)
    assert measures["lyapunov_exponent"][0, 0] == pytest.approx(0, abs=1e-10)
    assert measures["eigenvector_condition"][0, 0] == pytest.approx(1, abs=1e-6)
    assert measures["departure_from_normality"][0, 0] == pytest.approx(0, abs=1e-6)
    assert measures["memory_capacity"][0, 0] <= 8.1
    profile = measures["profile"][0, 0]
    np.testing.assert_allclose(profile, np.full(10, profile[0]), rtol=1e-10)


def test_transport_is_the_power_of_the_matrix_at_every_lag_within_the_sequence(small_run):
    weights = []
    measures = run_measure(small_run(cell="linear", length=20, hidden_size=5), final=lambda w: weights.append(w) or w)
    matrix = torch.from_numpy(weights[0][0, :, :5])
    for place, lag in enumerate(LAGS[:5]):
        expected = torch.linalg.svdvals(torch.linalg.matrix_power(matrix, lag)).numpy()
        np.testing.assert_allclose(measures["transport"][0, 0, place], expected, rtol=1e-9, atol=1e-14)


def test_an_lstm_whose_gates_are_held_by_biases_keeps_the_sigmoid_of_its_bias_at_every_step(small_run):
    bias, length, hidden = 2.0, 20, 4

    def hold(weight):
        weight[:] = 0
        weight[:, hidden : 2 * hidden, -1] = bias
        return weight

    measures = run_measure(small_run(cell="lstm", length=length, hidden_size=hidden), final=hold)
    gate = 1 / (1 + math.exp(-bias))
    powers = [gate**lag for lag in LAGS[:5]]
    np.testing.assert_allclose(measures["gated_transport"][2, 0, :5], powers, rtol=1e-10)
    np.testing.assert_allclose(measures["memory_transport"][2, 0, :5], powers, rtol=1e-10)
    assert measures["kept"][2, 0] == pytest.approx(gate, rel=1e-10)
    assert measures["gate_time"][2, 0] == pytest.approx(-1 / math.log(gate), rel=1e-10)
    assert measures["log_kept_gap"][2, 0] == pytest.approx((length - 1) * math.log(gate), rel=1e-10)
    assert measures["gate_saturation"][2, 0] == pytest.approx(1 - gate, rel=1e-10)
    assert measures["hidden_saturation"][2, 0] == 1
    assert measures["lyapunov_exponent"][2, 0] == pytest.approx(math.log(gate), rel=1e-6)
    assert measures["memory_capacity"][2, 0] == pytest.approx(0, abs=1e-10)
    np.testing.assert_allclose(measures["ablation"][2, 0, :6], np.zeros(6), atol=1e-12)
    assert measures["ablation_context"].tolist() == list(CONTEXTS)


def test_measures_do_not_depend_on_which_seeds_are_measured_together(small_run):
    alone = run_measure(small_run(cell="gru", seeds=(1,), length=10, hidden_size=6))
    together = run_measure(small_run(cell="gru", seeds=(0, 1), length=10, hidden_size=6))
    for name in alone.keys() - STEPS:
        np.testing.assert_allclose(together[name][:, 1], alone[name][:, 0], rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.filterwarnings("ignore:cell 'LSTM' mixes units")
def test_a_cell_that_mixes_units_has_the_same_measures_by_automatic_differentiation(small_run, monkeypatch):
    monkeypatch.setattr(measuring, "CAPACITY_LAGS", 3)
    spec = small_run(cell="lstm", task="selective-recall", length=8, hidden_size=3, seeds=(0, 1))
    compiled = run_measure(spec)
    monkeypatch.setattr(LSTM, "mixes_units", True)
    by_autograd = run_measure(spec)
    assert compiled.keys() == by_autograd.keys()
    for name, values in compiled.items():
        np.testing.assert_allclose(by_autograd[name], values, rtol=1e-9, atol=1e-12, err_msg=name)


def test_long_sequences_are_transported_over_their_last_steps_only(small_run, monkeypatch):
    monkeypatch.setattr(measuring, "LAGS", (1, 5))
    measures = run_measure(small_run(cell="tanh", length=30, hidden_size=3))
    assert np.isfinite(measures["transport"][[0, 2]]).all()
    assert measures["transport"].shape == (3, 1, 2, 3)
