"""How the gradient of the loss at the last step spreads back over time."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, Targets, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import backward
from gradient_horizon.engine.tape import Tape
from gradient_horizon.training.losses import LOSSES

Readouts = Float[Tensor, "seed output hidden_and_bias"]


@dataclass(frozen=True)
class GradientFlow:
    """Measures of one set of networks, in float64.

    `profile[k]` is the batch mean of the norm of dL/dh_{T-k} (loss per hidden unit); `contribution[k]` the norm of
    step T-k's own share of the recurrent weight's gradient (loss per weight); `weight_gradient` the norm of their
    sum.
    """

    loss: PerNetwork
    profile: Float[Tensor, "lag seed"]
    contribution: Float[Tensor, "lag seed"]
    weight_gradient: PerNetwork


def gradient_flow(
    cell: Cell,
    recurrent: Weights,
    readout: Readouts,
    tape: Tape,
    target: Targets,
    loss: str,
    *,
    window: int | None,
    free: Tensor | None,
) -> GradientFlow:
    """Sends the loss's gradient back over a tape, after a forward pass, as far as the run's own window lets it."""
    output = torch.baddbmm(readout[:, :, -1:], readout[:, :, :-1], tape.h[-1])
    value, _, output_gradient = LOSSES[loss](output, target)
    through = torch.bmm(readout[:, :, :-1].transpose(1, 2), output_gradient)
    back = backward(cell, recurrent, tape, through, window=window, free=free, shares=True)
    assert back.shares is not None
    return GradientFlow(
        loss=value,
        profile=back.hidden.flip(0),
        contribution=back.shares.flip(0),
        weight_gradient=torch.linalg.vector_norm(back.weight, dim=(1, 2)),
    )
