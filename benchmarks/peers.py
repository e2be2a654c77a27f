"""Ours and what people train small recurrent networks with: forward and backward of several networks.

Every peer is made from the same weights and inputs, is called without arguments, and returns the norm of each
network's gradient of sum(h_T^2) with respect to all recurrent, input and bias weights, so that they can be held
against each other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from gradient_horizon import registries
from gradient_horizon.cells.interchange import to_torch
from gradient_horizon.engine.passes import backward, forward, make_tape

Peer = Callable[[], np.ndarray]


@dataclass(frozen=True)
class Size:
    """One benchmark's cell and sizes."""

    cell: str
    hidden: int
    seeds: int = 5
    length: int = 100
    batch: int = 32
    inputs: int = 2


@dataclass(frozen=True)
class Problem:
    """Weights [seed row column] and inputs [time seed feature batch] of a size, in our layout."""

    size: Size
    weight: torch.Tensor
    inputs: torch.Tensor


def make_problem(size: Size) -> Problem:
    """Weights as PyTorch draws them, and normal inputs."""
    draw = np.random.default_rng(0)
    layout = registries.load(registries.CELLS, "cell", size.cell)().layout(size.hidden, size.inputs)
    weight = draw.uniform(-(size.hidden**-0.5), size.hidden**-0.5, (size.seeds, *layout.shape))
    weight *= 1 if layout.free is None else layout.free
    inputs = draw.standard_normal((size.length, size.seeds, size.inputs, size.batch))
    return Problem(size, torch.from_numpy(weight).float(), torch.from_numpy(inputs).float())


def ours(problem: Problem) -> Peer:
    """All networks at once; the norms of dL/dh at every step come with the gradient."""
    size = problem.size
    cell = registries.load(registries.CELLS, "cell", size.cell)()
    free = cell.layout(size.hidden, size.inputs).free
    mask = None if free is None else torch.from_numpy(free).float()
    tape = make_tape(
        cell, steps=size.length, networks=size.seeds, hidden=size.hidden, inputs=size.inputs, batch=size.batch
    )

    def run() -> np.ndarray:
        tape.inputs.copy_(problem.inputs)
        last = forward(cell, problem.weight, tape)
        back = backward(cell, problem.weight, tape, last * 2, free=mask)
        return back.weight.flatten(1).norm(dim=1).numpy()

    return run


def torch_nn(problem: Problem) -> Peer:
    """One torch.nn layer after the other; no gradients of hidden states."""
    layers = [to_torch(problem.size.cell, weight, problem.size.hidden) for weight in problem.weight]
    inputs = [x.transpose(1, 2).contiguous() for x in problem.inputs.unbind(1)]

    def run() -> np.ndarray:
        for layer, x in zip(layers, inputs, strict=True):
            layer.zero_grad(set_to_none=True)
            layer(x)[0][-1].square().sum().backward()
        return np.array([_norm(layer) for layer in layers])

    return run


def torch_cells(problem: Problem) -> Peer:
    """One torch.nn cell after the other in a loop over time, h kept with retain_grad, its norms taken."""
    size = problem.size
    layers = [to_torch(size.cell, weight, size.hidden) for weight in problem.weight]
    inputs = [list(x.transpose(1, 2).contiguous().unbind(0)) for x in problem.inputs.unbind(1)]
    step = {
        "tanh": torch.rnn_tanh_cell,
        "relu": torch.rnn_relu_cell,
        "gru": torch.gru_cell,
        "lstm": torch.lstm_cell,
    }[size.cell]

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


def jax_scan(problem: Problem) -> Peer:
    """jit(vmap(grad(scan))) over all networks, the product with the inputs taken out of the scan; no hidden gradients.

    The first call compiles.
    """
    import jax
    import jax.numpy as jnp
    from jax.nn import sigmoid

    size = problem.size

    def tanh(state, pre, weight):
        h = jnp.tanh(pre + state[0] @ weight["recurrent"].T)
        return (h,), None

    def gru(state, pre, weight):
        product = state[0] @ weight["recurrent"].T + weight["second"]
        r, z = jnp.split(sigmoid(pre[:, : 2 * size.hidden] + product[:, : 2 * size.hidden]), 2, axis=1)
        n = jnp.tanh(pre[:, 2 * size.hidden :] + r * product[:, 2 * size.hidden :])
        return ((1 - z) * n + z * state[0],), None

    def lstm(state, pre, weight):
        i, f, g, o = jnp.split(pre + state[0] @ weight["recurrent"].T, 4, axis=1)
        c = sigmoid(f) * state[1] + sigmoid(i) * jnp.tanh(g)
        return (sigmoid(o) * jnp.tanh(c), c), None

    cell = {"tanh": tanh, "gru": gru, "lstm": lstm}[size.cell]

    def loss(weight, x):
        start = tuple(jnp.zeros((size.batch, size.hidden)) for _ in range(2 if size.cell == "lstm" else 1))
        pre = x @ weight["input"].T + weight["first"]
        state, _ = jax.lax.scan(lambda state, at: cell(state, at, weight), start, pre)
        return (state[0] ** 2).sum()

    gradient = jax.jit(jax.vmap(jax.grad(loss)))
    layers = [to_torch(size.cell, weight, size.hidden) for weight in problem.weight]
    names = {"input": "weight_ih_l0", "recurrent": "weight_hh_l0", "first": "bias_ih_l0", "second": "bias_hh_l0"}
    if size.cell != "gru":
        del names["second"]
    weights = {
        key: jnp.stack([getattr(layer, name).detach().numpy() for layer in layers]) for key, name in names.items()
    }
    inputs = jnp.asarray(problem.inputs.permute(1, 0, 3, 2).numpy())

    def run() -> np.ndarray:
        found = jax.block_until_ready(gradient(weights, inputs))
        first, n = np.square(np.asarray(found["first"])), slice(2 * size.hidden, None)
        squares = sum(np.square(np.asarray(found[key])).sum((1, 2)) for key in ("input", "recurrent")) + first.sum(1)
        if size.cell == "gru":
            squares = squares + np.square(np.asarray(found["second"]))[:, n].sum(1)
        return np.sqrt(squares)

    return run


def _norm(layer: torch.nn.RNNBase) -> float:
    """The norm of the gradient, each bias counted once, as in a network with one."""
    squares = layer.weight_ih_l0.grad.square().sum() + layer.weight_hh_l0.grad.square().sum()
    squares = squares + layer.bias_ih_l0.grad.square().sum()
    if isinstance(layer, torch.nn.GRU):
        squares = squares + layer.bias_hh_l0.grad[2 * layer.hidden_size :].square().sum()
    return float(squares.sqrt())


PEERS: dict[str, Callable[[Problem], Peer]] = {
    "ours": ours,
    "torch.nn": torch_nn,
    "JAX": jax_scan,
    "torch cells + retain_grad": torch_cells,
}
