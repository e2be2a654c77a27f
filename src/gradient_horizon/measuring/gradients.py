"""The gradient of the loss at the last step, step by step back in time."""

from collections.abc import Sequence
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

    `profile[k]` is the batch mean of the norm of dL/ds_{T-k}, s being the full state, all that a step hands to the next
    (loss per unit of s); `hidden_profile[k]` that of dL/dh_{T-k} with the further states held (loss per hidden unit).
    `contribution[k]` is the norm of the part of the recurrent weight's gradient that step T-k contributes (loss per
    weight), `signal_to_noise[k]` the same over the root mean squared distance of single sequences' parts from their
    mean: about 1 / sqrt(sequences) where these point nowhere in common, NaN beyond the window and for layer-normalised
    cells. `weight_gradient` is the norm of the sum of these parts.
    """

    loss: PerNetwork
    profile: Float[Tensor, "lag network"]
    hidden_profile: Float[Tensor, "lag network"]
    contribution: Float[Tensor, "lag network"]
    signal_to_noise: Float[Tensor, "lag network"]
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
    contribution = _per_lag([of.shares for of in back])
    return GradientFlow(
        loss=loss,
        profile=_per_lag([of.full_state for of in back]),
        hidden_profile=_per_lag([of.hidden for of in back]),
        contribution=contribution,
        signal_to_noise=contribution / _per_lag([of.share_spread for of in back]),
        weight_gradient=torch.stack([torch.linalg.vector_norm(torch.from_numpy(of.weight)) for of in back]),
    )


def _per_lag(per_step: Sequence[Float[np.ndarray, " time"] | None]) -> Float[Tensor, "lag network"]:
    """NaN where a measure does not exist."""
    columns = [np.full(1, np.nan) if values is None else values for values in per_step]
    return torch.from_numpy(np.stack(columns, axis=1)).flip(0)
