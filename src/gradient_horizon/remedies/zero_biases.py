"""Biases that start at zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class ZeroBiases(Change):
    """The bias of every block that is a product starts at 0; it is trained like all weights."""

    kind = "gate bias"

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces the biases."""
        for block in layout.blocks:
            if block.sees != "nothing":
                weight[layout.rows(block.name), -1] = 0
