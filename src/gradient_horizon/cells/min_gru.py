"""The minimal gated recurrent unit, whose gate sees the input only (Feng et al. 2024, "Were RNNs all we needed?")."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid


class MinGRU(Cell):
    """h_t = sigmoid(z) h_{t-1} + (1 - sigmoid(z)) n, z and the candidate n being linear in x.

    The paper writes h_t = (1 - z) h_{t-1} + z n; our block z is that gate's pre-activation with its sign turned, so
    that its sigmoid is what multiplies the old state, as in the GRU. The candidate is the paper's plain one, not the
    positive g(n) of its version in the logarithmic domain.
    """

    blocks = (Block("z", sees="x", gate="keep"), Block("n", sees="x"))

    def step(self, z: Any, n: Any, h: Any) -> Any:
        """Between the candidate and the old state."""
        return n + sigmoid(z) * (h - n)
