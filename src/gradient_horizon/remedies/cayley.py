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
        self.places = tuple((slice(None), *place) for place in layout.recurrent_places())
        self.start = [weight[place].copy() for place in self.places]
        for place in self.places:
            weight[place] = 0

    def weight(self, parameters: Weights) -> Weights:
        """The recurrent weight, given the optimiser's parameters."""
        weight = parameters.copy()
        for place, start in zip(self.places, self.start, strict=True):
            for into, free, first in zip(weight[place], parameters[place], start, strict=True):
                into[:] = multiply(_rotation(free)[0], first)
        return weight

    def pull_back(self, gradient: Weights, parameters: Weights) -> Weights:
        """The gradient with respect to the parameters from that with respect to the weight."""
        pulled = gradient.copy()
        identity = np.eye(self.hidden, dtype=gradient.dtype)
        for place, start in zip(self.places, self.start, strict=True):
            for into, by, free, first in zip(pulled[place], gradient[place], parameters[place], start, strict=True):
                rotation, left = _rotation(free)
                by_skew = solve(left.T, multiply(multiply(by, first.T), (rotation + identity).T))
                into[:] = by_skew - by_skew.T
        return pulled

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""
        self.start = [start[networks] for start in self.start]


def _rotation(free: Matrix) -> tuple[Matrix, Matrix]:
    """(I - A)^-1 (I + A), and I - A, for A = M - M^T."""
    skew = free - free.T
    identity = np.eye(len(free), dtype=free.dtype)
    return solve(identity - skew, identity + skew), identity - skew
