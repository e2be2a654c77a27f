import math

import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.passes import forward, make_tape
from gradient_horizon.measuring.gates import (
    forget_gates,
    gate_saturation,
    gate_time,
    hidden_saturation,
    log_gate_product,
)

STEPS, HIDDEN, INPUTS, BATCH = 7, 3, 2, 4
BIASES = (-2.0, 0.5, 4.0)


def run_with_gate_bias(name: str):
    """A network per bias, all its weights zero but the bias of the forget or update gate."""
    cell = registries.load(registries.CELLS, "cell", name)()
    layout = cell.layout(HIDDEN, INPUTS)
    weight = torch.zeros(len(BIASES), *layout.shape, dtype=torch.float64)
    weight[:, layout.rows(cell.forget_gate_block), HIDDEN + INPUTS] = torch.tensor(BIASES, dtype=torch.float64)[:, None]
    tape = make_tape(
        cell, steps=STEPS, networks=len(BIASES), hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64
    )
    forward(cell, weight, tape)
    return cell, tape


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_gates_with_a_bias_alone_keep_its_sigmoid_at_every_step(name):
    gates = forget_gates(*run_with_gate_bias(name))
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


def test_a_forget_gate_that_is_always_open_forgets_nothing():
    cell = registries.load(registries.CELLS, "cell", "lstm-forget-open")()
    weight = torch.zeros(1, *cell.layout(HIDDEN, INPUTS).shape, dtype=torch.float64)
    tape = make_tape(cell, steps=STEPS, networks=1, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64)
    forward(cell, weight, tape)
    gates = forget_gates(cell, tape)
    assert gate_time(gates).tolist() == [math.inf]
    assert log_gate_product(gates).tolist() == [[0.0] * BATCH]
    assert gate_saturation(gates).tolist() == [0.0]


def test_cells_without_a_gate_have_none():
    cell = registries.load(registries.CELLS, "cell", "tanh")()
    tape = make_tape(cell, steps=STEPS, networks=1, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64)
    assert forget_gates(cell, tape) is None


def test_hidden_saturation_is_the_mean_distance_to_the_bounds_where_they_hold():
    hidden = torch.tensor([[[0.0, -1.0], [1.0, 0.5]], [[0.0, 1.5], [0.0, 0.0]]], dtype=torch.float64)[None]
    first, second = hidden_saturation(hidden).tolist()
    assert first == pytest.approx((1 + 0 + 0 + 0.5) / 4)
    assert math.isnan(second)


def test_saturation_of_a_tanh_network_at_rest_with_a_bias():
    cell = registries.load(registries.CELLS, "cell", "tanh")()
    weight = torch.zeros(1, *cell.layout(HIDDEN, INPUTS).shape, dtype=torch.float64)
    weight[..., -1] = 2.0
    tape = make_tape(cell, steps=STEPS, networks=1, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64)
    forward(cell, weight, tape)
    assert hidden_saturation(torch.stack(tape.h[1:])).item() == pytest.approx(1 - math.tanh(2.0), rel=1e-12)
