"""Comparison of our cells with those of torch.nn: states step by step, and gradients by autograd."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, to_torch, torch_parameters
from gradient_horizon.engine.any_passes import PRECISIONS
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes
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
        for precision in PRECISIONS:
            for network in range(NETWORKS):
                yield compare(cell, precision, network)


def compare(name: str, precision: str, network: int) -> Equality:
    """Compares the states of every step and the gradient of the whole weight, by our engine and by torch.nn."""
    cell = registries.load(registries.CELLS, "cell", name)()
    layout = Layout(cell, HIDDEN, INPUTS)
    weight = initial_weights(layout, 1, (), length=STEPS, seed=network).recurrent.astype(precision)
    draw = generator(network, "equality")
    inputs = draw.standard_normal((STEPS, INPUTS, BATCH)).astype(precision)
    pull = draw.standard_normal((STEPS, HIDDEN, BATCH)).astype(precision)

    sizes = {"steps": STEPS, "hidden": HIDDEN, "inputs": INPUTS, "batch": BATCH}
    passes = Passes(cell, **sizes, precision=precision, every_step=True, segment=STEPS)
    passes.load(inputs)
    passes.forward(weight)
    states, gradient = passes.states()[0][1:], passes.backward(pull).weight

    ours = torch.from_numpy(weight).clone().requires_grad_()
    layer = to_torch(name, ours.detach(), HIDDEN)
    with torch.enable_grad():
        parameters = torch_parameters(name, ours, HIDDEN)
        expected, _ = torch.func.functional_call(layer, parameters, (torch.from_numpy(inputs).transpose(1, 2),))
        (expected.transpose(1, 2) * torch.from_numpy(pull)).sum().backward()
    assert ours.grad is not None
    wanted = expected.detach().transpose(1, 2).numpy()
    return Equality(name, precision, network, _difference(states, wanted), _difference(gradient, ours.grad.numpy()))


def _difference(ours: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(ours - wanted).max() / np.abs(wanted).max())
