import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import backward, forward, make_tape

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 6, 2, 5, 3, 4
GATED = ("gru", "lstm", "lstm-input-open", "lstm-output-open")
SIMPLE = ("linear", "tanh", "relu")


def load(name: str) -> type[Cell]:
    return registries.load(registries.CELLS, "cell", name)


def derived(name: str) -> Cell:
    """The cell with nothing left of its own but `step`."""
    own = {"forward": Cell.forward, "backward": Cell.backward, "skips_weights": True, "stores": 0}
    return type("Derived", (load(name),), own)()


def run_forward(cell: Cell, *, dtype: torch.dtype = torch.float64):
    draw = torch.Generator().manual_seed(0)
    layout = cell.layout(HIDDEN, INPUTS)
    weight = torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=dtype)
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    tape = make_tape(cell, steps=STEPS, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=dtype)
    tape.inputs.copy_(torch.randn(tape.inputs.shape, generator=draw, dtype=dtype))
    forward(cell, weight, tape)
    return weight, tape


@pytest.mark.parametrize("name", registries.CELLS)
def test_hand_written_forward_equals_the_one_derived_from_step(name):
    _, ours = run_forward(load(name)())
    _, plain = run_forward(derived(name))
    torch.testing.assert_close(ours.state, plain.state, rtol=1e-12, atol=1e-12)
    for carried, expected in zip(ours.carried, plain.carried, strict=True):
        torch.testing.assert_close(carried, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("name", registries.CELLS)
def test_hand_written_backward_equals_the_one_derived_from_step(name, every_step):
    shape = (STEPS, NETWORKS, HIDDEN, BATCH) if every_step else (NETWORKS, HIDDEN, BATCH)
    output_gradient = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    ours, plain = (
        backward(cell, *run_forward(cell), output_gradient, shares=True) for cell in (load(name)(), derived(name))
    )
    torch.testing.assert_close(ours.weight, plain.weight, rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(ours.hidden, plain.hidden, rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(ours.shares, plain.shares, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", GATED)
def test_keeping_is_the_sigmoid_of_the_keeping_blocks_product(name):
    cell = load(name)()
    weight, tape = run_forward(cell)
    rows = cell.layout(HIDDEN, INPUTS).rows(cell.forget_gate_block)
    for t in range(STEPS):
        expected = torch.sigmoid(torch.einsum("src,scb->srb", weight[:, rows], tape.step[t]))
        torch.testing.assert_close(cell.forget_gate(tape, t), expected, rtol=1e-12, atol=1e-12)
        assert cell.forget_gate(tape, t).min() > 0
        assert cell.forget_gate(tape, t).max() < 1


@pytest.mark.parametrize("name", GATED)
def test_keeping_is_the_slope_of_the_new_memory_along_the_old_at_fixed_gates(name):
    cell = load(name)()
    weight, tape = run_forward(cell)
    for t in range(STEPS):
        pre = tuple(torch.bmm(weight, tape.step[t]).split(HIDDEN, dim=1))
        memory = (tape.carry[0] if cell.carries else tape.h)[t].clone().requires_grad_()
        previous = (tape.h[t], memory) if cell.carries else (memory,)
        (slope,) = torch.autograd.grad(cell.step(pre, previous)[-1].sum(), memory)
        torch.testing.assert_close(cell.forget_gate(tape, t), slope, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", SIMPLE)
def test_cells_without_a_gate_keep_nothing_and_have_no_block_to_bias(name):
    cell = load(name)()
    _, tape = run_forward(cell)
    assert cell.forget_gate(tape, 0) is None
    with pytest.raises(ValueError, match="must have the gate"):
        cell.layout(HIDDEN, INPUTS).rows(cell.forget_gate_block)


# torch.nn counts two bias vectors per block. One suffices where a block sees h and x together, so our count is
# smaller by one vector per block, but for the GRU's candidate, whose two biases do different things.
@pytest.mark.parametrize(
    ("name", "layer", "redundant_biases"),
    [("tanh", torch.nn.RNN, 1), ("relu", torch.nn.RNN, 1), ("gru", torch.nn.GRU, 2), ("lstm", torch.nn.LSTM, 4)],
)
@pytest.mark.parametrize(("hidden", "inputs"), [(1, 1), (7, 2), (32, 10)])
def test_parameters_are_those_of_torch_layers_without_the_redundant_biases(
    name, layer, redundant_biases, hidden, inputs
):
    of_torch = sum(parameter.numel() for parameter in layer(inputs, hidden).parameters())
    assert load(name)().layout(hidden, inputs).parameters == of_torch - redundant_biases * hidden


def test_recurrent_matrices_number_one_three_and_four():
    counts = {}
    for name in ("tanh", "gru", "lstm"):
        layout = load(name)().layout(HIDDEN, INPUTS)
        weight = np.arange(np.prod(layout.shape), dtype=float).reshape(layout.shape)
        blocks = list(layout.recurrent_blocks(weight))
        for place, block in enumerate(blocks):
            np.testing.assert_array_equal(block, weight[place * HIDDEN : (place + 1) * HIDDEN, :HIDDEN])
        counts[name] = len(blocks)
    assert counts == {"tanh": 1, "gru": 3, "lstm": 4}


def test_gru_candidate_sees_the_input_in_one_block_and_the_state_in_the_other():
    free = load("gru")().layout(HIDDEN, INPUTS).free
    assert free[: 2 * HIDDEN].all()
    of_state, of_input = free[2 * HIDDEN : 3 * HIDDEN], free[3 * HIDDEN :]
    assert of_state[:, :HIDDEN].all()
    assert not of_state[:, HIDDEN:-1].any()
    assert not of_input[:, :HIDDEN].any()
    assert of_input[:, HIDDEN:-1].all()
    assert free[:, -1].all()
