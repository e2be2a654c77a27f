"""Linear decoding of classes from a network's states, as far as they stand out of noise."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, State, Targets

RIDGE = 1e-8
"""Added to the diagonal of the states' Gram matrix, as a share of its mean."""

ReadOut = Float[Tensor, "network feature sequence"]

NOISE = 0.1
"""Standard deviation of the noise, over the spread that the states have when they are read out."""


def with_noise(states: State, read_out: ReadOut, generators: Sequence[np.random.Generator]) -> State:
    """The states of each network with Gaussian noise, independent from unit to unit, from a generator of its own.

    Its standard deviation is `NOISE` times the root mean square, over units and sequences, of the deviation of
    `read_out`, the states after the last step, from their mean over sequences. Without noise a decoder in float64
    undoes any attenuation; with it, what is a tenth as large as when it is read out is hardly told from noise, and a
    gate that lets through a hundredth hides it.
    """
    spread = read_out.var(2, correction=0).mean(1).sqrt()
    noise = np.stack([draw.standard_normal(states.shape[1:]) for draw in generators])
    return states + NOISE * spread[:, None, None] * torch.from_numpy(noise)


def decoding_accuracy(states: State, target: Targets, classes: int) -> PerNetwork:
    """Accuracy of the best linear classifier of states, fitted on the first half of the batch, judged on the second.

    Least squares on one-hot classes, with a bias (Hastie, Tibshirani & Friedman 2009, section 4.2); states are
    standardised unit by unit. NaN where states are not finite.
    """
    middle = states.shape[2] // 2
    centre, spread = states.mean(2, keepdim=True), states.std(2, keepdim=True)
    normal = (states - centre) / spread.clamp(min=torch.finfo(states.dtype).tiny)
    design = torch.cat([normal, torch.ones_like(normal[:, :1])], dim=1).transpose(1, 2)
    seen, held_out = design[:, :middle], design[:, middle:]
    wanted = torch.nn.functional.one_hot(target[:, :middle], classes).to(states.dtype)
    gram = seen.transpose(1, 2) @ seen
    ridge = RIDGE * gram.diagonal(dim1=1, dim2=2).mean(1)
    gram.diagonal(dim1=1, dim2=2).add_(ridge[:, None])
    readout = torch.linalg.solve(gram, seen.transpose(1, 2) @ wanted)
    right = (held_out @ readout).argmax(2) == target[:, middle:]
    finite = torch.isfinite(states).flatten(1).all(1)
    return torch.where(finite, right.to(states.dtype).mean(1), torch.nan)
