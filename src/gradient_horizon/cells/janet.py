"""JANET, an LSTM with the forget gate alone (van der Westhuizen & Lasenby 2018)."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh

BETA = 1.0
"""By how much the forget gate's pre-activation is lowered where it says what is written; the paper's value."""


class JANET(Cell):
    """h_t = sigmoid(s) h_{t-1} + (1 - sigmoid(s - beta)) tanh(g), s and g being products with [h; x; 1].

    The paper's h is its c, so there is one state. What multiplies the candidate is not the sigmoid of a block, but
    sigmoid(beta - s), so only the forget gate is declared as a gate.
    """

    blocks = (Block("s", gate="keep"), Block("g"))

    def step(self, s: Any, g: Any, h: Any) -> Any:
        """What is kept, and the candidate's share, which is more than the rest by the shift."""
        return sigmoid(s) * h + (1 - sigmoid(s - BETA)) * tanh(g)
