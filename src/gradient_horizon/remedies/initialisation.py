"""Initialisations of the recurrent matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.cell import Cell
    from gradient_horizon.engine.layout import Layout


RADIUS_DIGITS = 9
"""Digits of a computed spectral radius that count: libraries for eigenvalues differ in the last ones."""


class RecurrentWeights(Change):
    """A start of the recurrent matrices."""

    kind = "recurrent weights"

    def unmet_need(self, cell: Cell) -> str | None:
        """A recurrent matrix."""
        return None if any(block.sees_h for block in cell.rows) else "a recurrent matrix"


class Orthogonal(RecurrentWeights):
    """Every recurrent block is `gain` times a random orthogonal matrix, so all its eigenvalues have modulus `gain`.

    Drawn from the Haar measure (Saxe, McClelland & Ganguli 2014; Henaff, Szlam & LeCun 2016 for recurrent nets).
    """

    gain: float = Field(default=1.0, gt=0, le=100, description="Modulus of all eigenvalues of the recurrent matrix.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the recurrent blocks."""
        from gradient_horizon.engine.numerics import orthogonal  # here: checking config.yaml needs no compiled code

        for block in layout.recurrent_blocks(weight):
            block[:] = self.gain * orthogonal(generator.standard_normal(block.shape))


class KeptOrthogonal(Orthogonal):
    """Every recurrent block starts as a random orthogonal matrix and stays one (Helfrich, Willmott & Ye 2018)."""

    parametrisation = "gradient_horizon.remedies.cayley:Cayley"
    gain: Literal[1] = 1


class Identity(RecurrentWeights):
    """Every recurrent block is `gain` times the identity; plain cells get zero biases (Le, Jaitly & Hinton 2015)."""

    gain: float = Field(default=1.0, gt=0, le=100, description="The diagonal of the recurrent matrix.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the recurrent blocks; zeroes the biases of cells without gates."""
        for block in layout.recurrent_blocks(weight):
            block[:] = self.gain * np.eye(len(block))
        if len(layout.blocks) == 1:
            weight[:, -1] = 0


class SpectralRadius(RecurrentWeights):
    """Every recurrent block is drawn as PyTorch does, then scaled to this spectral radius."""

    radius: float = Field(gt=0, le=100, description="Largest modulus of an eigenvalue of the recurrent matrix.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Scales the recurrent blocks."""
        for block in layout.recurrent_blocks(weight):
            block *= self.radius / float(f"{np.abs(np.linalg.eigvals(block)).max():.{RADIUS_DIGITS}g}")


class NonNormal(RecurrentWeights):
    """Every recurrent block has all eigenvalues of modulus `radius`, but a large norm: Q (D + N) Q^T, N triangular.

    Q is a random rotation, D diagonal with entries plus or minus `radius`, N strictly upper triangular and normal with
    deviation `strength` over the root of the size (a real Schur form; Golub & Van Loan 2013, section 7.1).
    """

    radius: float = Field(gt=0, le=100, description="Modulus of all eigenvalues of the recurrent matrix.")
    strength: float = Field(gt=0, le=100, description="Size of the part that makes the matrix non-normal.")

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the recurrent blocks."""
        from gradient_horizon.engine.numerics import multiply, orthogonal  # here: as above

        for block in layout.recurrent_blocks(weight):
            size = len(block)
            rotation = orthogonal(generator.standard_normal((size, size)))
            triangle = np.triu(generator.standard_normal((size, size)), k=1) * self.strength / size**0.5
            diagonal = self.radius * generator.choice([-1.0, 1.0], size)
            block[:] = multiply(multiply(rotation, np.diag(diagonal) + triangle), rotation.T)
