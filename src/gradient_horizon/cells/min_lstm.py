"""The minimal long short-term memory, whose gates see the input only (Feng et al. 2024, "Were RNNs all we needed?")."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid


class MinLSTM(Cell):
    """h_t = f' h_{t-1} + i' n, with f' = f / (f + i) and i' = i / (f + i): gates that sum to 1.

    f and i are sigmoids of blocks that are linear in x, and so is the candidate n: the paper's plain one, not the
    positive g(n) of its version in the logarithmic domain. What multiplies the old and the new is f' and i', which
    depend on both blocks and are the sigmoid of neither, so that no block is declared as a gate.
    """

    blocks = (Block("f", sees="x"), Block("i", sees="x"), Block("n", sees="x"))

    def step(self, f: Any, i: Any, n: Any, h: Any) -> Any:
        """Between the candidate and the old state, by the share of the forget gate in both gates."""
        forget = sigmoid(f)
        return n + forget / (forget + sigmoid(i)) * (h - n)
