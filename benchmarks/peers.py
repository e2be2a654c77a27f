"""Ours and PyTorch's: forward and backward pass of several networks.

Every peer is made from the same weights and inputs, is called without arguments, and returns the norm of each
network's gradient of sum(h_T^2) with respect to all recurrent, input and bias weights, so that they can be held
against each other.
"""

from collections.abc import Callable

import numpy as np
import torch
from problem import Problem, make_cell

from gradient_horizon.cells.interchange import to_torch
from gradient_horizon.engine.make_passes import make_passes

Peer = Callable[[], np.ndarray]


def ours(problem: Problem) -> Peer:
    """One network after another on one tape; the norms of dL/dh at every step come with the gradient."""
    size = problem.size
    passes = make_passes(
        make_cell(size.cell), steps=size.length, hidden=size.hidden, inputs=size.inputs, batch=size.batch
    )

    def run() -> np.ndarray:
        norms = []
        for weight, inputs in zip(problem.weight, problem.inputs, strict=True):
            passes.load(inputs)
            last = passes.forward(weight)
            norms.append(np.linalg.norm(passes.backward(2 * last).weight))
        return np.array(norms)

    return run


def torch_nn(problem: Problem) -> Peer:
    """One torch.nn layer after the other; no gradients of hidden states."""
    layers, inputs = torch_layers(problem), _sequences_first(problem)

    def run() -> np.ndarray:
        for layer, x in zip(layers, inputs, strict=True):
            layer.zero_grad(set_to_none=True)
            layer(x)[0][-1].square().sum().backward()
        return np.array([_norm(layer) for layer in layers])

    return run


def torch_cells(problem: Problem) -> Peer:
    """One torch.nn cell after the other in a loop over time, h kept with retain_grad, its norms taken."""
    size = problem.size
    layers = torch_layers(problem)
    inputs = [list(x.unbind(0)) for x in _sequences_first(problem)]
    step = {"tanh": torch.rnn_tanh_cell, "gru": torch.gru_cell, "lstm": torch.lstm_cell}[size.cell]

    def run() -> np.ndarray:
        for layer, xs in zip(layers, inputs, strict=True):
            layer.zero_grad(set_to_none=True)
            weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
            h = c = torch.zeros(size.batch, size.hidden)
            states = []
            for x in xs:
                if size.cell == "lstm":
                    h, c = step(x, (h, c), *weights)
                else:
                    h = step(x, h, *weights)
                h.retain_grad()
                states.append(h)
            h.square().sum().backward()
            torch.stack([state.grad.norm(dim=1).mean() for state in states])
        return np.array([_norm(layer) for layer in layers])

    return run


def torch_layers(problem: Problem) -> list[torch.nn.RNNBase]:
    """Torch's layer of every network."""
    return [to_torch(problem.size.cell, torch.from_numpy(weight), problem.size.hidden) for weight in problem.weight]


def _sequences_first(problem: Problem) -> list[torch.Tensor]:
    """The inputs of every network as torch's layers want them [time batch feature]."""
    return [torch.from_numpy(x).transpose(1, 2).contiguous() for x in problem.inputs]


def _norm(layer: torch.nn.RNNBase) -> float:
    """The norm of the gradient, each bias counted once, as in a network with one."""
    squares = layer.weight_ih_l0.grad.square().sum() + layer.weight_hh_l0.grad.square().sum()
    squares = squares + layer.bias_ih_l0.grad.square().sum()
    if isinstance(layer, torch.nn.GRU):
        squares = squares + layer.bias_hh_l0.grad[2 * layer.hidden_size :].square().sum()
    return float(squares.sqrt())
