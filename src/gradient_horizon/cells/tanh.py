"""The plain recurrent network (Elman 1990)."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import tanh


class Tanh(Cell):
    """h_t = tanh(W h_{t-1} + U x_t + b), as `torch.nn.RNN`."""

    blocks = (Block("a"),)

    def step(self, a: Any, h: Any) -> Any:
        """The hyperbolic tangent of the product."""
        return tanh(a)
