"""Comparison of our cells with those of torch.nn: states step by step, and gradients by autograd."""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, to_torch, torch_parameters
from gradient_horizon.engine.passes import backward, forward, make_tape
from gradient_horizon.engine.precision import DTYPES
from gradient_horizon.seeding import generator
from gradient_horizon.training.starts import initial_weights

STEPS, HIDDEN, INPUTS, BATCH, NETWORKS = 50, 32, 10, 32, 5


class Equality(NamedTuple):
    """One network: the largest difference from torch.nn over the largest value, of hidden states and of gradients."""

    cell: str
    precision: str
    network: int
    states: float
    gradients: float


def measure_equality() -> Iterator[Equality]:
    """Comparisons with PyTorch's default weights, normal inputs and a loss of every hidden state."""
    torch.set_num_threads(1)
    for cell in LAYERS:
        for precision, dtype in DTYPES.items():
            for network in range(NETWORKS):
                yield compare(cell, precision, network, dtype)


def compare(name: str, precision: str, network: int, dtype: torch.dtype) -> Equality:
    """Compares the states of every step and the gradient of the whole weight, by our engine and by torch.nn."""
    cell = registries.load(registries.CELLS, "cell", name)()
    layout = cell.layout(HIDDEN, INPUTS)
    weights = initial_weights(layout, 1, (), length=STEPS, seed=network)
    weight = torch.from_numpy(weights.recurrent).to(dtype)
    draw = generator(network, "equality")
    inputs = torch.from_numpy(draw.standard_normal((STEPS, INPUTS, BATCH))).to(dtype)
    pull = torch.from_numpy(draw.standard_normal((STEPS, HIDDEN, BATCH))).to(dtype)

    tape = make_tape(cell, steps=STEPS, networks=1, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=dtype)
    tape.inputs.copy_(inputs.unsqueeze(1))
    forward(cell, weight.unsqueeze(0), tape)
    states = torch.stack(tape.h[1:])[:, 0]
    gradient = backward(cell, weight.unsqueeze(0), tape, pull.unsqueeze(1), free=layout.mask(dtype)).weight[0]

    ours = weight.clone().requires_grad_()
    layer = to_torch(name, weight, HIDDEN)
    with torch.enable_grad():
        parameters = torch_parameters(name, ours, HIDDEN)
        expected, _ = torch.func.functional_call(layer, parameters, (inputs.transpose(1, 2),))
        (expected.transpose(1, 2) * pull).sum().backward()
    assert ours.grad is not None
    wanted = expected.detach().transpose(1, 2)
    return Equality(name, precision, network, _difference(states, wanted), _difference(gradient, ours.grad))


def _difference(ours: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((ours - wanted).abs().max() / wanted.abs().max())
