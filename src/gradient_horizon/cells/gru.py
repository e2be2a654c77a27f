"""The gated recurrent unit (Cho et al. 2014), in the variant of cuDNN and PyTorch."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh


class GRU(Cell):
    """h_t = (1 - z) n + z h_{t-1}, n = tanh(U x + b + r (W h + b')), as `torch.nn.GRU`.

    The reset gate r multiplies the recurrent product, so that the candidate n takes two blocks, one of which sees h
    only and the other x only. In the first GRU r multiplies h before the product with W; that form needs a product
    inside the step, which a cell here cannot have.
    """

    blocks = (Block("r"), Block("z", gate="keep"), Block("recurrent", sees="h"), Block("entering", sees="x"))

    def step(self, r: Any, z: Any, recurrent: Any, entering: Any, h: Any) -> Any:
        """The candidate, and between it and the old state."""
        n = tanh(entering + sigmoid(r) * recurrent)
        return n + sigmoid(z) * (h - n)
