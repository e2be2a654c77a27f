"""The part of chrono initialisation that concerns the input gate, for an LSTM whose forget gate is held open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradient_horizon.remedies.gate_bias import Chrono

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.cell import Cell
    from gradient_horizon.engine.layout import Layout


class ChronoInput(Chrono):
    """The bias of the input gate is -ln U, U uniform on [1, length - 1] (Tallec & Ollivier 2018, eq. 16).

    So it starts in an LSTM with `Chrono`: without its forget gate nothing else is to differ.
    """

    def unmet_need(self, cell: Cell) -> str | None:
        """An input gate."""
        return None if cell.gate("write") else "an input gate"

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the bias of the input gate."""
        time_scale = generator.uniform(1, max(length - 1, 1), size=layout.hidden)
        weight[layout.gate_rows("write"), -1] = -np.log(time_scale)
