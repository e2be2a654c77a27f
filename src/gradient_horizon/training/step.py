"""One update of all networks that are training."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from gradient_horizon.engine.numerics import norm_per_network
from gradient_horizon.tasks.base import Batch
from gradient_horizon.training.batch_pass import BatchPass
from gradient_horizon.training.outcome import DIVERGENCE_RATIO
from gradient_horizon.training.population import Population

PerNetwork = Float[np.ndarray, " network"]


class Step(NamedTuple):
    """What an update leaves for the record, and which networks it made diverge.

    `gradient_norm` is that of the whole gradient, `limited_gradient_norm` the same after clipping; `update_ratio` is
    the norm of the change of the parameters over their norm before.
    """

    loss: PerNetwork
    gradient_norm: PerNetwork
    limited_gradient_norm: PerNetwork
    update_ratio: PerNetwork
    hidden_gradient: Float[np.ndarray, "network time"]
    diverged: Bool[np.ndarray, " network"]


def take_step(population: Population, passes: BatchPass, batches: Mapping[int, Batch]) -> Step:
    """Updates every network on the batch of its seed; numbers that overflow are what divergence is found by."""
    with np.errstate(all="ignore"):
        found = passes.differentiate(batches)
        gradients = (population.pull_back(found.by_weight), found.by_readout)
        norm = norm_per_network(gradients)
        for change in population.changes:
            change.limit(gradients, norm)
        limited = norm_per_network(gradients)
        before, norm_before = (population.weight.copy(), population.readout.copy()), population.norm
        population.descend(gradients)
        after = population.weight, population.readout
        moved = norm_per_network([new - old for new, old in zip(after, before, strict=True)])
        finite = np.isfinite(found.loss) & np.isfinite(norm)
        return Step(
            loss=found.loss,
            gradient_norm=norm,
            limited_gradient_norm=limited,
            update_ratio=moved / norm_before,
            hidden_gradient=found.hidden,
            diverged=~finite | ~(population.norm <= DIVERGENCE_RATIO * population.initial_norm),
        )
