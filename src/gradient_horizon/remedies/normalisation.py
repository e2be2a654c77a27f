"""Layer normalisation, as a remedy for any cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class LayerNormalisation(Change):
    """Pre-activations are normalised over the hidden units of each block (Ba, Kiros & Hinton 2016, eq. 4).

    Gains start at 1, biases as without; the LSTM's cell state is not normalised on its way out.
    """

    kind = "normalisation"
    wrapper = "gradient_horizon.cells.normalised:LayerNormalised"

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the gains, where a block has any."""
        weight[:, -2] = 1 if layout.free is None else layout.free[:, -2]
