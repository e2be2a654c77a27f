"""Initialisations of the recurrent matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class Orthogonal(Change):
    """Every recurrent block is `gain` times a random orthogonal matrix, so all its eigenvalues have modulus `gain`.

    Drawn from the Haar measure (Saxe, McClelland & Ganguli 2014; Henaff, Szlam & LeCun 2016 for recurrent nets).
    """

    kind = "recurrent weights"
    gain: float = Field(default=1.0, gt=0, le=100, description="Modulus of all eigenvalues of the recurrent matrix.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the recurrent blocks."""
        from scipy.stats import ortho_group  # here: it takes half a second, and checking config.yaml needs none of it

        for block in layout.recurrent_blocks(weight):
            size = len(block)
            rotation = ortho_group.rvs(size, random_state=generator) if size > 1 else np.ones((1, 1))
            block[:] = self.gain * rotation


class KeptOrthogonal(Orthogonal):
    """Every recurrent block starts as a random orthogonal matrix and stays one (Helfrich, Willmott & Ye 2018)."""

    parametrisation = "gradient_horizon.remedies.cayley:Cayley"
    gain: Literal[1] = 1


class Identity(Change):
    """Every recurrent block is `gain` times the identity; plain cells get zero biases (Le, Jaitly & Hinton 2015)."""

    kind = "recurrent weights"
    gain: float = Field(default=1.0, gt=0, le=100, description="The diagonal of the recurrent matrix.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the recurrent blocks; zeroes the biases of cells without gates."""
        for block in layout.recurrent_blocks(weight):
            block[:] = self.gain * np.eye(len(block))
        if layout.blocks == 1:
            weight[:, -1] = 0


class SpectralRadius(Change):
    """Every recurrent block is drawn as PyTorch does, then scaled to this spectral radius."""

    kind = "recurrent weights"
    radius: float = Field(gt=0, le=100, description="Largest modulus of an eigenvalue of the recurrent matrix.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Scales the recurrent blocks."""
        for block in layout.recurrent_blocks(weight):
            block *= self.radius / np.abs(np.linalg.eigvals(block)).max()


class NonNormal(Change):
    """Every recurrent block has all eigenvalues of modulus `radius`, but a large norm: Q (D + N) Q^T, N triangular.

    Q is a random rotation, D diagonal with entries plus or minus `radius`, N strictly upper triangular and normal with
    deviation `strength` over the root of the size (a real Schur form; Golub & Van Loan 2013, section 7.1).
    """

    kind = "recurrent weights"
    radius: float = Field(gt=0, le=100, description="Modulus of all eigenvalues of the recurrent matrix.")
    strength: float = Field(gt=0, le=100, description="Size of the part that makes the matrix non-normal.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the recurrent blocks."""
        for block in layout.recurrent_blocks(weight):
            size = len(block)
            rotation = np.linalg.qr(generator.standard_normal((size, size)))[0]
            triangle = np.triu(generator.standard_normal((size, size)), k=1) * self.strength / size**0.5
            diagonal = self.radius * generator.choice([-1.0, 1.0], size)
            block[:] = rotation @ (np.diag(diagonal) + triangle) @ rotation.T
