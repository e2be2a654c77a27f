"""Biases of the gate that keeps the state: the LSTM's forget gate, the GRU's update gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout

GATED = frozenset({"gru", "lstm", "lstm-input-open", "lstm-output-open"})
"""The cells with a gate that keeps the state."""


class ForgetBias(Change):
    """The keeping gate's bias starts at a constant (Gers 2000; Jozefowicz, Zaremba & Sutskever 2015)."""

    kind = "gate bias"
    cells = GATED
    bias: float = Field(
        ge=-20, le=20, description="Initial bias of the gate; sigmoid(bias) of the state is kept a step."
    )

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the bias of the keeping gate."""
        weight[layout.rows(layout.keeping_block), -1] = self.bias


class Chrono(Change):
    """Gate biases spread over time scales up to the sequence length (Tallec & Ollivier 2018, eq. 16 and 12).

    The keeping gate's bias is ln U with U uniform on [1, length - 1]; the LSTM's input gate gets the negative of it.
    """

    kind = "gate bias"
    cells = GATED

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the biases of the keeping gate and, where there is one, of the gate that writes."""
        bias = np.log(generator.uniform(1, max(length - 1, 1), size=layout.hidden))
        weight[layout.rows(layout.keeping_block), -1] = bias
        if layout.writing_block is not None:
            weight[layout.rows(layout.writing_block), -1] = -bias

    def shortest_length(self) -> int:
        """Below three steps there is only one time scale."""
        return 3
