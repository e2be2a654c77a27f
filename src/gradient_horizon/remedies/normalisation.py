"""Layer normalisation, as a remedy for any cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.cell import Cell
    from gradient_horizon.engine.layout import Layout


class LayerNormalisation(Change):
    """Pre-activations are normalised over the hidden units of each block (Ba, Kiros & Hinton 2016, eq. 4).

    Gains start at 1, biases as without normalisation; the LSTM's c is not normalised before the output gate.
    """

    kind = "normalisation"

    def adapt(self, cell: Cell) -> None:
        """The engine normalises the blocks of this cell."""
        cell.normalised = True

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the gains of all trained blocks to 1."""
        weight[:, -2] = 1 if layout.free is None else layout.free[:, -2]
