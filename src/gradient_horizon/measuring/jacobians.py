"""Jacobians of the full state s = (h, further states) from step to step."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import States, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import take_step
from gradient_horizon.engine.reference import pre_activations
from gradient_horizon.measuring.recording import Recording, run_each

Jacobians = Float[Tensor, "time network batch after before"]
Inputs = Float[Tensor, "network input sequence"]
Before = Float[Tensor, "network unit sequence"]


def state_jacobians(
    cell: Cell, weight: Weights, recording: Recording, *, steps: int | None = None, sequences: int | None = None
) -> Jacobians:
    """ds_{t+1}/ds_t at the states of a recording; on both axes, further states come after h.

    Of the last `steps` steps and the first `sequences` sequences; None: of all. All steps become sequences of one step.
    """
    first = 0 if steps is None else max(recording.steps - steps, 0)
    inputs = recording.inputs[first:, ..., :sequences]
    start = tuple(state[first:-1, ..., :sequences] for state in recording.states)
    time, networks, hidden, batch = start[0].shape
    size = len(start) * hidden
    jacobians = inputs.new_zeros(time, networks, batch, size, size)
    fill = _fill_row_by_row if cell.mixes_units or cell.normalised else _fill_from_slopes
    fill(jacobians, cell, weight, _as_sequences(inputs), tuple(_as_sequences(state) for state in start))
    return jacobians


def _fill_from_slopes(
    jacobians: Jacobians, cell: Cell, weight: Weights, inputs: Inputs, start: tuple[Before, ...]
) -> None:
    """Of a cell whose units see each other through the weight alone: slopes of each unit's step, times the weight."""
    time, networks, batch, _, _ = jacobians.shape
    hidden = start[0].shape[1]
    given = pre_activations(cell, weight, start, inputs) | dict(zip(cell.state, start, strict=True))
    given = {name: values.detach().requires_grad_() for name, values in given.items()}
    with torch.enable_grad():
        total = [state.sum((0, 1, 2)) for state in take_step(cell, given)]
    for into, of_state in zip(torch.split(jacobians, hidden, dim=3), total, strict=True):
        gradients = torch.autograd.grad(
            of_state, list(given.values()), retain_graph=True, allow_unused=True, materialize_grads=True
        )
        slopes = {
            name: by.reshape(networks, hidden, time, batch).permute(2, 0, 3, 1)
            for name, by in zip(given, gradients, strict=True)
        }
        by_states = torch.split(into, hidden, dim=4)
        for block, rows in zip(cell.rows, torch.split(weight, hidden, dim=1), strict=True):
            matrices = torch.split(rows, hidden, dim=2)[: block.matrices(cell.multiplied)]
            for before, matrix in zip(by_states, matrices, strict=False):
                before.addcmul_(slopes[block.name].unsqueeze(-1), matrix.unsqueeze(1))
        for before, name in zip(by_states, cell.state, strict=True):
            before.diagonal(dim1=3, dim2=4).add_(slopes[name])


def _fill_row_by_row(
    jacobians: Jacobians, cell: Cell, weight: Weights, inputs: Inputs, start: tuple[Before, ...]
) -> None:
    """Of any cell: the gradient of each unit of the state after the step is sent back in turn."""
    time, _, batch, size, _ = jacobians.shape
    pull = np.zeros((len(start), size // len(start), time * batch))
    for network, passes in enumerate(run_each(cell, weight, inputs.unsqueeze(0), start)):
        for row in range(size):
            unit = divmod(row, pull.shape[1])
            pull[unit] = 1
            passes.backward(pull[0], further=tuple(pull[1:]))
            pull[unit] = 0
            back = torch.from_numpy(np.concatenate(passes.start_gradient()))
            jacobians[:, network, :, row] = back.view(size, time, batch).permute(1, 2, 0)


def _as_sequences(values: States) -> Float[Tensor, "network feature sequence"]:
    """All steps of all sequences as sequences."""
    return values.permute(1, 2, 0, 3).flatten(2)
