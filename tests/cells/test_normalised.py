"""Layer normalisation of any cell's blocks, against torch's own."""

from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch.nn import functional

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes
from gradient_horizon.remedies.gate_bias import ForgetBias
from gradient_horizon.remedies.normalisation import LayerNormalisation
from gradient_horizon.training.loop import train
from gradient_horizon.training.outcome import RunStatus
from gradient_horizon.training.starts import initial_weights

STEPS, HIDDEN, INPUTS, BATCH = 5, 6, 3, 5


def load(name: str, *, normalised: bool) -> Cell:
    cell = registries.load(registries.CELLS, "cell", name)()
    cell.normalised = normalised
    return cell


class Problem(NamedTuple):
    """Passes of a normalised cell with sequences loaded, a weight, and the sequences."""

    cell: Cell
    passes: Passes
    weight: np.ndarray
    inputs: np.ndarray


def problem(name: str) -> Problem:
    cell = load(name, normalised=True)
    sizes = {"steps": STEPS, "hidden": HIDDEN, "inputs": INPUTS, "batch": BATCH}
    passes = Passes(cell, **sizes, precision="float64")
    draw = np.random.default_rng(0)
    weight = draw.normal(size=passes.layout.shape) * passes.layout.free
    inputs = draw.normal(size=(STEPS, INPUTS, BATCH))
    passes.load(inputs)
    return Problem(cell, passes, weight, inputs)


def plain_loop(cell: Cell, weight: torch.Tensor, inputs: np.ndarray) -> torch.Tensor:
    """The last hidden state, with torch's own layer normalisation; parameters of units are not normalised."""
    states = tuple(torch.zeros(HIDDEN, BATCH, dtype=torch.float64) for _ in cell.state)
    for x in torch.from_numpy(inputs):
        given = dict(zip(cell.state, states, strict=True))
        for block, rows in zip(cell.rows, weight.split(HIDDEN), strict=True):
            seen = torch.cat([*states[: cell.multiplied], x])
            product = rows[:, : len(seen)] @ seen
            gain, bias = rows[:, -2], rows[:, -1]
            is_parameter = block.name in [parameter.name for parameter in cell.parameters]
            given[block.name] = (
                rows[:, len(seen), None].expand(HIDDEN, BATCH)
                if is_parameter
                else functional.layer_norm(product.T, (HIDDEN,), gain, bias).T
            )
        after = cell.step(**given)
        states = after if isinstance(after, tuple) else (after,)
    return states[0]


@pytest.mark.parametrize("name", registries.CELLS)
def test_states_and_gradients_equal_autograd_through_torch_s_layer_norm(name):
    cell, passes, weight, inputs = problem(name)
    last = passes.forward(weight)
    found = passes.backward(2 * last)
    own = torch.from_numpy(weight).requires_grad_()
    expected = plain_loop(cell, own, inputs)
    expected.square().sum().backward()
    np.testing.assert_allclose(last, expected.detach().numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.weight, own.grad.numpy() * passes.layout.free, rtol=1e-9, atol=1e-9)


def test_shares_of_one_step_are_the_whole_gradient_with_gain_and_bias():
    _, passes, weight, _ = problem("lstm")
    found = passes.backward(2 * passes.forward(weight), shares=True, window=1)
    np.testing.assert_allclose(found.shares[-1], np.linalg.norm(found.weight), rtol=1e-12)
    assert np.linalg.norm(found.weight[:, -2]) > 0
    assert np.linalg.norm(found.weight[:, -1]) > 0


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_gain_and_a_bias_take_the_place_of_every_block_s_bias(name):
    cell = load(name, normalised=True)
    normalised, plain = Layout(cell, HIDDEN, INPUTS), Layout(load(name, normalised=False), HIDDEN, INPUTS)
    assert normalised.parameters == plain.parameters + HIDDEN * len(cell.blocks)


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_gains_start_at_one_and_everything_else_as_without(name):
    layout = Layout(load(name, normalised=True), HIDDEN, INPUTS)
    changed = initial_weights(layout, 2, (LayerNormalisation(),), length=5, seed=0).recurrent
    assert (changed[:, -2] == 1).all()
    assert (changed[:, -3] == 0).all()


def test_the_forget_bias_is_outside_the_normalisation():
    layout = Layout(load("lstm", normalised=True), HIDDEN, INPUTS)
    weight = initial_weights(layout, 2, (LayerNormalisation(), ForgetBias(bias=3)), length=5, seed=0).recurrent
    assert (weight[layout.gate_rows("keep"), -1] == 3).all()


def test_a_normalised_network_learns(small_run):
    spec = small_run(changes=(("layer-normalisation", {}),), updates=600, learning_rates=(0.003,))
    assert [outcome.status for outcome in train(spec).outcomes] == [RunStatus.SOLVED]
