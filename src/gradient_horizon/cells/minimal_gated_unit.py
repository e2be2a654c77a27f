"""The minimal gated unit (Zhou, Wu, Zhang & Zhou 2016), with the gate on the recurrent product."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh


class MinimalGatedUnit(Cell):
    """h_t = (1 - f) h_{t-1} + f n, n = tanh(U x + b + f (W h + b')), with a single gate f.

    As published the gate is inside the product, n = tanh(W (f h) + U x + b). That form needs a product of a gated state
    within the step, which a cell here cannot have: all products are with [h; x; 1]. So the gate multiplies the product,
    as the reset gate of a GRU does in cuDNN and PyTorch, and the product has a bias b' of its own.

    The block z is the published gate's pre-activation with its sign turned, f = 1 - sigmoid(z), so that sigmoid(z) is
    what multiplies the old state, as in the GRU.
    """

    blocks = (Block("z", gate="keep"), Block("recurrent", sees="h"), Block("entering", sees="x"))

    def step(self, z: Any, recurrent: Any, entering: Any, h: Any) -> Any:
        """The candidate, and between it and the old state."""
        keep = sigmoid(z)
        n = tanh(entering + (1 - keep) * recurrent)
        return n + keep * (h - n)
