"""The gradient of the loss at the last step, step by step back in time."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork
from gradient_horizon.engine.passes import backward
from gradient_horizon.measuring.networks import Networks


@dataclass(frozen=True)
class GradientFlow:
    """Loss and gradient norms of networks at one stage.

    `profile[k]` is the batch mean of the norm of dL/dh_{T-k} (loss per hidden unit); `contribution[k]` the norm of the
    part of the recurrent weight's gradient that step T-k contributes (loss per weight); `weight_gradient` the norm of
    the sum of these parts.
    """

    loss: PerNetwork
    profile: Float[Tensor, "lag network"]
    contribution: Float[Tensor, "lag network"]
    weight_gradient: PerNetwork


def gradient_flow(networks: Networks, *, window: int | None, free: Tensor | None) -> GradientFlow:
    """Sends the gradient of the loss at the last step back over the tape, as far as the run's own window lets it.

    `window` and `free` as for `backward`.
    """
    loss, _, output_gradient = networks.judge(networks.tape.h[-1])
    through = torch.bmm(networks.readout[:, :, :-1].transpose(1, 2), output_gradient)
    back = backward(networks.cell, networks.weight, networks.tape, through, window=window, free=free, shares=True)
    assert back.shares is not None
    return GradientFlow(
        loss=loss,
        profile=back.hidden.flip(0),
        contribution=back.shares.flip(0),
        weight_gradient=torch.linalg.vector_norm(back.weight, dim=(1, 2)),
    )
