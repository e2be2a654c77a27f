"""One update of all networks that are training."""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from jaxtyping import Bool
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, PerStep
from gradient_horizon.tasks.base import Batch
from gradient_horizon.training.batch_pass import BatchPass
from gradient_horizon.training.losses import LOSSES
from gradient_horizon.training.norms import norm_per_network
from gradient_horizon.training.outcome import DIVERGENCE_RATIO
from gradient_horizon.training.population import Population


class Step(NamedTuple):
    """What an update leaves for the record, and which networks it made diverge.

    `gradient_norm` is that of the whole gradient, `limited_gradient_norm` the same after clipping; `update_ratio` is
    the norm of the change of the parameters over their norm before.
    """

    loss: PerNetwork
    gradient_norm: PerNetwork
    limited_gradient_norm: PerNetwork
    update_ratio: PerNetwork
    hidden_gradient: PerStep
    diverged: Bool[Tensor, " network"]


def take_step(population: Population, passes: BatchPass, batches: Mapping[int, Batch]) -> Step:
    """Updates every network on the batch of its seed."""
    hidden, target = passes.forward(batches)
    readout = population.readout
    loss, _, output_gradient = LOSSES[population.task.loss](torch.bmm(readout, hidden), target)
    readout_gradient = torch.bmm(output_gradient, hidden.transpose(1, 2))
    back = passes.backward(torch.bmm(readout[:, :, :-1].transpose(1, 2), output_gradient))
    population.pull_back(back.weight)
    gradients = (back.weight, readout_gradient)
    norm = norm_per_network(gradients)
    for change in population.changes:
        change.limit(gradients, norm)
    limited = norm_per_network(gradients)
    before = population.weight, readout.clone()
    population.descend(gradients)
    after = population.weight, population.readout
    moved = norm_per_network([new - old for new, old in zip(after, before, strict=True)])
    finite = torch.isfinite(loss) & torch.isfinite(norm)
    return Step(
        loss=loss,
        gradient_norm=norm,
        limited_gradient_norm=limited,
        update_ratio=moved / norm_per_network(before),
        hidden_gradient=back.hidden,
        diverged=~finite | ~(norm_per_network(after) <= DIVERGENCE_RATIO * population.initial_norm),
    )
