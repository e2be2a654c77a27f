"""Every registered cell: its compiled passes against automatic differentiation, its gates, its parameters."""

from typing import NamedTuple

import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine import reference
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes

STEPS, HIDDEN, INPUTS, BATCH = 6, 5, 3, 5
TOLERANCES = {"float64": 1e-10, "float32": 1e-5}
GATES = {
    "gru": {"keep": "z"},
    "lstm": {"write": "i", "keep": "f", "show": "o"},
    "lstm-input-open": {"keep": "f", "show": "o"},
    "lstm-forget-open": {"write": "i", "show": "o"},
    "lstm-output-open": {"write": "i", "keep": "f"},
    "lstm-forget-input-open": {"show": "o"},
    "minimal-gated-unit": {"keep": "z"},
    "janet": {"keep": "s"},
    "min-gru": {"keep": "z"},
    "slstm": {"keep": "f", "show": "o"},
}
KEEPING = [name for name, gates in GATES.items() if "keep" in gates and name != "slstm"]
"""The sLSTM rescales its memory beside keeping it: see `test_slstm.py`."""


def load(name: str) -> Cell:
    return registries.load(registries.CELLS, "cell", name)()


class Problem(NamedTuple):
    """Passes that went forward, and what they were given."""

    cell: Cell
    passes: Passes
    weight: np.ndarray
    inputs: np.ndarray
    start: tuple[np.ndarray, ...]
    last: np.ndarray


def went_forward(
    name: str, *, precision: str = "float64", every_step: bool = False, normalised: bool = False
) -> Problem:
    cell = load(name)
    cell.normalised = normalised
    sizes = {"steps": STEPS, "hidden": HIDDEN, "inputs": INPUTS, "batch": BATCH}
    passes = Passes(cell, **sizes, precision=precision, every_step=every_step)
    layout, draw = passes.layout, np.random.default_rng(0)
    weight = draw.normal(size=layout.shape) / 2
    if layout.free is not None:
        weight *= layout.free
    for parameter in cell.parameters:
        weight[layout.rows(parameter.name), HIDDEN + INPUTS] = draw.uniform(parameter.low, parameter.high, HIDDEN)
    inputs = draw.normal(size=(STEPS, INPUTS, BATCH))
    start = tuple(draw.normal(size=(HIDDEN, BATCH)) for _ in cell.state)
    weight, inputs, *start = (values.astype(precision) for values in (weight, inputs, *start))
    passes.load(inputs)
    return Problem(cell, passes, weight, inputs, tuple(start), passes.forward(weight, tuple(start)))


def tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values.astype("float64"))


def assert_close(actual: np.ndarray, expected: torch.Tensor, tolerance: float) -> None:
    """Up to a part of the largest value."""
    expected = expected.numpy()
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("precision", TOLERANCES)
@pytest.mark.parametrize("name", registries.CELLS)
def test_compiled_passes_equal_automatic_differentiation(name, precision, every_step, normalised):
    tolerance = TOLERANCES[precision]
    run = went_forward(name, precision=precision, every_step=every_step, normalised=normalised)
    draw = np.random.default_rng(1)
    gradient = draw.normal(size=(STEPS, HIDDEN, BATCH) if every_step else (HIDDEN, BATCH)).astype(precision)
    further = tuple(draw.normal(size=(HIDDEN, BATCH)).astype(precision) for _ in run.cell.state[1:])
    expected = reference.differentiate(
        run.cell,
        tensor(run.weight).unsqueeze(0),
        tensor(run.inputs).unsqueeze(1),
        tensor(gradient).unsqueeze(-3),
        start=tuple(tensor(state).unsqueeze(0) for state in run.start),
        further=tuple(tensor(by).unsqueeze(0) for by in further),
    )
    for state, values in zip(run.passes.states(), expected.states, strict=True):
        assert_close(state, values[:, 0], tolerance)
    assert_close(run.last, expected.states[0][-1, 0], tolerance)

    found = run.passes.backward(gradient, further=further, shares=True)
    assert_close(found.weight, expected.weight[0], tolerance)
    assert_close(found.shares, expected.shares[0], tolerance)
    at_once = run.passes.backward(gradient, further=further)
    assert_close(at_once.weight, expected.weight[0], tolerance)
    for result in (found, at_once):
        assert_close(result.state, expected.state[0], tolerance)
    for by_start, values in zip(run.passes.start_gradient(), expected.start, strict=True):
        assert_close(by_start, values[0], tolerance)


@pytest.mark.parametrize(("name", "role"), [(name, role) for name, gates in GATES.items() for role in gates])
def test_a_gate_is_the_sigmoid_of_its_block_s_product(name, role):
    run = went_forward(name)
    layout = run.passes.layout
    assert layout.gate_rows(role) == layout.rows(GATES[name][role])
    h = run.passes.states()[0]
    for t, gate in enumerate(run.passes.gate(role)):
        seen = np.concatenate([h[t], run.inputs[t], np.ones((1, BATCH))])
        product = run.weight[layout.gate_rows(role)] @ seen
        np.testing.assert_allclose(gate, 1 / (1 + np.exp(-product)), rtol=1e-12)


@pytest.mark.parametrize("name", KEEPING)
def test_keeping_is_the_slope_of_the_new_memory_along_the_old_at_fixed_blocks(name):
    run = went_forward(name)
    states = [tensor(state) for state in run.passes.states()]
    weight = tensor(run.weight).unsqueeze(0)
    for t, keep in enumerate(run.passes.gate("keep")):
        before = [state[t].unsqueeze(0) for state in states]
        blocks = reference.pre_activations(run.cell, weight, tuple(before), tensor(run.inputs[t]).unsqueeze(0))
        before[-1] = before[-1].clone().requires_grad_()
        after = run.cell.step(**blocks, **dict(zip(run.cell.state, before, strict=True)))
        memory = after[-1] if isinstance(after, tuple) else after
        (slope,) = torch.autograd.grad(memory.sum(), before[-1])
        np.testing.assert_allclose(keep, slope[0].numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_role_that_no_gate_has_is_without_values_and_without_rows(name):
    run = went_forward(name)
    for role in ("keep", "write", "show"):
        if role not in GATES.get(name, {}):
            assert run.passes.gate(role) is None
            assert run.passes.layout.gate_rows(role) is None


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
    assert Layout(load(name), hidden, inputs).parameters == of_torch - redundant_biases * hidden


def test_recurrent_matrices_number_one_three_and_four():
    counts = {}
    for name in ("tanh", "gru", "lstm"):
        layout = Layout(load(name), HIDDEN, INPUTS)
        weight = np.arange(np.prod(layout.shape), dtype=float).reshape(layout.shape)
        blocks = list(layout.recurrent_blocks(weight))
        for place, block in enumerate(blocks):
            np.testing.assert_array_equal(block, weight[place * HIDDEN : (place + 1) * HIDDEN, :HIDDEN])
        counts[name] = len(blocks)
    assert counts == {"tanh": 1, "gru": 3, "lstm": 4}


def test_gru_candidate_sees_the_input_in_one_block_and_the_state_in_the_other():
    free = Layout(load("gru"), HIDDEN, INPUTS).free
    assert free[: 2 * HIDDEN].all()
    of_state, of_input = free[2 * HIDDEN : 3 * HIDDEN], free[3 * HIDDEN :]
    assert of_state[:, :HIDDEN].all()
    assert not of_state[:, HIDDEN:-1].any()
    assert not of_input[:, :HIDDEN].any()
    assert of_input[:, HIDDEN:-1].all()
    assert free[:, -1].all()
