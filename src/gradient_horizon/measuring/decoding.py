"""Linear decoding of classes from a network's states."""

import torch

from gradient_horizon.engine.axes import PerNetwork, State, Targets

RIDGE = 1e-8
"""Added to the diagonal of the states' Gram matrix, as a share of its mean."""


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
