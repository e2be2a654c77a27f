"""Initial biases of the forget gate (LSTM) or update gate (GRU)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.cell import Cell
    from gradient_horizon.engine.layout import Layout


class GateBias(Change):
    """An initial bias of the gate that keeps the old memory: an LSTM's forget gate, a GRU's update gate."""

    kind = "gate bias"

    def unmet_need(self, cell: Cell) -> str | None:
        """Such a gate."""
        return None if cell.gate("keep") else "a gate that keeps"


class ForgetBias(GateBias):
    """The bias of the forget or update gate starts at a constant (Gers 2000; Jozefowicz, Zaremba & Sutskever 2015)."""

    bias: float = Field(
        ge=-20,
        le=20,
        description="Initial bias of the gate; a step retains the share sigmoid(bias) of the state.",
    )

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the bias of the forget or update gate."""
        weight[layout.gate_rows("keep"), -1] = self.bias


class Chrono(GateBias):
    """Gate biases spread over time scales up to the sequence length (Tallec & Ollivier 2018, eq. 16 and 12).

    The bias of the forget or update gate is ln U, U uniform on [1, length - 1]; that of the LSTM's input gate is -ln U.
    """

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the biases of the forget or update gate and, if there is one, of the input gate."""
        bias = np.log(generator.uniform(1, max(length - 1, 1), size=layout.hidden))
        weight[layout.gate_rows("keep"), -1] = bias
        writing = layout.gate_rows("write")
        if writing is not None:
            weight[writing, -1] = -bias

    def shortest_length(self) -> int:
        """Three steps: for shorter sequences there is only one time scale."""
        return 3
