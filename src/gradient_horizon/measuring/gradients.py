"""The gradient of the loss at the last step, step by step back in time."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import run_each


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


def gradient_flow(networks: Networks, *, window: int | None) -> GradientFlow:
    """Sends the gradient of the loss at the last step back to the first, as far as the run's own window lets it.

    `window` as for `Passes.backward`. Norms whose squares exceed the largest number are infinite.
    """
    loss, _, output_gradient = networks.judge(networks.recording.last)
    through = torch.bmm(networks.readout[:, :, :-1].transpose(1, 2), output_gradient).numpy()
    runs = run_each(networks.cell, networks.weight, networks.recording.inputs)
    with np.errstate(over="ignore", invalid="ignore"):
        back = [passes.backward(by_h, window=window, shares=True) for by_h, passes in zip(through, runs, strict=True)]
    return GradientFlow(
        loss=loss,
        profile=_per_lag([of.hidden for of in back]),
        contribution=_per_lag([of.shares for of in back if of.shares is not None]),
        weight_gradient=torch.stack([torch.linalg.vector_norm(torch.from_numpy(of.weight)) for of in back]),
    )


def _per_lag(per_step: list[Float[np.ndarray, " time"]]) -> Float[Tensor, "lag network"]:
    return torch.from_numpy(np.stack(per_step, axis=1)).flip(0)
