"""Recurrent matrices of which the antisymmetric part alone is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.initialisation import RecurrentWeights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class Antisymmetric(RecurrentWeights):
    """Every recurrent matrix is M - M^T - gamma I, at first and in training (Chang, Chen, Haber & Chi 2019, eq. 12).

    M is drawn as PyTorch draws the matrix. All eigenvalues have the real part -gamma: the state of the differential
    equation whose steps the cell `euler` takes rotates, and shrinks where gamma is above 0; taken step by step without,
    it would grow. In other cells the matrix has the same form, and nothing of this follows.
    """

    parametrisation = "gradient_horizon.remedies.antisymmetric:AntisymmetricPart"
    gamma: float = Field(default=0.1, ge=0, le=100, description="Diffusion: what is subtracted from the diagonal.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces every recurrent matrix M."""
        for matrix in layout.recurrent_blocks(weight):
            matrix[:] = matrix - matrix.T - self.gamma * np.eye(len(matrix))


class AntisymmetricPart:
    """W = S + M - M^T, M free, S the symmetric part of the initial W.

    The optimiser changes M in place of each recurrent matrix W; the other entries of a weight are trained themselves.
    """

    def __init__(self, weight: Float[np.ndarray, "network row column"], layout: Layout):
        """Takes S from the weight of all networks, and replaces W there by the first M, a quarter of W - W^T."""
        self.places = tuple((slice(None), *place) for place in layout.recurrent_places())
        self.symmetric = []
        for place in self.places:
            matrices = weight[place].copy()
            self.symmetric.append((matrices + matrices.swapaxes(1, 2)) / 2)
            weight[place] = (matrices - matrices.swapaxes(1, 2)) / 4

    def weight(self, parameters: Float[np.ndarray, "network row column"]) -> Float[np.ndarray, "network row column"]:
        """The recurrent weight, given the optimiser's parameters."""
        weight = parameters.copy()
        for place, symmetric in zip(self.places, self.symmetric, strict=True):
            weight[place] = symmetric + (parameters[place] - parameters[place].swapaxes(1, 2))
        return weight

    def pull_back(
        self, gradient: Float[np.ndarray, "network row column"], parameters: Float[np.ndarray, "network row column"]
    ) -> Float[np.ndarray, "network row column"]:
        """The gradient with respect to the parameters from that with respect to the weight."""
        pulled = gradient.copy()
        for place in self.places:
            pulled[place] = gradient[place] - gradient[place].swapaxes(1, 2)
        return pulled

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""
        self.symmetric = [symmetric[networks] for symmetric in self.symmetric]
