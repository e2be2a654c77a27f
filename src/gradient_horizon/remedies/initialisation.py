"""Initialisations of the recurrent matrix; they never choose the non-linearity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.cells.base import Layout


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

    parametrisation = "gradient_horizon.orthogonality:Cayley"
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
