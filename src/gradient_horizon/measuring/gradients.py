"""How the gradient of the loss at the last step spreads back over time."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.axes import PerNetwork, States, Targets, Weights
from gradient_horizon.cells.base import Cell
from gradient_horizon.losses import LOSSES
from gradient_horizon.tasks.base import Task
from gradient_horizon.unroll import backward, forward, make_tape


@dataclass(frozen=True)
class GradientFlow:
    """Measures of one set of networks, in float64.

    `profile[k]` is the batch mean of the norm of dL/dh_{T-k} (loss per hidden unit); `contribution[k]` the norm of
    step T-k's own share of the recurrent weight's gradient (loss per weight); `weight_gradient` the norm of their
    sum; `kept` the geometric mean of the gate that keeps the state, NaN for cells without one.
    """

    loss: PerNetwork
    profile: Float[Tensor, "lag seed"]
    contribution: Float[Tensor, "lag seed"]
    weight_gradient: PerNetwork
    kept: PerNetwork


def gradient_flow(
    cell: Cell,
    task: Task,
    recurrent: Weights,
    readout: Weights,
    inputs: States,
    target: Targets,
    *,
    window: int | None,
    free: Tensor | None,
) -> GradientFlow:
    """Sends the loss's gradient back through the given sequences, as far as the run's own window lets it."""
    steps, seeds, features, batch = inputs.shape
    hidden_size = recurrent.shape[2] - features - 1 - cell.own_columns
    tape = make_tape(
        cell, steps=steps, seeds=seeds, hidden=hidden_size, inputs=features, batch=batch, dtype=recurrent.dtype
    )
    tape.inputs.copy_(inputs)
    hidden = forward(cell, recurrent, tape)
    gates = [cell.keeping(tape, t) for t in range(steps)]
    kept = [gate.log().mean((1, 2)) for gate in gates if gate is not None]
    output = torch.baddbmm(readout[:, :, -1:], readout[:, :, :-1], hidden)
    loss, _, output_gradient = LOSSES[task.loss](output, target)
    through = torch.bmm(readout[:, :, :-1].transpose(1, 2), output_gradient)
    back = backward(cell, recurrent, tape, through, window=window, free=free, shares=True)
    assert back.shares is not None
    return GradientFlow(
        loss=loss,
        profile=back.hidden.flip(0),
        contribution=back.shares.flip(0),
        weight_gradient=torch.linalg.vector_norm(back.weight, dim=(1, 2)),
        kept=torch.stack(kept).mean(0).exp() if kept else torch.full_like(loss, torch.nan),
    )
