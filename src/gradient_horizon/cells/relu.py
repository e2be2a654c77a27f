"""The recurrent network with rectified linear units."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import relu


class ReLU(Cell):
    """h_t = max(0, W h_{t-1} + U x_t + b), as `torch.nn.RNN(nonlinearity="relu")`."""

    blocks = (Block("a"),)

    def step(self, a: Any, h: Any) -> Any:
        """The positive part of the product."""
        return relu(a)
