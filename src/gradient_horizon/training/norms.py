"""Norms over all parameters of a network."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork


def norm_per_network(tensors: Sequence[Tensor]) -> PerNetwork:
    """The Euclidean norm over all entries of these tensors [network row column], network by network.

    Not the norm of their norms: torch's vector norm rounds differently with the number of networks in the tensor.
    """
    squares = [torch.linalg.vector_norm(tensor, dim=(1, 2)).square() for tensor in tensors]
    return torch.stack(squares).sum(0).sqrt()
