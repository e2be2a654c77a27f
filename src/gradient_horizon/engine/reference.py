"""The reference path: the same `step` on torch tensors, with automatic differentiation, in any precision.

It is the oracle of the compiled path, and the way for cells that combine different units.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import check_signature, named, take_step
from gradient_horizon.engine.layout import EPSILON, GAIN_AND_BIAS, Layout
from gradient_horizon.engine.share_terms import spread_of_terms

Weights = Float[Tensor, "network row column"]
States = tuple[Float[Tensor, "network unit batch"], ...]
Blocks = dict[str, Float[Tensor, "network unit batch"]]


def pre_activations(cell: Cell, weight: Weights, states: States, x: Tensor) -> Blocks:
    """The blocks of pre-activations of a step, by name, normalised if the cell is; `states` are those before it."""
    _, hidden, batch = states[0].shape
    seen = torch.cat([*states[: cell.multiplied], x, torch.ones_like(x[:, :1])], dim=1)
    products = (weight[:, :, : seen.shape[1]] @ seen).view(len(weight), -1, hidden, batch).unbind(1)
    blocks = {block.name: product for block, product in zip(cell.rows, products, strict=True)}
    if not cell.normalised:
        return blocks
    own = weight[:, :, -GAIN_AND_BIAS:].reshape(len(weight), -1, hidden, GAIN_AND_BIAS).unbind(1)
    return {
        block.name: blocks[block.name] if block.sees == "nothing" else _normalise(blocks[block.name], gain_and_bias)
        for block, gain_and_bias in zip(cell.rows, own, strict=True)
    }


def _normalise(values: Tensor, gain_and_bias: Tensor) -> Tensor:
    gain, bias = gain_and_bias[:, :, :1], gain_and_bias[:, :, 1:]
    centred = values - values.mean(1, keepdim=True)
    deviation: Tensor = (centred.square().mean(1, keepdim=True) + EPSILON).sqrt()
    return gain * centred / deviation + bias


def zero_states(cell: Cell, networks: int, hidden: int, batch: int, dtype: torch.dtype) -> States:
    """The states before the first step."""
    return tuple(torch.zeros(networks, hidden, batch, dtype=dtype) for _ in cell.state)


def run(
    cell: Cell,
    weights: Iterable[Weights],
    inputs: Float[Tensor, "time network feature batch"],
    start: States,
    change: Callable[[int, Blocks], Blocks] = lambda t, blocks: blocks,
) -> Iterator[States]:
    """The states after each step, with a weight for each; `change` may replace a step's pre-activations."""
    with named(cell):
        check_signature(cell)
    states = start
    for t, (weight, x) in enumerate(zip(weights, inputs, strict=False)):
        blocks = change(t, pre_activations(cell, weight, states, x))
        with named(cell):
            states = take_step(cell, {**blocks, **dict(zip(cell.state, states, strict=True))})
        yield states


@dataclass(frozen=True)
class Reference:
    """What a pass by automatic differentiation found, for each network; see `passes.Gradients`."""

    states: tuple[Float[Tensor, "instant network unit batch"], ...]
    weight: Weights
    state: Float[Tensor, "network state time"]
    shares: Float[Tensor, "network time"]
    share_spread: Float[Tensor, "network time"] | None
    full_state: Float[Tensor, "network time"]
    start: States


def differentiate(
    cell: Cell,
    weight: Weights,
    inputs: Float[Tensor, "time network feature batch"],
    gradient: Tensor,
    *,
    start: States | None = None,
    further: States = (),
    window: int | None = None,
) -> Reference:
    """Runs networks over sequences and back, from dL/dh of the last step or of every step, by autograd.

    Every step has a copy of the weight, so that the part of its gradient that the step contributes can be read.
    `further` are the gradients of the last further states. The result's `start` are those of the first states.
    """
    steps, networks, _, batch = inputs.shape
    layout = Layout(cell, weight.shape[1] // len(cell.rows), inputs.shape[2])
    with torch.enable_grad():
        weight = weight.detach().clone()
        if layout.free is not None:
            weight[:, ~torch.from_numpy(layout.free)] = 0
        copies = [weight.clone().requires_grad_() for _ in range(steps)]
        states = start or zero_states(cell, networks, layout.hidden, batch, weight.dtype)
        states = tuple(state.detach().clone().requires_grad_() for state in states)
        seen, blocks = [states], list[Blocks]()
        for t in range(steps):
            if window is not None and t > 0 and (steps - t) % window == 0:
                states = tuple(state.detach().requires_grad_() for state in states)
            (after,) = run(cell, copies[t : t + 1], inputs[t : t + 1], states, lambda _, of: _noted(of, blocks))
            states = tuple(_retained(state) for state in after)
            seen.append(states)
        outputs = [after[0] for after in seen[1:]]
        pulled = zip(gradient, outputs, strict=True) if gradient.ndim == 4 else ((gradient, outputs[-1]),)
        memories = zip(further, states[1:], strict=True) if further else ()
        sum((by * value).sum() for by, value in (*pulled, *memories)).backward()
    per_step = torch.stack([_gradient(copy) for copy in copies])
    if layout.free is not None:
        per_step[:, :, ~torch.from_numpy(layout.free)] = 0
    by_states = [torch.stack([_gradient(after[n]) for after in seen[1:]]) for n in range(len(cell.state))]
    shares = per_step.norm(dim=(2, 3)).T
    return Reference(
        states=tuple(torch.stack([after[n].detach() for after in seen]) for n in range(len(cell.state))),
        weight=per_step.sum(0),
        state=torch.stack([by.norm(dim=2).sum(2).T for by in by_states], dim=1),
        shares=shares,
        share_spread=None if cell.normalised else _share_spread(cell, inputs, seen, blocks, shares),
        full_state=torch.cat(by_states, dim=2).norm(dim=2).sum(2).T,
        start=tuple(_gradient(state) for state in seen[0]),
    )


def _noted(blocks: Blocks, noted: list[Blocks]) -> Blocks:
    """The blocks, which keep their gradients."""
    for block in blocks.values():
        block.retain_grad()
    noted.append(blocks)
    return blocks


def _share_spread(
    cell: Cell, inputs: Tensor, seen: Sequence[States], blocks: Sequence[Blocks], shares: Float[Tensor, "network time"]
) -> Float[Tensor, "network time"]:
    """From the squared norms of the terms, which are products of a block's gradient with what it sees."""
    squares = []
    for states, x, of_step in zip(seen, inputs, blocks, strict=False):
        *of_states, of_x = (values.detach().square().sum(1) for values in (*states, x))
        terms = [
            _gradient(of_step[block.name]).square().sum(1)
            * (1 + sum(of_states[: block.matrices(cell.multiplied)]) + block.sees_x * of_x)
            for block in cell.rows
        ]
        squares.append(torch.stack(terms).sum((0, 2)))
    spread = spread_of_terms(torch.stack(squares, dim=1).numpy(), shares.numpy(), inputs.shape[3])
    return torch.from_numpy(spread)


def _retained(state: Tensor) -> Tensor:
    """The state by itself, so that its gradient is that of what comes after, not of other parts of the same step."""
    state = state.clone() if state.requires_grad else state.detach().requires_grad_()
    state.retain_grad()
    return state


def _gradient(tensor: Tensor) -> Tensor:
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
