"""Memory capacity: how well past random inputs can be read from a network's state, lag by lag."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, States, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.measuring.recording import record

AMPLITUDE = 0.5
"""The drive is uniform in [-AMPLITUDE, AMPLITUDE], as in Jaeger (2002)."""

SEQUENCES = 8
STEPS = 500
"""Steps of each sequence that are used: to fit read-outs (first half of the sequences) or to judge them (second)."""

RIDGE = 1e-10
"""Added to the diagonal of the states' Gram matrix, as a share of its mean."""


class MemoryCapacity(NamedTuple):
    """Squared correlations of the drive u_{t-k} with its best linear read-out from h_t, k = 0 included.

    `recalled` are the squared correlations, chance included. `chance` (steps) is their sum over lags for a drive that
    the network never saw; `capacity` (steps) is their sum minus `chance`, at most the number of units.
    """

    capacity: PerNetwork
    chance: PerNetwork
    recalled: Float[Tensor, "lag network"]


def memory_capacity(
    cell: Cell,
    weight: Weights,
    *,
    inputs: int,
    channel: int,
    lags: int,
    generator: np.random.Generator,
) -> MemoryCapacity:
    """Jaeger's (2002) memory capacity over lags 0 to `lags` - 1, driven on one of `inputs` channels, the others silent.

    All networks see the same drive. Read-outs with a bias are fitted by least squares on half of the sequences and
    judged on the other half. NaN for networks that leave the finite numbers.
    """
    steps, count = lags + STEPS, SEQUENCES
    drive, unseen = (
        torch.from_numpy(generator.uniform(-AMPLITUDE, AMPLITUDE, (steps, count))).to(weight.dtype) for _ in range(2)
    )
    driven = drive.new_zeros(steps, 1, inputs, count)
    driven[:, 0, channel] = drive
    states = record(cell, weight, driven.expand(-1, len(weight), -1, -1)).hidden[lags:]
    both = squared_correlations(states, torch.cat([_delayed(signal, lags) for signal in (drive, unseen)]))
    recalled, chance = both[:lags], both[lags:]
    return MemoryCapacity((recalled - chance).sum(0), chance.sum(0), recalled)


def _delayed(signal: Float[Tensor, "time batch"], lags: int) -> Float[Tensor, "lag late_time batch"]:
    """The signal `lag` steps ago, at each step past the first `lags`."""
    return torch.stack([signal[lags - lag : len(signal) - lag] for lag in range(lags)])


def squared_correlations(
    states: States, targets: Float[Tensor, "target time batch"]
) -> Float[Tensor, "target network"]:
    """Squared correlation of each target with its best linear read-out from the states.

    Read-outs are fitted on the first half of the batch, correlations taken on the second. 0 for a read-out that does
    not vary; NaN where states are not finite.
    """
    middle = states.shape[3] // 2
    design = torch.cat([states, torch.ones_like(states[:, :, :1])], dim=2)
    seen, held_out = (part.permute(1, 0, 3, 2).flatten(1, 2) for part in design.tensor_split([middle], dim=3))
    wanted, truth = (part.flatten(1).T for part in targets.tensor_split([middle], dim=2))
    gram = seen.transpose(1, 2) @ seen
    ridge = RIDGE * gram.diagonal(dim1=1, dim2=2).mean(1)
    gram.diagonal(dim1=1, dim2=2).add_(ridge[:, None])
    readout = torch.linalg.solve(gram, seen.transpose(1, 2) @ wanted)
    answer = held_out @ readout
    answer = answer - answer.mean(1, keepdim=True)
    truth = truth - truth.mean(0)
    along, lengths = (answer * truth).sum(1).square(), answer.square().sum(1) * truth.square().sum(0)
    return torch.where(lengths == 0, 0, along / lengths).T
