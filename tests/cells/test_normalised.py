import pytest
import torch
from torch.nn import functional

from gradient_horizon import registries
from gradient_horizon.cells.normalised import LayerNormalised
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import backward, forward, make_tape
from gradient_horizon.remedies.gate_bias import ForgetBias
from gradient_horizon.remedies.normalisation import LayerNormalisation
from gradient_horizon.training.loop import train
from gradient_horizon.training.outcome import RunStatus
from gradient_horizon.training.starts import initial_weights

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 5, 2, 6, 3, 4


def load(name: str) -> Cell:
    return registries.load(registries.CELLS, "cell", name)()


def problem(name):
    cell = LayerNormalised(load(name))
    layout = cell.layout(HIDDEN, INPUTS)
    draw = torch.Generator().manual_seed(0)
    free = torch.from_numpy(layout.free)
    weight = torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=torch.float64) * free
    tape = make_tape(
        cell, steps=STEPS, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64
    )
    tape.inputs.copy_(torch.randn(tape.inputs.shape, generator=draw, dtype=torch.float64))
    return cell, weight, free, tape


def plain_loop(name, weight, x):
    """The last hidden state of one network, with torch's own layer normalisation."""
    cell = load(name)
    states = tuple(torch.zeros(1, HIDDEN, BATCH, dtype=torch.float64) for _ in range(1 + cell.carries))
    product, gain, bias = weight[:, : HIDDEN + INPUTS], weight[:, -2], weight[:, -1]
    for at in x:
        pre = product @ torch.cat([states[0][0], at])
        blocks = []
        for block in range(cell.blocks):
            rows = slice(block * HIDDEN, (block + 1) * HIDDEN)
            normal = functional.layer_norm(pre[rows].T, (HIDDEN,), gain[rows], bias[rows]).T
            blocks.append(normal.unsqueeze(0))
        states = cell.step(tuple(blocks), states)
    return states[0][0]


@pytest.mark.parametrize("name", registries.CELLS)
def test_states_and_gradients_equal_autograd_through_torch_s_layer_norm(name):
    cell, weight, free, tape = problem(name)
    last = forward(cell, weight, tape)
    back = backward(cell, weight, tape, 2 * last, free=free, shares=True)
    for network in range(NETWORKS):
        own = weight[network].clone().requires_grad_()
        expected = plain_loop(name, own, tape.inputs[:, network])
        expected.square().sum().backward()
        torch.testing.assert_close(last[network], expected.detach(), rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(back.weight[network], own.grad * free, rtol=1e-9, atol=1e-9)


def test_shares_of_one_step_are_the_whole_gradient_with_gain_and_bias():
    cell, weight, free, tape = problem("lstm")
    last = forward(cell, weight, tape)
    back = backward(cell, weight, tape, 2 * last, free=free, shares=True, window=1)
    torch.testing.assert_close(back.shares[-1], back.weight.flatten(1).norm(dim=1), rtol=1e-12, atol=0)
    assert (back.weight[:, :, -2:].flatten(1).norm(dim=1) > 0).all()


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_gains_start_at_one_and_everything_else_as_without(name):
    plain = initial_weights(load(name).layout(HIDDEN, INPUTS), 2, (), length=5, seed=0).recurrent
    layout = LayerNormalised(load(name)).layout(HIDDEN, INPUTS)
    changed = initial_weights(layout, 2, (LayerNormalisation(),), length=5, seed=0).recurrent
    assert (changed[:, -2] == 1).all()
    assert (changed[:, -3] == 0).all()
    assert layout.parameters == load(name).layout(HIDDEN, INPUTS).parameters + len(plain)


def test_the_forget_bias_is_outside_the_normalisation():
    layout = LayerNormalised(load("lstm")).layout(HIDDEN, INPUTS)
    changes = (LayerNormalisation(), ForgetBias(bias=3))
    weight = initial_weights(layout, 2, changes, length=5, seed=0).recurrent
    assert (weight[layout.rows(layout.forget_gate_block), -1] == 3).all()


def test_a_normalised_network_learns(small_run):
    spec = small_run(changes=(("layer-normalisation", {}),), updates=600, learning_rates=(0.003,))
    assert [outcome.status for outcome in train(spec).outcomes] == [RunStatus.SOLVED]
