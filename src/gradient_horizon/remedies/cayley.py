"""Recurrent matrices that stay orthogonal during training, as functions of free parameters."""

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import Weights
from gradient_horizon.engine.layout import Layout


class Cayley:
    """W = (I - A)^-1 (I + A) W_0 with A = M - M^T, M free and zero at first (Helfrich, Willmott & Ye 2018).

    The optimiser changes M in place of each recurrent block W; the other entries of a weight are trained themselves.
    If W_0 is orthogonal, so is W after every update, up to rounding.
    """

    def __init__(self, weight: Weights, layout: Layout):
        """Takes W_0 from the weight of all networks, and replaces it there by M = 0."""
        self.hidden = layout.hidden
        self.places = tuple(layout.recurrent_rows())
        self.start = [weight[:, rows, : self.hidden].clone() for rows in self.places]
        for rows in self.places:
            weight[:, rows, : self.hidden] = 0

    def weight(self, parameters: Weights) -> Weights:
        """The recurrent weight, given the optimiser's parameters."""
        weight = parameters.clone()
        for rows, start in zip(self.places, self.start, strict=True):
            rotation, _ = _cayley(parameters[:, rows, : self.hidden])
            weight[:, rows, : self.hidden] = rotation @ start
        return weight

    def pull_back(self, gradient: Weights, parameters: Weights) -> None:
        """Turns the gradient with respect to the weight into that with respect to the parameters, in place."""
        for rows, start in zip(self.places, self.start, strict=True):
            rotation, left = _cayley(parameters[:, rows, : self.hidden])
            by_rotation = gradient[:, rows, : self.hidden] @ start.mT
            identity = torch.eye(self.hidden, dtype=gradient.dtype)
            by_skew = torch.linalg.solve(left.mT, by_rotation @ (rotation + identity).mT)
            gradient[:, rows, : self.hidden] = by_skew - by_skew.mT

    def restrict(self, networks: Tensor) -> None:
        """Drops all networks but these."""
        self.start = [start[networks] for start in self.start]


def _cayley(free: Float[Tensor, "network row row"]) -> tuple[Tensor, Tensor]:
    """(I - A)^-1 (I + A), and I - A, for A = M - M^T."""
    skew = free - free.mT
    identity = torch.eye(free.shape[1], dtype=free.dtype)
    return torch.linalg.solve(identity - skew, identity + skew), identity - skew
