import math

import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.measuring.gates import (
    filter_error,
    gate_saturation,
    gate_time,
    hidden_saturation,
    log_gate_product,
)
from gradient_horizon.measuring.recording import record

STEPS, HIDDEN, INPUTS, BATCH = 7, 3, 2, 4
BIASES = (-2.0, 0.5, 4.0)


def load(name: str):
    return registries.load(registries.CELLS, "cell", name)()


def run_silent(cell, weight):
    return record(cell, weight, torch.zeros(STEPS, len(weight), INPUTS, BATCH, dtype=torch.float64))


def run_with_gate_bias(name: str):
    """A network per bias, all its weights zero but the bias of the forget or update gate."""
    cell = load(name)
    layout = Layout(cell, HIDDEN, INPUTS)
    weight = torch.zeros(len(BIASES), *layout.shape, dtype=torch.float64)
    weight[:, layout.gate_rows("keep"), HIDDEN + INPUTS] = torch.tensor(BIASES, dtype=torch.float64)[:, None]
    return run_silent(cell, weight)


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_gates_with_a_bias_alone_keep_its_sigmoid_at_every_step(name):
    gates = run_with_gate_bias(name).gates["keep"]
    for network, bias in enumerate(BIASES):
        sigma = 1 / (1 + math.exp(-bias))
        assert gate_time(gates)[network].item() == pytest.approx(-1 / math.log(sigma), rel=1e-12)
        assert log_gate_product(gates)[network].tolist() == pytest.approx([STEPS * math.log(sigma)] * BATCH, rel=1e-12)
        assert log_gate_product(gates[1:])[network].exp().tolist() == pytest.approx(
            [sigma ** (STEPS - 1)] * BATCH, rel=1e-12
        )
        assert gate_saturation(gates)[network].item() == pytest.approx(min(sigma, 1 - sigma), rel=1e-12)


def test_statistics_of_gates_that_differ():
    gates = torch.tensor([[0.5, 0.2], [0.9, 0.8]], dtype=torch.float64)[:, None, :, None]  # time network hidden batch
    assert gate_time(gates).item() == pytest.approx(-1 / math.log(0.6))
    assert log_gate_product(gates).item() == pytest.approx((math.log(0.45) + math.log(0.16)) / 2)
    assert gate_saturation(gates).item() == pytest.approx((0.5 + 0.2 + 0.1 + 0.2) / 4)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("tanh", set()),
        ("gru", {"keep"}),
        ("lstm", {"write", "keep", "show"}),
        ("lstm-forget-open", {"write", "show"}),
        ("lstm-output-open", {"write", "keep"}),
        ("lstm-forget-input-open", {"show"}),
    ],
)
def test_a_recording_has_the_gates_of_its_cell_and_no_others(name, roles):
    cell = load(name)
    recording = run_silent(cell, torch.zeros(1, *Layout(cell, HIDDEN, INPUTS).shape, dtype=torch.float64))
    assert recording.gates.keys() == roles
    assert all((gates == 0.5).all() for gates in recording.gates.values())
    assert math.isnan(filter_error(recording).item()) == ("show" not in roles)


def test_hidden_saturation_is_the_mean_distance_to_the_bounds_where_they_hold():
    hidden = torch.tensor([[[0.0, -1.0], [1.0, 0.5]], [[0.0, 1.5], [0.0, 0.0]]], dtype=torch.float64)[None]
    first, second = hidden_saturation(hidden).tolist()
    assert first == pytest.approx((1 + 0 + 0 + 0.5) / 4)
    assert math.isnan(second)


def test_saturation_of_a_tanh_network_at_rest_with_a_bias():
    weight = torch.zeros(1, HIDDEN, HIDDEN + INPUTS + 1, dtype=torch.float64)
    weight[..., -1] = 2.0
    assert hidden_saturation(run_silent(load("tanh"), weight).hidden).item() == pytest.approx(
        1 - math.tanh(2.0), rel=1e-12
    )
