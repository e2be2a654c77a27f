"""Recurrent matrices that stay orthogonal during training, as functions of free parameters."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.numerics import multiply, solve

Weights = Float[np.ndarray, "network row column"]
Matrix = Float[np.ndarray, "row column"]


class Cayley:
    """W = (I - A)^-1 (I + A) W_0 with A = M - M^T, M free and zero at first (Helfrich, Willmott & Ye 2018).

    The optimiser changes M in place of each recurrent block W; the other entries of a weight are trained themselves.
    If W_0 is orthogonal, so is W after every update, up to rounding.
    """

    def __init__(self, weight: Weights, layout: Layout):
        """Takes W_0 from the weight of all networks, and replaces it there by M = 0."""
        self.hidden = layout.hidden
        self.places = tuple(layout.recurrent_rows())
        self.start = [weight[:, rows, : self.hidden].copy() for rows in self.places]
        for rows in self.places:
            weight[:, rows, : self.hidden] = 0

    def weight(self, parameters: Weights) -> Weights:
        """The recurrent weight, given the optimiser's parameters."""
        weight = parameters.copy()
        for rows, start in zip(self.places, self.start, strict=True):
            for network, free in enumerate(parameters[:, rows, : self.hidden]):
                weight[network, rows, : self.hidden] = multiply(_rotation(free)[0], start[network])
        return weight

    def pull_back(self, gradient: Weights, parameters: Weights) -> Weights:
        """The gradient with respect to the parameters from that with respect to the weight."""
        pulled = gradient.copy()
        identity = np.eye(self.hidden, dtype=gradient.dtype)
        for rows, start in zip(self.places, self.start, strict=True):
            for network, free in enumerate(parameters[:, rows, : self.hidden]):
                rotation, left = _rotation(free)
                by_rotation = multiply(gradient[network, rows, : self.hidden], start[network].T)
                by_skew = solve(left.T, multiply(by_rotation, (rotation + identity).T))
                pulled[network, rows, : self.hidden] = by_skew - by_skew.T
        return pulled

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""
        self.start = [start[networks] for start in self.start]


def _rotation(free: Matrix) -> tuple[Matrix, Matrix]:
    """(I - A)^-1 (I + A), and I - A, for A = M - M^T."""
    skew = free - free.T
    identity = np.eye(len(free), dtype=free.dtype)
    return solve(identity - skew, identity + skew), identity - skew
